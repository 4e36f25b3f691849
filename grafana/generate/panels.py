"""What all dashboards share: queries, panels, variables, annotations, links. In an expression `$S` stands for the chosen daemon."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from grafana_foundation_sdk.builders import bargauge, common, heatmap, prometheus, stat, statetimeline, table, timeseries
from grafana_foundation_sdk.builders import dashboard as builders
from grafana_foundation_sdk.models import common as kinds
from grafana_foundation_sdk.models import dashboard as models
from grafana_foundation_sdk.models.heatmap import HeatmapColorMode
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

SOURCE = kinds.DataSourceRef(type_val="prometheus", uid="${datasource}")
CHOSEN = 'job=~"$job", instance=~"$instance"'
NOTHING = "nothing yet"
GREEN, YELLOW, ORANGE, RED, BLUE = "green", "yellow", "orange", "red", "blue"
TAG = "oodaemon"

Steps = Sequence[tuple[float | None, str]]
Panel = Any
"""A builder of a panel; the packages of the SDK share no class for it."""


@dataclass(frozen=True)
class Query:
    """One expression and what its series are called, with `{{label}}` for labels."""

    expr: str
    legend: str = ""
    is_instant: bool = False
    is_table: bool = False
    is_heatmap: bool = False

    def build(self, ref: str) -> prometheus.Dataquery:
        """As a panel wants it."""
        query = prometheus.Dataquery().expr(self.expr.replace("$S", CHOSEN)).ref_id(ref).datasource(SOURCE)
        query = query.legend_format(self.legend or "__auto")
        query = query.instant() if self.is_instant or self.is_table else query.range()
        if self.is_table:
            query = query.format(PromQueryFormat.TABLE)
        return query.format(PromQueryFormat.HEATMAP) if self.is_heatmap else query


def now(expr: str, legend: str = "") -> Query:
    """A query of this moment alone."""
    return Query(expr, legend, is_instant=True)


def rate(metric: str, by: str, where: str = "") -> str:
    """What a counter does per second, by a label."""
    return f"sum by ({by}) (rate({metric}{{$S{', ' + where if where else ''}}}[$__rate_interval]))"


def quantile(part: float, metric: str, by: str = "") -> str:
    """A quantile of a histogram of seconds, by a label."""
    return f"histogram_quantile({part}, sum by (le{', ' + by if by else ''}) (rate({metric}_bucket{{$S}}[$__rate_interval])))"


def thresholds(steps: Steps) -> builders.ThresholdsConfig:
    """Colours from a value on; the first has none."""
    found = [models.Threshold(value=value, color=color) for value, color in steps]
    return builders.ThresholdsConfig().mode(models.ThresholdsMode.ABSOLUTE).steps(found)


def words(names: Mapping[str, tuple[str, str]]) -> list[Any]:
    """Values shown as a word in a colour."""
    options = {
        value: models.ValueMappingResult(text=text, color=color, index=n) for n, (value, (text, color)) in enumerate(names.items())
    }
    return [models.ValueMap(options=options)]


def _finish(panel: Panel, title: str, text: str, queries: Sequence[Query], size: tuple[int, int]) -> Panel:
    width, height = size
    panel.title(title).description(text).datasource(SOURCE).no_value(NOTHING).span(width).height(height)
    for ref, query in zip("ABCDEFGH", queries, strict=False):
        panel.with_target(query.build(ref))
    return panel


def number(
    title: str, text: str, query: Query, *, unit: str = "short", steps: Steps = ((None, BLUE),), mappings: Sequence[object] = ()
) -> Panel:
    """One big number, of the last moment."""
    panel = stat.Panel().unit(unit).thresholds(thresholds(steps))
    panel.graph_mode(kinds.BigValueGraphMode.NONE).color_mode(kinds.BigValueColorMode.BACKGROUND)
    panel.reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]).values(False))
    if mappings:
        panel.mappings(mappings)
    return _finish(panel, title, text, [query], (4, 4))


def lines(
    title: str,
    text: str,
    queries: Sequence[Query],
    *,
    unit: str = "short",
    steps: Steps = (),
    is_stacked: bool = False,
) -> Panel:
    """Lines over time, with a table of what they were at last and at most. Steps are drawn as lines."""
    legend = common.VizLegendOptions().display_mode(kinds.LegendDisplayMode.TABLE).placement(kinds.LegendPlacement.BOTTOM)
    panel = timeseries.Panel().unit(unit).line_width(1).fill_opacity(40 if is_stacked else 8).min(0)
    panel.legend(legend.show_legend(True).calcs(["lastNotNull", "max"]))
    panel.tooltip(common.VizTooltipOptions().mode(kinds.TooltipDisplayMode.MULTI).sort(kinds.SortOrder.DESCENDING))
    if is_stacked:
        panel.stacking(common.StackingConfig().mode(kinds.StackingMode.NORMAL).group("A"))
    if steps:
        panel.thresholds(thresholds(steps))
        panel.thresholds_style(common.GraphThresholdsStyleConfig().mode(kinds.GraphThresholdsStyleMode.DASHED))
    return _finish(panel, title, text, queries, (12, 8))


def free_lines(title: str, text: str, queries: Sequence[Query], *, unit: str = "short") -> Panel:
    """Lines of what may be below zero."""
    panel = lines(title, text, queries, unit=unit)
    panel.build().field_config.defaults.min_val = None
    return panel


def bars(title: str, text: str, query: Query, *, unit: str = "short", most: float | None = None, width: int = 12) -> Panel:
    """A bar for each series, of the last moment."""
    panel = bargauge.Panel().unit(unit).orientation(kinds.VizOrientation.HORIZONTAL).display_mode(kinds.BarGaugeDisplayMode.BASIC)
    panel.reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]).values(False)).thresholds(thresholds([(None, BLUE)]))
    if most is not None:
        panel.min(0).max(most)
    return _finish(panel, title, text, [query], (width, 8))


def states(title: str, text: str, query: Query, names: Mapping[str, tuple[str, str]], *, width: int = 12) -> Panel:
    """What each series was, over time, as words."""
    panel = statetimeline.Panel().mappings(words(names)).merge_values(True).show_value(kinds.VisibilityMode.AUTO).fill_opacity(70)
    legend = common.VizLegendOptions().display_mode(kinds.LegendDisplayMode.LIST).placement(kinds.LegendPlacement.BOTTOM)
    panel.legend(legend.show_legend(False)).thresholds(thresholds([(None, GREEN)]))
    return _finish(panel, title, text, [query], (width, 8))


def heat(title: str, text: str, query: Query, *, width: int = 12) -> Panel:
    """A histogram over time."""
    panel = heatmap.Panel().calculate(False)
    panel.color(heatmap.HeatmapColorOptions().mode(HeatmapColorMode.SCHEME).scheme("Oranges").steps(32))
    panel.y_axis(heatmap.YAxisConfig().unit("s"))
    return _finish(panel, title, text, [query], (width, 8))


def rows(title: str, text: str, queries: Mapping[str, Query], key: str, *, units: Mapping[str, str], width: int = 24) -> Panel:
    """A table with a row for each value of a label, and a column for each query."""
    panel = table.Panel()
    panel.with_transformation(models.DataTransformerConfig(id_val="joinByField", options={"byField": key, "mode": "outer"}))
    refs = dict(zip("ABCDEFGH", queries, strict=False))
    renamed = {f"Value #{ref}": name for ref, name in refs.items()}
    keep = {"include": {"names": [key, *renamed]}}
    panel.with_transformation(models.DataTransformerConfig(id_val="filterFieldsByName", options=keep))
    panel.with_transformation(models.DataTransformerConfig(id_val="organize", options={"renameByName": renamed}))
    for name, unit in units.items():
        panel.override_by_name(name, [models.DynamicConfigValue(id_val="unit", value=unit)])
    return _finish(panel, title, text, list(queries.values()), (width, 8))


def blank(uid: str, title: str, text: str) -> builders.Dashboard:
    """A dashboard with variables, annotations and links, and no panel yet."""
    board = (
        builders.Dashboard(title).uid(uid).description(text).tags([TAG]).timezone("browser").refresh("15s").time("now-1h", "now")
    )
    board.tooltip(models.DashboardCursorSync.CROSSHAIR).readonly()
    board.with_variable(builders.DatasourceVariable("datasource").label("Data source").type("prometheus"))
    board.with_variable(label("job", "oodaemon_build_info", title="Job"))
    board.with_variable(label("instance", 'oodaemon_build_info{job=~"$job"}', title="Daemon"))
    board.annotation(
        mark("Restarts", "changes(process_start_time_seconds{$S}[$__rate_interval]) > 0", BLUE, "the daemon was started")
    )
    board.annotation(mark("Drift", 'oodaemon_site_blocked{$S, cause="drift"} == 1', RED, "the site changed; nothing is leased"))
    board.link(
        builders.DashboardLink("oodaemon").type(models.DashboardLinkType.DASHBOARDS).tags([TAG]).include_vars(True).keep_time(True)
    )
    return board


def label(name: str, metric: str, *, title: str) -> builders.QueryVariable:
    """A variable with the values of the label of its name."""
    query = {"qryType": 1, "query": f"label_values({metric}, {name})", "refId": f"values-{name}"}
    variable = builders.QueryVariable(name).label(title).datasource(SOURCE).query(query).include_all(True).all_value(".+")
    everything = models.VariableOption(selected=True, text="All", value="$__all")
    return (
        variable.current(everything)
        .refresh(models.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(models.VariableSort.ALPHABETICAL_ASC)
    )


def mark(name: str, expr: str, color: str, text: str) -> builders.AnnotationQuery:
    """Something that is marked in every graph."""
    query = builders.AnnotationQuery().name(name).datasource(SOURCE).enable(True).icon_color(color)
    return query.expr(expr.replace("$S", CHOSEN)).text_format(text)


def fill(board: builders.Dashboard, sections: Mapping[str, Sequence[Panel]]) -> builders.Dashboard:
    """Put panels below their headings; numbers count on, so that addresses of panels stay."""
    ids = count(1)
    for heading, panels in sections.items():
        board.with_row(builders.Row(heading).id(next(ids)))
        for panel in panels:
            board.with_panel(panel.id(next(ids)))
    return board

"""Results: tables of runs and results from the console's own address. Optional: it needs the Infinity data source."""

from grafana_foundation_sdk.builders import dashboard as builders
from grafana_foundation_sdk.builders import table
from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.cog import builder, variants
from grafana_foundation_sdk.models import common as kinds
from grafana_foundation_sdk.models import dashboard as models

from grafana.generate.panels import NOTHING, TAG

INFINITY = "yesoreyeram-infinity-datasource"
SOURCE = kinds.DataSourceRef(type_val=INFINITY, uid="${infinity}")


class Rows(variants.Dataquery):
    """A query of Infinity: the rows of a JSON document. The SDK has no type for this plug-in."""

    def __init__(self, url: str) -> None:
        self.url = url

    def to_json(self) -> dict[str, object]:
        """As the plug-in keeps it."""
        return {
            "refId": "A",
            "datasource": {"type": INFINITY, "uid": "${infinity}"},
            "type": "json",
            "source": "url",
            "parser": "backend",
            "format": "table",
            "url": self.url,
            "url_options": {"method": "GET"},
            "root_selector": "",
            "columns": [],
        }


class RowsBuilder(builder.Builder[variants.Dataquery]):
    """Builds `Rows`."""

    def __init__(self, url: str) -> None:
        self._url = url

    def build(self) -> Rows:
        """The query."""
        return Rows(self._url)


def dashboard() -> Dashboard:
    """Built anew."""
    text = "Tables of runs and results, read from the console. Needs the Infinity data source plug-in; see docs/metrics.md."
    board = builders.Dashboard("oodaemon · Results (optional)").uid("oodaemon-results").description(text).tags([TAG])
    board.timezone("browser").readonly().time("now-24h", "now")
    board.with_variable(builders.DatasourceVariable("infinity").label("Infinity").type(INFINITY))
    board.with_variable(builders.TextBoxVariable("console").label("Console").default_value("http://127.0.0.1:9465"))
    board.with_variable(builders.TextBoxVariable("run").label("Run, or latest").default_value("latest"))
    board.link(
        builders.DashboardLink("oodaemon").type(models.DashboardLinkType.DASHBOARDS).tags([TAG]).include_vars(False).keep_time(True)
    )
    runs, results = "${console}/api/runs.json", "${console}/api/runs/${run}/results.json"
    board.with_panel(_rows(1, "Runs", "The newest runs, a row each.", runs, height=8))
    return board.with_panel(
        _rows(2, "Results", "Settled tasks of the chosen run; the columns are those of docs/export.md.", results, height=16)
    )


def _rows(number: int, title: str, text: str, url: str, *, height: int) -> table.Panel:
    panel = table.Panel().id(number).title(title).description(text).datasource(SOURCE).no_value(NOTHING)
    return panel.with_target(RowsBuilder(url)).filterable(True).span(24).height(height)

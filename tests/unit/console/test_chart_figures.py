"""Figures of the console: those of `ooctl chart`, thinned without losing an extreme."""

import random
import statistics
from typing import Any

import pytest

from ooctl.charts import figures
from ooctl.writers.table import Column as ClientColumn
from ooctl.writers.table import Kind, Role
from oodaemon.api.v1 import exports_pb2
from oodaemon.console import chart_figures, result_table
from oodaemon.console.chart_figures import CELLS, POINTS
from oodaemon.console.chart_table import ChartTable, Column, chart_table
from oodaemon.errors import InvalidArgument, NotFound

PL = Column("pl", "USD", 1)
WEEK = ("Friday", "Monday", "Wednesday")


def table(rows: list[dict[str, Any]], *parameters: str, metric: Column = PL) -> ChartTable:
    names = ("index", "origin", *parameters, metric.name)
    values = {name: [row.get(name) for row in rows] for name in names}
    return ChartTable(tuple(Column(name) for name in parameters), (metric,), values)


def row(index: int, pl: float | None, origin: str = "VERIFIED", **parameters: Any) -> dict[str, Any]:
    return {"index": index, "pl": pl, "origin": origin, **parameters}


def of_client(rows: list[dict[str, Any]], *parameters: str, by: tuple[str, ...] = (), sign: int = 1) -> figures.Drawing:
    columns = [ClientColumn(name, Kind.NUMBER, Role.PARAMETER) for name in parameters]
    metric = ClientColumn("pl", Kind.NUMBER, Role.FIGURE, "USD", sign)
    return figures.drawing(columns, rows, metric, by)


def many(seed: int = 3) -> list[dict[str, Any]]:
    rng = random.Random(seed)
    return [
        row(
            n,
            rng.choice([None, *[rng.gauss(0, 500)] * 9]),
            rng.choice(["VERIFIED", "VERIFIED", "ACCEPTED"]),
            delta=n % 7,
            day=WEEK[n % 3],
        )
        for n in range(200)
    ]


def test_a_curve_has_the_points_medians_and_notes_of_the_client() -> None:
    rows = many()
    ours, theirs = (
        chart_figures.drawing(table(rows, "delta", "day"), "pl", ["delta"]),
        of_client(rows, "delta", "day", by=("delta",)),
    )
    assert isinstance(theirs, figures.Curve)
    points = sorted((p for series in ours["series"] for p in series["points"]), key=lambda p: (p[0], p[1]))
    assert [(ours["axis"]["numbers"][x], y, index, bool(proven)) for x, index, y, proven in points] == [
        (dot.x, dot.y, dot.index, dot.is_proven) for dot in theirs.dots
    ]
    assert [series["name"] for series in ours["series"]] == ["day Monday", "day Wednesday", "day Friday"]


def test_a_curve_over_many_others_is_one_line_of_the_medians_of_the_client() -> None:
    rows = [{**r, "other": number, "more": number % 5} for number, r in enumerate(many())]
    ours = chart_figures.drawing(table(rows, "delta", "other", "more"), "pl", ["delta"])
    theirs = of_client(rows, "delta", "other", "more", by=("delta",))
    assert isinstance(theirs, figures.Curve)
    assert [each["name"] for each in ours["series"]] == ["results"]
    assert [(ours["axis"]["numbers"][x], y) for x, y in ours["series"][0]["line"]] == theirs.middle()
    assert ours["notes"] == figures.notes(theirs)


@pytest.mark.parametrize("sign", [1, -1, 0])
def test_a_grid_has_the_cells_and_the_best_of_the_client(sign: int) -> None:
    rows = many(5)
    ours = chart_figures.drawing(table(rows, "delta", "day", metric=Column("pl", "USD", sign)), "pl")
    theirs = of_client(rows, "delta", "day", sign=sign)
    assert isinstance(theirs, figures.Grid)
    assert (ours["rows"]["numbers"], ours["columns"]["labels"]) == (list(theirs.rows.places), list(theirs.columns.places))
    assert {(c[0], c[1]): (c[2], c[5], c[6], bool(c[7])) for c in ours["cells"]} == {
        at: (cell.value, len(cell.indexes), cell.indexes[0], cell.is_proven) for at, cell in theirs.cells.items()
    }
    best = theirs.best()
    assert ours["best"] == (list(best) if best else None)
    unproven = [r["index"] for r in rows if r["pl"] is not None and r["origin"] == "ACCEPTED"]
    assert ours["notes"] == [
        f"among them figures that a user accepted without proof: task {', '.join(map(str, unproven[:10]))} and more"
    ]


def test_axes_are_in_the_order_of_the_client() -> None:
    for places in ([3, 1, 2.5], ["15:45", "09:32"], ["2024-02-01", "2023-12-31"], list(WEEK), ["SPX", "QQQ"], [True, False]):
        rows = [row(number, 1.0 * number, x=place) for number, place in enumerate(places)]
        theirs = of_client(rows, "x")
        assert isinstance(theirs, figures.Curve)
        assert chart_figures.axis_of(places) == list(theirs.axis.places)


def test_equity_falls_as_far_as_the_client_says() -> None:
    rng = random.Random(1)
    total, points = 0.0, []
    for number in range(500):
        total += rng.gauss(0, 100)
        points.append((f"2024-01-01T{number // 60:02}:{number % 60:02}", total))
    ours, theirs = chart_figures.equity(4, points, "sweep"), figures.Equity(4, tuple(points))
    assert [fall for _, _, _, fall in ours["points"]] == theirs.drawdown()
    assert (ours["end"], ours["deepest"]) == (points[-1][1], min(theirs.drawdown()))


def test_long_equity_keeps_first_last_and_both_extremes() -> None:
    rng = random.Random(2)
    total, points = 0.0, []
    for number in range(100_000):
        total += rng.gauss(0, 100)
        points.append((str(number), total))
    ours = chart_figures.equity(0, points, "sweep")
    falls = figures.Equity(0, tuple(points)).drawdown()
    assert len(ours["points"]) <= POINTS
    assert (ours["points"][0][1], ours["points"][-1][1]) == ("0", "99999")
    assert min(p[2] for p in ours["points"]) == min(total for _, total in points)
    assert max(p[2] for p in ours["points"]) == max(total for _, total in points)
    assert min(p[3] for p in ours["points"]) == min(falls) == ours["deepest"]
    assert all(points[number - 1] == (at, total) for number, at, total, _ in ours["points"])


@pytest.mark.parametrize("places", [10, 900, 100_000])
def test_a_curve_of_100_000_points_keeps_every_extreme(places: int) -> None:
    rng = random.Random(places)
    rows = [row(n, rng.gauss(0, 500), x=n % places, other=n) for n in range(100_000)]
    ours = chart_figures.drawing(table(rows, "x", "other"), "pl", ["x"])
    kept = ours["series"][0]["points"]
    assert len(kept) <= POINTS * 1.1
    assert ours["total"] == 100_000
    assert ours["shown"] == len(kept)
    values = [r["pl"] for r in rows]
    assert (min(p[2] for p in kept), max(p[2] for p in kept)) == (min(values), max(values))
    assert all(rows[index]["pl"] == y and rows[index]["x"] == x for x, index, y, _ in kept)
    if places <= POINTS // 4:
        at = {x: [r["pl"] for r in rows if r["x"] == x] for x in (0, places - 1)}
        assert all({min(ys), max(ys)} <= {p[2] for p in kept if p[0] == x} for x, ys in at.items())
    assert len(ours["series"][0]["line"]) <= POINTS


def test_a_large_grid_shares_cells_and_keeps_every_extreme() -> None:
    rng = random.Random(9)
    rows = [row(n, rng.gauss(0, 500), x=n % 400, y=n // 400) for n in range(100_000)]
    ours = chart_figures.drawing(table(rows, "x", "y"), "pl")
    assert len(ours["cells"]) <= CELLS
    assert sum(cell[5] for cell in ours["cells"]) == 100_000
    values = [r["pl"] for r in rows]
    assert (min(c[3] for c in ours["cells"]), max(c[4] for c in ours["cells"])) == (min(values), max(values))
    assert ours["rows"]["labels"][0].startswith("0 to ")
    assert "too large" in ours["notes"][-1]
    cell = ours["cells"][0]
    down, across = -(-400 // len(ours["rows"]["labels"])), -(-250 // len(ours["columns"]["labels"]))
    assert cell[2] == statistics.median(r["pl"] for r in rows if r["x"] < down and r["y"] < across)


@pytest.mark.parametrize("count", [1, 2, 5, 1000])
def test_a_histogram_counts_every_value_once(count: int) -> None:
    rng = random.Random(count)
    values = [rng.gauss(0, 500) for _ in range(count)]
    ours = chart_figures.histogram(table([row(n, value) for n, value in enumerate(values)]), "pl")
    assert sum(each[2] for each in ours["bins"]) == count
    assert (ours["bins"][0][0], ours["bins"][-1][1]) == (min(values), max(values))
    assert ours["median"] == statistics.median(values)
    for low, high, inside in ours["bins"]:
        found = sum(low <= value < high for value in values) + (high == max(values))
        assert inside == found
    assert 1 <= len(ours["bins"]) <= 60


def test_equal_values_are_one_bin() -> None:
    ours = chart_figures.histogram(table([row(n, 7) for n in range(9)]), "pl")
    assert ours["bins"] == [[7, 7, 9]]


def test_without_a_parameter_that_varies_the_spread_is_drawn() -> None:
    assert chart_figures.drawing(table([row(0, 1.0, x=5), row(1, 2.0, x=5)], "x"), "pl")["kind"] == "histogram"


def test_what_cannot_be_drawn_is_said() -> None:
    found = table([row(0, None, x=5)], "x")
    with pytest.raises(NotFound, match="no task of the run has a pl yet"):
        chart_figures.drawing(found, "pl")
    found = table([row(0, 1.0, x=5)], "x")
    with pytest.raises(InvalidArgument, match="did you mean pl"):
        chart_figures.drawing(found, "plx")
    for by in (["y"], ["x", "x"]):
        with pytest.raises(InvalidArgument, match="parameter"):
            chart_figures.drawing(found, "pl", by)


def test_charts_take_parameters_and_numeric_figures_of_a_result_table() -> None:
    text, number = exports_pb2.COLUMN_KIND_TEXT, exports_pb2.COLUMN_KIND_NUMBER
    columns = (
        result_table.Column("index", exports_pb2.COLUMN_KIND_INTEGER, exports_pb2.COLUMN_ROLE_IDENTITY),
        result_table.Column("delta", number, exports_pb2.COLUMN_ROLE_PARAMETER),
        result_table.Column("pl", number, exports_pb2.COLUMN_ROLE_FIGURE, "USD", 1),
        result_table.Column("extra", text, exports_pb2.COLUMN_ROLE_FIGURE),
        result_table.Column("derived_sharpe", number, exports_pb2.COLUMN_ROLE_DERIVED),
    )
    found = chart_table(columns, {"index": [4, 5]})
    assert found.parameters == (Column("delta"),)
    assert found.metrics == (PL, Column("derived_sharpe"))
    assert found.size == 2
    assert found.metric("sharpe").name == "derived_sharpe"

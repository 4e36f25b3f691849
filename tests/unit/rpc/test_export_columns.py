"""The columns of exports are what docs/export.md promises, and every figure there is has one."""

import re
from pathlib import Path

import pytest

from ooctl.writers.table import Kind
from oodaemon.analysis import metrics
from oodaemon.analysis.columns import NUMBERS
from oodaemon.analysis.files import read
from oodaemon.api.v1 import exports_pb2
from oodaemon.model.tasks import METRICS, Origin, TaskStatus
from oodaemon.rpc import export_columns, export_values
from oodaemon.rpc.export_columns import NUMBER, PARAMETER, TEXT, Column
from tests.support import filled

PAGE = (Path(__file__).parents[3] / "docs" / "export.md").read_text("utf-8")
RESULTS = export_columns.of_results((), has_trades=True)


def promised(name: str) -> list[tuple[str, str, str]]:
    """Name, kind and unit of the columns in a table of the page."""
    table = PAGE.partition(f"<!-- {name}: begin -->")[2].partition(f"<!-- {name}: end -->")[0]
    rows = [[cell.strip() for cell in line.strip("| \n").split("|")] for line in table.strip().splitlines()[2:]]
    assert all(len(row) == 4 and row[3] for row in rows), "each has a meaning"
    return [(row[0].strip("`"), row[1], row[2]) for row in rows]


@pytest.mark.parametrize(("name", "columns"), [("results", RESULTS), ("trades", export_columns.TRADES)])
def test_the_page_names_every_column_in_its_order(name: str, columns: tuple[Column, ...]) -> None:
    kinds = {each.kind: Kind[exports_pb2.ColumnKind.Name(each.kind).removeprefix("COLUMN_KIND_")].value for each in columns}
    assert promised(name) == [(each.name, kinds[each.kind], each.unit) for each in columns]


def test_the_page_names_every_kind_every_origin_and_every_status() -> None:
    for kind in Kind:
        assert f"| {kind.value} |" in PAGE
    for origin in Origin:
        assert origin.name in PAGE
    for status in (TaskStatus.COMPLETED, TaskStatus.FAILED, TaskStatus.SKIPPED):
        assert status.name in PAGE


def test_every_figure_has_a_column() -> None:
    names = [each.name for each in RESULTS]
    assert [name for name in names if name in METRICS] == list(METRICS)
    assert set(NUMBERS) < {each.name for each in export_columns.TRADES}
    log = read(filled.log_of(1), "trade-log.csv").log
    derived = metrics.derive(log, 100_000.0)  # type: ignore[arg-type]  # a log of trades
    assert {f"derived_{name}" for name in derived} <= set(names)
    assert len(derived) == len(export_columns.OF_TRADE_LOG)


def test_every_drawdown_says_which_way_is_better() -> None:
    better = {each.name: each.wire().better for each in RESULTS}
    assert better["max_drawdown"] == better["pl"] == better["derived_sharpe"] == 1
    assert better["derived_longest_losing_streak"] == 2
    assert better["starting_capital"] == better["status"] == better["attempts"] == 0


@pytest.mark.parametrize(
    "text",
    [
        '{"underlying":"SPX","start_date":"2022-05-16","end_date":"2025-11-21","legs":[]}',
        '{"underlying":"SPX","start_date":"2022-05-16","end_date":"2025-11-21"}',
        '{"start_date":"2022-05-16","end_date":"2025-11-21","underlying":"SPX"}',
        '{"legs":[],"underlying":"SPX", "start_date":"2022-05-16","end_date":"2025-11-21"}',
    ],
)
def test_a_configuration_is_read_the_same_the_quick_way_and_the_slow(text: str) -> None:
    assert export_values._of_config(text) == ("SPX", "2022-05-16", "2025-11-21")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (None, (None, None, None)),
        ("{}", (None, None, None)),
        ('{"underlying":"S\\"X","start_date":"2022-05-16","end_date":"2025-11-21"}', ('S"X', "2022-05-16", "2025-11-21")),
        ('{"underlying":"SPX"}', ("SPX", None, None)),
    ],
)
def test_a_configuration_that_says_little(text: str | None, found: tuple[str | None, ...]) -> None:
    assert export_values._of_config(text) == found


def test_values_of_a_batch_say_no_more_than_they_must() -> None:
    columns = [Column(name, kind, PARAMETER) for name, kind in (("a", NUMBER), ("b", NUMBER), ("c", TEXT), ("d", TEXT))]
    wire = export_values.batch(columns, 3, {"a": [1.5, None, 2], "b": [7, 7, 7], "c": [None, "x", "x"]})
    assert wire.rows == 3
    a, b, c, d = wire.columns
    assert (list(a.numbers), list(a.missing), a.is_same) == ([1.5, 2], [1], False)
    assert (list(b.numbers), list(b.missing), b.is_same) == ([7], [], True)
    assert (list(c.texts), list(c.missing), c.is_same) == (["x"], [0], True)
    assert d == exports_pb2.ColumnValues()
    (wire,) = export_values.batch(columns[:1], 3, {"a": [7, 8, 7]}).columns
    assert (list(wire.numbers), wire.is_same) == ([7, 8, 7], False), "the same at both ends is not the same"


def test_no_column_has_a_blank_in_its_name() -> None:
    assert all(re.fullmatch(r"[a-z_]+", each.name) for each in (*RESULTS, *export_columns.TRADES))

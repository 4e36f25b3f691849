"""What exports read of the store: figures that were taken from an earlier run stand beside those that were found for this one."""

import pytest

from oodaemon.analysis.files import read
from oodaemon.api.v1 import runs_pb2
from oodaemon.model.runs import Wants
from oodaemon.rpc import export_columns, export_values
from oodaemon.store import exports, results, trades
from tests.integration.store.caching import Caching, deltas
from tests.integration.store.workbench import Workbench
from tests.unit.analysis.rows import CLASSIC, EXPIRED, STOPPED, file

WINDOW = {"after_index": -1, "last_index": 999}


@pytest.fixture
def at(bench: Workbench) -> Caching:
    return Caching(bench)


def test_a_reused_figure_says_whose_it_is(at: Caching) -> None:
    first = at.submit(deltas(10, 20))
    at.work()
    second = at.submit(deltas(20, 30))
    at.work()
    rows = at.bench.read(exports.settled, second.run_id, **WINDOW)
    assert rows["state"] == ["cached", "succeeded"]
    assert rows["from_run"] == [first.run_id, None]
    assert rows["from_index"] == [1, None]
    columns = export_columns.of_results((), has_trades=False)
    batch = export_values.results(columns, second.run_id, rows, {})
    wire = dict(zip((column.name for column in columns), batch.columns, strict=True))
    assert list(wire["origin"].texts) == ["CACHED", "VERIFIED"]
    assert list(wire["status"].texts) == ["COMPLETED"]
    assert wire["status"].is_same
    assert list(wire["pl"].numbers) == [
        row.figures.metrics["pl"] for row in at.bench.read(results.page, second.run_id) if row.figures
    ]
    assert (list(wire["reused_from_index"].integers), list(wire["reused_from_index"].missing)) == ([1], [1])


def test_a_refusal_that_was_reused_has_no_origin(at: Caching) -> None:
    at.submit(deltas(10))
    leased = at.lease()
    assert leased is not None
    at.refuse(leased)
    second = at.submit(deltas(10))
    rows = at.bench.read(exports.settled, second.run_id, **WINDOW)
    columns = export_columns.of_results((), has_trades=False)
    wire = export_values.results(columns, second.run_id, rows, {}).columns
    by_name = dict(zip((column.name for column in columns), wire, strict=True))
    assert (list(by_name["status"].texts), list(by_name["origin"].texts)) == (["SKIPPED"], [])
    assert "does not take" in by_name["reason"].texts[0]


def test_trades_of_a_reused_result_are_exported_with_it(at: Caching) -> None:
    log = read(file(CLASSIC, STOPPED, EXPIRED), "trade-log.csv")
    first = at.submit(deltas(10), Wants(trades=True))
    at.work(trade_log=log)
    second = at.submit(deltas(10), Wants(trades=True))
    kept = [at.bench.read(exports.trade_rows, run.run_id, after=(-1, -1), before_index=9, limit=100) for run in (first, second)]
    assert [[(index, row["place"], row["pl"]) for index, row in rows] for rows in kept] == [
        [(0, 0, "-305.12"), (0, 1, "231.44")]
    ] * 2
    assert len(at.bench.read(trades.of_run, second.run_id)) == 1
    (rest,) = at.bench.read(exports.trade_rows, second.run_id, after=(0, 0), before_index=9, limit=100)
    assert rest[1]["place"] == 1


def test_a_direction_is_one_of_the_wire() -> None:
    assert {column.wire().better for column in export_columns.TRADES} <= set(runs_pb2.Direction.values())

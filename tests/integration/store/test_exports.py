"""What exports read of the store: figures that were taken from an earlier run stand beside those that were found for this one."""

from dataclasses import replace
from typing import Any

import pytest

from oodaemon import clock
from oodaemon.analysis.files import read
from oodaemon.api.v1 import runs_pb2
from oodaemon.model.config import TestConfig
from oodaemon.model.runs import Author, Wants
from oodaemon.model.tasks import FailureClass
from oodaemon.rpc import export_columns, export_values
from oodaemon.store import attempts, exports, results, rulings, trades
from oodaemon.store.gathered import Packed
from tests.integration.store.caching import Caching, deltas
from tests.integration.store.workbench import Workbench, proven
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


@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
def test_columns_say_what_rows_say_whatever_a_window_holds(at: Caching, size: int) -> None:
    """Each window asks only for what it has: reuses, logs, failures and rulings come and go from one to the next."""
    bench, log = at.bench, read(file(CLASSIC, STOPPED, EXPIRED), "trade-log.csv")
    at.submit(deltas(10, 11), Wants(trades=True))
    at.work(trade_log=log)
    at.submit(deltas(12), Wants(trades=True))
    refused = at.lease()
    assert refused is not None
    at.refuse(refused)
    run = at.submit(deltas(*range(20, 30), 10, 11, 12, 30), Wants(trades=True))
    for number in range(9):
        leased = at.lease()
        assert leased is not None
        if number in (1, 4):
            bench.write(attempts.fail, leased.token, FailureClass.MISMATCH, "another number")
        else:
            at.finish(leased, float(number), trade_log=log if number in (2, 7) else None)
    held = [index for index, state in enumerate(bench.states(run)) if state == "held"]
    for index in held[:1]:
        order = rulings.Order(ref=run.run_id, which=rulings.Which(indexes=(index,)), author=Author("trader@desk", "enough"))
        bench.write(rulings.skip, order)
    found = [row for first in range(-1, 20, size) for row in rows_of(at, run.run_id, first, first + size)]
    expected = bench.read(results.page, run.run_id)
    assert {row.state.value for row in expected} >= {"succeeded", "cached", "invalid"}
    assert found == [
        {
            "idx": row.index,
            "state": row.state.value,
            "values": dict(row.values),
            "attempts": row.attempts,
            "metrics": dict(row.figures.metrics) if row.figures else None,
            "recorded_at": clock.to_text(row.recorded_at),
            "entries": row.trade_count,
            "derived": dict(row.derived) or None,
            "decision": row.ruling.reason if row.ruling else None,
            "from_index": row.reused_from[1] if row.reused_from else None,
            "part": row.part,
        }
        for row in expected
    ]


def rows_of(at: Caching, run_id: str, after: int, last: int) -> list[dict[str, Any]]:
    """A window row by row."""
    names = ("idx", "state", "values", "attempts", "metrics", "recorded_at", "entries", "derived", "decision", "from_index", "part")
    window = at.bench.read(exports.settled, run_id, after_index=after, last_index=last)
    count = len(window.get("idx", ()))
    for name in ("values", "metrics", "derived"):
        columns = window.get(name, {})
        window[name] = records(columns.columns() if isinstance(columns, Packed) else columns, count)
    columns = [window.get(name) or [None] * count for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def records(columns: dict[str, Any], count: int) -> list[dict[str, Any] | None]:
    """Columns by name, row by row; None for a row without a value."""
    rows = ({name: column[place] for name, column in columns.items()} for place in range(count))
    return [{name: value for name, value in row.items() if value is not None} or None for row in rows]


def test_a_configuration_that_does_not_begin_as_usual_is_read_as_a_whole(at: Caching) -> None:
    run = at.submit(deltas(1, 2))
    config = TestConfig("A " * exports.HEAD, "2022-05-16", "2025-11-21")
    for figures in (proven(1.0), replace(proven(2.0), config=config)):
        leased = at.lease()
        assert leased is not None
        at.finish(leased, 0.0, figures=figures)
    rows = at.bench.read(exports.settled, run.run_id, **WINDOW)
    heads = export_values.beginnings(rows, lambda index: at.bench.read(exports.config_of, run.run_id, index))
    assert heads["underlying"][1] == "A " * exports.HEAD
    assert [row.figures.config.underlying for row in at.bench.read(results.page, run.run_id) if row.figures] == [
        each or "" for each in heads["underlying"]
    ]


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

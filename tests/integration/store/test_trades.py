"""Trade logs in the store: what is kept comes back, once, with its result; the same file is imported once."""

import datetime
import sqlite3
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oodaemon.analysis.files import read
from oodaemon.analysis.tradelog import parse
from oodaemon.errors import InvalidArgument, NotFound
from oodaemon.model.runs import Author
from oodaemon.model.tasks import Lease
from oodaemon.model.trades import LogKind, StoredLog, TradeLog
from oodaemon.store import attempts, fsck, imports, journal, trades
from tests.integration.store.workbench import Workbench, proven
from tests.support import tradelogs as files
from tests.unit.analysis.rows import CLASSIC, DAILY, DAYS, EXPIRED, LIVE, LIVE_DEBIT, STOPPED, file

RAW = file(CLASSIC, STOPPED, EXPIRED)


def finish(bench: Workbench, raw: bytes = RAW, *, name: str = "trade-log.csv") -> Lease:
    """Lease the next task and record its result with a trade log, in one transaction."""
    leased = bench.announced()

    def succeed(tx) -> None:
        attempts.succeed(tx, leased.token, proven(1.0))
        trades.record(tx, leased.run_id, leased.index, attempt_id=leased.token.attempt_id, file=read(raw, name))

    bench.write(succeed)
    return leased


def log_of(bench: Workbench, log: StoredLog) -> TradeLog:
    """The log that the kept rows make."""
    found = bench.read(trades.page, log.log_id, limit=-1)
    assert [each.place for each in found] == list(range(log.entries))
    return TradeLog(log.kind, log.columns, tuple(each.trade for each in found), has_times=log.has_times)


def test_what_is_kept_comes_back(bench: Workbench) -> None:
    run = bench.submit(2)
    finish(bench)
    log = bench.read(trades.of_task, run.run_id, 0)
    expected = parse(RAW)
    assert (log.run_id, log.index, log.import_id, log.name, log.kind) == (run.run_id, 0, "", "trade-log.csv", LogKind.BACKTEST)
    assert (log.entries, log.columns, log.recorded_at) == (2, expected.columns, bench.clock.now)
    assert log.derived["net_profit"] == pytest.approx(-73.68)
    assert bench.read(trades.raw, log.log_id) == RAW
    assert log_of(bench, log) == expected


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(data=st.data())
def test_every_variant_comes_back(bench: Workbench, data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["backtest", "portfolio", "live", "on page"]))
    positions = data.draw(st.lists(files.positions(("Iron, condor", "B")), max_size=4))
    raw = files.Log(positions, data.draw(files.variants(kind))).raw()
    kept = bench.write(imports.add, read(raw, "any.csv")).log
    assert log_of(bench, kept) == parse(raw)


def test_pages_of_a_run_go_by_index_and_place(bench: Workbench) -> None:
    run = bench.submit(3)
    finish(bench)
    bench.succeed_next()
    finish(bench, file(CLASSIC, EXPIRED, EXPIRED, STOPPED))
    places = []
    after = (-1, -1)
    while found := bench.read(trades.page_of_run, run.run_id, after=after, limit=2):
        places += [(each.index, each.place, each.trade.reason) for each in found]
        assert found[-1].index is not None
        after = (found[-1].index, found[-1].place)
    assert places == [
        (0, 0, "Stop Loss"),
        (0, 1, "Expired"),
        (2, 0, "Expired"),
        (2, 1, "Expired"),
        (2, 2, "Stop Loss"),
    ]
    last = bench.read(trades.of_task, run.run_id, 2)
    assert [(each.index, each.place) for each in bench.read(trades.page, last.log_id, after_place=0)] == [(None, 1), (None, 2)]
    assert [log.index for log in bench.read(trades.of_run, run.run_id)] == [0, 2]
    assert [log.index for log in bench.read(trades.of_run, run.run_id, after_index=0)] == [2]


def test_a_task_without_a_log_is_named(bench: Workbench) -> None:
    run = bench.submit(1)
    with pytest.raises(NotFound, match=f"there is no trade log '{run.run_id}/0'"):
        bench.read(trades.of_task, run.run_id, 0)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE trades SET pl = '0'",
        "UPDATE log_files SET name = 'x'",
        "UPDATE trade_logs SET log_id = 9",
        "INSERT INTO trade_logs SELECT run_id, idx, 99, log_id FROM trade_logs",
        "INSERT INTO trades SELECT * FROM trades",
    ],
)
def test_the_tables_refuse_to_change_what_was_recorded(bench: Workbench, statement: str) -> None:
    run = bench.submit(1)
    finish(bench)
    with pytest.raises(sqlite3.IntegrityError):
        bench.write(lambda tx: tx.execute(statement))
    assert log_of(bench, bench.read(trades.of_task, run.run_id, 0)) == parse(RAW)


def test_a_log_that_cannot_be_kept_undoes_its_result(bench: Workbench) -> None:
    run = bench.submit(2)
    first = finish(bench)
    leased = bench.announced()

    def succeed(tx) -> None:
        attempts.succeed(tx, leased.token, proven(1.0))
        trades.record(tx, run.run_id, first.index, attempt_id=leased.token.attempt_id, file=read(RAW, "x"))

    with pytest.raises(sqlite3.IntegrityError):
        bench.write(succeed)
    assert bench.states(run) == ["succeeded", "submitted"]
    assert [log.index for log in bench.read(trades.of_run, run.run_id)] == [0]
    assert len(bench.read(trades.page_of_run, run.run_id)) == 2


def test_the_same_bytes_are_imported_once(bench: Workbench) -> None:
    head = bench.ledger.head
    first = bench.write(imports.add, read(RAW, "mine.csv"), author=Author("trader@desk"))
    assert (first.is_new, first.log.name, bench.news(head)) == (True, "mine.csv", ["log_imported"])
    (told,) = bench.read(journal.read, head, run_id=None)
    assert (told.body["name"], told.body["client"]) == ("mine.csv", "trader@desk")
    head = bench.ledger.head
    again = bench.write(imports.add, read(RAW, "copy (1).csv"))
    assert (again.is_new, again.log, bench.news(head)) == (False, first.log, [])
    other = bench.write(imports.add, read(RAW + b"\r\n", "mine.csv"))
    assert other.is_new
    assert bench.read(trades.raw, other.log.log_id) == RAW + b"\r\n"


def test_a_file_of_a_run_can_be_imported_as_well(bench: Workbench) -> None:
    bench.submit(1)
    finish(bench)
    assert bench.write(imports.add, read(RAW, "x.csv")).is_new


def test_imports_newest_first_and_by_the_beginning_of_their_id(bench: Workbench) -> None:
    raws = [RAW, file(LIVE, LIVE_DEBIT), file(DAILY, *DAYS[:3])]
    ids = []
    for raw in raws:
        bench.clock.advance(1)
        ids.append(bench.write(imports.add, read(raw, "x.csv")).log.import_id)
    listed = bench.read(imports.page, limit=10)
    assert [log.import_id for log in listed] == ids[::-1]
    assert [(log.kind.value, log.entries) for log in listed] == [("daily", 3), ("live", 1), ("backtest", 2)]
    assert [log.import_id for log in bench.read(imports.page, limit=1, before=ids[1])] == [ids[0]]
    assert bench.read(imports.get, ids[2].lower()) == listed[0]
    with pytest.raises(InvalidArgument, match="begins more than one id"):
        bench.read(imports.get, ids[0][:5])
    with pytest.raises(NotFound, match="there is no import 'ZZ'"):
        bench.read(imports.get, "ZZ")
    with pytest.raises(NotFound):
        bench.read(imports.get, "no id")
    with pytest.raises(InvalidArgument, match="is empty"):
        bench.read(imports.get, "")


def test_nothing_is_lost_by_a_crash(bench: Workbench) -> None:
    run = bench.submit(1)
    finish(bench)
    imported = bench.write(imports.add, read(file(DAILY, *DAYS[:2]), "d.csv")).log
    bench.crash()
    assert bench.read(trades.raw, bench.read(trades.of_task, run.run_id, 0).log_id) == RAW
    assert bench.read(imports.get, imported.import_id) == imported


def large(rows: int) -> bytes:
    """A log as large as any that was seen."""
    day = datetime.date(2022, 5, 16)
    lines = [STOPPED.replace("2025-11-21", (day + datetime.timedelta(days=n // 12)).isoformat()) for n in range(rows)]
    return file(CLASSIC, *lines)


def test_a_log_of_fourteen_thousand_rows_is_kept(bench: Workbench) -> None:
    run = bench.submit(1)
    leased = bench.announced()
    found = read(large(14_105), "big.csv")
    assert len(found.trades) == 14_105

    def succeed(tx) -> None:
        attempts.succeed(tx, leased.token, proven(1.0))
        trades.record(tx, run.run_id, 0, attempt_id=leased.token.attempt_id, file=found)

    bench.write(succeed)
    log = bench.read(trades.of_task, run.run_id, 0)
    assert isinstance(found.log, TradeLog)
    assert log_of(bench, log) == found.log
    assert sum(each.trade.pl for each in bench.read(trades.page, log.log_id, limit=-1)) == 14_105 * Decimal("-305.12")


DAMAGE = {
    "DELETE FROM results": "has a trade log that belongs to no result",
    "DELETE FROM trades WHERE place = 1": "has 1 trades where it counts 2",
    "DELETE FROM trade_logs": "belongs to nobody",
    "DELETE FROM imports": "belongs to nobody",
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_found(bench: Workbench, damage: str) -> None:
    bench.submit(1)
    finish(bench)
    bench.write(imports.add, read(RAW, "x.csv"))

    class Undo(Exception):
        pass

    found: list[str] = []

    def harm(tx) -> None:
        tx.note(damage, ())
        found.extend(fsck.problems(tx.db))
        raise Undo

    with pytest.raises(Undo):
        bench.write(harm)
    assert any(DAMAGE[damage] in problem for problem in found), found


def test_another_file_in_its_place_is_found(bench: Workbench) -> None:
    bench.write(imports.add, read(RAW, "x.csv"))

    class Undo(Exception):
        pass

    found: list[str] = []

    def harm(tx) -> None:
        tx.note("DROP TRIGGER log_files_are_final", ())
        tx.note("UPDATE log_files SET sha256 = 'x'", ())
        found.extend(fsck.problems(tx.db))
        raise Undo

    with pytest.raises(Undo):
        bench.write(harm)
    assert found == ["log file 1 is not the one that was kept"]

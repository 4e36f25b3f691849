"""The store on the loop: nothing blocks, nobody is in doubt, everybody hears of commits."""

import contextlib
import random
import sqlite3
import threading
from pathlib import Path

import pytest
import trio
import trio.testing

from oodaemon.clock import utc_now
from oodaemon.errors import StoreHeld, StoreUnusable
from oodaemon.model.events import EventType
from oodaemon.store import journal
from oodaemon.store import ledger as ledger_module
from oodaemon.store.lanes import InlineLane
from oodaemon.store.store import open_store
from tests.integration.store.test_ledger import damage_after_crash, in_use


def opened(folder: Path, **rest):
    return open_store(folder / "state", wall_clock=utc_now, rng=random.Random(1), **rest)


def tell(tx, **body) -> int:
    return tx.emit(EventType.TEST_SEEN, **body)


async def test_what_was_written_can_be_read(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        seq = await store.write(tell, name="Iron")
        assert store.head == seq == 2
        (event,) = await store.read(journal.read, seq - 1, run_id=None)
        assert event.body == {"name": "Iron"}
        assert (store.boot, store.generation, store.statistics().head) == (1, 1, 2)
        first = store.store_id
    async with opened(tmp_path) as store:
        assert (store.store_id, store.boot, store.head) == (first, 2, 3)


async def test_exceptions_propagate_and_undo(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:

        def fail(tx) -> None:
            tell(tx)
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await store.write(fail)
        assert await store.read(journal.head) == store.head == 1


async def test_writers_never_meet(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        inside, most = 0, 0

        def write(tx) -> None:
            nonlocal inside, most
            inside += 1
            most = max(most, inside)
            tell(tx)
            inside -= 1

        async with trio.open_nursery() as nursery:
            for _ in range(50):
                nursery.start_soon(store.write, write)
        assert most == 1
        assert store.head == 51


async def test_reading_goes_on_while_something_is_written(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        began, may_end = trio.Event(), threading.Event()

        def slow(tx) -> int:
            trio.from_thread.run_sync(began.set)
            may_end.wait(10)
            return tell(tx)

        async with trio.open_nursery() as nursery:
            nursery.start_soon(store.write, slow)
            await began.wait()
            assert await store.read(journal.head) == 1
            may_end.set()
        assert await store.read(journal.head) == 2


async def test_a_cancelled_writer_whose_job_began_still_learns_its_outcome(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        began, may_end = trio.Event(), threading.Event()
        outcomes: list[int] = []

        def slow(tx) -> int:
            trio.from_thread.run_sync(began.set)
            may_end.wait(10)
            return tell(tx)

        async def write() -> None:
            outcomes.append(await store.write(slow))

        async with trio.open_nursery() as nursery:
            nursery.start_soon(write)
            await began.wait()
            nursery.cancel_scope.cancel()
            may_end.set()
        assert outcomes == [2]
        assert await store.read(journal.head) == 2


async def test_a_cancelled_writer_whose_job_did_not_begin_did_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        with trio.CancelScope() as scope:
            scope.cancel()
            await store.write(tell)
        assert scope.cancelled_caught
        assert store.head == await store.read(journal.head) == 1


async def test_everybody_hears_of_commits_with_news_only(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        heard: list[tuple[str, int]] = []
        store.on_commit(lambda head: heard.append(("a", head)))
        store.on_commit(lambda head: heard.append(("b", head)))
        await store.write(tell)
        await store.write(lambda tx: None)
        with pytest.raises(ZeroDivisionError):
            await store.write(lambda tx: tell(tx) // 0)
        await store.read(journal.head)
        await store.write(tell)
        assert heard == [("a", 2), ("b", 2), ("a", 3), ("b", 3)]


async def test_a_held_store_is_refused(tmp_path: Path) -> None:
    async with opened(tmp_path):
        with pytest.raises(StoreHeld):
            async with opened(tmp_path):
                raise AssertionError


async def test_the_store_is_let_go_however_its_scope_ends(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        async with opened(tmp_path):
            raise ZeroDivisionError
    with trio.CancelScope() as scope:
        async with opened(tmp_path):
            scope.cancel()
            await trio.lowlevel.checkpoint()
    assert scope.cancelled_caught
    async with opened(tmp_path) as store:
        assert store.boot == 3


async def test_an_unusable_store_raises_before_the_scope_begins(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with pytest.raises(StoreUnusable):
        async with opened(tmp_path):
            raise AssertionError


def test_a_virtual_clock_does_not_jump_while_an_inline_store_works(tmp_path: Path) -> None:
    async def main() -> float:
        async with opened(tmp_path, lane=InlineLane) as store:
            began = trio.current_time()
            with trio.fail_after(1):
                for _ in range(20):
                    await store.write(tell)
                    await store.read(journal.head)
            assert store.head == 21
            return trio.current_time() - began

    assert trio.run(main, clock=trio.testing.MockClock(autojump_threshold=0)) == 0


async def test_a_store_that_is_lost_says_so_with_its_first_error(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        errors = [StoreUnusable("the disk is full"), StoreUnusable("the disk is still full")]

        def fail(tx, error: StoreUnusable) -> None:
            raise error

        with pytest.raises(ZeroDivisionError):
            await store.write(lambda tx: 1 // 0)
        with trio.move_on_after(0) as scope:
            await store.wait_lost()
        assert scope.cancelled_caught
        for error in errors:
            with pytest.raises(StoreUnusable):
                await store.write(fail, error)
        assert await store.wait_lost() is errors[0]


async def test_a_big_store_is_checked_after_it_was_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_module, "CHECKED_AT_ONCE", 0)
    path = in_use(tmp_path / "a")
    folder = path.parents[1]
    async with opened(folder) as store:
        await store.check()
    assert clean_mark(path) == "1", "nothing is due in a store that was closed in good order"
    mark_unclean(path)
    async with opened(folder) as store:
        pass
    assert clean_mark(path) == "0", "without the check it is not known to be sound"
    async with opened(folder) as store:
        await store.check()
    assert clean_mark(path) == "1"

    damage_after_crash(path)
    async with opened(folder) as store:
        with pytest.raises(StoreUnusable, match="restore a backup"):
            await store.check()
        assert "restore a backup" in str(await store.wait_lost())
    assert clean_mark(path) == "0"


def mark_unclean(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE meta SET value = '0' WHERE key = 'clean'")


def clean_mark(path: Path) -> str:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return str(connection.execute("SELECT value FROM meta WHERE key = 'clean'").fetchone()[0])


async def test_what_takes_long_is_left_at_once_and_ends_by_itself(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        ended = threading.Event()
        began = trio.Event()
        token = trio.lowlevel.current_trio_token()

        def endless(db) -> None:
            token.run_sync_soon(began.set)
            try:
                db.execute("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n").fetchone()
            finally:
                ended.set()

        async with trio.open_nursery() as nursery:
            nursery.start_soon(store.examine, endless)
            await began.wait()
            nursery.cancel_scope.cancel()
        assert await trio.to_thread.run_sync(ended.wait, 20)
        assert await store.examine(journal.head) == store.head

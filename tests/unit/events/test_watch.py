"""Watching: nobody misses an event, nobody sees one twice, everybody is let go."""

import contextlib
import dataclasses
import random
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trio
import trio.testing

from oodaemon.clock import utc_now
from oodaemon.errors import CursorTooOld
from oodaemon.events.watch import Closed, Journal, JournalStatistics
from oodaemon.model.events import Cursor, EventType
from oodaemon.store import journal
from oodaemon.store.lanes import InlineLane, ThreadLane
from oodaemon.store.store import Store, open_store


@asynccontextmanager
async def watched(folder: Path, *, lane=InlineLane) -> AsyncIterator[tuple[Store, Journal]]:
    with trio.fail_after(30):
        async with open_store(folder / "state", wall_clock=utc_now, rng=random.Random(1), lane=lane) as store:
            yield store, Journal(store)


def tell(tx, run_id: str | None = None) -> int:
    return tx.emit(EventType.RUN_SUBMITTED, run_id=run_id)


async def follow(watch: Journal, *, run_id: str | None, limit: int, seen: list[int]) -> int:
    """The loop that the docstring of Journal describes; returns where it stood when the journal was closed."""
    at = 0
    try:
        while True:
            await watch.wait_beyond(at)
            head = watch.cursor().seq
            events = await watch.read_after(at, run_id=run_id, limit=limit)
            seen += [event.seq for event in events]
            at = events[-1].seq if len(events) == limit else max([head, *(event.seq for event in events)])
    except Closed:
        return at


@pytest.mark.parametrize("lane", [InlineLane, ThreadLane])
async def test_any_number_of_watchers_see_everything_once_and_end_at_one_head(tmp_path: Path, lane) -> None:
    async with watched(tmp_path, lane=lane) as (store, watch):
        logs: list[list[int]] = [[] for _ in range(40)]
        ends: list[int] = []
        written: dict[str | None, list[int]] = {"A": [], "B": []}

        async def watcher(number: int) -> None:
            run_id = ("A", "B", None)[number % 3]
            ends.append(await follow(watch, run_id=run_id, limit=1 + number % 5, seen=logs[number]))

        async def writer(run_id: str) -> None:
            for _ in range(25):
                written[run_id].append(await store.write(tell, run_id))

        async with trio.open_nursery() as nursery:
            for number in range(len(logs)):
                nursery.start_soon(watcher, number)
            async with trio.open_nursery() as writers:
                writers.start_soon(writer, "A")
                writers.start_soon(writer, "B")
            watch.close()
        written[None] = list(range(1, store.head + 1))
        for number, log in enumerate(logs):
            assert log == written[("A", "B", None)[number % 3]]
        assert ends == [store.head] * len(logs)


async def test_a_waiter_wakes_at_the_commit_and_not_before(tmp_path: Path) -> None:
    async with watched(tmp_path) as (store, watch):
        woken: list[int] = []

        async def wait(seq: int) -> None:
            await watch.wait_beyond(seq)
            woken.append(seq)

        async with trio.open_nursery() as nursery:
            for seq in (0, 1, 2):
                nursery.start_soon(wait, seq)
            await trio.testing.wait_all_tasks_blocked()
            assert woken == [0]
            assert watch.statistics() == JournalStatistics(head=1, waiting=2, is_closed=False)
            await store.write(tell)
            await trio.testing.wait_all_tasks_blocked()
            assert woken == [0, 1]
            assert watch.statistics().waiting == 1
            await store.write(tell)
        assert woken == [0, 1, 2]


async def test_a_commit_between_reading_and_waiting_is_not_lost(tmp_path: Path) -> None:
    async with watched(tmp_path) as (store, watch):
        at = watch.cursor().seq
        assert await watch.read_after(at, run_id=None) == []
        await store.write(tell)
        with trio.fail_after(5):
            await watch.wait_beyond(at)


async def test_closing_lets_everybody_go_after_the_last_event(tmp_path: Path) -> None:
    async with watched(tmp_path) as (store, watch):
        closed: list[int] = []

        async def wait(number: int) -> None:
            with pytest.raises(Closed):
                await watch.wait_beyond(watch.cursor().seq)
            closed.append(number)

        async with trio.open_nursery() as nursery:
            for number in range(5):
                nursery.start_soon(wait, number)
            await trio.testing.wait_all_tasks_blocked()
            watch.close()
        assert sorted(closed) == [0, 1, 2, 3, 4]
        await store.write(tell)
        await watch.wait_beyond(1)
        with pytest.raises(Closed):
            await watch.wait_beyond(2)
        assert watch.statistics() == JournalStatistics(head=2, waiting=0, is_closed=True)


async def test_a_cancelled_waiter_leaves_nothing_behind(tmp_path: Path) -> None:
    async with watched(tmp_path) as (_, watch):
        with trio.move_on_after(0):
            await watch.wait_beyond(99)
        assert watch.statistics().waiting == 0


async def test_waiting_for_what_is_there_is_a_checkpoint(tmp_path: Path) -> None:
    async with watched(tmp_path) as (_, watch):
        with trio.testing.assert_checkpoints():
            await watch.wait_beyond(0)


async def test_a_cursor_of_this_journal_is_fine(tmp_path: Path) -> None:
    async with watched(tmp_path) as (store, watch):
        assert watch.cursor() == Cursor(store.store_id, 1, 1)
        await watch.check(watch.cursor())
        await watch.check(dataclasses.replace(watch.cursor(), seq=0))


@pytest.mark.parametrize("change", [{"store_id": "another"}, {"generation": 2}, {"seq": 99}, {"seq": -1}])
async def test_a_cursor_of_another_journal_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    async with watched(tmp_path) as (_, watch):
        with pytest.raises(CursorTooOld) as caught:
            await watch.check(dataclasses.replace(watch.cursor(), **change))
        assert caught.value.oldest == 1


async def test_a_cursor_before_the_oldest_event_is_refused(tmp_path: Path) -> None:
    async with watched(tmp_path) as (store, watch):
        for _ in range(4):
            await store.write(tell)
        await store.write(lambda tx: tx.note("DELETE FROM events WHERE seq < 4", ()))
        assert await store.read(journal.oldest) == 4
        with pytest.raises(CursorTooOld) as caught:
            await watch.check(dataclasses.replace(watch.cursor(), seq=2))
        assert caught.value.oldest == 4
        await watch.check(dataclasses.replace(watch.cursor(), seq=3))
        assert [event.seq for event in await watch.read_after(3, run_id=None)] == [4, 5]


async def test_a_watcher_of_one_run_hears_of_the_site(tmp_path: Path) -> None:
    async with watched(tmp_path) as (store, watch):
        await store.write(tell, "A")
        await store.write(tell, "B")
        await store.write(journal.condition, "SiteBlocked", "it changed")
        assert [event.seq for event in await watch.read_after(0, run_id="A")] == [2, 4]
        assert [event.seq for event in await watch.read_after(0, run_id="A", limit=1)] == [2]


async def test_a_cursor_of_an_event_that_the_store_has_not_told_of_yet_is_good(tmp_path: Path) -> None:
    """A reader may see a commit before the daemon hears of it."""
    async with watched(tmp_path) as (store, watch):
        await store.write(tell)
        behind = watch.cursor()
        with contextlib.closing(sqlite3.connect(store.path)) as other, other:
            other.execute(
                "INSERT INTO events (occurred_at, boot, type, actor, body) SELECT occurred_at, boot, type, actor, body FROM events"
            )
        seen = dataclasses.replace(behind, seq=await store.read(journal.head))
        assert seen.seq > watch.cursor().seq
        await watch.check(seen)
        with pytest.raises(CursorTooOld):
            await watch.check(dataclasses.replace(seen, seq=seen.seq + 1))

"""The janitor on a virtual clock: what it does, when, and what cannot stop it."""

import contextlib
import datetime
import itertools
import random
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import trio

from oodaemon.actors.child import Child
from oodaemon.actors.mailbox import Mailbox
from oodaemon.dispatch import janitor as janitor_module
from oodaemon.dispatch.janitor import Janitor, Upkeep
from oodaemon.ids import ulid
from oodaemon.model.batches import Batch
from oodaemon.model.runs import Desired, NewRun, SavedTest
from oodaemon.store import audit, backup, files, fsck, journal, retention, runs, tests
from oodaemon.store.files import BACKUPS_NAME
from oodaemon.store.lanes import InlineLane
from oodaemon.store.store import Store, open_store

START = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
DAY, HOUR = 86400.0, 3600.0
RNG = random.Random(3)
THREE_DAYS = datetime.timedelta(days=3)
KEPT = Upkeep(THREE_DAYS, 4)


@pytest.fixture(autouse=True)
def _rare_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rounds of ten minutes over days would take real minutes."""
    monkeypatch.setattr(janitor_module, "ROUND", HOUR)


def wall_clock() -> datetime.datetime:
    return START + datetime.timedelta(seconds=trio.current_time())


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(tmp_path, wall_clock=wall_clock, rng=RNG, lane=InlineLane) as opened:
        await opened.write(tests.remember, [SavedTest("iron", "Iron condor", "/test/iron", START)])
        yield opened
        assert await opened.read(fsck.problems) == []


class Working:
    """A janitor that works in the background, and words for what it did."""

    def __init__(self, store: Store, janitor: Janitor) -> None:
        self.store, self.janitor, self.child = store, janitor, Child("janitor", 1, Mailbox("janitor"))

    @property
    def backups(self) -> list[str]:
        return sorted(file.name for file in (self.store.path.parent / BACKUPS_NAME).glob("*"))

    async def ended(self, count: int = 2) -> str:
        """A run that comes to rest now."""
        new = NewRun(ulid(wall_clock(), RNG), "sweep", "iron", "{}", (Batch([{"delta": n} for n in range(count)]),))
        await self.store.write(runs.submit, new)
        await self.store.write(runs.set_desired, new.run_id, Desired.CANCEL)
        return new.run_id

    async def events_of(self, run_id: str) -> list[str]:
        found = await self.store.read(journal.read, 0, run_id=run_id, limit=10_000)
        return [event.type.value for event in found if event.run_id]


@pytest.fixture
async def working(store: Store, nursery) -> Working:
    made = Working(store, Janitor(store, KEPT, wall_clock=wall_clock))
    await nursery.start(made.janitor.start, made.child)
    return made


async def test_events_go_so_long_after_the_end_of_their_run_and_not_before(autojump_clock, working: Working) -> None:
    run_id = await working.ended()
    await trio.sleep(3 * DAY - HOUR)
    before = await working.events_of(run_id)
    assert len(before) > 3
    await trio.sleep(3 * HOUR)
    assert await working.events_of(run_id) == ["run_compacted"]
    told = working.janitor.statistics()
    assert (told.runs_compacted, told.events_removed) == (1, len(before) + 2), (
        "with the start and the test seen, which are of no run"
    )
    assert "of 1 runs removed" in working.child.detail
    late = await working.ended()
    await trio.sleep(4 * DAY)
    assert await working.events_of(late) == ["run_compacted"]
    assert await working.events_of(run_id) == ["run_compacted"]
    assert working.janitor.statistics().runs_compacted == 2


async def test_many_events_are_removed_in_small_transactions(
    autojump_clock, working: Working, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(janitor_module, "REMOVED_AT_ONCE", 7)
    run_id = await working.ended(50)
    before = working.store.statistics().commits
    await trio.sleep(3 * DAY + 2 * HOUR)
    assert await working.events_of(run_id) == ["run_compacted"]
    assert working.store.statistics().commits - before > 50 / 7
    assert await working.store.read(retention.unfinished) == []


async def test_a_removal_that_was_cut_short_is_finished_by_the_next_janitor(autojump_clock, store: Store, nursery) -> None:
    working = Working(store, Janitor(store, Upkeep(THREE_DAYS, 0), wall_clock=wall_clock))
    run_id = await working.ended(9)
    await store.write(retention.compact, await store.read(retention.digest, run_id))
    await store.write(retention.remove, run_id, limit=4)
    await nursery.start(working.janitor.start, working.child)
    await trio.sleep(1)
    assert await working.events_of(run_id) == ["run_compacted"]
    assert working.backups == []


async def test_a_run_that_contradicts_its_events_is_told_of_once_and_others_go_on(autojump_clock, working: Working, capsys) -> None:
    broken, sound = await working.ended(), await working.ended()

    def harm(tx) -> None:
        tx.note("UPDATE tasks SET state = 'held' WHERE run_id = ?", (broken,))

    await working.store.write(harm)
    await trio.sleep(5 * DAY)
    assert len(await working.events_of(broken)) > 1
    assert await working.events_of(sound) == ["run_compacted"]
    assert capsys.readouterr().out.count("contradict what is stored") == 1

    def mend(tx) -> None:
        tx.note("UPDATE tasks SET state = 'cancelled' WHERE run_id = ?", (broken,))
        tx.note("UPDATE tallies SET tasks = 0 WHERE run_id = ? AND state = 'held'", (broken,))

    await working.store.write(mend)


async def test_a_backup_a_day_whatever_the_restarts_and_the_newest_few_stay(autojump_clock, store: Store, nursery) -> None:
    for _ in range(3):
        working = Working(store, Janitor(store, KEPT, wall_clock=wall_clock))
        with trio.move_on_after(9 * HOUR):
            async with trio.open_nursery() as inner:
                await inner.start(working.janitor.start, working.child)
    assert working.backups == ["daily-20260101T000000Z.db", "daily-20260102T000000Z.db"]
    await nursery.start(working.janitor.start, working.child)
    await trio.sleep(6 * DAY)
    assert len(working.backups) == 4
    assert working.janitor.statistics().backed_up_at == wall_clock().replace(hour=0, minute=0, second=0)
    for name in working.backups:
        assert audit.audit(store.path.parent / BACKUPS_NAME / name) == []


async def test_a_backup_that_fails_is_tried_again_after_an_hour_and_stops_nothing(
    autojump_clock, working: Working, monkeypatch, capsys
) -> None:
    await trio.sleep(1)
    tries: list[float] = []
    take = backup.take

    def fail(*args, **rest):
        tries.append(trio.current_time())
        raise backup.BackupFailed("the disk is full")

    monkeypatch.setattr(backup, "take", fail)
    run_id = await working.ended()
    await trio.sleep(3 * DAY + 2 * HOUR)
    assert [round(later - earlier) for earlier, later in itertools.pairwise(tries)][:5] == [HOUR] * 5
    assert await working.events_of(run_id) == ["run_compacted"]
    assert len(working.backups) == 1
    monkeypatch.setattr(backup, "take", take)
    await trio.sleep(2 * HOUR)
    assert len(working.backups) == 2
    assert "the disk is full" in capsys.readouterr().out


async def test_a_long_write_ahead_log_is_emptied_unless_someone_reads(autojump_clock, working: Working, monkeypatch) -> None:
    monkeypatch.setattr(janitor_module, "WAL_LIMIT", 100)
    assert working.store.statistics().wal_bytes > 100
    await trio.sleep(HOUR)
    assert working.store.statistics().wal_bytes == 0
    with a_reader(working.store):
        await working.ended()
        assert await working.store.checkpoint() is False, "and it does not wait for the reader"
    assert await working.store.checkpoint() is True
    assert working.store.statistics().wal_bytes == 0


@contextlib.contextmanager
def a_reader(store: Store) -> Iterator[None]:
    """Someone who looks at one moment of the store for the length of the block."""
    with files.reading(store.path) as db, files.one_view(db):
        db.execute("SELECT count(*) FROM events").fetchone()
        yield


async def test_hooks_are_done_in_every_round(autojump_clock, store: Store, nursery) -> None:
    seen: list[float] = []

    async def hook() -> None:
        await trio.lowlevel.checkpoint()
        seen.append(trio.current_time())

    janitor = Janitor(store, Upkeep(), wall_clock=wall_clock, hooks=[hook])
    await nursery.start(janitor.start, Child("janitor", 1, Mailbox("janitor")))
    await trio.sleep(6 * HOUR - 1)
    assert len(seen) == 6


def test_what_is_kept_unless_told_otherwise() -> None:
    assert Upkeep() == Upkeep(keep_events=datetime.timedelta(days=30), backups_kept=7)

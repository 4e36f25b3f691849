"""The janitor: removes old events, makes the daily backup, keeps the write-ahead log short. Nobody waits for it."""

import datetime
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import NoReturn

import structlog
import trio

from oodaemon.actors.child import Child
from oodaemon.clock import HOURS, MINUTES, WallClock
from oodaemon.store import backup, retention
from oodaemon.store.backup import BackupFailed
from oodaemon.store.files import BACKUPS_NAME
from oodaemon.store.fold import Contradiction
from oodaemon.store.retention import Unfaithful
from oodaemon.store.store import Store

log = structlog.get_logger()

ROUND = 10 * MINUTES
BETWEEN_BACKUPS = datetime.timedelta(hours=24)
PATIENCE = 1 * HOURS
"""After a backup that failed, until the next try."""

REMOVED_AT_ONCE = 2000
"""Events that one transaction removes: a command of a user waits for it, so it must be a matter of milliseconds."""

WAL_LIMIT = 4 * 2**20
"""Bytes up to which a write-ahead log is left alone."""

Hook = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Upkeep:
    """How long events of runs at rest are kept, and how many daily backups; no backup is made when that is 0."""

    keep_events: datetime.timedelta = datetime.timedelta(days=30)
    backups_kept: int = 7


@dataclass(frozen=True, slots=True)
class JanitorStatistics:
    """What was done since the start. `backed_up_at` is the moment of the newest daily backup, of whatever boot."""

    runs_compacted: int
    events_removed: int
    backups: int
    backed_up_at: datetime.datetime | None


class Janitor:
    """Does its rounds for ever. What it cannot do now it does in a later round; only a lost store ends it.

    `hooks` are done in every round as well, such as sweeping what other parts leave in folders; they must not raise.
    """

    def __init__(self, store: Store, upkeep: Upkeep, *, wall_clock: WallClock, hooks: Sequence[Hook] = ()) -> None:
        self._store, self._upkeep, self._wall_clock, self._hooks = store, upkeep, wall_clock, tuple(hooks)
        self._folder = store.path.parent / BACKUPS_NAME
        self._compacted = self._removed = self._backups = 0
        self._not_before = 0.0
        self._unfaithful: set[str] = set()

    async def start(self, child: Child, /, *, task_status: trio.TaskStatus[None]) -> NoReturn:
        """First the check of the pages, if opening the store put it off; then a round at once and every 10 minutes.

        Until cancelled; what it was about is finished or undone. Raises StoreUnusable.
        """
        task_status.started()
        await self._store.check()
        while True:
            if done := await self._round():
                child.progress(done)
            await trio.sleep(ROUND)

    def statistics(self) -> JanitorStatistics:
        """Counters since the start."""
        known = backup.listing(self._folder, backup.DAILY)
        return JanitorStatistics(self._compacted, self._removed, self._backups, known[-1][0] if known else None)

    async def _round(self) -> str:
        compacted, removed = await self._retain()
        file = await self._back_up()
        if self._store.statistics().wal_bytes > WAL_LIMIT:
            await self._store.checkpoint()
        for hook in self._hooks:
            await hook()
        words = [f"{removed} events of {compacted} runs removed" if removed else "", f"backup {file}" if file else ""]
        return ", ".join(filter(None, words))

    async def _retain(self) -> tuple[int, int]:
        before = self._wall_clock() - self._upkeep.keep_events
        compacted = 0
        while found := [run for run in await self._store.examine(retention.due, before) if run not in self._unfaithful]:
            for run_id in found:
                compacted += await self._compact(run_id)
        await self._store.write(retention.expire, before)
        removed = 0
        for scope in await self._store.examine(retention.unfinished):
            while count := await self._store.write(retention.remove, scope, limit=REMOVED_AT_ONCE):
                removed += count
        self._compacted += compacted
        self._removed += removed
        return compacted, removed

    async def _compact(self, run_id: str) -> bool:
        try:
            found = await self._store.examine(retention.digest, run_id)
        except (Unfaithful, Contradiction) as error:
            self._unfaithful.add(run_id)
            log.error("the events of a run stay, because they contradict what is stored", run=run_id, reason=str(error))
            return False
        return await self._store.write(retention.compact, found)

    async def _back_up(self) -> str:
        now = self._wall_clock()
        known = backup.listing(self._folder, backup.DAILY)
        is_fresh = bool(known) and datetime.timedelta(0) <= now - known[-1][0] < BETWEEN_BACKUPS
        if not self._upkeep.backups_kept or is_fresh or trio.current_time() < self._not_before:
            return ""
        target = self._folder / backup.name(backup.DAILY, now)
        try:
            await self._store.back_up(target)
        except BackupFailed as error:
            self._not_before = trio.current_time() + PATIENCE
            log.error("the daily backup failed", reason=str(error))
            return ""
        self._backups += 1
        try:
            backup.prune(self._folder, backup.DAILY, keep=self._upkeep.backups_kept)
        except OSError as error:
            log.warning("old backups cannot be removed", reason=str(error))
        return target.name

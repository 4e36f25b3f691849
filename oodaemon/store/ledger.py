"""The ledger: the database file, its lock, its one writing and its one reading connection. Blocking; knows nothing of trio."""

import contextlib
import os
import random
import sqlite3
import stat
import time
import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from sqlite_utils import Database

from oodaemon.clock import SECONDS, WallClock
from oodaemon.errors import StoreUnusable
from oodaemon.histogram import Histogram, HistogramStatistics
from oodaemon.model.events import EventType
from oodaemon.model.reuse import Policy
from oodaemon.model.tasks import Move
from oodaemon.store import attempts, backup, clocks, files, journal, os_processes, schema, soundness
from oodaemon.store.backup import BackupFailed
from oodaemon.store.files import BACKUPS_NAME, DATABASE_NAME
from oodaemon.store.lock import StoreLock
from oodaemon.store.soundness import Unsound
from oodaemon.store.transaction import Snapshot, Transaction
from oodaemon.store.trouble import store_failures, unusable

P = ParamSpec("P")
T = TypeVar("T")

BUSY_TIMEOUT = 5 * SECONDS
CHECKED_AT_ONCE = 64 * 2**20
"""Bytes of a file up to which its pages are checked before anything else, when it was not closed in good order."""

COMMIT_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Upper bounds in seconds: a commit waits for the disk."""

_WAL_KEPT_BYTES = 64 * 2**20
_STATEMENTS_KEPT = 512
"""Prepared statements that a connection keeps: more than there are different ones."""


@dataclass(frozen=True, slots=True)
class StoreStatistics:
    """What the store did since it was opened, and how big it is. `head` is the newest seq of the journal.

    `commit_times` are how long each COMMIT took; `events` and `moves` count what was told and what happened to tasks.
    """

    commit_times: HistogramStatistics
    commit_seconds_max: float
    database_bytes: int
    wal_bytes: int
    head: int
    boot: int
    events: Mapping[EventType, int] = field(default_factory=dict)
    moves: Mapping[Move, int] = field(default_factory=dict)

    @property
    def commits(self) -> int:
        """How many transactions were committed."""
        return self.commit_times.number

    @property
    def commit_seconds_sum(self) -> float:
        """What all COMMITs together took."""
        return self.commit_times.seconds


class Ledger:
    """An open store. `write` and `read` may be called from different threads, but each of them from one at a time.

    Opening takes the lock, checks, migrates, and commits one first transaction: boot + 1, and every attempt of an older boot closed
    at no cost. Raises StoreHeld and StoreUnusable, and then leaves nothing open.

    `is_check_due` says that the pages of a big store that was not closed in good order are still to be checked, with `check`.
    """

    def __init__(self, state_dir: Path, *, wall_clock: WallClock, rng: random.Random) -> None:
        self._path, self._wall_clock, self._rng = state_dir / DATABASE_NAME, wall_clock, rng
        self._commits, self._seconds_max = Histogram(*COMMIT_BUCKETS), 0.0
        self._events, self._moves = Counter(dict.fromkeys(EventType, 0)), Counter(dict.fromkeys(Move, 0))
        self._is_sound = True
        self.head = self.boot = 0
        self.policy: Policy | None = None
        """By which results of earlier runs stand for new ones; None until somebody sets it: then none does."""
        with contextlib.ExitStack() as undo, store_failures(self._path):
            undo.callback(_take(state_dir, self._path).release)
            self._writer = undo.enter_context(contextlib.closing(_connect(self._path)))
            self.is_check_due = not _admit(self._writer, self._path)
            _use_write_ahead_log(self._writer, self._path)
            self._migrate()
            self._start()
            self._reader = undo.enter_context(contextlib.closing(_connect(self._path)))
            self._reader.execute("PRAGMA query_only = ON")
            self._resources = undo.pop_all()

    def _migrate(self) -> None:
        """Bring the tables up to this version; a store that holds something is copied before it is touched."""
        if schema.holds_something(self._writer) and not schema.is_current(self._writer):
            kind = f"before-{schema.latest(self._writer)}-is-migrated"
            target = self._path.parent / BACKUPS_NAME / backup.name(kind, self._wall_clock())
            try:
                # Pages only: a journal that this version reads in another way must not stand in the way of an upgrade.
                backup.take(self._path, target, is_folded=False)
            except BackupFailed as error:
                raise unusable(self._path, f"it has to be migrated, and {error}", "mend that") from error
        schema.migrate(self._writer)

    def _start(self) -> None:
        before = schema.meta(self._writer)
        self.store_id = before.get("store_id") or str(uuid.UUID(int=self._rng.getrandbits(128), version=4))
        self.generation = int(before.get("generation", "1"))
        self.boot = int(before.get("boot", "0")) + 1
        self.head = journal.head(self._writer)
        self.write(_first_transaction, self.store_id, self.generation)

    def write(self, fn: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn(tx, ...)` in one transaction and commit it; any exception undoes all of it and propagates.

        Raises StoreUnusable when the store itself fails.
        """
        tx = Transaction(self._writer, now=self._wall_clock(), boot=self.boot, rng=self._rng, policy=self.policy)
        try:
            with store_failures(self._path):
                self._writer.execute("BEGIN IMMEDIATE")
                value = fn(tx, *args, **kwargs)
                tx.check_announced()
                self._commit()
        except BaseException as error:
            self._is_sound = self._is_sound and not isinstance(error, StoreUnusable)
            with contextlib.suppress(sqlite3.Error):
                self._writer.rollback()
            raise
        self.head = max(self.head, tx.last_seq)
        self._events.update(tx.events)
        self._moves.update(tx.moves)
        return value

    def _commit(self) -> None:
        began = time.perf_counter()
        self._writer.execute("COMMIT")
        took = time.perf_counter() - began
        self._commits.add(took)
        self._seconds_max = max(self._seconds_max, took)

    def read(self, fn: Callable[Concatenate[Snapshot, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn(db, ...)` on one consistent view of what is committed. A statement that writes raises StoreUnusable."""
        with store_failures(self._path):
            self._reader.execute("BEGIN")
            try:
                return fn(self._reader, *args, **kwargs)
            finally:
                self._reader.rollback()

    def checkpoint(self) -> bool:
        """Fold the write-ahead log into the file and empty it, if no reader needs it just now; False when one does.

        Called like `write`. Never waits for a reader.
        """
        with store_failures(self._path):
            self._writer.execute("PRAGMA busy_timeout = 0")
            try:
                busy = self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            finally:
                self._writer.execute(f"PRAGMA busy_timeout = {int(BUSY_TIMEOUT * 1000)}")
        return not busy

    @property
    def path(self) -> Path:
        """The file of the database."""
        return self._path

    def statistics(self) -> StoreStatistics:
        """Counters since opening and sizes of the files now."""
        return StoreStatistics(
            commit_times=self._commits.statistics(),
            commit_seconds_max=self._seconds_max,
            database_bytes=files.size(self._path),
            wal_bytes=files.size(files.wal_of(self._path)),
            head=self.head,
            boot=self.boot,
            events=dict(self._events),
            moves=dict(self._moves),
        )

    def close(self) -> None:
        """Leave the mark of a clean end, fold the write-ahead log into the file, close, and release the lock.

        A store that failed gets no such mark and is checked when it is opened again. Never raises for the disk.
        """
        with self._resources, contextlib.suppress(sqlite3.Error):
            self._reader.close()
            if self._is_sound and not self.is_check_due:
                self._writer.execute("UPDATE meta SET value = '1' WHERE key = 'clean'")
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _first_transaction(tx: Transaction, store_id: str, generation: int) -> None:
    facts = {"store_id": store_id, "generation": str(generation), "boot": str(tx.boot), "clean": "0"}
    tx.execute_many("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", facts.items())
    tx.emit(EventType.DAEMON_STARTED, boot=tx.boot)
    if gap := clocks.set_back(tx):
        os_processes.clock_gap(tx, gap)
    attempts.interrupt_orphans(tx)
    clocks.site_blocked(tx, is_blocked=False)


def _take(state_dir: Path, path: Path) -> StoreLock:
    """Make the folder and the file for this user alone, and hold them."""
    try:
        state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = StoreLock(state_dir)
    except OSError as error:
        raise unusable(path, error, "make its folder writable for this user") from error
    try:
        os.close(os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            path.chmod(mode & 0o700)
    except OSError as error:
        lock.release()
        raise unusable(path, error, "make it a file that belongs to this user") from error
    return lock


def _connect(path: Path) -> Database:
    connection = sqlite3.connect(
        path, timeout=BUSY_TIMEOUT, isolation_level=None, check_same_thread=False, cached_statements=_STATEMENTS_KEPT
    )
    try:
        connection.row_factory = sqlite3.Row
        for pragma in ("synchronous = FULL", "foreign_keys = ON", f"journal_size_limit = {_WAL_KEPT_BYTES}"):
            connection.execute(f"PRAGMA {pragma}")
        return Database(connection, execute_plugins=False)
    except BaseException:
        connection.close()
        raise


def check(path: Path) -> None:
    """Check every page of an open store on a connection of its own. Raises StoreUnusable."""
    try:
        with store_failures(path), files.reading(path) as db:
            soundness.check_pages(db, path)
    except Unsound as error:
        raise unusable(path, error.reason, error.advice) from error


def _admit(db: Database, path: Path) -> bool:
    """Refuse a database that is not ours, newer than this program, or damaged; False when its pages are still to be checked."""
    try:
        soundness.check_origin(db, path)
        if schema.is_new(db) or schema.meta(db).get("clean") == "1":
            return True
        if files.size(path) > CHECKED_AT_ONCE:
            return False
        soundness.check_pages(db, path)
    except Unsound as error:
        raise unusable(path, error.reason, error.advice) from error
    return True


def _use_write_ahead_log(db: Database, path: Path) -> None:
    mode = db.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    if mode != "wal":
        raise unusable(path, f"its file system offers journal mode {mode}, not WAL", "use a folder on a local disk")

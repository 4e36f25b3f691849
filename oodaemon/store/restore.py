"""Restore: a backup becomes the store, in a new life of it, and what was there is kept aside. Blocking."""

import contextlib
import datetime
import os
import re
import shutil
import sqlite3
from pathlib import Path

from oodaemon.errors import OODaemonError
from oodaemon.store import files, soundness
from oodaemon.store.files import DATABASE_NAME
from oodaemon.store.lock import StoreLock
from oodaemon.store.soundness import Facts, Unsound

_ASIDE = re.compile(r"replaced-by-generation-(\d+)-")


class RestoreFailed(OODaemonError):
    """Nothing was restored; the store is as it was."""


def restore(backup: Path, state_dir: Path, now: datetime.datetime) -> tuple[Facts, Path | None]:
    """Put a backup in the place of the store of a folder; return what it says of itself now, and where the old files are.

    The backup is checked first and never changed. Its generation becomes one more than any the store has had, so that no cursor of
    before is taken for one of after. Killed at any moment, it leaves the old store or the new one. Raises RestoreFailed, Unsound
    for a file that is no sound store, and StoreHeld while a daemon runs.
    """
    if not backup.is_file():
        raise RestoreFailed(f"there is no file {backup}; oodaemon backup makes one")
    try:
        state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = StoreLock(state_dir)
    except OSError as error:
        raise RestoreFailed(f"nothing was restored to {state_dir}: {error.strerror}; make it writable for this user") from error
    part = state_dir / f".{DATABASE_NAME}.{os.getpid()}.part"
    log = state_dir / f".{DATABASE_NAME}.{os.getpid()}.wal"
    try:
        return _replace(backup, part, log, now)
    except (sqlite3.Error, OSError) as error:
        advice = "see that there is room and that it can be written"
        raise RestoreFailed(f"nothing was restored to {state_dir}: {error}; {advice}") from error
    finally:
        for file in (part, log):
            with contextlib.suppress(OSError):
                file.unlink(missing_ok=True)
        lock.release()


def _replace(backup: Path, part: Path, log: Path, now: datetime.datetime) -> tuple[Facts, Path | None]:
    found = soundness.examine(backup, is_folded=True)
    state_dir, path = part.parent, part.with_name(DATABASE_NAME)
    if files.size(files.wal_of(path)):
        shutil.copyfile(files.wal_of(path), log)  # opening a damaged database may delete its log
    old = _settle(path)
    generation = 1 + max([found.generation, old.generation if old else 0, *_earlier(state_dir)])
    part.unlink(missing_ok=True)
    files.make_private(part)
    with backup.open("rb") as source, part.open("wb") as copy:
        shutil.copyfileobj(source, copy, 1 << 20)
    _begin_life(part, generation, _attempts(path) if old else 0)
    files.make_durable(part)
    aside = None
    if path.exists():
        aside = state_dir / f"replaced-by-generation-{generation}-{now.astimezone(datetime.UTC):%Y%m%dT%H%M%SZ}"
        _set_aside(path, aside, None if old else log)
    part.replace(path)
    files.make_durable(state_dir)
    return soundness.examine(path, is_folded=False), aside


def _settle(path: Path) -> Facts | None:
    """Fold the write-ahead log of the old store into its file, if it can be read, and say what it was."""
    if not path.exists():
        return None
    try:
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return soundness.examine(path, is_folded=False)
    except (sqlite3.Error, Unsound):
        return None  # it may be why a backup is restored


def _earlier(state_dir: Path) -> list[int]:
    """Generations that earlier restores began; an old store that cannot be read any more had the last of them."""
    return [int(found[1]) for entry in state_dir.iterdir() if (found := _ASIDE.match(entry.name))]


def _attempts(path: Path) -> int:
    """The highest attempt of a store: what is kept by its number outside of the store must not meet another one."""
    with files.reading(path, is_still=True) as db:
        row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'attempts'").fetchone()
    return 0 if row is None else int(row["seq"])


def _begin_life(part: Path, generation: int, attempts: int) -> None:
    with contextlib.closing(sqlite3.connect(part, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE meta SET value = ? WHERE key = 'generation'", (str(generation),))
        if connection.execute("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'attempts'", (attempts,)).rowcount == 0:
            connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('attempts', ?)", (attempts,))
        connection.execute("COMMIT")


def _set_aside(path: Path, aside: Path, log: Path | None) -> None:
    """The old file gets a second name before the new one takes its first; a log that could not be folded goes before it."""
    aside.mkdir(mode=0o700)
    wal = files.wal_of(path)
    if log is not None and log.exists():
        log.rename(aside / wal.name)
    for beside in (wal, path.with_name(path.name + "-shm")):
        beside.unlink(missing_ok=True)
    try:
        (aside / path.name).hardlink_to(path)
    except OSError:
        shutil.copy2(path, aside / path.name)
    files.make_durable(aside)

"""Backups: copies of a store that are one file, complete, and proven before they get their name. Blocking."""

import contextlib
import datetime
import os
import sqlite3
from pathlib import Path

from oodaemon.errors import OODaemonError
from oodaemon.store import files, soundness
from oodaemon.store.soundness import Facts, Unsound

DAILY = "daily"
_STAMP = "%Y%m%dT%H%M%SZ"


class BackupFailed(OODaemonError):
    """There is no new backup; those that were there are untouched."""


def take(store: Path, target: Path, *, is_folded: bool = True) -> Facts:
    """Copy a store, in use or not, to a file that must not exist yet, and return what the copy says of itself.

    The copy is of one moment. It gets its name only after it was opened, every page was checked and, unless `is_folded` is False,
    its events were folded. Raises BackupFailed, and then leaves nothing behind.
    """
    if not store.is_file():
        raise BackupFailed(f"there is no store {store}; --state-dir names its folder")
    if target.exists():
        raise BackupFailed(f"{target} is there already; choose another name, or move it away")
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        files.make_private(part)
        _copy(store, part)
        found = soundness.examine(part, is_folded=is_folded)
        files.make_durable(part)
        part.rename(target)
        files.make_durable(target.parent)
        return found
    except Unsound as error:
        raise BackupFailed(f"no backup was made of {store}: {error.reason}; oodaemon fsck says more") from error
    except (sqlite3.Error, OSError) as error:
        advice = f"make room for {target} and see that it can be written"
        raise BackupFailed(f"no backup was made of {store}: {error}; {advice}") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _copy(store: Path, part: Path) -> None:
    """One step: a copy in several begins anew whenever the daemon commits in between."""
    with files.reading(store) as source, contextlib.closing(sqlite3.connect(part, isolation_level=None)) as copy:
        soundness.check_origin(source, store)
        source.conn.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode = DELETE")


def name(kind: str, now: datetime.datetime) -> str:
    """The file name of a backup of this kind and moment."""
    return f"{kind}-{now.astimezone(datetime.UTC).strftime(_STAMP)}.db"


def listing(folder: Path, kind: str) -> list[tuple[datetime.datetime, Path]]:
    """The backups of one kind in a folder with their moments, oldest first."""
    found = []
    for file in folder.glob(f"{kind}-*.db"):
        with contextlib.suppress(ValueError):
            moment = datetime.datetime.strptime(file.stem.removeprefix(f"{kind}-"), _STAMP).replace(tzinfo=datetime.UTC)
            found.append((moment, file))
    return sorted(found)


def prune(folder: Path, kind: str, *, keep: int) -> list[Path]:
    """Delete all backups of one kind but the newest; return the deleted ones. Other files are not touched."""
    old = [file for _, file in listing(folder, kind)[:-keep]] if keep else []
    for file in old:
        file.unlink(missing_ok=True)
    return old

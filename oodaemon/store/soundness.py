"""Whether a file can be used as a store at all: ours, not newer than this program, and whole."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from oodaemon.errors import OODaemonError
from oodaemon.store import files, journal, schema
from oodaemon.store.fold import Contradiction, fold
from oodaemon.store.walk import events

DAMAGED = "restore a backup, or move the file away to begin with an empty store"


class Unsound(OODaemonError):
    """A file is no store that this program can use. `reason` and `advice` are parts of a sentence."""

    def __init__(self, path: Path, reason: str, advice: str) -> None:
        self.reason, self.advice = reason, advice
        super().__init__(f"{path} cannot be used as a store: {reason}; {advice}")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a sound store says of itself."""

    store_id: str
    generation: int
    boot: int
    head: int
    schema: str


def check_origin(db: Database, path: Path) -> None:
    """Raise Unsound for a database of another program or of a newer version of this one."""
    if schema.is_foreign(db):
        raise Unsound(path, "it is the database of another program", "move the file away, or give the daemon another folder")
    if newer := schema.unknown_migrations(db):
        reason = f"it was written by a newer version (it has {newer[-1]})"
        raise Unsound(path, reason, "install that version or a later one")


def check_pages(db: Database, path: Path) -> None:
    """Raise Unsound unless every page is as it should be. Takes seconds for a store of a gigabyte."""
    problems = [row[0] for row in db.execute("PRAGMA quick_check(1)")]
    if problems != ["ok"]:
        raise Unsound(path, problems[0], DAMAGED)


def examine(path: Path, *, is_folded: bool) -> Facts:
    """Check a store that nobody writes: origin, every page, and on request that its events can be folded. Changes nothing.

    Raises Unsound.
    """
    try:
        if files.size(files.wal_of(path)):
            advice = "make a backup with oodaemon backup, which is one file that is complete by itself"
            raise Unsound(path, "it has a write-ahead log beside it, so it is the file of a daemon and not a backup", advice)
        with files.reading(path, is_still=True) as db:
            check_origin(db, path)
            if schema.is_new(db):
                raise Unsound(path, "it is empty", "choose a file that oodaemon backup made")
            check_pages(db, path)
            if is_folded:
                fold(events(db))
            return facts(db)
    except Contradiction as contradiction:
        raise Unsound(path, f"its journal contradicts itself: {contradiction}", "choose an older backup") from None
    except (sqlite3.Error, OSError, KeyError, ValueError) as error:
        raise Unsound(path, str(error) or type(error).__name__, "choose a file that oodaemon backup made") from error


def facts(db: Database) -> Facts:
    """Identity and state of a store. Raises KeyError and ValueError when it has none, sqlite3.Error when it cannot be read."""
    meta = schema.meta(db)
    return Facts(meta["store_id"], int(meta["generation"]), int(meta["boot"]), journal.head(db), schema.latest(db))

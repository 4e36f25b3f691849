"""Where a process can die: before and after every statement that reaches the disk for good, and in the middle of its bytes."""

import hashlib
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from oodaemon.store import ledger
from oodaemon.store.ledger import DATABASE_NAME

FILES = (DATABASE_NAME, DATABASE_NAME + "-wal", DATABASE_NAME + "-journal")
WAL_HEADER = 32

_REACH: list["Reach"] = []


@dataclass(frozen=True, slots=True)
class Point:
    """A place to die at: which statement, before, within or after it."""

    number: int
    moment: str
    statement: str

    def __str__(self) -> str:
        return f"{self.moment} {self.statement} (no. {self.number})"


Reach = Callable[[str, str], None]
"""Called with a moment ("before" or "after") and the statement."""


class WatchedConnection(sqlite3.Connection):
    """A connection that says when it is about to make something last."""

    def execute(self, sql: str, /, *args: Any) -> sqlite3.Cursor:
        if not _lasts(self, sql):
            return super().execute(sql, *args)
        _tell("before", sql)
        cursor = super().execute(sql, *args)
        _tell("after", sql)
        return cursor

    def executescript(self, script: str, /) -> sqlite3.Cursor:
        assert not self.in_transaction, "a script inside a transaction would commit it half-way"
        return super().executescript(script)


def _lasts(connection: sqlite3.Connection, sql: str) -> bool:
    words = sql.upper().split()
    if words[0] in {"COMMIT", "COMMIT;", "END"}:
        return True
    if words[0] == "PRAGMA":
        return "JOURNAL_MODE" in words or "WAL_CHECKPOINT" in words[1]
    return not connection.in_transaction and words[0] in {
        "INSERT",
        "UPDATE",
        "DELETE",
        "CREATE",
        "ALTER",
        "DROP",
        "REPLACE",
        "VACUUM",
    }


def _tell(moment: str, sql: str) -> None:
    for reach in _REACH:
        reach(moment, " ".join(sql.split())[:60])


@contextmanager
def watched(reach: Reach) -> Iterator[None]:
    """While the block runs, ledgers that are opened tell `reach` of every point."""
    real = sqlite3.connect

    def connect(path: Path, **rest: Any) -> sqlite3.Connection:
        return real(path, factory=WatchedConnection, **rest)

    class Module:
        """The sqlite3 module as the ledger sees it."""

        def __getattr__(self, name: str) -> Any:
            return connect if name == "connect" else getattr(sqlite3, name)

    _REACH.append(reach)
    original, ledger.sqlite3 = ledger.sqlite3, Module()  # type: ignore[attr-defined, assignment]
    try:
        yield
    finally:
        ledger.sqlite3 = original  # type: ignore[attr-defined]
        _REACH.remove(reach)


Bytes = dict[str, bytes]


def take(folder: Path) -> Bytes:
    """The files as a SIGKILL at this moment would leave them."""
    return {name: (folder / name).read_bytes() for name in FILES if (folder / name).exists()}


def lay(remains: Bytes, folder: Path) -> None:
    """Make a folder that holds nothing but these files."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(mode=0o700, parents=True)
    for name, content in remains.items():
        (folder / name).write_bytes(content)


def digest(remains: Bytes) -> str:
    """Same bytes, same digest."""
    summed = hashlib.sha256()
    for name in sorted(remains):
        summed.update(name.encode() + remains[name])
    return summed.hexdigest()


def torn(before: Bytes, after: Bytes) -> Bytes | None:
    """What a death in the middle of appending a commit to the write-ahead log leaves; None if nothing was appended."""
    wal = DATABASE_NAME + "-wal"
    old, new = before.get(wal, b""), after.get(wal, b"")
    if len(new) <= max(len(old), WAL_HEADER) or before.get(DATABASE_NAME) != after.get(DATABASE_NAME):
        return None
    cut = len(old) + (len(new) - len(old)) * 2 // 3
    return {**after, wal: new[:cut]}

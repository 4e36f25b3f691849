"""The files of a store: their names, and how they are made, moved and opened by those who are not its writer."""

import contextlib
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path

from sqlite_utils import Database

from oodaemon.clock import SECONDS

DATABASE_NAME = "oodaemon.db"
BACKUPS_NAME = "backups"
GIVEN_UP: ContextVar[threading.Event | None] = ContextVar("GIVEN_UP", default=None)
"""Set for a job that takes long: once the event is, its connections answer no further question, and the job ends with an error."""

PATIENCE = 10 * SECONDS
"""How long a reader waits for a lock that another process holds for a moment."""

_LOOK_AFTER = 10_000
"""Steps of SQLite's machine between two looks at GIVEN_UP."""


def wal_of(path: Path) -> Path:
    """The write-ahead log beside a database."""
    return path.with_name(path.name + "-wal")


def size(path: Path) -> int:
    """Bytes of a file; 0 when there is none."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def make_private(path: Path) -> None:
    """Make an empty file for this user alone. Raises FileExistsError when there is one already."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


def make_durable(path: Path) -> None:
    """Return when a file, or the names in a folder, are on disk."""
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


@contextlib.contextmanager
def reading(path: Path, *, is_still: bool = False) -> Iterator[Database]:
    """A connection that cannot write, on a store that may be in use; closed at the end. Raises sqlite3.Error.

    `is_still` promises that nobody writes: then nothing at all is made beside the file.
    """
    address = f"{path.absolute().as_uri()}?{'mode=ro&immutable=1' if is_still else 'mode=rw'}"
    connection = sqlite3.connect(address, uri=True, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
    with contextlib.closing(connection):
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA query_only = ON")
        if (given_up := GIVEN_UP.get()) is not None:
            connection.set_progress_handler(given_up.is_set, _LOOK_AFTER)
        yield Database(connection, execute_plugins=False)


@contextlib.contextmanager
def one_view(db: Database) -> Iterator[Database]:
    """Everything that is read inside is of one moment."""
    db.execute("BEGIN")
    try:
        yield db
    finally:
        db.conn.rollback()

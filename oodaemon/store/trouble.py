"""Failures of the store itself, told apart from defects of the code that uses it, and said in one sentence."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from oodaemon.errors import StoreUnusable

_ADVICE = {
    sqlite3.SQLITE_FULL: "make room on its disk",
    sqlite3.SQLITE_IOERR: "look at its disk, and make room if it is full",
    sqlite3.SQLITE_CORRUPT: "restore a backup, or move the file away to begin with an empty store",
    sqlite3.SQLITE_NOTADB: "restore a backup, or move the file away to begin with an empty store",
    sqlite3.SQLITE_CANTOPEN: "check that the folder exists and belongs to this user",
    sqlite3.SQLITE_READONLY: "make the file and its folder writable for this user",
    sqlite3.SQLITE_PERM: "make the file and its folder readable and writable for this user",
    sqlite3.SQLITE_BUSY: "end the other program that has it open",
    sqlite3.SQLITE_LOCKED: "end the other program that has it open",
    sqlite3.SQLITE_PROTOCOL: "end the other program that has it open",
    sqlite3.SQLITE_NOMEM: "free memory",
}


def unusable(path: Path, reason: object, advice: str) -> StoreUnusable:
    """The error for a store in this file."""
    return StoreUnusable(f"the store {path} cannot be used: {reason}; {advice}, then start again")


@contextlib.contextmanager
def store_failures(path: Path) -> Iterator[None]:
    """Turn a full disk, an I/O error, a corrupt or locked file into StoreUnusable; everything else propagates unchanged."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None)
        advice = _ADVICE.get(code & 0xFF) if code is not None else None
        if advice is None:
            raise
        raise unusable(path, error, advice) from error

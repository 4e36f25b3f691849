"""Failures of the store are told apart from defects."""

import sqlite3
from pathlib import Path

import pytest

from oodaemon.errors import StoreUnusable
from oodaemon.store.trouble import store_failures

PATH = Path("/var/lib/oodaemon/oodaemon.db")


def failure(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("something happened")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        (sqlite3.SQLITE_FULL, "make room on its disk"),
        (sqlite3.SQLITE_IOERR_FSYNC, "look at its disk"),
        (sqlite3.SQLITE_CORRUPT, "restore a backup"),
        (sqlite3.SQLITE_NOTADB, "move the file away"),
        (sqlite3.SQLITE_READONLY_DBMOVED, "writable for this user"),
        (sqlite3.SQLITE_BUSY, "end the other program"),
    ],
)
def test_a_failure_of_the_store_is_one_sentence_with_advice(code: int, advice: str) -> None:
    with pytest.raises(StoreUnusable) as caught, store_failures(PATH):
        raise failure(code)
    assert str(caught.value).startswith(f"the store {PATH} cannot be used: something happened; ")
    assert advice in str(caught.value)
    assert isinstance(caught.value.__cause__, sqlite3.Error)


@pytest.mark.parametrize(
    "error",
    [failure(sqlite3.SQLITE_ERROR), failure(sqlite3.SQLITE_CONSTRAINT_UNIQUE), sqlite3.ProgrammingError("closed"), KeyError("x")],
)
def test_a_defect_propagates_unchanged(error: Exception) -> None:
    with pytest.raises(type(error)) as caught, store_failures(PATH):
        raise error
    assert caught.value is error

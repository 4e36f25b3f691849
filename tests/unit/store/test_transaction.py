"""A transaction: one moment, its events, and no silent change."""

import datetime
import random
import sqlite3
from collections.abc import Iterator

import pytest
from sqlite_utils import Database

from oodaemon.model.events import EventType
from oodaemon.store import schema
from oodaemon.store.transaction import Transaction, UnannouncedChange, to_json

NOW = datetime.datetime(2026, 1, 1, 12, tzinfo=datetime.UTC)
CHANGE = "INSERT INTO meta (key, value) VALUES (?, ?)"


@pytest.fixture
def tx() -> Iterator[Transaction]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    db = Database(connection, execute_plugins=False)
    schema.migrate(db)
    yield Transaction(db, now=NOW, boot=4, rng=random.Random(1))
    connection.close()


def test_nothing_changed_needs_no_event(tx: Transaction) -> None:
    tx.execute("SELECT * FROM meta")
    tx.check_announced()


def test_a_change_needs_an_event(tx: Transaction) -> None:
    tx.execute(CHANGE, ("a", "1"))
    with pytest.raises(UnannouncedChange):
        tx.check_announced()
    assert tx.emit(EventType.DAEMON_STARTED, boot=4) == tx.last_seq == 1
    tx.check_announced()
    row = tx.execute("SELECT occurred_at, boot, type, run_id, actor, body FROM events").fetchone()
    assert tuple(row) == ("2026-01-01T12:00:00.000000Z", 4, "daemon_started", None, "", '{"boot":4}')


def test_a_note_needs_none_and_excuses_nothing_else(tx: Transaction) -> None:
    tx.note(CHANGE, ("a", "1"))
    tx.check_announced()
    tx.execute(CHANGE, ("b", "1"))
    tx.note(CHANGE, ("c", "1"))
    with pytest.raises(UnannouncedChange):
        tx.check_announced()


def test_many_rows_are_a_change_too(tx: Transaction) -> None:
    tx.execute_many(CHANGE, [("a", "1"), ("b", "2")])
    with pytest.raises(UnannouncedChange):
        tx.check_announced()


def test_a_run_is_revised_once(tx: Transaction) -> None:
    assert [tx.first_revision_of(run) for run in ("a", "b", "a")] == [True, True, False]


def test_json_is_compact_readable_and_finite() -> None:
    assert to_json({"größe": [1, 1.5, True, None]}) == '{"größe":[1,1.5,true,null]}'
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_json(float("nan"))

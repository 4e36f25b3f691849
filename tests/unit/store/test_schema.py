"""Migrations: what is ours, what is newer, what is still to do."""

import sqlite3
from collections.abc import Iterator

import pytest
from sqlite_utils import Database

from oodaemon.model.runs import Desired
from oodaemon.model.tasks import TaskState
from oodaemon.store import schema


@pytest.fixture
def db() -> Iterator[Database]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.row_factory = sqlite3.Row
    yield Database(connection, execute_plugins=False)
    connection.close()


def test_a_new_database_is_neither_foreign_nor_newer(db: Database) -> None:
    assert schema.is_new(db)
    assert not schema.is_foreign(db)
    assert schema.unknown_migrations(db) == []


def test_migrating_twice_is_migrating_once(db: Database) -> None:
    schema.migrate(db)
    tables = db.table_names()
    schema.migrate(db)
    assert db.table_names() == tables
    assert not schema.is_new(db)
    assert not schema.is_foreign(db)
    assert schema.unknown_migrations(db) == []
    assert schema.meta(db) == {}


def test_a_migration_of_the_future_is_named(db: Database) -> None:
    schema.migrate(db)
    db["_sqlite_migrations"].insert({"migration_set": "oodaemon", "name": "0999_x", "applied_at": "later"})
    assert schema.unknown_migrations(db) == ["0999_x"]


def test_a_migration_set_of_another_program_is_not_ours(db: Database) -> None:
    schema.migrate(db)
    db["_sqlite_migrations"].insert({"migration_set": "notes", "name": "0001", "applied_at": "now"})
    assert schema.unknown_migrations(db) == []


def test_tables_without_our_migrations_are_foreign(db: Database) -> None:
    db.execute("CREATE TABLE notes (line TEXT)")
    assert schema.is_foreign(db)


def test_the_tables_know_the_words_of_the_model(db: Database) -> None:
    schema.migrate(db)
    runs = db["runs"].schema
    assert all(f"'{desired.value}'" in runs for desired in Desired)
    assert f"'{TaskState.RETRY_WAIT.value}'" in db["tasks"].schema

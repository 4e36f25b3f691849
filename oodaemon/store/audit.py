"""The whole check of a store that `oodaemon fsck` makes: the file, the tables, and every promise that they can be held to."""

import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path

from sqlite_utils import Database

from oodaemon.model.tasks import HELD_AT_ONCE
from oodaemon.store import files, fsck, schema, soundness
from oodaemon.store.soundness import Unsound

_OF_A_DAEMON: Mapping[str, str] = {
    f"{{}} holds {{}} tasks at once, where a browser has {HELD_AT_ONCE} pages at most": "SELECT actor, count(*) FROM attempts"  # noqa: S608 - constants only
    f" WHERE closed_at IS NULL GROUP BY actor, incarnation HAVING count(*) > {HELD_AT_ONCE}",
    "request {} was answered with the run {}, which is not there": "SELECT request_id, response FROM requests"
    " WHERE method IN ('SubmitRun', 'PauseRun', 'ResumeRun', 'CancelRun') AND response NOT IN (SELECT run_id FROM runs)",
    "task {}/{} has a result without a proof of what was asked": "SELECT run_id, idx FROM results"
    " WHERE json_array_length(proof, '$.read_back') IS NULL",
}
"""Sentences that must not be true of a store that a daemon with browsers has written."""


def audit(path: Path) -> list[str]:
    """One sentence per broken promise of a store, in use or not; empty for a sound one. Reads everything and changes nothing.

    Raises Unsound for a file that cannot be a store of this version, or that cannot be read at all.
    """
    if not path.is_file():
        raise Unsound(path, "there is no such file", "name the folder of a store with --state-dir")
    try:
        with files.reading(path) as db, files.one_view(db):
            soundness.check_origin(db, path)
            if not schema.is_current(db):
                reason = f"its tables are those of {schema.latest(db) or 'an empty store'}"
                raise Unsound(path, reason, "start the daemon once, which migrates it")
            pages = [f"the file is damaged: {row[0]}" for row in db.execute("PRAGMA integrity_check(20)") if row[0] != "ok"]
            return pages or [*_tables(db), *_relations(db), *_daemon(db), *fsck.problems(db)]
    except sqlite3.Error as error:
        raise Unsound(path, str(error), soundness.DAMAGED) from error


def _tables(db: Database) -> Iterator[str]:
    with Database(memory=True, execute_plugins=False) as fresh:
        schema.migrate(fresh)
        expected = _definitions(fresh)
    found = _definitions(db)
    for kind, name in sorted(expected.keys() | found.keys()):
        if expected.get((kind, name)) != found.get((kind, name)):
            what = "is missing" if (kind, name) not in found else "is not ours" if (kind, name) not in expected else "was changed"
            yield f"the {kind} {name} {what}"


def _definitions(db: Database) -> dict[tuple[str, str], str]:
    rows = db.execute("SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
    return {(kind, name): sql for kind, name, sql in rows if not name.startswith(("_sqlite_migrations", "idx__sqlite_migrations"))}


def _relations(db: Database) -> Iterator[str]:
    for table, rowid, parent, _ in db.execute("PRAGMA foreign_key_check"):
        yield f"row {rowid} of {table} belongs to a row of {parent} that is not there"


def _daemon(db: Database) -> Iterator[str]:
    for sentence, query in _OF_A_DAEMON.items():
        for row in db.execute(query):
            yield sentence.format(*row)

"""Saved tests of the site, as far as they were seen."""

import json
from collections.abc import Iterable
from typing import Any

from oodaemon import clock
from oodaemon.errors import NotFound
from oodaemon.model.config import TestConfig
from oodaemon.model.config import from_json as from_record
from oodaemon.model.config import to_json as to_record
from oodaemon.model.events import EventType
from oodaemon.model.runs import SavedTest
from oodaemon.store import looks
from oodaemon.store.transaction import Snapshot, Transaction, to_json

_COLUMNS = "test_id, name, path, last_seen_at, last_used_at"


def remember(tx: Transaction, seen: Iterable[SavedTest]) -> int:
    """Store tests that are new or have another name or path, one TEST_SEEN each; return how many.

    A test that is known as it is costs no write, so its `last_seen_at` is when it was last seen to change.
    """
    known = {row["test_id"]: (row["name"], row["path"]) for row in tx.execute("SELECT test_id, name, path FROM tests")}
    changed = [test for test in seen if known.get(test.test_id) != (test.name, test.path)]
    for test in changed:
        tx.execute(
            "INSERT INTO tests (test_id, name, path, last_seen_at) VALUES (?, ?, ?, ?) ON CONFLICT (test_id)"
            " DO UPDATE SET name = excluded.name, path = excluded.path, last_seen_at = excluded.last_seen_at",
            (test.test_id, test.name, test.path, clock.to_text(test.last_seen_at)),
        )
        tx.emit(EventType.TEST_SEEN, test_id=test.test_id, name=test.name, path=test.path)
    return len(changed)


def mark_used(tx: Transaction, test_id: str) -> None:
    """Note that a run uses the test now. Raises NotFound for a test that was never seen."""
    if tx.execute("UPDATE tests SET last_used_at = ? WHERE test_id = ?", (tx.now_text, test_id)).rowcount == 0:
        raise _unknown(test_id)


def note_config(tx: Transaction, test_id: str, config: TestConfig) -> None:
    """Keep what the page of a saved test says of itself; costs no write when it is known. One that was edited must be looked at
    anew before any earlier result counts for it.
    """
    found = to_json(to_record(config))
    known = tx.execute("SELECT config FROM tests WHERE test_id = ?", (test_id,)).fetchone()
    if known is not None and known["config"] != found:
        tx.execute("UPDATE tests SET config = ? WHERE test_id = ?", (found, test_id))
        looks.forget(tx, test_id)
        tx.emit(EventType.TEST_SEEN, test_id=test_id, config=to_record(config))


def config_of(db: Snapshot, test_id: str) -> TestConfig | None:
    """What the page of a saved test said of itself when it was last opened; None before the first time."""
    row = db.execute("SELECT config FROM tests WHERE test_id = ?", (test_id,)).fetchone()
    return from_record(json.loads(row["config"])) if row is not None and row["config"] else None


def listing(db: Snapshot) -> list[SavedTest]:
    """All tests: most recently used first, then most recently seen, then by name."""
    order = "last_used_at DESC NULLS LAST, last_seen_at DESC, name, test_id"
    return [from_row(row) for row in db.execute(f"SELECT {_COLUMNS} FROM tests ORDER BY {order}")]  # noqa: S608 - constants only


def get(db: Snapshot, test_id: str) -> SavedTest:
    """The test with this id. Raises NotFound."""
    row = db.execute(f"SELECT {_COLUMNS} FROM tests WHERE test_id = ?", (test_id,)).fetchone()  # noqa: S608 - constants only
    if row is None:
        raise _unknown(test_id)
    return from_row(row)


def from_row(row: Any) -> SavedTest:  # noqa: ANN401 - a row of any query that selects these columns
    """The test of a row with `test_id`, `name` (or `test_name`), `path`, `last_seen_at`, `last_used_at`."""
    name = row["test_name"] if "test_name" in row.keys() else row["name"]  # noqa: SIM118 - a Row is no mapping
    used = row["last_used_at"]
    return SavedTest(
        row["test_id"], name, row["path"], clock.from_text(row["last_seen_at"]), clock.from_text(used) if used else None
    )


def _unknown(test_id: str) -> NotFound:
    return NotFound("saved test", test_id, "only tests that were seen on the site can be run")

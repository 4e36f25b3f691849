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
from oodaemon.model.runs import NOBODY, Author, Place, SavedTest
from oodaemon.store import looks
from oodaemon.store.transaction import Snapshot, Transaction, to_json

_COLUMNS = "test_id, name, path, last_seen_at, last_used_at, alias, removed_from"


def remember(tx: Transaction, seen: Iterable[SavedTest], *, author: Author = NOBODY, is_asked_for: bool = False) -> int:
    """Store tests that are new or have another name or path, one TEST_SEEN each; return how many.

    A test that is known as it is costs no write, so its `last_seen_at` is when it was last seen to change. One that was removed
    from the site and is seen there again is listed again; one that was taken off our list only when it `is_asked_for` by name.
    """
    known = {row["test_id"]: row for row in tx.execute("SELECT test_id, name, path, removed_from FROM tests")}
    changed = [test for test in seen if _is_news(known.get(test.test_id), test, is_asked_for=is_asked_for)]
    for test in changed:
        hidden = Place.LIST.value if not is_asked_for else None
        tx.execute(
            "INSERT INTO tests (test_id, name, path, last_seen_at) VALUES (?, ?, ?, ?) ON CONFLICT (test_id)"
            " DO UPDATE SET name = excluded.name, path = excluded.path, last_seen_at = excluded.last_seen_at,"
            " removed_from = CASE WHEN removed_from = ? THEN removed_from END",
            (test.test_id, test.name, test.path, clock.to_text(test.last_seen_at), hidden),
        )
        tx.emit(EventType.TEST_SEEN, test_id=test.test_id, name=test.name, path=test.path, **_by(author))
    return len(changed)


def _is_news(known: Any, test: SavedTest, *, is_asked_for: bool) -> bool:  # noqa: ANN401 - a row of tests, or None
    if known is None or (known["name"], known["path"]) != (test.name, test.path):
        return True
    gone = known["removed_from"]
    return bool(gone) and (is_asked_for or gone == Place.SITE.value)


def rename(tx: Transaction, test_id: str, name: str, place: Place, *, author: Author = NOBODY) -> SavedTest:
    """Note that a test is called so: on the site, which ends what else our list called it, or in our list alone.

    In our list, the site's own name ends an alias. Raises NotFound.
    """
    before = get(tx.db, test_id)
    alias = "" if place is Place.SITE or name == before.name else name
    site_name = name if place is Place.SITE else before.name
    if (site_name, alias) != (before.name, before.alias):
        tx.execute("UPDATE tests SET name = ?, alias = ? WHERE test_id = ?", (site_name, alias, test_id))
        body: dict[str, Any] = {"test_id": test_id, "was": before.called, "name": name, "place": place.value, **_by(author)}
        tx.emit(EventType.TEST_RENAMED, **body)
    return get(tx.db, test_id)


def remove(tx: Transaction, test_id: str, place: Place, *, author: Author = NOBODY) -> SavedTest:
    """Note that a test is gone from the site, or is not to be listed any more. Its runs stay. Raises NotFound."""
    before = get(tx.db, test_id)
    if before.removed_from is not place:
        tx.execute("UPDATE tests SET removed_from = ? WHERE test_id = ?", (place.value, test_id))
        tx.emit(EventType.TEST_REMOVED, test_id=test_id, name=before.called, place=place.value, **_by(author))
    return get(tx.db, test_id)


def _by(author: Author) -> dict[str, Any]:
    return {key: value for key, value in (("client", author.client), ("reason", author.reason)) if value}


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
    """All tests that were not removed: most recently used first, then most recently seen, then by name."""
    order = "last_used_at DESC NULLS LAST, last_seen_at DESC, name, test_id"
    return [
        from_row(row)
        for row in db.execute(f"SELECT {_COLUMNS} FROM tests WHERE removed_from IS NULL ORDER BY {order}")  # noqa: S608 - constants only
    ]


def get(db: Snapshot, test_id: str) -> SavedTest:
    """The test with this id, also one that was removed. Raises NotFound."""
    row = db.execute(f"SELECT {_COLUMNS} FROM tests WHERE test_id = ?", (test_id,)).fetchone()  # noqa: S608 - constants only
    if row is None:
        raise _unknown(test_id)
    return from_row(row)


def uses(db: Snapshot, test_id: str) -> tuple[int, list[str]]:
    """How many runs used a test, and which of them are not at rest, newest first."""
    count = db.execute("SELECT count(*) AS runs FROM runs WHERE test_id = ?", (test_id,)).fetchone()["runs"]
    active = db.execute("SELECT run_id FROM runs WHERE test_id = ? AND ended_at IS NULL ORDER BY run_id DESC", (test_id,))
    return int(count), [row["run_id"] for row in active]


def from_row(row: Any) -> SavedTest:  # noqa: ANN401 - a row of any query that selects these columns
    """The test of a row with these columns, the name as `name` or `test_name`."""
    name = row["test_name"] if "test_name" in row.keys() else row["name"]  # noqa: SIM118 - a Row is no mapping
    used, gone = row["last_used_at"], row["removed_from"]
    return SavedTest(
        test_id=row["test_id"],
        name=name,
        path=row["path"],
        last_seen_at=clock.from_text(row["last_seen_at"]),
        last_used_at=clock.from_text(used) if used else None,
        alias=row["alias"],
        removed_from=Place(gone) if gone else None,
    )


def _unknown(test_id: str) -> NotFound:
    return NotFound("saved test", test_id, "only tests that were seen on the site can be run")

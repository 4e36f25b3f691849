"""The journal: every event that was committed, in order."""

import json
from typing import Any

from oodaemon import clock
from oodaemon.model.events import Event, EventType
from oodaemon.model.runs import NOBODY, Author
from oodaemon.store import clocks
from oodaemon.store.transaction import Snapshot, Transaction

BLOCKED = "SiteBlocked"
"""The condition of a site under which nothing of a task's time passes."""

_OF_ONE_RUN = (
    "SELECT * FROM (SELECT * FROM events WHERE run_id = :run_id AND seq > :after ORDER BY seq LIMIT :limit)"
    " UNION ALL SELECT * FROM ("
    "SELECT * FROM events WHERE type = 'site_condition_changed' AND seq > :after ORDER BY seq LIMIT :limit)"
    " ORDER BY seq LIMIT :limit"
)


def read(db: Snapshot, after: int, *, run_id: str | None, limit: int = 256) -> list[Event]:
    """The first events after seq `after`, ascending: of one run (full id) and of the site, or all of them when `run_id` is None."""
    if run_id is None:
        rows = db.execute("SELECT * FROM events WHERE seq > ? ORDER BY seq LIMIT ?", (after, limit))
    else:
        rows = db.execute(_OF_ONE_RUN, {"run_id": run_id, "after": after, "limit": limit})
    return [_event(row) for row in rows]


def news(db: Snapshot, after: int, *, run_id: str) -> tuple[int, bool]:
    """The newest seq, and whether there is anything for a watcher of the run (full id) beyond a place."""
    return head(db), bool(read(db, after, run_id=run_id, limit=1)) or floor(db, run_id) > after


def head(db: Snapshot) -> int:
    """The newest seq ever given, 0 before the first; it stays when events are removed."""
    row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'events'").fetchone()
    return 0 if row is None else int(row["seq"])


def oldest(db: Snapshot, run_id: str | None = None) -> int:
    """The oldest seq from which on nothing is missing for a watcher of a run (full id) or, without one, of everything.

    One beyond the head when nothing is kept. A watcher may go on from any seq that is not below this one less one.
    """
    row = db.execute("SELECT min(seq) AS seq FROM events").fetchone()
    return max(head(db) + 1 if row["seq"] is None else int(row["seq"]), floor(db, run_id) + 1)


def floor(db: Snapshot, run_id: str | None = None) -> int:
    """The last seq that compaction removed of what a watcher of a run (full id) or, without one, of everything sees."""
    query = "SELECT max(last_seq) AS seq FROM compactions WHERE :run_id IS NULL OR scope IN (:run_id, '')"
    row = db.execute(query, {"run_id": run_id}).fetchone()
    return int(row["seq"] or 0)


def condition(tx: Transaction, kind: str, message: str, *, author: Author = NOBODY) -> int:
    """Tell that the site is in a condition (`kind` is a constant, `message` a sentence), or out of it (empty message), and by whom.

    Returns the seq. Only the event is kept: a condition is a live fact of the daemon that sees it. While the site is blocked, the
    clocks of all runs stand still.
    """
    if kind == BLOCKED:
        clocks.site_blocked(tx, is_blocked=bool(message))
    return tx.emit(EventType.SITE_CONDITION_CHANGED, kind=kind, message=message, **author.named())


def _event(row: Any) -> Event:  # noqa: ANN401 - a row of events
    return Event(
        seq=row["seq"],
        occurred_at=clock.from_text(row["occurred_at"]),
        boot=row["boot"],
        type=EventType(row["type"]),
        run_id=row["run_id"],
        index=row["idx"],
        attempt_id=row["attempt_id"],
        actor=row["actor"],
        body=json.loads(row["body"]),
    )

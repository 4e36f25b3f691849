"""Retention: the events of a run that has been at rest for long give way to one that says what they made of it."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from oodaemon import clock
from oodaemon.model.events import Event, EventType
from oodaemon.model.runs import AT_REST
from oodaemon.store import journal, runs
from oodaemon.store.fold import fold
from oodaemon.store.transaction import Snapshot, Transaction

OF_NO_RUN = ""
"""The scope of events that belong to no run."""

_PAGE = 2000


class Unfaithful(ValueError):
    """The events of a run do not make what its tables hold; removing them would hide that for ever."""


@dataclass(frozen=True, slots=True)
class Digest:
    """What the events of a run made of it: `summary` stands for all `events` of them, up to `last_seq`."""

    run_id: str
    last_seq: int
    events: int
    summary: Mapping[str, Any]


def due(db: Snapshot, before: datetime.datetime, *, limit: int = 100) -> list[str]:
    """Runs that came to rest before a moment and were not compacted since, oldest first."""
    rows = db.execute(
        "SELECT run_id FROM runs r WHERE ended_at < ? AND coalesce("
        "(SELECT type FROM events e WHERE e.run_id = r.run_id ORDER BY seq DESC LIMIT 1), 'run_compacted') <> 'run_compacted'"
        " ORDER BY ended_at, run_id LIMIT ?",
        (clock.to_text(before), limit),
    )
    return [row["run_id"] for row in rows]


def digest(db: Snapshot, run_id: str) -> Digest:
    """Fold the events of a run at rest (full id). Reads all of them, so not in a transaction that writes.

    Raises Unfaithful when they do not make what the tables hold, and Contradiction when they make nothing.
    """
    last_seq = events = 0

    def told() -> Iterator[Event]:
        nonlocal last_seq, events
        for event in _of_run(db, run_id):
            last_seq, events = event.seq, events + 1
            yield event

    run = fold(told()).get(run_id)
    row = db.execute("SELECT desired, phase, growing FROM runs WHERE run_id = ?", (run_id,)).fetchone()
    stored = {found["idx"]: found["state"] for found in db.execute("SELECT idx, state FROM tasks WHERE run_id = ?", (run_id,))}
    if run is None or run.phase not in AT_REST or run.states != stored or (run.desired, run.phase, run.growth) != tuple(row):
        raise Unfaithful(f"run {run_id} is not what its events make of it")
    return Digest(run_id, last_seq, events, run.summary())


def compact(tx: Transaction, found: Digest) -> bool:
    """Let the summary stand for the events of the run: one RUN_COMPACTED. False, and nothing done, when the run went on meanwhile.

    The events that it stands for are no longer read from this commit on; `remove` takes them away.
    """
    row = tx.execute("SELECT max(seq) AS seq FROM events WHERE run_id = ?", (found.run_id,)).fetchone()
    if row["seq"] != found.last_seq:
        return False
    told = f"{found.events} events up to {found.last_seq} were removed"
    body = {**found.summary, "last_seq": found.last_seq, "events": found.events, "message": told}
    runs.report(tx, EventType.RUN_COMPACTED, found.run_id, **body)
    _set_floor(tx, found.run_id, found.last_seq, found.events)
    return True


def expire(tx: Transaction, before: datetime.datetime) -> None:
    """Let the events of no run (starts, conditions of the site, tests seen) that are older than a moment go.

    The newest event of all stays whatever its age. `remove` takes them away.
    """
    moment = clock.to_text(before)
    row = tx.execute("SELECT min(seq) AS seq FROM events WHERE run_id IS NULL AND occurred_at >= ?", (moment,)).fetchone()
    bound = journal.head(tx.db) if row["seq"] is None else row["seq"]
    last = tx.execute("SELECT max(seq) AS seq, count(*) AS n FROM events WHERE run_id IS NULL AND seq < ?", (bound,)).fetchone()
    if last["n"]:
        _set_floor(tx, OF_NO_RUN, last["seq"], last["n"])


def remove(tx: Transaction, scope: str, *, limit: int) -> int:
    """Delete up to so many events that compaction let go, of one run or OF_NO_RUN; how many there were."""
    of_scope = "run_id IS NULL" if scope == OF_NO_RUN else "run_id = :scope"
    tx.note(
        f"DELETE FROM events WHERE seq IN (SELECT seq FROM events WHERE {of_scope}"  # noqa: S608 - constants only
        " AND seq <= (SELECT last_seq FROM compactions WHERE scope = :scope) ORDER BY seq LIMIT :limit)",
        {"scope": scope, "limit": limit},
    )
    count: int = tx.execute("SELECT changes()").fetchone()[0]
    return count


def unfinished(db: Snapshot) -> list[str]:
    """Scopes of which events are left that compaction let go: a daemon was stopped before it had removed them."""
    rows = db.execute(
        "SELECT scope FROM compactions c WHERE CASE scope"
        " WHEN '' THEN EXISTS (SELECT 1 FROM events e WHERE e.run_id IS NULL AND e.seq <= c.last_seq)"
        " ELSE EXISTS (SELECT 1 FROM events e WHERE e.run_id = c.scope AND e.seq <= c.last_seq) END"
    )
    return [row["scope"] for row in rows]


def _of_run(db: Snapshot, run_id: str) -> Iterator[Event]:
    after = db.execute("SELECT coalesce(max(last_seq), 0) AS seq FROM compactions WHERE scope = ?", (run_id,)).fetchone()["seq"]
    while batch := journal.read(db, after, run_id=run_id, limit=_PAGE):
        yield from (event for event in batch if event.run_id == run_id)
        after = batch[-1].seq


def _set_floor(tx: Transaction, scope: str, last_seq: int, events: int) -> None:
    tx.note(
        "INSERT INTO compactions (scope, last_seq, events, compacted_at) VALUES (?, ?, ?, ?) ON CONFLICT (scope)"
        " DO UPDATE SET last_seq = excluded.last_seq, events = events + excluded.events, compacted_at = excluded.compacted_at",
        (scope, last_seq, events, tx.now_text),
    )

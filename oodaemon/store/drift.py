"""A site that is to blame (drift, a broken step): what it cost its tasks is given back, in the transaction that tells of it."""

import datetime
import json
from collections.abc import Iterable
from dataclasses import dataclass

from oodaemon import clock
from oodaemon.model.events import EventType
from oodaemon.model.runs import Desired
from oodaemon.model.tasks import FailureClass, Move, TaskState, Token
from oodaemon.store import attempts, journal, runs, tasks
from oodaemon.store.transaction import Snapshot, Transaction

Key = tuple[str, int]
"""A run id and the index of a task."""


@dataclass(frozen=True, slots=True)
class Block:
    """What is told when the site is blocked: the condition, and which failures are excused, by class and since a moment."""

    kind: str
    message: str
    tasks: tuple[Key, ...]
    since: datetime.datetime
    classes: frozenset[FailureClass] = frozenset({FailureClass.DRIFT})


def block(tx: Transaction, token: Token, found: Block) -> None:
    """Give back the task of an attempt, excuse the earlier failures of all tasks concerned, and tell of the condition.

    Tasks that wait for a retry or are held because of it are READY again; attempts that failed by it count as interrupted, their
    evidence stays. Tasks of a run that is being cancelled stay as they are. Raises StaleToken.
    """
    attempts.release(tx, token, found.message)
    for run_id, index in found.tasks:
        _excuse(tx, run_id, index, found)
    journal.condition(tx, found.kind, found.message)


def _excuse(tx: Transaction, run_id: str, index: int, found: Block) -> None:
    row = tx.execute(
        'SELECT t.state, t."values", r.desired FROM tasks t JOIN runs r USING (run_id) WHERE t.run_id = ? AND t.idx = ?',
        (run_id, index),
    ).fetchone()
    if row is None or row["desired"] == Desired.CANCEL.value:
        return
    excused = sum(_forgive(tx, run_id, index, kind, found.since) for kind in sorted(found.classes))
    if not excused or TaskState(row["state"]) not in {TaskState.RETRY_WAIT, TaskState.HELD}:
        return
    tasks.change(tx, run_id, index, Move.EXCUSE)
    body = {"failure_class": FailureClass.INTERRUPTED.value, "message": found.message}
    runs.report(tx, EventType.TASK_INTERRUPTED, run_id, index=index, values=json.loads(row["values"]), **body)
    runs.settle(tx, run_id)


def _forgive(tx: Transaction, run_id: str, index: int, failure_class: FailureClass, since: datetime.datetime) -> int:
    """Turn attempts that failed so since a moment into interrupted ones; how many. Their messages stay."""
    free = FailureClass.INTERRUPTED.value
    which = (run_id, index, failure_class.value, clock.to_text(since))
    tx.execute(
        "UPDATE failures SET class = ? WHERE run_id = ? AND idx = ? AND class = ? AND failed_at >= ?",
        (free, *which),
    )
    return tx.execute(
        "UPDATE attempts SET outcome = ? WHERE run_id = ? AND idx = ? AND outcome = ? AND closed_at >= ?",
        (free, *which),
    ).rowcount


@dataclass(frozen=True, slots=True)
class Missed:
    """A task that failed by drift in an older boot, when, and in which words."""

    task: Key
    failed_at: datetime.datetime
    message: str


def missed_before(db: Snapshot, boot: int, since: datetime.datetime) -> list[Missed]:
    """What failed by drift in older boots since a moment and was not excused, oldest first."""
    rows = db.execute(
        "SELECT f.run_id, f.idx, f.failed_at, f.message FROM failures f JOIN attempts a USING (attempt_id)"
        " WHERE f.class = ? AND f.failed_at >= ? AND a.boot < ? ORDER BY f.attempt_id",
        (FailureClass.DRIFT.value, clock.to_text(since), boot),
    )
    return [Missed((row["run_id"], row["idx"]), clock.from_text(row["failed_at"]), row["message"]) for row in rows]


def are_wanted(db: Snapshot, keys: Iterable[Key]) -> bool:
    """True while a run of one of these tasks is to run and is not at rest."""
    run_ids = sorted({run_id for run_id, _ in keys})
    places = ", ".join("?" * len(run_ids))
    query = f"SELECT count(*) FROM runs WHERE run_id IN ({places}) AND desired = 'run' AND ended_at IS NULL"  # noqa: S608 - places only
    return bool(db.execute(query, run_ids).fetchone()[0])


def is_any_wanted(db: Snapshot) -> bool:
    """True while any run is to run and is not at rest."""
    return bool(db.execute("SELECT count(*) FROM runs WHERE desired = 'run' AND ended_at IS NULL").fetchone()[0])


@dataclass(frozen=True, slots=True)
class DriftFailure:
    """An attempt that failed by drift and was not excused."""

    task: Key
    attempt_id: int
    message: str
    failed_at: datetime.datetime


def newest(db: Snapshot, *, limit: int) -> list[DriftFailure]:
    """The last failures by drift, newest first."""
    rows = db.execute("SELECT * FROM failures WHERE class = ? ORDER BY attempt_id DESC LIMIT ?", (FailureClass.DRIFT.value, limit))
    return [
        DriftFailure((row["run_id"], row["idx"]), row["attempt_id"], row["message"], clock.from_text(row["failed_at"]))
        for row in rows
    ]


def last_block(db: Snapshot, beginning: str) -> tuple[datetime.datetime, str] | None:
    """When the site was last told to be blocked in words that begin so, and the rest of the words; None for never."""
    row = db.execute(
        "SELECT occurred_at, json_extract(body, '$.message') AS message FROM events"
        " WHERE type = ? AND substr(json_extract(body, '$.message'), 1, ?) = ? ORDER BY seq DESC LIMIT 1",
        (EventType.SITE_CONDITION_CHANGED.value, len(beginning), beginning),
    ).fetchone()
    return None if row is None else (clock.from_text(row["occurred_at"]), row["message"][len(beginning) :])

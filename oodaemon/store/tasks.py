"""Tasks: their only way to change state, their counts, and pages of them."""

import datetime
import json
from collections.abc import Iterable, Mapping

from oodaemon import clock
from oodaemon.model.batches import Batch
from oodaemon.model.runs import TaskCounts
from oodaemon.model.tasks import PUBLIC_STATUS, Failure, FailureClass, Move, Task, TaskState, move
from oodaemon.model.values import Value
from oodaemon.store.transaction import Snapshot, Transaction, to_json

ATTEMPTS_THAT_COUNT = (
    "(SELECT count(*) FROM attempts a WHERE a.run_id = t.run_id AND a.idx = t.idx"
    " AND (a.outcome IS NULL OR a.outcome <> 'interrupted'))"
)
"""How many tries a task `t` has had: those that ended, but not the interrupted ones, and the one that is open."""

LAST_FAILURE = "(SELECT max(attempt_id) FROM failures l WHERE l.run_id = t.run_id AND l.idx = t.idx)"
"""The attempt of the newest failure of a task `t`."""


def add(tx: Transaction, run_id: str, batches: Iterable[Batch], *, first: int = 0) -> int:
    """Insert tasks as READY, one after the other as their points are made; return how many.

    Their indexes count on from `first`, which is how many the run has, through the batches.
    """
    index, ready = first, TaskState.READY.value
    for batch in batches:
        rows = ((run_id, place, ready, to_json(values)) for place, values in enumerate(batch.points, start=index))
        tx.execute_many('INSERT INTO tasks (run_id, idx, state, "values") VALUES (?, ?, ?, ?)', rows)
        index += len(batch.points)
    tx.execute(
        "INSERT INTO tallies (run_id, state, tasks) VALUES (?, ?, ?)"
        " ON CONFLICT (run_id, state) DO UPDATE SET tasks = tasks + excluded.tasks",
        (run_id, ready, index - first),
    )
    return index - first


def change(tx: Transaction, run_id: str, index: int, what: Move, *, not_before: datetime.datetime | None = None) -> TaskState:
    """Move a task by the table of `model.tasks` and return its new state. Raises ValueError for a move not in the table.

    `not_before` belongs to RETRY_LATER and to nothing else.
    """
    row = tx.execute("SELECT state FROM tasks WHERE run_id = ? AND idx = ?", (run_id, index)).fetchone()
    state = move(TaskState(row["state"]), what)
    tx.moves[what] += 1
    due = clock.to_text(not_before) if not_before else None
    tx.execute("UPDATE tasks SET state = ?, not_before = ? WHERE run_id = ? AND idx = ?", (state.value, due, run_id, index))
    return state


def unsettled_at_rest(db: Snapshot, run_id: str, *, limit: int) -> list[tuple[int, Mapping[str, Value]]]:
    """Index and values of tasks that a cancellation ends at once: waiting or held, not in flight."""
    rows = db.execute(
        "SELECT idx, \"values\" FROM tasks WHERE run_id = ? AND state IN ('ready', 'retry_wait', 'held') ORDER BY idx LIMIT ?",
        (run_id, limit),
    )
    return [(row["idx"], json.loads(row["values"])) for row in rows]


def cancel_at_rest(tx: Transaction, run_id: str) -> int:
    """Cancel every task that waits or is held, in one statement; return how many."""
    count = tx.execute(
        "UPDATE tasks SET state = 'cancelled', not_before = NULL WHERE run_id = ? AND state IN ('ready', 'retry_wait', 'held')",
        (run_id,),
    ).rowcount
    tx.moves[Move.CANCEL] += count
    return count


def counts(db: Snapshot, run_id: str) -> TaskCounts:
    """The tasks of a run by public status; costs the same for any size of run."""
    by_status: dict[str, int] = {}
    for row in db.execute("SELECT state, tasks FROM tallies WHERE run_id = ?", (run_id,)):
        status = PUBLIC_STATUS[TaskState(row["state"])].value
        by_status[status] = by_status.get(status, 0) + row["tasks"]
        if row["state"] == TaskState.CACHED.value:
            by_status["cached"] = row["tasks"]
    return TaskCounts(**by_status)


def counts_by_state(db: Snapshot) -> dict[TaskState, int]:
    """Tasks of all runs by state, with a zero where there is none."""
    found = {row["state"]: row["n"] for row in db.execute("SELECT state, sum(tasks) AS n FROM tallies GROUP BY state")}
    return {state: found.get(state.value, 0) for state in TaskState}


def page(db: Snapshot, run_id: str, *, after_index: int = -1, limit: int = 1000) -> list[Task]:
    """Tasks of a run (by its full id) in the order of their index, beginning after `after_index`."""
    rows = db.execute(
        f"SELECT t.*, r.frozen_at, {ATTEMPTS_THAT_COUNT} AS attempts, f.attempt_id, f.class, f.message, f.failed_at"  # noqa: S608 - constants only
        f" FROM tasks t JOIN runs r USING (run_id) LEFT JOIN failures f ON f.attempt_id = {LAST_FAILURE}"
        " WHERE t.run_id = ? AND t.idx > ? ORDER BY t.idx LIMIT ?",
        (run_id, after_index, limit),
    )
    return [
        Task(
            run_id=row["run_id"],
            index=row["idx"],
            values=json.loads(row["values"]),
            state=TaskState(row["state"]),
            attempts=row["attempts"],
            not_before=clock.from_text(row["not_before"]) if row["not_before"] and not row["frozen_at"] else None,
            last_failure=None
            if row["attempt_id"] is None
            else Failure(row["attempt_id"], FailureClass(row["class"]), row["message"], clock.from_text(row["failed_at"])),
            remaining=_remaining(row["not_before"], row["frozen_at"]),
        )
        for row in rows
    ]


def _remaining(not_before: str | None, frozen_at: str | None) -> float | None:
    if not_before is None or frozen_at is None:
        return None
    return max(0.0, (clock.from_text(not_before) - clock.from_text(frozen_at)).total_seconds())

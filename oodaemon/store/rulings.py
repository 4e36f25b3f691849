"""What users decide about tasks that failed: try again, do without, or take the figures that were not proven."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from oodaemon.errors import FailedPrecondition, InvalidArgument, NotFound
from oodaemon.model.events import EventType
from oodaemon.model.runs import Author, Desired, Run
from oodaemon.model.tasks import PUBLIC_STATUS, FailureClass, Move, Origin, TaskState
from oodaemon.store import failures, results, runs, tasks
from oodaemon.store.transaction import Transaction, to_json

REOPENED_ONE_BY_ONE = 1000
"""Of so many tasks that are tried again one event each tells; of more, one TASK_REOPENED without an index and with all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """Tasks of a run: those with these indexes (None: all), and of them those whose last failure is of the class (None: any)."""

    indexes: Sequence[int] | None = None
    failure_class: FailureClass | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A decision about tasks of a run. Only while the run has `if_revision`, unless that is None."""

    ref: str
    which: Which = field(default_factory=Which)
    author: Author = field(default_factory=Author)
    if_revision: int | None = None


@dataclass(frozen=True, slots=True)
class Ruled:
    """The run, by its full id, and the tasks that the decision changed."""

    run_id: str
    indexes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    index: int
    state: TaskState
    values: object
    ruling: str | None


def retry(tx: Transaction, order: Order, *, force: bool = False) -> Ruled:
    """Have failed tasks tried again, as if they had never failed; with `force` also those that were skipped.

    Other tasks are passed over; what was skipped is really asked again, whatever is known of it. The attempts and their evidence
    stay. A run at rest goes on if it is to run. Raises NotFound, InvalidArgument, Aborted, and FailedPrecondition for a run that
    is cancelled.
    """
    run = _open(tx, order, "retried")
    reopened = {TaskState.HELD, TaskState.INVALID} if force else {TaskState.HELD}
    found = [task for task in _find(tx, run, order.which) if task.state in reopened]
    if not found:
        return Ruled(run.run_id)
    for task in found:
        tasks.change(tx, run.run_id, task.index, Move.REOPEN)
        tx.execute(
            "UPDATE tasks SET fresh = max(fresh, :fresh), forgiven_before ="
            " coalesce((SELECT max(attempt_id) FROM attempts WHERE run_id = :run_id AND idx = :idx), 0)"
            " WHERE run_id = :run_id AND idx = :idx",
            {"run_id": run.run_id, "idx": task.index, "fresh": int(task.state is TaskState.INVALID)},
        )
        tx.execute("DELETE FROM reuses WHERE run_id = ? AND idx = ?", (run.run_id, task.index))
        tx.execute("DELETE FROM rulings WHERE run_id = ? AND idx = ?", (run.run_id, task.index))
        if len(found) <= REOPENED_ONE_BY_ONE:
            runs.report(tx, EventType.TASK_REOPENED, run.run_id, index=task.index, values=task.values, **order.author.body())
    if len(found) > REOPENED_ONE_BY_ONE:
        runs.report(tx, EventType.TASK_REOPENED, run.run_id, indexes=[task.index for task in found], **order.author.body())
    return _settled(tx, run, found)


def skip(tx: Transaction, order: Order) -> Ruled:
    """Do without the figures of failed tasks. One that was skipped so already is passed over.

    Raises as `retry`, and FailedPrecondition for a task that has not failed; then nothing was changed.
    """
    run = _open(tx, order, "skipped")
    found = [task for task in _find(tx, run, order.which) if task.ruling != "skipped"]
    for task in found:
        _check_held(run, task, "skipped")
        tasks.change(tx, run.run_id, task.index, Move.SKIP)
        _rule(tx, run.run_id, task.index, "skipped", order.author)
        _tell(tx, EventType.TASK_SKIPPED, run, task, order.author)
    return _settled(tx, run, found)


def accept(tx: Transaction, order: Order) -> Ruled:
    """Take the figures in quarantine of failed tasks as their results. One that was accepted already is passed over.

    Raises as `skip`, and FailedPrecondition for a task without figures in quarantine.
    """
    run = _open(tx, order, "accepted")
    found = [task for task in _find(tx, run, order.which) if task.ruling != "accepted"]
    for task in found:
        _check_held(run, task, "accepted")
        figures = failures.quarantined(tx.db, run.run_id, task.index)
        if figures is None:
            raise FailedPrecondition(
                f"task {run.run_id}/{task.index} has no quarantined figures that could be accepted: its page showed none that only"
                " lacked the proof; retry or skip it"
            )
        attempt_id = tx.execute(
            "SELECT max(attempt_id) FROM failures JOIN quarantine USING (attempt_id)"
            " WHERE run_id = ? AND idx = ? AND class = 'mismatch'",
            (run.run_id, task.index),
        ).fetchone()[0]
        tasks.change(tx, run.run_id, task.index, Move.ACCEPT)
        results.record(tx, run.run_id, task.index, attempt_id=attempt_id, figures=figures, origin=Origin.ACCEPTED)
        _rule(tx, run.run_id, task.index, "accepted", order.author)
        _tell(tx, EventType.TASK_ACCEPTED, run, task, order.author, metrics=dict(figures.metrics))
    return _settled(tx, run, found)


def _open(tx: Transaction, order: Order, verb: str) -> Run:
    if verb != "retried" and not order.author.reason.strip():
        raise InvalidArgument.of("reason", "is empty; say why, it is kept with the task")
    run = runs.get(tx.db, order.ref)
    runs.check_revision(run, order.if_revision)
    if run.desired is Desired.CANCEL:
        raise FailedPrecondition(f"run {run.run_id} is {run.phase.value} and its tasks cannot be {verb}")
    return run


def _find(tx: Transaction, run: Run, which: Which) -> list[_Found]:
    """The tasks meant, by index. Raises NotFound for an index that the run does not have."""
    last = run.counts.total - 1
    for index in which.indexes or ():
        if not 0 <= index <= last:
            raise NotFound("task", f"{run.run_id}/{index}", f"the run has tasks 0 to {last}")
    rows = tx.execute(
        'SELECT t.idx, t.state, t."values", d.kind, f.class FROM tasks t'  # noqa: S608 - constants only
        " LEFT JOIN rulings d ON d.run_id = t.run_id AND d.idx = t.idx"
        f" LEFT JOIN failures f ON f.attempt_id = {tasks.LAST_FAILURE}"
        " WHERE t.run_id = :run_id AND (:class IS NULL OR f.class = :class)"
        " AND (:indexes IS NULL OR t.idx IN (SELECT value FROM json_each(:indexes))) ORDER BY t.idx",
        {
            "run_id": run.run_id,
            "class": which.failure_class.value if which.failure_class else None,
            "indexes": None if which.indexes is None else to_json(list(which.indexes)),
        },
    )
    return [_Found(row["idx"], TaskState(row["state"]), json.loads(row["values"]), row["kind"]) for row in rows]


def _check_held(run: Run, task: _Found, verb: str) -> None:
    if task.state is not TaskState.HELD:
        status = PUBLIC_STATUS[task.state].value
        raise FailedPrecondition(f"task {run.run_id}/{task.index} is {status} and cannot be {verb}; only a failed task can")


def _rule(tx: Transaction, run_id: str, index: int, kind: str, author: Author) -> None:
    tx.execute(
        "INSERT OR REPLACE INTO rulings (run_id, idx, kind, client, reason, decided_at) VALUES (?, ?, ?, ?, ?, ?)",
        (run_id, index, kind, author.client, author.reason, tx.now_text),
    )


def _tell(tx: Transaction, event: EventType, run: Run, task: _Found, author: Author, **body: object) -> None:
    runs.report(tx, event, run.run_id, index=task.index, values=task.values, **author.body(), **body)


def _settled(tx: Transaction, run: Run, found: list[_Found]) -> Ruled:
    if found:
        runs.settle(tx, run.run_id)
    return Ruled(run.run_id, tuple(task.index for task in found))

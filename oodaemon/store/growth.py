"""Runs that get further tasks from the results they have: what they have, and the one transaction that adds to them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from oodaemon.model.events import EventType
from oodaemon.model.runs import Desired, Growth
from oodaemon.model.tasks import METRICS, OPEN_STATES, TaskState
from oodaemon.plans.plan import Extension, Outcome
from oodaemon.store import cache, parts, results, runs
from oodaemon.store.transaction import Snapshot, Transaction


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a run is: its tasks, those of them that are open, and the others by state, in the order of their names.

    As long as it is the same, nothing has happened that a plan would want to know.
    """

    tasks: int
    open: int
    closed: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Growing:
    """A run that is to run and may get further tasks; `spec` is its specification as proto3 JSON. One that `is_fresh` takes nothing
    from earlier runs.
    """

    run_id: str
    spec: str
    standing: Standing
    is_fresh: bool


def growing(db: Snapshot) -> list[Growing]:
    """The runs that may get further tasks now, oldest first; costs the same for any size of run."""
    rows = db.execute(
        "SELECT run_id, spec, fresh FROM runs JOIN specs USING (run_id)"
        " WHERE ended_at IS NULL AND growing = 'growing' AND desired = 'run' ORDER BY run_id"
    )
    return [Growing(row["run_id"], row["spec"], standing(db, row["run_id"]), bool(row["fresh"])) for row in rows.fetchall()]


def standing(db: Snapshot, run_id: str) -> Standing:
    """How far a run (full id) is."""
    rows = db.execute("SELECT state, tasks FROM tallies WHERE run_id = ? AND tasks > 0 ORDER BY state", (run_id,))
    tallies = {TaskState(row["state"]): int(row["tasks"]) for row in rows}
    return Standing(
        tasks=sum(tallies.values()),
        open=sum(count for state, count in tallies.items() if state in OPEN_STATES),
        closed=tuple((state.value, count) for state, count in tallies.items() if state not in OPEN_STATES),
    )


def outcomes(db: Snapshot, run_id: str) -> tuple[Standing, list[Outcome]]:
    """Every task of a run (full id), by index, with its figures if it has any, and how far the run is at that moment."""
    rows = db.execute(
        f'SELECT t.idx, t."values", t.state, {parts.NAME_OF} AS part,'  # noqa: S608 - constants only
        f" coalesce(r.metrics, s.metrics) AS metrics, r.origin, lf.derived FROM tasks t{results.OF_TASK}"
        " LEFT JOIN trade_logs tl ON tl.attempt_id = r.attempt_id LEFT JOIN log_files lf ON lf.log_id = tl.log_id"
        " WHERE t.run_id = ? ORDER BY t.idx",
        (run_id,),
    )
    found = [
        Outcome(
            index=row["idx"],
            values=json.loads(row["values"]),
            state=TaskState(row["state"]),
            part=row["part"],
            metrics=merged(row["metrics"], row["derived"]),
            is_proven=row["origin"] != "accepted",
        )
        for row in rows
    ]
    return standing(db, run_id), found


def extend(tx: Transaction, run_id: str, seen: Standing, extension: Extension) -> bool:
    """Add tasks to a run (full id), or say that there will be none, or none for now: one RUN_EXTENDED.

    False, and nothing done, when the run is not any more as it was `seen`, does not grow, or is not to run.
    """
    row = tx.execute("SELECT desired, growing FROM runs WHERE run_id = ?", (run_id,)).fetchone()
    now = standing(tx.db, run_id)
    if (row["desired"], row["growing"]) != (Desired.RUN.value, Growth.GROWING.value) or _settled(now) != _settled(seen):
        return False
    count = sum(len(batch.points) for batch in extension.batches)
    growth = Growth.COMPLETE if extension.is_last else Growth.STUCK if extension.is_stuck else Growth.GROWING
    parts.add(tx, run_id, extension.batches, first=now.tasks)
    tx.execute("UPDATE runs SET growing = ? WHERE run_id = ?", (growth.value, run_id))
    body = {"first": now.tasks, "tasks": count, "growing": growth.value, "message": extension.why}
    runs.report(tx, EventType.RUN_EXTENDED, run_id, **body)
    runs.settle(tx, run_id)
    cache.reuse(tx, run_id, now.tasks)
    return True


def merged(metrics: str | None, derived: str | None) -> dict[str, float] | None:
    """The figures of a page and of its trade log, both as JSON. What a page may show is only taken from the page: a drawdown in
    dollars is none in percent.
    """
    if metrics is None:
        return None
    return {**{name: value for name, value in json.loads(derived or "{}").items() if name not in METRICS}, **json.loads(metrics)}


def _settled(found: Standing) -> tuple[int, Sequence[tuple[str, int]]]:
    return found.tasks, found.closed

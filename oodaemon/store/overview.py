"""The store at a glance, for those who look again and again: kept counts and short indexes, never a walk over tasks."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from oodaemon.model.runs import Desired, Run, RunPhase
from oodaemon.model.tasks import PUBLIC_STATUS, WAITING, TaskState, TaskStatus
from oodaemon.store import evidence, runs, tasks
from oodaemon.store.transaction import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """One moment of the store: tasks and runs of all time by state, tasks in flight and tasks that wait, of runs that are to run.

    `evidence_bytes` is what evidence takes on disk, `leftovers` are processes of older boots that could not be ended, `newest` the
    runs a look was asked for.
    """

    tasks: Mapping[TaskStatus, int] = field(default_factory=dict)
    runs: Mapping[RunPhase, int] = field(default_factory=dict)
    in_flight: Mapping[TaskState, int] = field(default_factory=dict)
    queued: Mapping[TaskState, int] = field(default_factory=dict)
    evidence_bytes: int = 0
    leftovers: int = 0
    newest: tuple[Run, ...] = ()


def look(db: Snapshot, *, boot: int, newest: int, since: str) -> Overview:
    """The store now, with at most so many of the newest runs that are not at rest or came to rest at `since` or later."""
    by_state = tasks.counts_by_state(db)
    by_status = dict.fromkeys(TaskStatus, 0)
    for state, count in by_state.items():
        by_status[PUBLIC_STATUS[state]] += count
    return Overview(
        tasks=by_status,
        runs={RunPhase(row["phase"]): row["n"] for row in db.execute("SELECT phase, count(*) AS n FROM runs GROUP BY phase")},
        in_flight={state: by_state[state] for state in (TaskState.LEASED, TaskState.SUBMITTED)},
        queued=_queued(db),
        evidence_bytes=evidence.size(db),
        leftovers=db.execute("SELECT count(*) FROM os_procs WHERE boot < ?", (boot,)).fetchone()[0],
        newest=tuple(runs.shown(db, limit=newest, since=since)),
    )


def _queued(db: Snapshot) -> Mapping[TaskState, int]:
    rows = db.execute(
        "SELECT t.state, sum(t.tasks) AS n FROM runs r INDEXED BY runs_active JOIN tallies t USING (run_id)"
        " WHERE r.ended_at IS NULL AND r.desired = ? GROUP BY t.state",
        (Desired.RUN.value,),
    )
    found = {row["state"]: row["n"] for row in rows}
    return {state: found.get(state.value, 0) for state in TaskState if state in WAITING}

"""Runs: submitted once, steered by what is desired, and settled after every change in one place."""

from collections.abc import Iterable
from typing import Any

from oodaemon import clock
from oodaemon.errors import Aborted, FailedPrecondition, InvalidArgument, NotFound
from oodaemon.ids import is_ulid_prefix
from oodaemon.model.events import EventType
from oodaemon.model.runs import AT_REST, NOBODY, Author, Desired, Growth, Mode, NewRun, Run, RunPhase, derive_phase
from oodaemon.model.tasks import Move
from oodaemon.plans.outlook import typical
from oodaemon.store import clocks, durations, parts, standing, tasks, tests
from oodaemon.store.run_filters import ALL, Wanted
from oodaemon.store.standing import Common
from oodaemon.store.transaction import Snapshot, Transaction

CANCELLED_ONE_BY_ONE = 1000
"""A cancellation tells of so many tasks with one event each; of more with one TASK_CANCELLED without an index and their number."""

LATEST = "latest"
"""What names the newest run instead of its id."""
_CANDIDATES_NAMED = 5

_SELECT = (
    "SELECT r.*, s.spec, t.name AS test_name, t.path, t.last_seen_at, t.last_used_at, t.alias, t.removed_from"
    " FROM runs r JOIN specs s USING (run_id) JOIN tests t USING (test_id)"
)

_REQUESTS = {
    Desired.PAUSE: EventType.RUN_PAUSE_REQUESTED,
    Desired.RUN: EventType.RUN_RESUME_REQUESTED,
    Desired.CANCEL: EventType.RUN_CANCEL_REQUESTED,
}


def submit(tx: Transaction, new: NewRun, *, client: str = "") -> Run:
    """Store a run with all its tasks. Raises NotFound for a saved test that was never seen."""
    tests.mark_used(tx, new.test_id)
    growth = Growth.GROWING if new.is_growing else Growth.COMPLETE
    tx.execute(
        "INSERT INTO runs"
        " (run_id, name, test_id, revision, desired, phase, created_at, wants_trades, wants_charts, growing, planned, fresh)"
        " VALUES (?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(new.run_id, new.name, new.test_id, Desired.RUN.value, RunPhase.PENDING.value, tx.now_text),
            *(int(new.wants.trades), int(new.wants.charts), growth.value, new.planned_tasks, int(new.is_fresh)),
        ),
    )
    tx.execute("INSERT INTO specs (run_id, spec) VALUES (?, ?)", (new.run_id, new.spec))
    added = parts.add(tx, new.run_id, new.batches)
    grows = {"growing": growth.value} if new.is_growing else {}
    body = {"name": new.name, "test_id": new.test_id, "tasks": added, **grows, **_by(client)}
    report(tx, EventType.RUN_SUBMITTED, new.run_id, **body)
    settle(tx, new.run_id)
    return get(tx.db, new.run_id)


def _by(client: str) -> dict[str, str]:
    return {"client": client} if client else {}


def get(db: Snapshot, ref: str) -> Run:
    """The run with this id, the only one whose id begins so, or for `latest` the newest; case does not matter.

    Raises NotFound, and InvalidArgument naming the candidates when there are several.
    """
    rows = _matching(db, ref)
    if not rows:
        raise NotFound("run", ref, "nothing was run yet" if ref.lower() == LATEST else "")
    if len(rows) > 1:
        named = ", ".join(row["run_id"] for row in rows[:_CANDIDATES_NAMED]) + (
            " and more" if len(rows) > _CANDIDATES_NAMED else ""
        )
        raise InvalidArgument.of("run_id", f"{ref!r} begins more than one id: {named}; give more characters")
    return _runs(db, rows[:1])[0]


def _matching(db: Snapshot, ref: str) -> list[Any]:
    if not ref:
        raise InvalidArgument.of("run_id", "is empty; give the id of a run or the beginning of it")
    if ref.lower() == LATEST:  # no id: they have no L
        return db.execute(f"{_SELECT} WHERE r.run_id = (SELECT max(run_id) FROM runs)").fetchall()  # noqa: S608 - constants only
    if not is_ulid_prefix(ref):
        return []
    first, last = ref.upper(), ref.upper() + "["  # "[" sorts after every character of an id
    return db.execute(
        f"{_SELECT} WHERE r.run_id >= ? AND r.run_id < ? ORDER BY r.run_id LIMIT ?", (first, last, _CANDIDATES_NAMED + 1)
    ).fetchall()


def page(db: Snapshot, *, limit: int, before: str | None = None, wanted: Wanted = ALL) -> list[Run]:
    """Runs, newest first, beginning after the run whose full id is `before`; only those that are `wanted`."""
    where, values = wanted.condition()
    query = f"{_SELECT} WHERE r.run_id < ?{where} ORDER BY r.run_id DESC LIMIT ?"
    return _runs(db, db.execute(query, (before or "[", *values, limit)).fetchall())


def active(db: Snapshot) -> list[Run]:
    """Runs that are not at rest, oldest first."""
    return _runs(db, db.execute(f"{_SELECT} WHERE r.ended_at IS NULL ORDER BY r.run_id").fetchall())


def shown(db: Snapshot, *, limit: int, since: str) -> list[Run]:
    """The newest runs that are not at rest or came to rest at `since` or later, oldest first; without their specifications.

    A specification may be megabytes, and nobody who only looks at how a run goes needs it.
    """
    found = db.execute(
        "SELECT run_id FROM runs INDEXED BY runs_active WHERE ended_at IS NULL"
        " UNION ALL SELECT run_id FROM runs INDEXED BY runs_ended WHERE ended_at >= ? ORDER BY run_id DESC LIMIT ?",
        (since, limit),
    ).fetchall()
    select = _SELECT.replace("s.spec", "'' AS spec").replace("JOIN specs s USING (run_id) ", "")
    # One by one: for all of them together SQLite walks every run there is.
    rows = [db.execute(f"{select} WHERE r.run_id = ?", (row["run_id"],)).fetchone() for row in reversed(found)]
    return _runs(db, rows)


def set_desired(
    tx: Transaction,
    ref: str,
    desired: Desired,
    *,
    mode: Mode = Mode.DRAIN,
    author: Author = NOBODY,
    if_revision: int | None = None,
) -> Run:
    """Pause (PAUSE), resume (RUN) or cancel (CANCEL) a run and return it as it then stands.

    What is desired already is no change: no event, no revision. The mode NOW has what is in flight interrupted; it is a change too,
    and holds until a resume. A cancellation ends waiting and held tasks at once; those in flight end with their attempt. Raises
    NotFound, InvalidArgument (ambiguous), Aborted when the run no longer has `if_revision`, and FailedPrecondition naming the phase
    when it is too late for the command.
    """
    run = get(tx.db, ref)
    check_revision(run, if_revision)
    if desired is Desired.CANCEL and run.phase is RunPhase.CANCELLED:
        return run
    _check_phase(run, desired)
    mode = _mode_after(run, desired, mode)
    if (desired, mode) == (run.desired, run.mode):
        return run
    tx.execute("UPDATE runs SET desired = ?, mode = ? WHERE run_id = ?", (desired.value, mode.value, run.run_id))
    report(tx, _REQUESTS[desired], run.run_id, mode=mode.value, **author.body())
    if desired is Desired.CANCEL:
        _cancel_tasks(tx, run.run_id)
    settle(tx, run.run_id)
    return get(tx.db, run.run_id)


def check_revision(run: Run, if_revision: int | None) -> None:
    """Raise Aborted, naming both revisions, unless the run still has this one; None asks for nothing."""
    if if_revision is not None and if_revision != run.revision:
        raise Aborted(f"run {run.run_id} has revision {run.revision}, not {if_revision}; look at it again before you change it")


def _mode_after(run: Run, desired: Desired, asked: Mode) -> Mode:
    if desired is Desired.RUN:
        return Mode.DRAIN
    return Mode.NOW if Mode.NOW in {asked, run.mode} else Mode.DRAIN


def _check_phase(run: Run, desired: Desired) -> None:
    is_cancel = desired is Desired.CANCEL
    too_late = run.phase is RunPhase.COMPLETED if is_cancel else run.phase in AT_REST or run.desired is Desired.CANCEL
    if too_late:
        verb = {Desired.PAUSE: "paused", Desired.RUN: "resumed", Desired.CANCEL: "cancelled"}[desired]
        raise FailedPrecondition(f"run {run.run_id} is {run.phase.value.replace('_', ' ')} and cannot be {verb}")


def _cancel_tasks(tx: Transaction, run_id: str) -> None:
    found = tasks.unsettled_at_rest(tx.db, run_id, limit=CANCELLED_ONE_BY_ONE + 1)
    if len(found) > CANCELLED_ONE_BY_ONE:
        report(tx, EventType.TASK_CANCELLED, run_id, tasks=tasks.cancel_at_rest(tx, run_id))
        return
    for index, values in found:
        tasks.change(tx, run_id, index, Move.CANCEL)
        report(tx, EventType.TASK_CANCELLED, run_id, index=index, values=values)


def report(tx: Transaction, event: EventType, run_id: str, **rest: Any) -> int:  # noqa: ANN401 - passed on to `Transaction.emit`
    """Emit an event of a run with the counts of its tasks after everything done so far; return its seq."""
    return tx.emit(event, run_id=run_id, counts=tasks.counts(tx.db, run_id).by_status(), **rest)


def settle(tx: Transaction, run_id: str) -> None:
    """Bring a run in line with its facts: the last step of every operation that changed it or one of its tasks.

    Bumps the revision once per transaction; a phase that follows newly from the facts is stored, with the end of the run, and told.
    """
    row = tx.execute("SELECT desired, phase, ended_at, growing FROM runs WHERE run_id = ?", (run_id,)).fetchone()
    phase = derive_phase(Desired(row["desired"]), tasks.counts(tx.db, run_id), growth=Growth(row["growing"]))
    ended_at = (row["ended_at"] or tx.now_text) if phase in AT_REST else None
    clocks.update(tx, run_id)
    tx.execute(
        "UPDATE runs SET revision = revision + ?, phase = ?, ended_at = ? WHERE run_id = ?",
        (int(tx.first_revision_of(run_id)), phase.value, ended_at, run_id),
    )
    if phase.value != row["phase"]:
        report(tx, EventType.RUN_PHASE_CHANGED, run_id, phase=phase.value)


def _runs(db: Snapshot, rows: Iterable[Any]) -> list[Run]:
    common = Common(db)
    return [_run(common, row) for row in rows]


def _run(common: Common, row: Any) -> Run:  # noqa: ANN401 - a row of _SELECT
    db = common.db
    measured = durations.of_run(db, row["run_id"])
    likely = measured if measured.seconds or row["ended_at"] else common.latest(row["test_id"])
    return Run(
        run_id=row["run_id"],
        name=row["name"],
        revision=row["revision"],
        desired=Desired(row["desired"]),
        phase=RunPhase(row["phase"]),
        test=tests.from_row(row),
        spec=row["spec"],
        counts=tasks.counts(db, row["run_id"]),
        created_at=clock.from_text(row["created_at"]),
        ended_at=clock.from_text(row["ended_at"]) if row["ended_at"] else None,
        median_task_seconds=measured.median,
        mode=Mode(row["mode"]),
        standing=standing.of(common, row) if row["ended_at"] is None else None,
        growth=Growth(row["growing"]),
        planned_tasks=row["planned"],
        part=parts.current(db, row["run_id"], row["last_lease"]),
        typical_task_seconds=typical(likely.seconds),
    )

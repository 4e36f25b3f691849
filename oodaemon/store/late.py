"""Verified results that come after their lease was over: adopted if their task has none, else only told of.

The value depends on the parameters and the data, not on who asked for it: one result per task is seen to by the table, and
that it is the right one by its proof.
"""

from oodaemon.model.events import EventType
from oodaemon.model.tasks import IN_FLIGHT, WAITING, FailureClass, Figures, Kept, Move, Origin, TaskState, Verdict
from oodaemon.store import answers, charts, holding, results, runs, tasks, trades
from oodaemon.store.holding import Held
from oodaemon.store.transaction import Transaction

UNSETTLED = WAITING | IN_FLIGHT | {TaskState.HELD}


def settle(tx: Transaction, late: Held, figures: Figures, kept: Kept) -> Verdict:
    """Do with the result of a closed attempt what can be done. Changes nothing for a duplicate; the result for a task that was
    settled otherwise is kept for later tasks.
    """
    recorded = results.metrics_of(tx.db, late.run_id, late.index)
    if recorded is not None:
        return _compare(tx, late, recorded, dict(figures.metrics))
    row = tx.execute("SELECT state FROM tasks WHERE run_id = ? AND idx = ?", (late.run_id, late.index)).fetchone()
    if TaskState(row["state"]) not in UNSETTLED:
        answers.keep_spare(tx, late.token.attempt_id, figures, kept)
        return Verdict.REFUSED
    superseded = holding.of_task(tx, late.run_id, late.index)
    if superseded is not None:
        holding.close(tx, superseded, FailureClass.INTERRUPTED.value)
    tasks.change(tx, late.run_id, late.index, Move.ADOPT)
    message = "; ".join(filter(None, ["the result came late", keep(tx, late, figures, kept, Origin.LATE)]))
    by = {} if superseded is None else {"superseded": superseded.token.attempt_id}
    holding.report(tx, EventType.TASK_ADOPTED, late, metrics=dict(figures.metrics), message=message, **by)
    runs.settle(tx, late.run_id)
    return Verdict.ADOPTED


def keep(tx: Transaction, held: Held, figures: Figures, kept: Kept, origin: Origin) -> str:
    """Insert the result of an attempt, and what is kept beside it. A sentence if it contradicts what was known, else empty."""
    results.record(tx, held.run_id, held.index, attempt_id=held.token.attempt_id, figures=figures, origin=origin)
    charts.record(tx, held.run_id, held.index, kept.charts)
    if kept.trade_log is not None:
        trades.record(tx, held.run_id, held.index, attempt_id=held.token.attempt_id, file=kept.trade_log)
    return answers.keep(tx, held.token.attempt_id, figures, kept)


def _compare(tx: Transaction, late: Held, recorded: dict[str, float], found: dict[str, float]) -> Verdict:
    """The recorded value stays whatever comes; one that differs is told of, and kept with the event and the failure."""
    if recorded == found:
        return Verdict.DUPLICATE
    names = sorted(name for name in recorded.keys() | found.keys() if recorded.get(name) != found.get(name))
    differences = ", ".join(f"{name} {found.get(name)} instead of {recorded.get(name)}" for name in names)
    message = f"a later result of this task differs from the recorded one, which stays: {differences}"
    body: dict[str, str] = {}
    was = tx.execute("SELECT outcome FROM attempts WHERE attempt_id = ?", (late.token.attempt_id,)).fetchone()["outcome"]
    if was == FailureClass.INTERRUPTED.value:
        mismatch = body["failure_class"] = FailureClass.MISMATCH.value
        tx.execute("UPDATE attempts SET outcome = ? WHERE attempt_id = ?", (mismatch, late.token.attempt_id))
        tx.execute(
            "INSERT INTO failures (attempt_id, run_id, idx, class, message, failed_at) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (attempt_id) DO UPDATE SET class = excluded.class",
            (late.token.attempt_id, late.run_id, late.index, mismatch, message, tx.now_text),
        )
    answers.doubt(tx, late.run_id, late.index)
    holding.report(tx, EventType.TASK_DIVERGED, late, metrics=found, message=message, **body)
    runs.settle(tx, late.run_id)
    return Verdict.DIVERGED

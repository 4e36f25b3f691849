"""Results: the verified figures of tasks, written once, and why others have none."""

import json
from typing import Any

from oodaemon import clock
from oodaemon.model import config
from oodaemon.model.tasks import Figures, Result, TaskState
from oodaemon.store.tasks import ATTEMPTS_THAT_COUNT, LAST_FAILURE
from oodaemon.store.transaction import Snapshot, Transaction, to_json


def record(tx: Transaction, run_id: str, index: int, *, attempt_id: int, figures: Figures) -> None:
    """Insert the figures of a task. The table refuses a second result and any change of the first (sqlite3.IntegrityError)."""
    tx.execute(
        "INSERT INTO results (run_id, idx, attempt_id, metrics, extra, proof, config, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            run_id,
            index,
            attempt_id,
            to_json(dict(figures.metrics)),
            to_json(dict(figures.extra)),
            to_json(dict(figures.proof)),
            to_json(config.to_json(figures.config)),
            tx.now_text,
        ),
    )


def latest(db: Snapshot, limit: int) -> list[Figures]:
    """The figures recorded last, whatever their run, oldest first."""
    rows = db.execute("SELECT metrics, extra, proof, config FROM results ORDER BY attempt_id DESC LIMIT ?", (limit,)).fetchall()
    return [_figures(row) for row in reversed(rows)]


def page(db: Snapshot, run_id: str, *, after_index: int = -1, limit: int = 1000) -> list[Result]:
    """Tasks of a run (by its full id) that succeeded, are held or were refused, in the order of their index, after `after_index`.

    `attempts` leaves out interrupted ones; `reason` is the message of the last failure of a task without figures.
    """
    rows = db.execute(
        f'SELECT t.run_id, t.idx, t.state, t."values", {ATTEMPTS_THAT_COUNT} AS attempts,'  # noqa: S608 - constants only
        " r.metrics, r.extra, r.proof, r.config, coalesce(r.recorded_at, f.failed_at) AS recorded_at, f.message,"
        " lf.entries, lf.derived"
        " FROM tasks t LEFT JOIN results r ON r.run_id = t.run_id AND r.idx = t.idx"
        " LEFT JOIN trade_logs tl ON tl.run_id = t.run_id AND tl.idx = t.idx LEFT JOIN log_files lf ON lf.log_id = tl.log_id"
        f" LEFT JOIN failures f ON f.attempt_id = {LAST_FAILURE}"
        " WHERE t.run_id = ? AND t.idx > ? AND t.state IN ('succeeded', 'held', 'invalid') ORDER BY t.idx LIMIT ?",
        (run_id, after_index, limit),
    )
    return [_result(row) for row in rows]


def _figures(row: Any) -> Figures:  # noqa: ANN401 - a row with the columns of a result
    return Figures(
        json.loads(row["metrics"]), json.loads(row["extra"]), json.loads(row["proof"]), config.from_json(json.loads(row["config"]))
    )


def _result(row: Any) -> Result:  # noqa: ANN401 - a row of the query above
    has_figures = row["metrics"] is not None
    return Result(
        run_id=row["run_id"],
        index=row["idx"],
        values=json.loads(row["values"]),
        state=TaskState(row["state"]),
        attempts=row["attempts"],
        figures=_figures(row) if has_figures else None,
        recorded_at=clock.from_text(row["recorded_at"]),
        reason="" if has_figures else row["message"],
        trade_count=row["entries"],
        derived=json.loads(row["derived"] or "{}"),
    )

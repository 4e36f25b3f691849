"""Results: the verified figures of tasks, written once, and why others have none."""

import json
from typing import Any

from oodaemon import clock
from oodaemon.model import config
from oodaemon.model.tasks import Figures, Origin, Result, Ruling, TaskState
from oodaemon.store.parts import NAME_OF
from oodaemon.store.tasks import ATTEMPTS_THAT_COUNT, LAST_FAILURE
from oodaemon.store.transaction import Snapshot, Transaction, to_json


def record(
    tx: Transaction, run_id: str, index: int, *, attempt_id: int, figures: Figures, origin: Origin = Origin.VERIFIED
) -> None:
    """Insert the figures of a task. The table refuses a second result and any change of the first (sqlite3.IntegrityError).

    Raises ValueError for figures without a proof, unless a user accepted them.
    """
    if not figures.proof and origin is not Origin.ACCEPTED:
        raise ValueError(f"the figures of task {run_id}/{index} come without a proof")
    tx.execute(
        "INSERT INTO results (run_id, idx, attempt_id, metrics, extra, proof, config, recorded_at, origin)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            run_id,
            index,
            attempt_id,
            to_json(dict(figures.metrics)),
            to_json(dict(figures.extra)),
            to_json(dict(figures.proof)),
            to_json(config.to_json(figures.config)),
            tx.now_text,
            origin.value,
        ),
    )


OF_TASK = (
    " LEFT JOIN reuses u ON u.run_id = t.run_id AND u.idx = t.idx"
    " LEFT JOIN results r ON r.attempt_id ="
    " coalesce(u.attempt_id, (SELECT o.attempt_id FROM results o WHERE o.run_id = t.run_id AND o.idx = t.idx))"
    " LEFT JOIN spares s ON s.attempt_id = u.attempt_id"
)
"""Joins a task `t` to its result `r`, which is that of another task for one that was reused (`u`); or to a spare result `s`."""

SETTLED = (
    f'SELECT t.run_id, t.idx, t.state, t."values", {ATTEMPTS_THAT_COUNT} AS attempts,'  # noqa: S608 - constants only
    " coalesce(r.metrics, s.metrics) AS metrics, coalesce(r.extra, s.extra) AS extra, coalesce(r.proof, s.proof) AS proof,"
    " coalesce(r.config, s.config) AS config, CASE WHEN u.attempt_id IS NULL THEN r.origin ELSE 'cached' END AS origin,"
    " coalesce(r.recorded_at, s.recorded_at, d.decided_at, f.failed_at) AS recorded_at,"
    f" a.run_id AS from_run, a.idx AS from_index, {NAME_OF} AS part,"
    " f.message, lf.entries, lf.derived, d.client, d.reason AS decision, d.decided_at"
    f" FROM tasks t{OF_TASK} LEFT JOIN attempts a ON a.attempt_id = u.attempt_id"
    " LEFT JOIN trade_logs tl ON tl.attempt_id = r.attempt_id LEFT JOIN log_files lf ON lf.log_id = tl.log_id"
    " LEFT JOIN rulings d ON d.run_id = t.run_id AND d.idx = t.idx"
    f" LEFT JOIN failures f ON f.attempt_id = coalesce(u.attempt_id, {LAST_FAILURE})"
    " WHERE t.state IN ('succeeded', 'cached', 'held', 'invalid')"
)
"""Settled tasks `t` with all that is known of them; a condition on `t` may follow."""


def metrics_of(db: Snapshot, run_id: str, index: int) -> dict[str, float] | None:
    """The numbers of the result of a task, its own or a reused one; None while it has none."""
    row = db.execute(
        f"SELECT coalesce(r.metrics, s.metrics) AS metrics FROM tasks t{OF_TASK} WHERE t.run_id = ? AND t.idx = ?",  # noqa: S608 - constants only
        (run_id, index),
    ).fetchone()
    return None if row is None or row["metrics"] is None else dict(json.loads(row["metrics"]))


def of_attempt(db: Snapshot, attempt_id: int) -> dict[str, float] | None:
    """The numbers that an attempt found; None for one without a verified result."""
    row = db.execute(
        "SELECT metrics FROM results WHERE attempt_id = :id AND origin <> 'accepted'"
        " UNION ALL SELECT metrics FROM spares WHERE attempt_id = :id",
        {"id": attempt_id},
    ).fetchone()
    return None if row is None else dict(json.loads(row["metrics"]))


def latest(db: Snapshot, limit: int) -> list[Figures]:
    """The verified figures recorded last, whatever their run, oldest first."""
    rows = db.execute(
        "SELECT metrics, extra, proof, config FROM results WHERE origin <> 'accepted' ORDER BY attempt_id DESC LIMIT ?", (limit,)
    ).fetchall()
    return [_figures(row) for row in reversed(rows)]


def page(db: Snapshot, run_id: str, *, after_index: int = -1, limit: int = 1000) -> list[Result]:
    """Tasks of a run (by its full id) that succeeded, are held or were refused, in the order of their index, after `after_index`.

    `attempts` leaves out interrupted ones; `reason` is that of the user who skipped a task, else the message of the last failure of
    one without figures, also when that was of the task it was reused from. `recorded_at` is when the figures were found, whatever
    task they were found for.
    """
    rows = db.execute(f"{SETTLED} AND t.run_id = ? AND t.idx > ? ORDER BY t.idx LIMIT ?", (run_id, after_index, limit))
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
        reason="" if has_figures else row["decision"] or row["message"],
        trade_count=row["entries"],
        derived=json.loads(row["derived"] or "{}"),
        origin=Origin(row["origin"]) if has_figures else None,
        part=row["part"],
        ruling=Ruling(row["client"], row["decision"], clock.from_text(row["decided_at"])) if row["decided_at"] else None,
        reused_from=(row["from_run"], row["from_index"]) if row["from_run"] else None,
    )

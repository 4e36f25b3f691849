"""Failures: what is kept of every failed attempt beside its class and message."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from oodaemon import clock
from oodaemon.model import config
from oodaemon.model.evidence import CaseFile, KeptItem, Limits, Scene
from oodaemon.model.tasks import Failure, FailureClass, Figures
from oodaemon.store import evidence
from oodaemon.store.shelf import Place
from oodaemon.store.transaction import Snapshot, Transaction, to_json

NO_ROOM = "not kept: the evidence of failed tasks alone fills what may be kept; raise evidence_max_mb, or settle these tasks"

_SELECT = (
    'SELECT f.*, t."values", s.scene, q.metrics, q.extra, q.proof, q.config FROM failures f'
    " JOIN tasks t ON t.run_id = f.run_id AND t.idx = f.idx"
    " LEFT JOIN scenes s USING (attempt_id) LEFT JOIN quarantine q USING (attempt_id)"
)


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of a failed attempt: where it was, its files, which are on disk, and figures the page did not prove."""

    scene: Scene = field(default_factory=Scene)
    items: tuple[KeptItem, ...] = ()
    quarantined: Figures | None = None


def close(
    tx: Transaction, settle: Callable[[Transaction], object], attempt_id: int, record: Record, limits: Limits
) -> Sequence[Place]:
    """Let `settle` close the attempt, and keep the record of its failure in the same transaction.

    Returns the files that are not wanted any more, to be removed once this is committed: those of older attempts that had to make
    room, or those of this attempt when there is no room for them or when `settle` made no failure of it.
    """
    settle(tx)
    own = [(attempt_id, item.name) for item in record.items]
    row = tx.execute("SELECT run_id, idx, class FROM failures WHERE attempt_id = ?", (attempt_id,)).fetchone()
    if row is None:
        return own
    gone: Sequence[Place] | None = ()
    if record.items:
        gone = evidence.make_room(tx, row["run_id"], row["idx"], size=evidence.size_of(record.items), limits=limits)
    scene, items = record.scene, record.items
    if gone is None:
        missing = {**scene.missing, **{item.name: NO_ROOM for item in items}}
        scene, items, gone = Scene(scene.step, scene.url, scene.title, scene.causes, missing), (), own
    tx.execute("INSERT INTO scenes (attempt_id, scene) VALUES (?, ?)", (attempt_id, to_json(asdict(scene))))
    evidence.add(tx, attempt_id, items)
    if record.quarantined is not None and row["class"] == FailureClass.MISMATCH.value:
        _quarantine(tx, attempt_id, record.quarantined)
    return gone


def _quarantine(tx: Transaction, attempt_id: int, figures: Figures) -> None:
    tx.execute(
        "INSERT INTO quarantine (attempt_id, metrics, extra, proof, config) VALUES (?, ?, ?, ?, ?)",
        (
            attempt_id,
            to_json(dict(figures.metrics)),
            to_json(dict(figures.extra)),
            to_json(dict(figures.proof)),
            to_json(config.to_json(figures.config)),
        ),
    )


def quarantined(db: Snapshot, run_id: str, index: int) -> Figures | None:
    """The figures that the newest failure of a task (run by its full id) holds in quarantine; None when it holds none.

    Older failures do not count: what a person sees as the reason of a held task is the newest one.
    """
    row = db.execute(
        "SELECT q.* FROM (SELECT max(attempt_id) AS attempt_id FROM failures WHERE run_id = ? AND idx = ?) f"
        " JOIN quarantine q USING (attempt_id)",
        (run_id, index),
    ).fetchone()
    return _figures(row) if row is not None else None


def page(
    db: Snapshot,
    run_id: str,
    *,
    index: int | None = None,
    failure_class: FailureClass | None = None,
    after: tuple[int, int] = (-1, -1),
    limit: int = 1000,
) -> list[CaseFile]:
    """Failures of a run (by its full id), or of one task of it, by task and attempt, beginning after the pair `after`."""
    where, values = ["f.run_id = ?", "(f.idx, f.attempt_id) > (?, ?)"], [run_id, *after]
    if index is not None:
        where.append("f.idx = ?")
        values.append(index)
    if failure_class is not None:
        where.append("f.class = ?")
        values.append(failure_class.value)
    rows = db.execute(f"{_SELECT} WHERE {' AND '.join(where)} ORDER BY f.idx, f.attempt_id LIMIT ?", (*values, limit)).fetchall()
    return [_case(db, row) for row in rows]


def newest(
    db: Snapshot, *, run_id: str | None = None, failure_class: FailureClass | None = None, limit: int = 20
) -> list[CaseFile]:
    """The newest failures first: of a run (by its full id), or of all runs."""
    where, values = ["1"], []
    if run_id is not None:
        where.append("f.run_id = ?")
        values.append(run_id)
    if failure_class is not None:
        where.append("f.class = ?")
        values.append(failure_class.value)
    rows = db.execute(f"{_SELECT} WHERE {' AND '.join(where)} ORDER BY f.attempt_id DESC LIMIT ?", (*values, limit)).fetchall()
    return [_case(db, row) for row in rows]


def _case(db: Snapshot, row: Any) -> CaseFile:  # noqa: ANN401 - a row of _SELECT
    scene = json.loads(row["scene"] or "{}")
    return CaseFile(
        run_id=row["run_id"],
        index=row["idx"],
        values=json.loads(row["values"]),
        failure=Failure(row["attempt_id"], FailureClass(row["class"]), row["message"], clock.from_text(row["failed_at"])),
        scene=Scene(**{**scene, "causes": tuple(scene.get("causes", ()))}),
        items=evidence.of_attempt(db, row["attempt_id"]),
        quarantined=_figures(row) if row["metrics"] is not None else None,
    )


def _figures(row: Any) -> Figures:  # noqa: ANN401 - a row with the columns of quarantine
    return Figures(
        json.loads(row["metrics"]), json.loads(row["extra"]), json.loads(row["proof"]), config.from_json(json.loads(row["config"]))
    )

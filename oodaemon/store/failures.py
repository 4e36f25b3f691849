"""Figures in quarantine: what a page showed without proving that it belongs to the parameters asked for."""

import json

from oodaemon.model import config
from oodaemon.model.tasks import Figures
from oodaemon.store.transaction import Snapshot


def quarantined(db: Snapshot, run_id: str, index: int) -> Figures | None:
    """The figures of the last mismatch of a task (full id of its run) that were kept; None when there are none."""
    row = db.execute(
        "SELECT q.figures FROM failures f JOIN quarantine q USING (attempt_id)"
        " WHERE f.run_id = ? AND f.idx = ? AND f.class = 'mismatch' ORDER BY f.attempt_id DESC LIMIT 1",
        (run_id, index),
    ).fetchone()
    if row is None:
        return None
    kept = json.loads(row["figures"])
    return Figures(kept["metrics"], kept.get("extra", {}), kept.get("proof", {}), config.from_json(kept.get("config", {})))

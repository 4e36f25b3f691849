"""How long backtests take, from those that were done."""

import statistics

from oodaemon.store.transaction import Snapshot

NEWEST = 50
"""Medians are over so many of the newest successes."""


def of_run(db: Snapshot, run_id: str) -> float | None:
    """Median seconds of the newest successes of a run; None before the first."""
    rows = db.execute(
        "SELECT seconds FROM attempts WHERE run_id = ? AND outcome = 'succeeded' ORDER BY attempt_id DESC LIMIT ?", (run_id, NEWEST)
    )
    return _median([row["seconds"] for row in rows])


def expected(db: Snapshot, test_id: str) -> float | None:
    """Median seconds of the newest successes of a test, else of any test; None when nothing was ever measured."""
    of_test = db.execute(
        "SELECT seconds FROM attempts INDEXED BY attempts_succeeded WHERE outcome = 'succeeded'"
        " AND run_id IN (SELECT run_id FROM runs WHERE test_id = ?) ORDER BY attempt_id DESC LIMIT ?",
        (test_id, NEWEST),
    ).fetchall()
    rows = of_test or db.execute(
        "SELECT seconds FROM attempts WHERE outcome = 'succeeded' ORDER BY attempt_id DESC LIMIT ?", (NEWEST,)
    )
    return _median([row["seconds"] for row in rows])


def _median(seconds: list[float]) -> float | None:
    return statistics.median(seconds) if seconds else None

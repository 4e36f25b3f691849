"""How long backtests take, from those that were done; what overlaps with others of the same browser counts once."""

import statistics
from dataclasses import dataclass

from oodaemon.store.transaction import Snapshot

NEWEST = 50
"""Medians are over so many of the newest successes."""
LATEST = 8
"""So many runs of a test are looked at for times of others."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds of the newest successes, newest first."""

    seconds: tuple[float, ...] = ()

    @property
    def median(self) -> float | None:
        """None of none."""
        return statistics.median(self.seconds) if self.seconds else None


def of_run(db: Snapshot, run_id: str) -> Measured:
    """Of a run."""
    rows = db.execute(
        "SELECT seconds FROM attempts WHERE run_id = ? AND outcome = 'succeeded' ORDER BY attempt_id DESC LIMIT ?", (run_id, NEWEST)
    )
    return Measured(tuple(row["seconds"] for row in rows))


def of_latest(db: Snapshot, test_id: str) -> Measured:
    """Of the newest run of a test that has any, among its last few."""
    rows = db.execute("SELECT run_id FROM runs WHERE test_id = ? ORDER BY run_id DESC LIMIT ?", (test_id, LATEST)).fetchall()
    return next((found for row in rows if (found := of_run(db, row["run_id"])).seconds), Measured())


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
    return Measured(tuple(row["seconds"] for row in rows)).median

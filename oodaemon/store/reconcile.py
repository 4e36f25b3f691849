"""Level-triggered repair: every run is brought in line with its facts, whatever happened before."""

from oodaemon.model.runs import Desired, Growth, RunPhase, derive_phase
from oodaemon.store import runs, tasks
from oodaemon.store.transaction import Transaction


def reconcile(tx: Transaction) -> int:
    """Settle every run that has not ended and whose phase does not follow from its facts; return how many there were.

    May run any number of times; in a store that is as it should be it changes nothing.
    """
    rows = tx.execute("SELECT run_id, desired, phase, growing FROM runs WHERE ended_at IS NULL").fetchall()
    wrong = [
        row["run_id"]
        for row in rows
        if derive_phase(Desired(row["desired"]), tasks.counts(tx.db, row["run_id"]), growth=Growth(row["growing"]))
        is not RunPhase(row["phase"])
    ]
    for run_id in wrong:
        runs.settle(tx, run_id)
    return len(wrong)

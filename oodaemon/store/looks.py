"""Looks: what saved tests were when their page and panel were last looked at. No facts for watchers, and so without events."""

import datetime
from dataclasses import dataclass

from oodaemon import clock
from oodaemon.model.reuse import Look
from oodaemon.store.transaction import Snapshot, Transaction


@dataclass(frozen=True, slots=True)
class Looked:
    """A look, and when it was."""

    look: Look
    at: datetime.datetime


def note(tx: Transaction, scope: str, test_id: str, look: Look | None) -> bool:
    """Keep what a saved test is now; None stands for one that cannot be told from others. True when it is not what it was.

    Nothing is kept of a test that was never seen.
    """
    known = of_test(tx.db, scope, test_id)
    if look is None:
        forget(tx, test_id)
        return known is not None
    tx.note(
        "INSERT OR REPLACE INTO looks (scope, test_id, fingerprint, start_date, end_date, looked_at)"
        " SELECT ?, test_id, ?, ?, ?, ? FROM tests WHERE test_id = ?",
        (scope, look.fingerprint, look.start_date, look.end_date, tx.now_text, test_id),
    )
    return known is None or known.look != look


def forget(tx: Transaction, test_id: str) -> None:
    """What is known of a saved test does not hold any more."""
    tx.note("DELETE FROM looks WHERE test_id = ?", (test_id,))


def of_test(db: Snapshot, scope: str, test_id: str) -> Looked | None:
    """The newest look at a test; None before the first, and while what it is now is not known."""
    row = db.execute("SELECT * FROM looks WHERE scope = ? AND test_id = ?", (scope, test_id)).fetchone()
    if row is None:
        return None
    return Looked(Look(row["fingerprint"], row["start_date"], row["end_date"]), clock.from_text(row["looked_at"]))

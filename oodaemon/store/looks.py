"""Looks: what saved tests were when their page and panel were last looked at. No facts for watchers, and so without events."""

import datetime
from dataclasses import dataclass

from oodaemon import clock
from oodaemon.model.reuse import Look, Reveal
from oodaemon.store.transaction import Snapshot, Transaction


@dataclass(frozen=True, slots=True)
class Looked:
    """A look, and when it was."""

    look: Look
    at: datetime.datetime


def note(tx: Transaction, scope: str, test_id: str, look: Look | None, reveal: Reveal | None = None) -> None:
    """Keep what a saved test is now; None stands for one that cannot be told from others. Nothing is kept of one never seen."""
    if look is None:
        forget(tx, test_id)
        return
    tx.note(
        "INSERT OR REPLACE INTO looks (scope, test_id, fingerprint, start_date, end_date, looked_at)"
        " SELECT ?, test_id, ?, ?, ?, ? FROM tests WHERE test_id = ?",
        (scope, look.fingerprint, look.start_date, look.end_date, tx.now_text, test_id),
    )
    if reveal is not None:
        tx.note(
            "INSERT OR REPLACE INTO reveals (scope, test_id, fingerprint, shape, digest, seen_at)"
            " SELECT ?, test_id, ?, ?, ?, ? FROM tests WHERE test_id = ?",
            (scope, look.fingerprint, reveal.shape, reveal.digest, tx.now_text, test_id),
        )


def reveals(db: Snapshot, scope: str, test_id: str, fingerprint: str) -> dict[str, tuple[str, datetime.datetime]]:
    """By shape, what was laid open of a test as it is, and when that was last seen."""
    rows = db.execute(
        "SELECT shape, digest, seen_at FROM reveals WHERE scope = ? AND test_id = ? AND fingerprint = ?",
        (scope, test_id, fingerprint),
    )
    return {row["shape"]: (row["digest"], clock.from_text(row["seen_at"])) for row in rows}


def forget(tx: Transaction, test_id: str) -> None:
    """What is known of a saved test does not hold any more."""
    tx.note("DELETE FROM looks WHERE test_id = ?", (test_id,))


def of_test(db: Snapshot, scope: str, test_id: str) -> Looked | None:
    """The newest look at a test; None before the first, and while what it is now is not known."""
    row = db.execute("SELECT * FROM looks WHERE scope = ? AND test_id = ?", (scope, test_id)).fetchone()
    if row is None:
        return None
    return Looked(Look(row["fingerprint"], row["start_date"], row["end_date"]), clock.from_text(row["looked_at"]))

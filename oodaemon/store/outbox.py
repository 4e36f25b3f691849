"""Up to where each way of telling people has told them. No fact of any run: no event tells of it."""

import json
from dataclasses import dataclass

from oodaemon.model.notices import Standing
from oodaemon.store import journal
from oodaemon.store.transaction import Snapshot, Transaction, to_json


@dataclass(frozen=True, slots=True)
class Place:
    """Events up to and including `seq` are done with; `standing` is what they left."""

    seq: int
    standing: Standing


def place(db: Snapshot, channel: str) -> Place:
    """Where a channel goes on. One that is new begins behind the newest event: nobody wants to be told of the past.

    Events that were removed meanwhile are passed over.
    """
    row = db.execute("SELECT seq, standing FROM outbox WHERE channel = ?", (channel,)).fetchone()
    if row is None:
        return Place(journal.head(db), Standing())
    return Place(row["seq"], Standing(json.loads(row["standing"])))


def advance(tx: Transaction, channel: str, done: Place) -> None:
    """Note that a channel is done with everything up to a place."""
    tx.note(
        "INSERT INTO outbox (channel, seq, standing) VALUES (?, ?, ?)"
        " ON CONFLICT (channel) DO UPDATE SET seq = excluded.seq, standing = excluded.standing",
        (channel, done.seq, to_json(dict(done.standing.told))),
    )

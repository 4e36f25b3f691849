"""Parts of runs: which tasks began together, what people call them, and where they come from."""

from collections.abc import Sequence

from oodaemon.model.batches import Batch
from oodaemon.store import tasks
from oodaemon.store.transaction import Snapshot, Transaction

NAME_OF = (
    "coalesce((SELECT part FROM parts p WHERE p.run_id = t.run_id AND p.first_idx <= t.idx ORDER BY p.first_idx DESC LIMIT 1), '')"
)
"""The name of the part of a task `t`; empty for a run without parts."""


def add(tx: Transaction, run_id: str, batches: Sequence[Batch], *, first: int = 0) -> int:
    """Insert the tasks of some batches, whose indexes count on from `first`, and note which part they are; how many tasks.

    A batch without a name and a reason is no part.
    """
    added, index = tasks.add(tx, run_id, batches, first=first), first
    for batch in batches:
        if batch.part or batch.why:
            row = (run_id, index, batch.part, batch.why)
            tx.execute("INSERT INTO parts (run_id, first_idx, part, why) VALUES (?, ?, ?, ?)", row)
        index += len(batch.points)
    return added


def current(db: Snapshot, run_id: str, attempt_id: int) -> str:
    """The name of the part of the task that was leased last, by its attempt; of the first part before there was any."""
    row = db.execute(
        "SELECT part FROM parts WHERE run_id = :run_id AND first_idx <= coalesce("
        "(SELECT idx FROM attempts WHERE attempt_id = :attempt), (SELECT min(first_idx) FROM parts WHERE run_id = :run_id))"
        " ORDER BY first_idx DESC LIMIT 1",
        {"run_id": run_id, "attempt": attempt_id},
    ).fetchone()
    return "" if row is None else str(row["part"])

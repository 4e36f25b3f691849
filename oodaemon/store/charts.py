"""Charts: pictures of the result pages of tasks, kept with their result and never changed."""

from collections.abc import Mapping

from oodaemon.store.transaction import Snapshot, Transaction


def record(tx: Transaction, run_id: str, index: int, charts: Mapping[str, bytes]) -> None:
    """Keep the PNG pictures of a task by name, in the transaction of its result."""
    tx.execute_many(
        "INSERT INTO charts (run_id, idx, name, png) VALUES (?, ?, ?, ?)",
        [(run_id, index, name, png) for name, png in sorted(charts.items())],
    )


def of_task(db: Snapshot, run_id: str, index: int) -> dict[str, bytes]:
    """The pictures of a task by name; empty when none were kept."""
    rows = db.execute("SELECT name, png FROM charts WHERE run_id = ? AND idx = ? ORDER BY name", (run_id, index))
    return {row["name"]: bytes(row["png"]) for row in rows}


def tasks_with(db: Snapshot, run_id: str) -> list[int]:
    """The indexes of the tasks of a run that have pictures, in order."""
    return [row["idx"] for row in db.execute("SELECT DISTINCT idx FROM charts WHERE run_id = ? ORDER BY idx", (run_id,))]

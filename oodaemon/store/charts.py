"""Charts: pictures of the result pages of tasks, kept with their result and never changed."""

from collections.abc import Mapping

from oodaemon.store.transaction import Snapshot, Transaction

_OF_TASKS = (
    "SELECT run_id, idx, name, png FROM charts UNION ALL SELECT u.run_id, u.idx, c.name, c.png FROM reuses u"
    " JOIN results r USING (attempt_id) JOIN charts c ON c.run_id = r.run_id AND c.idx = r.idx"
)
"""The charts of every task, with those of the task whose result it took."""


def record(tx: Transaction, run_id: str, index: int, charts: Mapping[str, bytes]) -> None:
    """Keep the PNG pictures of a task by name, in the transaction of its result."""
    tx.execute_many(
        "INSERT INTO charts (run_id, idx, name, png) VALUES (?, ?, ?, ?)",
        [(run_id, index, name, png) for name, png in sorted(charts.items())],
    )


def of_task(db: Snapshot, run_id: str, index: int) -> dict[str, bytes]:
    """The pictures of a task by name; empty when none were kept."""
    rows = db.execute(f"SELECT name, png FROM ({_OF_TASKS}) WHERE run_id = ? AND idx = ? ORDER BY name", (run_id, index))  # noqa: S608 - constants only
    return {row["name"]: bytes(row["png"]) for row in rows}


def tasks_with(db: Snapshot, run_id: str) -> list[int]:
    """The indexes of the tasks of a run that have pictures, in order."""
    query = f"SELECT DISTINCT idx FROM ({_OF_TASKS}) WHERE run_id = ? ORDER BY idx"  # noqa: S608 - constants only
    return [row["idx"] for row in db.execute(query, (run_id,))]

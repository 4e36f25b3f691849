"""What of the store explains why a run does or does not go on."""

from collections import Counter
from typing import Any

from oodaemon import clock
from oodaemon.model.runs import Standing
from oodaemon.store.transaction import Snapshot


def of(db: Snapshot, run: Any) -> Standing:  # noqa: ANN401 - a row of runs
    """Of a run that is not at rest, given its row; costs the same for any size of run."""
    run_id = run["run_id"]
    row = db.execute(
        "SELECT coalesce((SELECT tasks FROM tallies WHERE run_id = :run_id AND state = 'ready'), 0) AS ready,"
        " (SELECT min(not_before) FROM tasks INDEXED BY tasks_waiting WHERE run_id = :run_id AND state = 'retry_wait') AS due,"
        " (SELECT max(leased_at, coalesce(closed_at, '')) FROM attempts WHERE attempt_id = :last) AS moved",
        {"run_id": run_id, "last": run["last_lease"]},
    ).fetchone()
    in_flight = db.execute(
        "SELECT run_id, leased_at FROM attempts INDEXED BY attempts_open WHERE closed_at IS NULL ORDER BY run_id"
    ).fetchall()
    others = Counter(attempt["run_id"] for attempt in in_flight if attempt["run_id"] != run_id)
    rivals = db.execute(
        "SELECT sum(t.tasks) AS n FROM runs r INDEXED BY runs_active JOIN tallies t USING (run_id)"
        " WHERE r.ended_at IS NULL AND r.desired = 'run' AND r.run_id <> ? AND t.state IN ('ready', 'retry_wait')"
        " GROUP BY r.run_id",
        (run_id,),
    )
    return Standing(
        ready=row["ready"],
        due_at=clock.from_text(row["due"]) if row["due"] and run["frozen_at"] is None else None,
        moved_at=clock.from_text(row["moved"] or run["created_at"]),
        others=tuple(others.items()),
        rivals=tuple(rival["n"] for rival in rivals if rival["n"]),
        started=tuple((clock.from_text(attempt["leased_at"]), attempt["run_id"] == run_id) for attempt in in_flight),
    )

"""What of the store explains why a run does or does not go on."""

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
    others = db.execute(
        "SELECT run_id, count(*) AS n FROM attempts INDEXED BY attempts_open"
        " WHERE closed_at IS NULL AND run_id <> ? GROUP BY run_id",
        (run_id,),
    )
    return Standing(
        ready=row["ready"],
        due_at=clock.from_text(row["due"]) if row["due"] and run["frozen_at"] is None else None,
        moved_at=clock.from_text(row["moved"] or run["created_at"]),
        others=tuple((other["run_id"], other["n"]) for other in others),
    )

"""What of the store explains why a run does or does not go on."""

import datetime
from collections import Counter
from functools import cached_property
from typing import Any

from oodaemon import clock
from oodaemon.model.runs import Standing
from oodaemon.store import durations
from oodaemon.store.durations import Measured
from oodaemon.store.transaction import Snapshot


class Common:
    """What all runs of one look at the store have in common; each part is read when the first run needs it."""

    def __init__(self, db: Snapshot) -> None:
        self.db = db
        self._latest: dict[str, Measured] = {}

    @cached_property
    def in_flight(self) -> list[tuple[str, datetime.datetime, str]]:
        """Open attempts: whose they are, when they were leased, and of which saved test."""
        rows = self.db.execute(
            "SELECT a.run_id, a.leased_at, r.test_id FROM attempts a INDEXED BY attempts_open JOIN runs r USING (run_id)"
            " WHERE a.closed_at IS NULL ORDER BY a.run_id"
        )
        return [(row["run_id"], clock.from_text(row["leased_at"]), row["test_id"]) for row in rows]

    @cached_property
    def waiting(self) -> dict[str, int]:
        """Runs that are to run, and how many of their tasks wait; those without any are not there."""
        rows = self.db.execute(
            "SELECT r.run_id, sum(t.tasks) AS n FROM runs r INDEXED BY runs_active JOIN tallies t USING (run_id)"
            " WHERE r.ended_at IS NULL AND r.desired = 'run' AND t.state IN ('ready', 'retry_wait') GROUP BY r.run_id"
        )
        return {row["run_id"]: row["n"] for row in rows if row["n"]}

    def latest(self, test_id: str) -> Measured:
        """How long backtests of a test last took."""
        if test_id not in self._latest:
            self._latest[test_id] = durations.of_latest(self.db, test_id)
        return self._latest[test_id]


def of(common: Common, run: Any) -> Standing:  # noqa: ANN401 - a row of runs
    """Of a run that is not at rest, given its row; costs the same for any size of run."""
    run_id = run["run_id"]
    row = common.db.execute(
        "SELECT coalesce((SELECT tasks FROM tallies WHERE run_id = :run_id AND state = 'ready'), 0) AS ready,"
        " (SELECT min(not_before) FROM tasks INDEXED BY tasks_waiting WHERE run_id = :run_id AND state = 'retry_wait') AS due,"
        " (SELECT max(leased_at, coalesce(closed_at, '')) FROM attempts WHERE attempt_id = :last) AS moved",
        {"run_id": run_id, "last": run["last_lease"]},
    ).fetchone()
    others = Counter(whose for whose, _, _ in common.in_flight if whose != run_id)
    of_test = {whose for whose, _, test_id in common.in_flight if test_id == run["test_id"] and not run["fresh"]}
    return Standing(
        ready=row["ready"],
        due_at=clock.from_text(row["due"]) if row["due"] and run["frozen_at"] is None else None,
        moved_at=clock.from_text(row["moved"] or run["created_at"]),
        others=tuple(others.items()),
        rivals=tuple(waiting for whose, waiting in common.waiting.items() if whose != run_id),
        started=tuple((leased_at, whose == run_id) for whose, leased_at, _ in common.in_flight),
        same_test=tuple(whose for whose in others if whose in of_test),
    )

"""Leases: which task runs next, and who holds it."""

import datetime
import json
from collections.abc import Mapping
from typing import Any

from oodaemon import clock
from oodaemon.model.events import EventType
from oodaemon.model.runs import Wants
from oodaemon.model.tasks import Lease, Move, Token
from oodaemon.store import attempts, cache, clocks, runs, tasks, tests
from oodaemon.store.transaction import Snapshot, Transaction
from oodaemon.store.twins import Twins

# Without INDEXED BY, SQLite walks the primary key past every task that is already settled.
_LOWEST_INDEX = (
    "SELECT min(idx) AS idx FROM ("
    "SELECT min(idx) AS idx FROM tasks INDEXED BY tasks_ready WHERE run_id = :run_id AND state = 'ready' AND idx > :after"
    " UNION ALL SELECT min(idx) FROM tasks INDEXED BY tasks_waiting"
    " WHERE run_id = :run_id AND state = 'retry_wait' AND not_before <= :now AND idx > :after)"
)


NO_LIMITS: Mapping[str, int] = {}

REUSED_AT_ONCE = 200
"""So many tasks in a row may take what another run found out meanwhile; then one is backtested, to keep the transaction short."""

PASSED_OVER_AT_ONCE = 200
"""So many tasks of a run may be passed over as their backtest is in flight; then the run waits, to keep the transaction short."""


def lease(
    tx: Transaction,
    actor: str,
    incarnation: int,
    at_once: int | None = None,
    *,
    limits: Mapping[str, int] = NO_LIMITS,
    spare: int = 0,
) -> Lease | None:
    """Hand the next task to an actor, or None when nothing may run now; `at_once` is how many may be in flight together.

    The run that waited longest for a lease comes first, then the lowest index among its tasks that are ready or due. `limits` says
    of how many attempts in flight a run (by full id) may have at most; a run that is not in it has no limit of its own. The last
    `spare` tasks that are ready are left to others. A task whose result another run recorded meanwhile takes that, and one whose
    backtest is in flight for another waits for its end; the next one has its turn.
    """
    is_free = (at_once is None or attempts.in_flight(tx.db) < at_once) and (not spare or _ready(tx) > spare)
    line = _Line(tx, limits)
    found = line.next() if is_free else None
    for _ in range(REUSED_AT_ONCE):
        if found is None or not cache.take(tx, *found):
            break
        found = line.next()
    if found is None:
        return None
    run_id, index = found
    tasks.change(tx, run_id, index, Move.LEASE)
    attempt_id = tx.execute(
        "INSERT INTO attempts (run_id, idx, boot, actor, incarnation, leased_at) VALUES (?, ?, ?, ?, ?, ?)",
        (run_id, index, tx.boot, actor, incarnation, tx.now_text),
    ).lastrowid
    assert attempt_id is not None
    tx.execute("UPDATE runs SET last_lease = ? WHERE run_id = ?", (attempt_id, run_id))
    leased = _lease(tx, Token(attempt_id, tx.boot, actor, incarnation), run_id, index)
    runs.report(
        tx,
        EventType.TASK_LEASED,
        run_id,
        index=index,
        attempt_id=attempt_id,
        actor=actor,
        values=leased.values,
        attempt_number=leased.attempt_number,
    )
    runs.settle(tx, run_id)
    return leased


def _ready(tx: Transaction) -> int:
    """How many tasks of runs that are to run are ready."""
    row = tx.execute(
        "SELECT coalesce(sum(t.tasks), 0) AS n FROM runs r INDEXED BY runs_active JOIN tallies t USING (run_id)"
        " WHERE r.ended_at IS NULL AND r.desired = 'run' AND t.state = 'ready'"
    ).fetchone()
    count: int = row["n"]
    return count


class _Line:
    """The tasks that may run, in the order of their turns, as long as a transaction leases none of them."""

    def __init__(self, tx: Transaction, limits: Mapping[str, int]) -> None:
        self._tx, self._limits, self._twins = tx, limits, Twins(tx)
        self._passed: dict[str, list[int]] = {}

    def next(self) -> tuple[str, int] | None:
        waiting = self._tx.execute(
            "SELECT run_id, test_id, fresh, wants_trades, wants_charts, frozen_at, (SELECT count(*)"
            " FROM attempts a INDEXED BY attempts_open WHERE a.run_id = r.run_id AND a.closed_at IS NULL) AS in_flight"
            " FROM runs r WHERE desired = 'run' AND ended_at IS NULL ORDER BY last_lease, run_id"
        ).fetchall()
        for run in waiting:
            if run["in_flight"] < self._limits.get(run["run_id"], run["in_flight"] + 1):
                index = self._lowest(run)
                if index is not None:
                    return run["run_id"], index
        return None

    def _lowest(self, run: Any) -> int | None:  # noqa: ANN401 - a row of runs
        """The lowest index of a run that waits for no backtest in flight; what was passed over once is not looked at again."""
        passed = self._passed.setdefault(run["run_id"], [])
        while len(passed) < PASSED_OVER_AT_ONCE:
            after = {"run_id": run["run_id"], "now": run["frozen_at"] or self._tx.now_text, "after": passed[-1] if passed else -1}
            index: int | None = self._tx.execute(_LOWEST_INDEX, after).fetchone()["idx"]
            if index is None or not self._twins.include(run, index):
                return index
            passed.append(index)
        return None


def _lease(tx: Transaction, token: Token, run_id: str, index: int) -> Lease:
    row = tx.execute(
        f'SELECT t."values", r.test_id, r.wants_trades, r.wants_charts, {tasks.ATTEMPTS_THAT_COUNT} AS attempts'  # noqa: S608 - constants only
        " FROM tasks t JOIN runs r USING (run_id) WHERE t.run_id = ? AND t.idx = ?",
        (run_id, index),
    ).fetchone()
    test = tests.get(tx.db, row["test_id"])
    return Lease(
        token=token,
        run_id=run_id,
        index=index,
        test_id=test.test_id,
        test_name=test.name,
        test_path=test.path,
        values=json.loads(row["values"]),
        attempt_number=row["attempts"],
        strikes=attempts.strikes(tx, run_id, index),
        wants=Wants(trades=bool(row["wants_trades"]), charts=bool(row["wants_charts"])),
    )


def next_due(db: Snapshot) -> datetime.datetime | None:
    """When the first task that waits for a retry, of a run that may run and whose clock goes, is due; may be in the past.

    None when there is no such task.
    """
    row = db.execute(
        "SELECT min((SELECT min(not_before) FROM tasks t INDEXED BY tasks_waiting"
        " WHERE t.run_id = r.run_id AND t.state = 'retry_wait')) AS due"
        " FROM runs r WHERE r.desired = 'run' AND r.ended_at IS NULL AND r.frozen_at IS NULL"
    ).fetchone()
    return clock.from_text(row["due"]) if row["due"] else None


def shift_waiting(tx: Transaction, seconds: float) -> int:
    """After the wall clock jumped by so many seconds, move the time before which tasks are not tried again; how many there were.

    The delays of runs whose clock stands still are not touched: what is left of them is known. The transaction must tell of the
    jump with an event.
    """
    by = datetime.timedelta(seconds=seconds)
    rows = tx.execute("SELECT run_id FROM runs WHERE ended_at IS NULL AND frozen_at IS NULL").fetchall()
    return sum(clocks.shift(tx, row["run_id"], by) for row in rows)

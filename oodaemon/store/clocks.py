"""Clocks of runs: a retry delay runs only while its run is to run and the site is not blocked.

A clock that stands still is a moment, `frozen_at`. What is left of a delay is its `not_before` minus that moment; when the clock
goes on, every `not_before` of the run is moved by the time it stood still. Nothing else changes meanwhile.
"""

import datetime

from oodaemon import clock
from oodaemon.store.transaction import Transaction

_SITE = "site_is_blocked"

SET_BACK = 30 * clock.SECONDS
"""By less than this two clocks differ without anybody having set one."""


def now_of(tx: Transaction, run_id: str) -> datetime.datetime:
    """The time of a run: the moment at which its clock was stopped, or now."""
    row = tx.execute("SELECT frozen_at FROM runs WHERE run_id = ?", (run_id,)).fetchone()
    return clock.from_text(row["frozen_at"]) if row["frozen_at"] else tx.now


def update(tx: Transaction, run_id: str) -> None:
    """Stop or start the clock of a run after what is desired of it changed; does nothing when it is right already."""
    row = tx.execute("SELECT desired, frozen_at FROM runs WHERE run_id = ?", (run_id,)).fetchone()
    stands_still = row["desired"] == "pause" or (row["desired"] == "run" and _is_site_blocked(tx))
    if stands_still and row["frozen_at"] is None:
        tx.execute("UPDATE runs SET frozen_at = ? WHERE run_id = ?", (tx.now_text, run_id))
    elif not stands_still and row["frozen_at"] is not None:
        shift(tx, run_id, tx.now - clock.from_text(row["frozen_at"]))
        tx.execute("UPDATE runs SET frozen_at = NULL WHERE run_id = ?", (run_id,))


def set_back(tx: Transaction) -> float:
    """At a boot: by how many seconds the wall clock was set back since the boots before (negative), else 0.0.

    What waits for a time is moved by as much, or it would wait for hours that are long over. A clock that was set forwards looks
    like a daemon that was down for longer, which does no harm. Before the clocks of runs are started or stopped.
    """
    row = tx.execute("SELECT occurred_at FROM events WHERE boot < ? ORDER BY seq DESC LIMIT 1", (tx.boot,)).fetchone()
    gap = (tx.now - clock.from_text(row["occurred_at"])).total_seconds() if row else 0.0
    if gap > -SET_BACK:
        return 0.0
    for run in tx.execute("SELECT run_id FROM runs WHERE ended_at IS NULL AND frozen_at IS NULL").fetchall():
        shift(tx, run["run_id"], datetime.timedelta(seconds=gap))
    return gap


def site_blocked(tx: Transaction, *, is_blocked: bool) -> None:
    """The site is blocked, or not any more: stop or start the clocks of all runs that are not at rest."""
    tx.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (_SITE, "1" if is_blocked else "0"))
    for row in tx.execute("SELECT run_id FROM runs WHERE ended_at IS NULL").fetchall():
        update(tx, row["run_id"])


def shift(tx: Transaction, run_id: str, by: datetime.timedelta) -> int:
    """Move the time before which waiting tasks of a run are not tried again; how many there were."""
    rows = tx.execute(
        "SELECT idx, not_before FROM tasks INDEXED BY tasks_waiting WHERE run_id = ? AND state = 'retry_wait'", (run_id,)
    ).fetchall()
    tx.execute_many(
        "UPDATE tasks SET not_before = ? WHERE run_id = ? AND idx = ?",
        [(clock.to_text(clock.from_text(row["not_before"]) + by), run_id, row["idx"]) for row in rows],
    )
    return len(rows)


def _is_site_blocked(tx: Transaction) -> bool:
    row = tx.execute("SELECT value FROM meta WHERE key = ?", (_SITE,)).fetchone()
    return row is not None and row["value"] == "1"

"""How long it takes from opening a big store to the first lease, and what its upkeep costs."""

import json
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from oodaemon.clock import utc_now
from oodaemon.model.batches import Batch
from oodaemon.model.runs import NewRun, SavedTest
from oodaemon.store import audit, backup, files, leases, retention, runs, soundness, tests
from oodaemon.store.ledger import DATABASE_NAME, Ledger

RUNS = 10
TARGET = 2.0
Say = Callable[..., None]


@contextmanager
def timed(say: Say, what: str, target: float | None = None) -> Iterator[None]:
    began = time.perf_counter()
    yield
    say(what, time.perf_counter() - began, "s", target)


def opened(folder: Path) -> Ledger:
    return Ledger(folder, wall_clock=utc_now, rng=random.Random(1))


def measure(folder: Path, *, tasks: int, events: int, say: Say) -> None:
    path = folder / DATABASE_NAME
    with timed(say, f"building a store of {tasks:,} tasks and about {events:,} events"):
        build(folder, tasks, events)
    say("its size", files.size(path) / 2**20, "MiB")
    boot(folder, say, "after a good stop", is_clean=True)
    boot(folder, say, "after a kill", is_clean=False)
    with timed(say, "quick_check of all pages"), files.reading(path) as db:
        soundness.check_pages(db, path)
    with timed(say, "backup, checked and folded"):
        backup.take(path, folder / "copy.db")
    with timed(say, "fsck"):
        problems = audit.audit(path)
    assert not problems, problems[:3]
    ledger = opened(folder)
    run_id = ledger.read(retention.due, utc_now())[0]
    with timed(say, "digest of the events of one run at rest"):
        found = ledger.read(retention.digest, run_id)
    with timed(say, "the commit that lets them go"):
        ledger.write(retention.compact, found)
    slowest = 0.0
    with timed(say, f"removing its {found.events:,} events"):
        while True:
            began = time.perf_counter()
            if not ledger.write(retention.remove, run_id, limit=2000):
                break
            slowest = max(slowest, time.perf_counter() - began)
    say("the longest of those transactions", slowest * 1000, "ms")
    ledger.close()


def boot(folder: Path, say: Say, what: str, *, is_clean: bool) -> None:
    ledger = opened(folder)
    ledger.write(lambda tx: tx.note("UPDATE meta SET value = ? WHERE key = 'clean'", ("0",)))
    ledger._is_sound = is_clean
    ledger.close()
    began = time.perf_counter()
    ledger = opened(folder)
    leased = ledger.write(leases.lease, "site/oo/browser/1", 1)
    say(f"opening to first lease {what}", time.perf_counter() - began, "s", TARGET)
    assert leased is not None
    ledger.close()


def build(folder: Path, tasks: int, events: int) -> None:
    """Runs whose every task failed a few times and then succeeded, so that it all adds up; the last run has as many to do."""
    ledger = opened(folder)
    ledger.write(tests.remember, [SavedTest("iron", "Iron condor", "/test/iron", utc_now())])
    each = tasks // RUNS
    tries = max(1, round(events / (3 * each * (RUNS - 1))))
    for number in range(RUNS):
        values = tuple({"delta": index, "delta.unit": "percent"} for index in range(each))
        run = ledger.write(runs.submit, NewRun(f"{number:026d}", "sweep", "iron", '{"sweep":{}}', (Batch(values),)))
        if number < RUNS - 1:
            ledger.write(_live, run.run_id, values, tries)
            ledger.write(_settle, run.run_id)
    ledger.write(leases.lease, "site/oo/browser/1", 1)
    ledger.close()


def _live(tx: Any, run_id: str, values: tuple[Any, ...], tries: int) -> None:
    first = tx.execute("SELECT coalesce(max(attempt_id), 0) FROM attempts").fetchone()[0] + 1
    rows: dict[str, list[tuple[Any, ...]]] = {"attempts": [], "failures": [], "results": [], "events": []}
    counts = {"pending": len(values), "running": 0, "completed": 0, "failed": 0, "skipped": 0, "cancelled": 0}
    attempt = first
    for index, value in enumerate(values):
        for trial in range(tries):
            is_last = trial == tries - 1
            outcome, seconds = ("succeeded", 1.5) if is_last else ("interrupted", 0.5)
            rows["attempts"].append((attempt, run_id, index, 1, "b/1", 1, tx.now_text, tx.now_text, tx.now_text, outcome, seconds))
            counts["pending"], counts["running"] = counts["pending"] - 1, 1
            for kind in ("task_leased", "task_submitted"):
                rows["events"].append(_event(tx, kind, run_id, index, attempt, {"counts": dict(counts), "values": value}))
            counts["running"] = 0
            counts["completed" if is_last else "pending"] += 1
            kind = "task_completed" if is_last else "task_interrupted"
            rows["events"].append(
                _event(tx, kind, run_id, index, attempt, {"counts": dict(counts), "values": value, "metrics": {"pl": 1.5}})
            )
            if is_last:
                rows["results"].append((run_id, index, attempt, '{"pl":1.5}', "{}", '{"read_back":["x"]}', tx.now_text))
            attempt += 1
    tx.execute_many("INSERT INTO attempts VALUES (?,?,?,?,?,?,?,?,?,?,?)", rows["attempts"])
    tx.execute_many(
        "INSERT INTO results (run_id, idx, attempt_id, metrics, extra, proof, recorded_at) VALUES (?,?,?,?,?,?,?)", rows["results"]
    )
    tx.execute_many(
        "INSERT INTO events (occurred_at, boot, type, run_id, idx, attempt_id, actor, body) VALUES (?,?,?,?,?,?,?,?)",
        rows["events"],
    )
    tx.execute("UPDATE tasks SET state = 'succeeded' WHERE run_id = ?", (run_id,))
    tx.last_seq = 1


def _event(tx: Any, kind: str, run_id: str, index: int, attempt: int, body: dict[str, Any]) -> tuple[Any, ...]:
    return (tx.now_text, 1, kind, run_id, index, attempt, "b/1", json.dumps(body, separators=(",", ":")))


def _settle(tx: Any, run_id: str) -> None:
    runs.settle(tx, run_id)

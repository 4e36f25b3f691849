"""Writes a golden store: one with everything in it, by the code of whatever version is first on the path, as SQL and what it means.

To keep the store of a version, check its source out somewhere and run there, with this file and the name of its newest migration:

    PYTHONPATH=. python .../tests/support/golden.py .../tests/upgrade/stores/0003_trade_logs

Only what every version has had is used, and what a version lacks is left out. Nothing is left to chance but the order of rows.
"""

import datetime
import json
import random
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from oodaemon.ids import ulid
from oodaemon.model.batches import Batch
from oodaemon.model.runs import Desired, NewRun, SavedTest
from oodaemon.model.tasks import FailureClass, Figures
from oodaemon.store import attempts, journal, requests, results, runs, tasks, tests
from oodaemon.store.ledger import Ledger

try:
    from oodaemon.store.leases import lease
except ImportError:  # before it was a module of its own
    from oodaemon.store.attempts import lease

try:
    from oodaemon.model.runs import Author
except ImportError:  # when nobody was asked for a name
    ON_PURPOSE: dict[str, Any] = {"reason": "on purpose"}
else:
    ON_PURPOSE = {"author": Author("somebody@somewhere", "on purpose")}

START = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
NEXT_DAY = START + datetime.timedelta(days=1)
"""When the daemon comes back, before it is looked what the store means."""
DATABASE = "oodaemon.db"
LOG = (
    "Date Opened,Time Opened,Opening Price,Legs,Premium,Closing Price,Date Closed,Time Closed,Avg. Closing Cost,Reason For Close,"
    "P/L,No. of Contracts,Funds at Close,Margin Req.,Strategy,Opening Commissions + Fees,Closing Commissions + Fees,"
    "Opening Short/Long Ratio,Closing Short/Long Ratio,Gap,Movement,Max Profit,Max Loss\n"
    "2024-01-03,09:45:00,4720,1 Jan 3 4700 P STO 1.00,100,4725,"
    "2024-01-03,16:00:00,-40,Expired,137,1,100137,5000,Iron,2,1,1,1,0,5,80,-20\n"
)


class Maker:
    """A ledger, its clock and dice, and the life of a few runs."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.now, self.rng = folder, START, random.Random(5)
        self.incarnation = 0
        self.ledger = self.open()

    def open(self) -> Ledger:
        return Ledger(self.folder, wall_clock=lambda: self.now, rng=self.rng)

    def write(self, fn: Callable[..., Any], *args: Any, **rest: Any) -> Any:
        self.now += datetime.timedelta(seconds=7)
        return self.ledger.write(fn, *args, **rest)

    def submit(self, name: str, count: int) -> str:
        values = tuple(
            {"delta": 10 + n, "delta.unit": "percent", "label": f"naïve {n}", "is_on": bool(n % 2)} for n in range(count)
        )
        new = NewRun(ulid(self.now, self.rng), name, "iron", '{"sweep":{}}', (Batch(values),))
        self.write(lambda tx: requests.once(tx, f"request of {name}", "SubmitRun", "d", lambda: runs.submit(tx, new).run_id))
        return new.run_id

    def lease(self, actor: str = "site/oo/browser/1") -> Any:
        self.incarnation += 1  # what fails again in the same browser counts once, in versions that know of it
        leased = self.write(lease, actor, self.incarnation)
        assert leased is not None
        return leased

    def announced(self, actor: str = "site/oo/browser/1") -> Any:
        leased = self.lease(actor)
        assert self.write(attempts.intent, leased.token)
        return leased

    def succeed(self) -> None:
        leased = self.announced()
        figures = {"pl": 100.25 + leased.index, "cagr": -0.5, "win_percentage": 66.6, "total_trades": 12}
        proof = {"heading": "Unsaved Backtest", "read_back": ["SetField('Delta')"], "cards": [["P/L", "$100", "up"]]}
        extra = {"Max Drawdown": "-3.1 %"}
        self.write(attempts.succeed, leased.token, Figures(figures, extra, proof), *self.kept())

    def kept(self) -> tuple[Any, ...]:
        """A chart and a trade log, where they are known."""
        try:
            from oodaemon.model.tasks import Kept
        except ImportError:
            return ()
        try:
            from oodaemon.analysis.files import read
        except ImportError:
            return (Kept(charts={"equity": b"PNG"}),)
        return (Kept(charts={"equity": b"PNG"}, trade_log=read(LOG.encode(), "log.csv")),)

    def fail(self, failure_class: FailureClass, times: int = 1) -> None:
        for _ in range(times):
            self.write(attempts.fail, self.announced().token, failure_class, f"because of {failure_class.value}")

    def steer(self, run_id: str, desired: Desired) -> None:
        self.write(runs.set_desired, run_id, desired, **ON_PURPOSE)


def live(maker: Maker) -> None:
    """Runs in every phase, tasks in every state, and two attempts in flight when it ends."""
    maker.write(tests.remember, [SavedTest("iron", "Iron condor", "/test/iron", START)])
    maker.write(journal.condition, "SiteBlocked", "the site is away")
    maker.submit("completed", 3)
    for _ in range(3):
        maker.succeed()
    maker.submit("needs review", 4)
    maker.fail(FailureClass.MISMATCH)
    maker.fail(FailureClass.SITE_ERROR)
    maker.fail(FailureClass.BROWSER, 4)
    maker.succeed()
    cancelled = maker.submit("cancelled", 3)
    maker.succeed()
    maker.fail(FailureClass.TIMING)
    maker.steer(cancelled, Desired.CANCEL)
    paused = maker.submit("paused", 3)
    maker.succeed()
    maker.steer(paused, Desired.PAUSE)
    maker.write(journal.condition, "SiteBlocked", "")
    pausing = maker.submit("pausing", 3)
    maker.announced()
    maker.steer(pausing, Desired.PAUSE)
    cancelling = maker.submit("cancelling", 2)
    maker.announced("site/oo/browser/2")
    maker.steer(cancelling, Desired.CANCEL)
    newer(maker)
    kept_in_order(maker)
    reached_from_elsewhere(maker)
    maker.submit("running", 6)
    maker.succeed()
    maker.fail(FailureClass.SESSION)
    maker.lease("site/oo/browser/3")
    maker.fail(FailureClass.TIMING)


def newer(maker: Maker) -> None:
    """What came with later tables: evidence and decisions of users, what is stopped at once, processes, and compaction."""
    try:
        from oodaemon.model.evidence import Limits, Scene
        from oodaemon.model.runs import Mode
        from oodaemon.store import failures, os_processes, retention, rulings
    except ImportError:
        return
    decided = maker.submit("decided", 3)
    for _ in range(3):
        token = maker.announced().token
        scene = Scene(step="read the result", url="/test/iron", title="Iron condor", causes=("Mismatched: another delta",))
        record = failures.Record(scene=scene, quarantined=Figures({"pl": 3.5}, {"Sharpe": "2"}, {"read_back": ["x"]}))
        settle = partial(attempts.fail, token=token, failure_class=FailureClass.MISMATCH, message="another delta")
        maker.write(failures.close, settle, token.attempt_id, record, Limits(10_000))
    for index, ruling in enumerate((rulings.accept, rulings.skip, rulings.retry)):
        order = rulings.Order(ref=decided, which=rulings.Which(indexes=(index,)), **ON_PURPOSE)
        assert maker.write(ruling, order).indexes == (index,)
    maker.succeed()
    stopped = maker.submit("stopped", 2)
    leased = maker.announced()
    maker.write(runs.set_desired, stopped, Desired.PAUSE, mode=Mode.NOW, **ON_PURPOSE)
    maker.write(attempts.fail, leased.token, FailureClass.INTERRUPTED, "the run was stopped at once")
    browser = os_processes.OsProcess(4_000_000, "0", "a boot of the machine", "browser", "site/oo/browser/1", folder="/tmp/gone")
    maker.write(os_processes.record, browser)
    maker.write(os_processes.clock_gap, 3600.0)
    growing(maker)
    gone = maker.submit("compacted", 2)
    maker.succeed()
    maker.steer(gone, Desired.CANCEL)
    assert maker.write(retention.compact, maker.ledger.read(retention.digest, gone))
    assert maker.write(retention.remove, gone, limit=3)


def growing(maker: Maker) -> None:
    """Runs that get their tasks in parts: one with its second part, one that cannot go on, one between its parts."""
    try:
        from oodaemon.plans.plan import Extension
        from oodaemon.store import growth
    except ImportError:  # before there were such runs
        return
    from oodaemon.model.batches import Batch

    values = {"delta.unit": "percent", "label": "naïve", "is_on": True}

    def submit(name: str) -> str:
        batch = Batch(({"delta": 5, **values},), "stage 1")
        new = NewRun(ulid(maker.now, maker.rng), name, "iron", '{"staged":{}}', (batch,), is_growing=True, planned_tasks=2)
        maker.write(runs.submit, new)
        return new.run_id

    def extend(run_id: str, extension: Extension) -> None:
        assert maker.write(growth.extend, run_id, maker.ledger.read(growth.standing, run_id), extension)

    grown = submit("grown")
    maker.succeed()
    extend(grown, Extension((Batch(({"delta": 6, **values},), "stage 2", "the best of stage 1"),), is_last=True, why="the best"))
    maker.succeed()
    stuck = submit("stuck")
    maker.fail(FailureClass.MISMATCH)
    extend(stuck, Extension(is_stuck=True, why="nothing to go on from"))
    submit("between two parts")
    maker.succeed()


def kept_in_order(maker: Maker) -> None:
    """Saved tests that were renamed and removed, where that is known."""
    try:
        from oodaemon.model.runs import Place
    except ImportError:
        return
    others = [SavedTest(name, name.title(), f"/test/{name}", START) for name in ("fly", "gone", "hidden")]
    maker.write(tests.remember, others)
    maker.write(tests.rename, "fly", "Butterfly", Place.SITE, **ON_PURPOSE)
    maker.write(tests.rename, "iron", "mine", Place.LIST, **ON_PURPOSE)
    maker.write(tests.remove, "gone", Place.SITE, **ON_PURPOSE)
    maker.write(tests.remove, "hidden", Place.LIST, **ON_PURPOSE)


def reached_from_elsewhere(maker: Maker) -> None:
    """Tokens, and how far people were told, where that is known."""
    try:
        from oodaemon.model.notices import Standing
        from oodaemon.model.tokens import Scope, digest_of
        from oodaemon.store import outbox
        from oodaemon.store import tokens as entry
    except ImportError:
        return
    maker.write(entry.add, "laptop", digest_of("a token"), scope=Scope.READ, expires_at=START)
    maker.write(entry.note_use, digest_of("a token"))
    maker.write(outbox.advance, "webhook", outbox.Place(3, Standing({"SiteBlocked": 1})))


def public_state(ledger: Ledger) -> list[dict[str, Any]]:
    """What users can see of every run: the same words in every version."""
    return [_public(ledger, run) for run in sorted(ledger.read(runs.page, limit=1000), key=lambda run: run.run_id)]


def _public(ledger: Ledger, run: Any) -> dict[str, Any]:
    counts = {name: getattr(run.counts, name) for name in ("pending", "running", "completed", "failed", "skipped", "cancelled")}
    shown = [
        {
            "values": dict(task.values),
            "state": task.state.value,
            "attempts": task.attempts,
            "not_before": str(task.not_before),
            "failure": task.last_failure and [task.last_failure.failure_class.value, task.last_failure.message],
        }
        for task in ledger.read(tasks.page, run.run_id)
    ]
    figures = [
        [result.index, result.state.value, str(result.recorded_at), result.reason]
        + ([dict(result.figures.metrics), dict(result.figures.extra), dict(result.figures.proof)] if result.figures else [])
        for result in ledger.read(results.page, run.run_id)
    ]
    steered = {"name": run.name, "desired": run.desired.value, "phase": run.phase.value, "ended_at": str(run.ended_at)}
    return {"run_id": run.run_id, "revision": run.revision, **steered, "counts": counts, "tasks": shown, "results": figures}


def main(target: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        maker = Maker(Path(folder))
        live(maker)
        copy = sqlite3.connect(":memory:")
        with sqlite3.connect(Path(folder) / DATABASE) as source:  # as a kill would leave it: two attempts open, not clean
            source.backup(copy)
        source.close()
        copy.execute("UPDATE _sqlite_migrations SET applied_at = '2026-01-02'")
        copy.commit()
        dump = list(copy.iterdump())
        maker.ledger.close()
        maker.now = NEXT_DAY
        maker.ledger = maker.open()
        means = public_state(maker.ledger)
        maker.ledger.close()
    Path(f"{target}.sql").write_text("\n".join(dump) + "\n", "utf-8")
    Path(f"{target}.json").write_text(json.dumps(means, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1])

"""What a big store still does: leases and results per second, and the questions people ask of it."""

import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from oodaemon.model.tasks import Figures
from oodaemon.store import attempts, leases, results, runs
from oodaemon.store.ledger import Ledger
from tests.bench import boot

ROUNDS, LOOKS = 300, 20
ANSWER = 50.0
Say = Callable[..., None]
FIGURES = Figures({"pl": 1234.5, "cagr": 12.5, "max_drawdown": -8.25, "mar": 1.5}, {}, {"read_back": ["x"]})


def measure(*, say: Say, tasks: int = 100_000, events: int = 200_000) -> None:
    """Print transactions per second, and the time of each question, on a store of this size."""
    with tempfile.TemporaryDirectory(prefix="oostore-", dir="/tmp") as folder:
        boot.build(Path(folder), tasks, events)
        ledger = boot.opened(Path(folder))
        _transactions(say, ledger)
        run_id = ledger.read(partial(runs.page, limit=1))[0].run_id
        questions: dict[str, Callable[..., Any]] = {
            "status of a run": partial(runs.get, ref=run_id),
            "list of 50 runs": partial(runs.page, limit=50),
            "a page of 1,000 results": partial(results.page, run_id=run_id, after_index=-1, limit=1000),
        }
        for what, question in questions.items():
            say(f"{what}, {tasks:,} tasks in the store", _median_of(ledger, question), "ms", ANSWER)
        ledger.close()


def _transactions(say: Say, ledger: Ledger) -> None:
    actor = "site/oo/browser/2"
    began = time.perf_counter()
    for _ in range(ROUNDS):
        lease = ledger.write(leases.lease, actor, 1)
        assert lease is not None
        assert ledger.write(attempts.intent, lease.token)
        ledger.write(attempts.succeed, lease.token, FIGURES)
    seconds = time.perf_counter() - began
    say("lease, Run click and result of a task, three durable commits", ROUNDS / seconds, "tasks per second")


def _median_of(ledger: Ledger, question: Callable[..., Any]) -> float:
    times = []
    for _ in range(LOOKS):
        began = time.perf_counter()
        ledger.read(question)
        times.append(time.perf_counter() - began)
    return 1000 * statistics.median(times)

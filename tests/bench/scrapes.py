"""What a scrape costs the service on a store of 100,000 tasks: in one run, and in ten thousand small ones."""

import random
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path

import trio

from oodaemon.app.scraping import Scraping
from oodaemon.metrics.collector import DaemonCollector
from oodaemon.metrics.scrape import Scrape
from oodaemon.metrics.text import render
from oodaemon.model.batches import Batch
from oodaemon.model.runs import Desired, NewRun
from oodaemon.store import runs, tests
from oodaemon.store.transaction import Transaction
from tests.integration.rpc.support import serving

SCRAPE, SCRAPES = 20.0, 15


def measure(*, say: Callable[..., None], tasks: int = 100_000) -> None:
    for count, size in ((1, tasks), (tasks // 10, 10)):
        with tempfile.TemporaryDirectory(prefix="ooscrape-", dir="/tmp") as folder:
            spent = trio.run(_spend, Path(folder), count, size)
        say(f"CPU of a scrape, {count:,} runs of {size:,} tasks", 1000 * statistics.median(spent), "ms", SCRAPE)


async def _spend(folder: Path, count: int, size: int) -> list[float]:
    async with serving(folder) as service:
        parts = service.parts
        await parts.store.write(_fill, count, size)
        scraping = Scraping(parts)
        spent = []
        for _ in range(SCRAPES):
            began = time.process_time()
            now = await scraping.take()
            render(DaemonCollector("1", 1, partial(_given, now)).collect())
            spent.append(time.process_time() - began)
        return spent


def _given(now: Scrape) -> Scrape:
    return now


def _fill(tx: Transaction, count: int, size: int) -> None:
    """All but the last twenty runs are cancelled, so that they are at rest."""
    rng = random.Random(1)
    test = tests.listing(tx.db)[0]
    for number in range(count):
        points = tuple({"profit_target": float(point)} for point in range(size))
        new = NewRun(uuid.UUID(int=rng.getrandbits(128)).hex.upper()[:26], f"run {number}", test.test_id, "{}", (Batch(points),))
        run = runs.submit(tx, new)
        if number < count - 20:
            runs.set_desired(tx, run.run_id, Desired.CANCEL)

"""What a scrape costs the daemon on a store of 100,000 tasks: in one run, and in two thousand small ones, most of them done."""

import random
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import trio

from oodaemon.actors.specs import ChildSpec
from oodaemon.actors.supervisor import Supervisor
from oodaemon.actors.surroundings import Surroundings
from oodaemon.app.parts import Account, Parts
from oodaemon.app.scraping import Scraping
from oodaemon.app.settings import load
from oodaemon.bridge.loop import open_loop
from oodaemon.failures.site import classify
from oodaemon.ids import ulid
from oodaemon.metrics.collector import DaemonCollector
from oodaemon.metrics.scrape import Scrape
from oodaemon.metrics.text import Writer
from oodaemon.model.batches import Batch
from oodaemon.model.runs import NewRun
from oodaemon.parameters.registry import discover
from oodaemon.store import runs, tests
from oodaemon.store.store import open_store
from oodaemon.store.transaction import Transaction
from tests.integration.rpc.support import BASE_URL, IRON, empty

SCRAPE, SCRAPES, ACTIVE, ACTORS = 20.0, 15, 20, 16


def measure(*, say: Callable[..., None], tasks: int = 100_000) -> None:
    for count, size in ((1, tasks), (tasks // 50, 50)):
        with tempfile.TemporaryDirectory(prefix="ooscrape-", dir="/tmp") as folder:
            gathering, telling = trio.run(_spend, Path(folder), count, size)
        what = f"CPU of a scrape, {count:,} runs of {size:,} tasks"
        say(what, gathering + telling, "ms", SCRAPE)
        say("  of that gathering", gathering, "ms")


async def _spend(folder: Path, count: int, size: int) -> tuple[float, float]:
    """Median milliseconds of gathering a scrape and of writing it down."""
    flags = {"state_dir": str(folder / "s"), "listen": f"unix:{folder}/d.sock", "http": "off", "base_url": BASE_URL}
    settings = load(flags, {"OODAEMON_CONFIG": str(empty(folder / "config.toml"))})
    async with open_loop(print), open_store(settings.state_dir, rng=random.Random(7)) as store:
        await store.write(tests.remember, [IRON])
        await store.write(_fill, count, size)
        parts = Parts(settings, Account(BASE_URL, None), store, discover())
        around = Surroundings(classify=classify, observe=parts.tree.observe, rng=parts.rng)
        parts.tree.plant(
            Supervisor(
                "", [ChildSpec(id=f"browser/{number}", start=parts.server.start) for number in range(ACTORS)], surroundings=around
            )
        )
        scraping, writer = Scraping(parts), Writer()
        gathering, telling = [], []
        for _ in range(SCRAPES):
            began = time.process_time()
            now = await scraping.take()
            gathered = time.process_time()
            writer.write(DaemonCollector("1", 1, partial(_given, now)).families())
            gathering.append(gathered - began)
            telling.append(time.process_time() - gathered)
        return 1000 * statistics.median(gathering), 1000 * statistics.median(telling)


def _given(now: Scrape) -> Scrape:
    return now


def _fill(tx: Transaction, count: int, size: int) -> None:
    rng = random.Random(1)
    for number in range(count):
        points = tuple({"profit_target": float(point)} for point in range(size))
        runs.submit(tx, NewRun(ulid(tx.now, rng), f"run {number}", IRON.test_id, "{}", (Batch(points),)))
    if count > ACTIVE:
        tx.execute(
            "UPDATE runs SET phase = 'completed', ended_at = '2026-01-01T00:00:00.000000Z' WHERE run_id NOT IN"
            " (SELECT run_id FROM runs ORDER BY run_id DESC LIMIT ?)",
            (ACTIVE,),
        )

"""From the commit of an event to the clients that watch, with the coalescing on: how late, how many, and at what cost."""

import os
import random
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import grpc
import trio

from oodaemon.api.v1 import runs_pb2
from oodaemon.bridge.loop import call
from oodaemon.model.runs import Desired
from oodaemon.store import runs
from tests.integration.rpc.support import Service, Stubs, aio_channel, serving, short_folder

WATCHERS, COMMITS, RATE = (20, 200), 400, 20
TARGET = 200.0
Say = Callable[..., None]


def measure(*, say: Say, watchers: tuple[int, ...] = WATCHERS) -> None:
    """The clients are in this very process, so the processor time is that of both sides."""
    for number in watchers:
        with short_folder() as folder:
            trio.run(partial(_measure, folder, number, say))


async def _measure(folder: Path, watchers: int, say: Say) -> None:
    committed: dict[int, float] = {}
    delays: list[float] = []
    async with serving(folder) as service:
        run = await service.submit(10)
        service.parts.store.on_commit(lambda head: committed.setdefault(head, time.perf_counter()))
        used, began = sum(os.times()[:2]), time.perf_counter()
        async with aio_channel(service.target) as stubs, trio.open_nursery() as nursery:
            for _ in range(watchers):
                nursery.start_soon(call, _watch, stubs, run.run_id, committed, delays)
            await _commit(service, run.run_id)
        seconds, used = time.perf_counter() - began, sum(os.times()[:2]) - used
    delays.sort()
    where = f"{watchers} watchers, {RATE} commits/s"
    say(f"{where}: events delivered", len(delays) / seconds, "per second")
    say(f"{where}: commit to client, median", 1000 * statistics.median(delays), "ms")
    say(f"{where}: commit to client, p99", 1000 * delays[int(0.99 * len(delays))], "ms", TARGET)
    say(f"{where}: processor time of daemon and clients", 100 * used / seconds, "% of a core")


async def _commit(service: Service, run_id: str) -> None:
    rng = random.Random(1)
    for number in range(COMMITS):
        await trio.sleep(rng.expovariate(RATE))
        await service.parts.store.write(runs.set_desired, run_id, Desired.PAUSE if number % 2 == 0 else Desired.RUN)
    await service.parts.store.write(runs.set_desired, run_id, Desired.CANCEL)


async def _watch(stubs: Stubs, run_id: str, committed: dict[int, float], delays: list[float]) -> None:
    stream = stubs.runs.WatchRun(runs_pb2.WatchRunRequest(run_id=run_id))
    while (frame := await stream.read()) is not grpc.aio.EOF:
        now = time.perf_counter()
        delays += [now - committed[event.seq] for event in frame.events.events if event.seq in committed]

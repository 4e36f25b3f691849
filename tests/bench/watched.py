"""A service without browsers whose run changes at a rate, as a process of its own: its time is told from that of who watches.

python -m tests.bench.watched FOLDER COMMITS RATE

Says in a line where it listens and which run changes, waits for a line, changes the run, cancels it, and when every watcher has
left says what it committed and when (nanoseconds of the clock that all processes share), and what that took it.
"""

import json
import os
import random
import sys
import time
from pathlib import Path

import trio

from oodaemon.model.runs import Desired
from oodaemon.store import runs
from tests.integration.rpc.support import Service, serving


async def main(folder: Path, commits: int, rate: float) -> None:
    async with serving(folder, patience=600) as service:
        run = await service.submit(10)
        committed: list[tuple[int, int, int]] = []
        told = service.parts.store.head

        def note(head: int) -> None:
            nonlocal told
            committed.append((told + 1, head, time.monotonic_ns()))
            told = head

        service.parts.store.on_commit(note)
        print(json.dumps({"target": service.target, "run_id": run.run_id}), flush=True)
        await trio.to_thread.run_sync(sys.stdin.readline)
        used, began = sum(os.times()[:2]), time.monotonic()
        await _commit(service, run.run_id, commits, rate)
        await service.parts.watch.wait_idle()
        used, seconds = sum(os.times()[:2]) - used, time.monotonic() - began
        print(json.dumps({"committed": committed, "used": used, "seconds": seconds}), flush=True)


async def _commit(service: Service, run_id: str, commits: int, rate: float) -> None:
    rng, due = random.Random(1), trio.current_time()
    for number in range(commits):
        due += rng.expovariate(rate)
        await trio.sleep_until(due)
        await service.parts.store.write(runs.set_desired, run_id, Desired.PAUSE if number % 2 == 0 else Desired.RUN)
    await service.parts.store.write(runs.set_desired, run_id, Desired.CANCEL)


if __name__ == "__main__":
    trio.run(main, Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))

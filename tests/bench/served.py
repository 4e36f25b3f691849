"""The service of a daemon without its browsers, as a process of its own: its memory and its time are told from those of others.

python -m tests.bench.served STATE_FOLDER SOCKET
"""

import random
import sys
from pathlib import Path

import trio

from oodaemon.actors.specs import ChildSpec
from oodaemon.actors.supervisor import Supervisor
from oodaemon.actors.surroundings import Surroundings
from oodaemon.app.parts import Account, Parts
from oodaemon.app.settings import load
from oodaemon.bridge.loop import open_loop
from oodaemon.failures.site import classify
from oodaemon.parameters.registry import discover
from oodaemon.store.store import open_store
from tests.integration.rpc.support import BASE_URL, child, empty


async def main(state: Path, socket: Path) -> None:
    flags = {"state_dir": str(state), "listen": f"unix:{socket}", "http": "off", "base_url": BASE_URL}
    settings = load(flags, {"OODAEMON_CONFIG": str(empty(state.parent / "config.toml"))})
    async with open_loop(print), open_store(settings.state_dir, rng=random.Random(7)) as store:
        parts = Parts(settings, Account(BASE_URL, None), store, discover())
        around = Surroundings(classify=classify, observe=parts.tree.observe, rng=parts.rng)
        parts.tree.plant(Supervisor("", [ChildSpec(id="api", start=parts.server.start)], surroundings=around))
        async with trio.open_nursery() as nursery:
            await nursery.start(_serve, parts)
            print("up", flush=True)
            await trio.to_thread.run_sync(sys.stdin.read)
            nursery.cancel_scope.cancel()


async def _serve(parts: Parts, *, task_status: trio.TaskStatus[None]) -> None:
    await parts.server.start(child(), task_status=task_status)


if __name__ == "__main__":
    trio.run(main, Path(sys.argv[1]), Path(sys.argv[2]))

"""A daemon without browsers, to be killed again and again: store, service and an in-memory dispatcher.

It forks its lives from a process that has imported everything and started nothing, so that a life begins in milliseconds. A line on
standard input begins the next life; the pid of it, and its boot once it serves (0 if it never does), are said on standard output.
The line "bury" waits for the end of a life that was killed.
"""

import os
import random
import sys
from functools import partial
from pathlib import Path

import trio

from tests.histories.clients import dispatch
from tests.integration.rpc.support import serving

FOREVER = 10**9


async def live(folder: Path, seed: int) -> None:
    async with serving(folder) as service:
        print("up", service.parts.store.boot, flush=True)
        await dispatch(service, random.Random(seed), limit=FOREVER)


def main(folder: str) -> None:
    pid = 0
    for number, line in enumerate(sys.stdin):
        if line == "bury\n":
            os.waitpid(pid, 0)
            print("buried", pid, flush=True)
            continue
        pid = os.fork()
        if pid == 0:
            os.close(0)
            try:
                trio.run(partial(live, Path(folder), number))
            finally:
                print("up", 0, flush=True)
                os._exit(1)
        print("born", pid, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])

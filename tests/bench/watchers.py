"""So many watchers of one run in a process of their own, each with a connection of its own, as people have.

python -m tests.bench.watchers TARGET RUN_ID NUMBER

Says `watching` when each has its snapshot, and when the run is at rest what each got and when, in nanoseconds of the clock that all
processes share.
"""

import asyncio
import json
import os
import sys
import time

import grpc

from oodaemon.api.v1 import runs_pb2, runs_pb2_grpc

OWN_CONNECTION = (("grpc.use_local_subchannel_pool", 1),)
Arrivals = list[tuple[list[int], int]]
"""Frame by frame: the numbers of its events, and when it was there."""


async def main(target: str, run_id: str, number: int) -> None:
    watching, arrivals = asyncio.Barrier(number + 1), [Arrivals() for _ in range(number)]
    async with asyncio.TaskGroup() as tasks:
        for found in arrivals:
            tasks.create_task(_watch(target, run_id, watching, found))
        await watching.wait()
        used = sum(os.times()[:2])
        print("watching", flush=True)
    print(json.dumps({"arrivals": arrivals, "used": sum(os.times()[:2]) - used}), flush=True)


async def _watch(target: str, run_id: str, watching: asyncio.Barrier, found: Arrivals) -> None:
    async with grpc.aio.insecure_channel(target, options=OWN_CONNECTION) as channel:
        stream = runs_pb2_grpc.RunServiceStub(channel).WatchRun(runs_pb2.WatchRunRequest(run_id=run_id))
        assert (await stream.read()).HasField("snapshot")
        await watching.wait()
        while (frame := await stream.read()) is not grpc.aio.EOF:
            if frame.events.events:
                found.append(([event.seq for event in frame.events.events], time.monotonic_ns()))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))

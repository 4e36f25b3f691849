"""One end of a connection in a process that can be stopped: `python -m tests.integration.rpc.keepalive serve|watch ...`."""

import sys
from pathlib import Path

import trio

from ooctl import channels
from ooctl.address import Address
from oodaemon.api.v1 import runs_pb2, runs_pb2_grpc
from oodaemon.rpc import server
from tests.integration.rpc.support import serving

Options = tuple[tuple[str, int], ...]
TIMES = 10


def shortened(options: Options) -> Options:
    """The options of the product with every time a tenth of what it is."""
    return tuple((name, value // TIMES if name.endswith("_ms") else value) for name, value in options)


async def serve(folder: Path) -> None:
    """Serve a run, and say its id."""
    server.OPTIONS = shortened(server.OPTIONS)
    async with serving(folder) as service:
        print((await service.submit(1)).run_id, flush=True)
        await trio.sleep_forever()


def watch(target: str, run_id: str) -> None:
    """Watch a run, and say so when the first frame came."""
    channel = channels.open_channel(Address(target), None)
    for frame in runs_pb2_grpc.RunServiceStub(channel).WatchRun(runs_pb2.WatchRunRequest(run_id=run_id)):
        print(frame.WhichOneof("frame"), flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        trio.run(serve, Path(sys.argv[2]))
    else:
        watch(*sys.argv[2:])

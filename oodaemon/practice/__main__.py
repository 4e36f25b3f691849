"""Serve the practice site by itself: `python -m oodaemon.practice --port 8484`."""

import argparse
import sys
from functools import partial

import trio

from oodaemon.practice.serve import serve
from oodaemon.practice.site import PRACTICE_EMAIL, PRACTICE_PASSWORD, Site


async def _run(host: str, port: int) -> None:
    async with trio.open_nursery() as nursery:
        bound = await nursery.start(partial(serve, Site(), host=host, port=port))
        sys.stdout.write(f"http://{host}:{bound}/  sign in as {PRACTICE_EMAIL} with password {PRACTICE_PASSWORD}\n")
        sys.stdout.flush()


def _main() -> int:
    parser = argparse.ArgumentParser(prog="oodaemon.practice", description="A local stand-in for OptionOmega.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes any free one")
    options = parser.parse_args()
    status = 0
    try:
        trio.run(_run, options.host, options.port)
    except* KeyboardInterrupt:
        pass
    except* OSError as errors:
        sys.stderr.write(f"Cannot serve on {options.host}:{options.port}: {errors.exceptions[0]}\n")
        status = 1
    return status


if __name__ == "__main__":
    sys.exit(_main())

"""How long ooctl takes to start: `--version`, `--help`, a completion and `list`, beside a bare interpreter.

Interleaved, so that what else the machine does meets all of them; medians of wall time and of user and system CPU time.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import trio

from tests.integration.rpc.support import serving

ROUNDS = 15
ROOT = Path(__file__).parents[2]
BARE = "python -c pass"
GOALS: Mapping[str, float | None] = {
    BARE: None,
    "ooctl --version": 150.0,
    "ooctl --help": None,
    "ooctl res<TAB>": None,
    "ooctl list": 350.0,
}
"""What each may take beyond the bare interpreter, in milliseconds."""


def measure(*, say: Callable[..., None]) -> None:
    """Say for each how much it takes beyond the bare interpreter."""
    ready, stop = threading.Event(), threading.Event()
    found: list[str] = []
    with tempfile.TemporaryDirectory(prefix="oob-", dir="/tmp") as folder:
        thread = threading.Thread(target=trio.run, args=(_serve, Path(folder), found, ready, stop))
        thread.start()
        try:
            assert ready.wait(60), "the service did not start"
            times = _times({**os.environ, "OOCTL_DAEMON": found[0], "XDG_STATE_HOME": folder})
        finally:
            stop.set()
            thread.join()
    for what, goal in GOALS.items():
        for kind, place in (("wall", 0), ("CPU", 1)):
            extra = [each[place] - bare[place] for each, bare in zip(times[what], times[BARE], strict=True)]
            shown = times[what] if what == BARE else None
            middle = statistics.median([each[place] for each in shown] if shown else extra)
            say(f"{what}, {kind}" + ("" if shown else " beyond a bare interpreter"), middle, "ms", goal)


async def _serve(folder: Path, found: list[str], ready: threading.Event, stop: threading.Event) -> None:
    async with serving(folder, patience=600) as service:
        await service.submit(3)
        found.append(service.target)
        ready.set()
        await trio.to_thread.run_sync(stop.wait)


def _times(env: Mapping[str, str]) -> Mapping[str, list[tuple[float, float]]]:
    commands: Mapping[str, tuple[Sequence[str], Mapping[str, str]]] = {
        BARE: (("-c", "pass"), {}),
        "ooctl --version": (("-m", "ooctl", "--version"), {}),
        "ooctl --help": (("-m", "ooctl", "--help"), {}),
        "ooctl res<TAB>": (("-m", "ooctl"), {"_OOCTL_COMPLETE": "bash_complete", "COMP_WORDS": "ooctl res", "COMP_CWORD": "1"}),
        "ooctl list": (("-m", "ooctl", "list"), {}),
    }
    times: dict[str, list[tuple[float, float]]] = {what: [] for what in commands}
    for number in range(ROUNDS + 1):
        for what, (args, further) in commands.items():
            took = _one(args, {**env, **further})
            if number:  # the first round fills the caches
                times[what].append(took)
    return times


def _one(args: Sequence[str], env: Mapping[str, str]) -> tuple[float, float]:
    """Milliseconds of wall and of CPU."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run([sys.executable, *args], cwd=ROOT, env=env, capture_output=True, check=False)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 0, done.stderr
    return 1000 * wall, 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)

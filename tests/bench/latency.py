"""From the commit of an event to the clients that watch, with the coalescing on: how late, how many, and at what cost to whom.

The daemon is a process of its own, the watchers are two more.
"""

import json
import math
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from tests.integration.rpc.support import short_folder

WATCHERS, COMMITS, RATE, PROCESSES = (20, 200), 400, 20, 2
TARGET, PATIENCE = 200.0, 60
MILLISECOND = 1_000_000
"""In nanoseconds."""
Say = Callable[..., None]


def measure(*, say: Say, watchers: tuple[int, ...] = WATCHERS, commits: int = COMMITS) -> None:
    for number in watchers:
        with short_folder() as folder:
            _measure(folder, number, commits, say)


def _measure(folder: Path, watchers: int, commits: int, say: Say) -> None:
    with _process("watched", str(folder), str(commits), str(RATE)) as (orders, told):
        place = json.loads(told.readline())
        share = str(watchers // PROCESSES)
        with (
            _process("watchers", place["target"], place["run_id"], share) as (_, first),
            _process("watchers", place["target"], place["run_id"], share) as (_, second),
        ):
            for each in (first, second):
                assert each.readline() == "watching\n"
            orders.write("go\n")
            orders.flush()
            seen = [json.loads(each.readline()) for each in (first, second)]
        daemon = json.loads(told.readline())
    lateness = delays(daemon["committed"], [arrivals for each in seen for arrivals in each["arrivals"]])
    frames = sum(len(arrivals) for each in seen for arrivals in each["arrivals"])
    seconds, where = daemon["seconds"], f"{watchers} watchers elsewhere, {RATE} commits/s"
    say(f"{where}: events delivered", len(lateness) / seconds, "per second")
    say(f"{where}: commit to client, median", percentile(lateness, 50), "ms")
    say(f"{where}: commit to client, p99", percentile(lateness, 99), "ms", TARGET)
    say(f"{where}: processor time of the daemon", 100 * daemon["used"] / seconds, "% of a core")
    say(f"{where}: processor time of the daemon for a frame", 1_000_000 * daemon["used"] / frames, "µs")
    say(f"{where}: processor time of the watchers", 100 * sum(each["used"] for each in seen) / seconds, "% of a core")


def delays(committed: Sequence[Sequence[int]], arrivals: Sequence[Sequence[Any]]) -> list[float]:
    """Milliseconds from commit to arrival, ascending, of every event to every watcher.

    `committed` are first and last number of a commit and its nanosecond; `arrivals` are by watcher the numbers in a frame and its
    nanosecond. Raises ValueError unless everybody got everything, each once and in order.
    """
    at = {seq: moment for first, last, moment in committed for seq in range(first, last + 1)}
    found: list[float] = []
    for frames in arrivals:
        if [seq for seqs, _ in frames for seq in seqs] != list(at):
            raise ValueError("a watcher did not get each event once")
        found += [(moment - at[seq]) / MILLISECOND for seqs, moment in frames for seq in seqs]
    return sorted(found)


def percentile(ascending: Sequence[float], percent: float) -> float:
    """The smallest value that so many percent of all do not exceed (nearest rank)."""
    return ascending[max(0, math.ceil(len(ascending) * percent / 100) - 1)]


@contextmanager
def _process(module: str, *arguments: str) -> Iterator[tuple[IO[str], IO[str]]]:
    """Its standard input and output; leaving waits for its end."""
    process = subprocess.Popen(
        [sys.executable, "-m", f"tests.bench.{module}", *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield process.stdin, process.stdout
    finally:
        process.stdin.close()
        try:
            process.wait(PATIENCE)
        finally:
            process.kill()

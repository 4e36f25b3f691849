"""How fast a whole run leaves the daemon and arrives in a file, and what that costs in memory on both sides."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
import psutil

from oodaemon.api.v1 import runs_pb2, runs_pb2_grpc
from oodaemon.clock import utc_now
from oodaemon.model.runs import SavedTest
from oodaemon.store import tests
from tests.bench.boot import opened, timed
from tests.integration.rpc.support import short_folder
from tests.support import filled

RATE, RESIDENT, ANSWER = 50_000.0, 200.0, 50.0
SIDE = 317
"""Values of each of two axes: their product is the number of rows."""
FORMATS = ("csv", "jsonl", "parquet")
RUN = "0" * 26
Say = Callable[..., None]


def measure(*, say: Say, side: int = SIDE, formats: tuple[str, ...] = FORMATS) -> None:
    with short_folder() as folder:
        with timed(say, f"building a run of {side * side:,} results"):
            _build(folder / "state", side)
        with _served(folder) as process:
            for name in formats:
                _measure(folder, process, name, side * side, say)


def _build(folder: Path, side: int) -> None:
    folder.mkdir(mode=0o700)
    ledger = opened(folder)
    ledger.write(tests.remember, [SavedTest("iron", "Iron condor", "/test/iron", utc_now())])
    axes = {"delta": range(5, 5 + side), "profit_target": range(10, 10 + side)}
    ledger.write(lambda tx: filled.fill(tx, RUN, "iron", axes, stop_loss=100, entry_time="09:45"))
    ledger.close()


@contextmanager
def _served(folder: Path) -> Iterator[psutil.Process]:
    command = [sys.executable, "-m", "tests.bench.served", str(folder / "state"), str(folder / "d.sock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        yield psutil.Process(process.pid)
        process.communicate(timeout=60)


def _measure(folder: Path, daemon: psutil.Process, name: str, rows: int, say: Say) -> None:
    env = {**os.environ, "OOCTL_DAEMON": f"unix:{folder}/d.sock"}
    command = [sys.executable, "-m", "ooctl", "export", RUN, "--output", str(folder / f"all.{name}")]
    work, peak, answers = _cpu(daemon), [0.0, 0.0], [0.0]
    began = time.perf_counter()
    with (
        subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL) as process,
        grpc.insecure_channel(f"unix:{folder}/d.sock") as channel,
    ):
        client, spent, ended = psutil.Process(process.pid), 0.0, threading.Event()
        seconds: list[float] = []
        threading.Thread(target=lambda: (process.wait(), seconds.append(time.perf_counter() - began), ended.set())).start()
        ask = runs_pb2_grpc.RunServiceStub(channel).GetRun
        while not ended.is_set():
            try:
                sizes = [each.memory_info().rss / 2**20 for each in (daemon, client)]
                peak, spent = [max(pair) for pair in zip(peak, sizes, strict=True)], _cpu(client)
            except psutil.Error:
                continue
            asked = time.perf_counter()
            ask(runs_pb2.GetRunRequest(run_id=RUN))
            answers.append(1000 * (time.perf_counter() - asked))
            ended.wait(0.1)
    assert process.returncode == 0
    say(f"export of {rows:,} rows as {name}: rows per second (at least {RATE:,.0f})", rows / seconds[0], "1/s")
    say("   CPU of the daemon, of the client", _cpu(daemon) - work, f"s, {spent:.3f} s")
    say("   the daemon at most, resident", peak[0], "MiB", RESIDENT)
    say("   the client at most, resident", peak[1], "MiB")
    say("   the slowest status meanwhile", max(answers), "ms", ANSWER)


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)

"""A grid of 100,000 tasks: how long its submission takes, how long a look at it, and what the service then weighs.

The service is a process of its own, with a real store and a real socket and without browsers: `python -m tests.bench.grids FOLDER`.
"""

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import grpc
import trio

from oodaemon.api.v1 import runs_pb2
from tests.integration.rpc.support import Stubs, serving

SUBMIT, STATUS, RESIDENT, PATIENCE = 3.0, 50.0, 200.0, 120
LOOKS = 20


def measure(*, say: Callable[..., None], tasks: int = 100_000) -> None:
    with tempfile.TemporaryDirectory(prefix="oogrid-", dir="/tmp") as folder:
        service = subprocess.Popen(
            [sys.executable, "-m", __name__, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert service.stdin is not None
        assert service.stdout is not None
        try:
            with grpc.insecure_channel(service.stdout.readline().strip()) as channel:
                _measure(Stubs(channel), service.pid, tasks, say)
        finally:
            service.stdin.close()
            service.wait(PATIENCE)


def _measure(stubs: Stubs, pid: int, tasks: int, say: Callable[..., None]) -> None:
    say("the service without a run, resident", _memory(pid, "VmRSS"), "MiB")
    spec = a_grid(tasks)
    seconds, plan = _timed(lambda: stubs.runs.PlanRun(runs_pb2.PlanRunRequest(spec=spec)))
    say(f"looking ahead at a grid of {plan.tasks:,} tasks", seconds, "s", SUBMIT)
    used = _cpu(pid)
    seconds, run = _timed(lambda: stubs.runs.SubmitRun(runs_pb2.SubmitRunRequest(request_id=uuid.uuid4().hex, spec=spec)).run)
    assert run.tasks.total == tasks
    say(f"submitting a grid of {tasks:,} tasks", seconds, "s", SUBMIT)
    say("the processor time of it", _cpu(pid) - used, "s", SUBMIT)
    looks = [_timed(lambda: stubs.runs.GetRun(runs_pb2.GetRunRequest(run_id=run.run_id)))[0] for _ in range(LOOKS)]
    say("its status, the median", 1000 * statistics.median(looks), "ms", STATUS)
    say("its status, the longest", 1000 * max(looks), "ms", STATUS)
    seconds, _ = _timed(lambda: stubs.runs.ListTasks(runs_pb2.ListTasksRequest(run_id=run.run_id, page_size=1000)))
    say("a page of 1,000 of its tasks", 1000 * seconds, "ms")
    rows = a_list(tasks)
    used = _cpu(pid)
    seconds, _ = _timed(lambda: stubs.runs.SubmitRun(runs_pb2.SubmitRunRequest(request_id=uuid.uuid4().hex, spec=rows)))
    say(f"submitting a list of {tasks:,} rows", seconds, "s")
    say("the processor time of it", _cpu(pid) - used, "s")
    say("the service with both, resident", _memory(pid, "VmRSS"), "MiB", RESIDENT)
    say("the most it ever was", _memory(pid, "VmHWM"), "MiB", RESIDENT)


def a_grid(tasks: int) -> runs_pb2.RunSpec:
    """100 by 100 by whatever is left."""
    names = {"delta": 100, "vix": 100, "profit_target": tasks // 10_000}
    parameters = [
        runs_pb2.SweptParameter(name=name, range=runs_pb2.ValueRange(start="1", end=str(end), step="1"))
        for name, end in names.items()
    ]
    return runs_pb2.RunSpec(grid=runs_pb2.GridSpec(test="iron", parameters=parameters))


def a_list(tasks: int) -> runs_pb2.RunSpec:
    """The same points, one by one."""
    columns = [runs_pb2.ListColumn(name=name) for name in ("delta", "vix", "profit_target")]
    rows = [runs_pb2.ListRow(values=[str(n // 1000 + 1), str(n // 10 % 100 + 1), str(n % 10 + 1)]) for n in range(tasks)]
    return runs_pb2.RunSpec(list=runs_pb2.ListSpec(test="iron", columns=columns, rows=rows))


def _timed(call: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    answer = call()
    return time.perf_counter() - began, answer


def _cpu(pid: int) -> float:
    """Seconds of processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(pid: int, what: str) -> float:
    found = re.search(rf"{what}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
    return int(found[1]) / 1024 if found else 0.0


async def _serve(folder: Path) -> None:
    async with serving(folder) as service:
        print(service.target, flush=True)
        with trio.CancelScope(shield=True):
            await trio.to_thread.run_sync(sys.stdin.read)


if __name__ == "__main__":
    trio.run(partial(_serve, Path(sys.argv[1])))

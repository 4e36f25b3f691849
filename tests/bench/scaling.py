"""More browsers on the same machine: how much sooner a run is done, what it weighs; and processes against contexts."""

import time
from collections.abc import Callable
from contextlib import suppress

import psutil

from tests.bench import contexts, driven, memory
from tests.support.daemon import DaemonProcess

LATENCY, EACH = 2.0, 8
COUNTS = (1, 2, 4, 8)
Say = Callable[..., None]


def measure(*, say: Say, counts: tuple[int, ...] = COUNTS) -> None:
    """Print throughput, efficiency against one browser, start, processor time and memory, by number of browsers."""
    alone = 0.0
    with driven.site(LATENCY) as site:
        for count in counts:
            began = time.monotonic()
            with driven.working(site, count) as process:
                started = time.monotonic() - began
                driven.finish(process, driven.sweep(process, [91 + number for number in range(count)])[0])
                run, _ = driven.sweep(process, [5 + number / 2 for number in range(EACH * count)])
                used = _cpu(process)
                done = driven.finish(process, run)
                used = _cpu(process) - used
                seconds = max(each.closed for each in done) - min(each.leased for each in done)
                rate = 60 * len(done) / seconds
                alone = alone or rate / count
                where = f"{count} browser{'s' if count > 1 else ''}, site latency {LATENCY:g} s"
                say(f"{where}: backtests", rate, "per minute")
                say(f"{where}: efficiency", 100 * rate / count / alone, "% of one")
                say(f"{where}: processor time of a backtest, all of it", used / len(done), "s")
                say(f"{where}: daemon started to all browsers up", started, "s")
                say(f"{where}: all browsers, memory (PSS)", memory.shares(process)[2], "MiB")
    contexts.measure(say=say)


def _cpu(process: DaemonProcess) -> float:
    """Seconds that the daemon, its driver and its browsers have used; without those of processes that are gone."""
    seconds = driven.cpu(process.process.pid)
    for each in psutil.Process(process.process.pid).children(recursive=True):
        with suppress(psutil.Error):
            seconds += driven.cpu(each.pid)
    return seconds

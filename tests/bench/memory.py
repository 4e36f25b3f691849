"""Memory by who holds it, as proportional set size: pages that processes share are counted once, in parts."""

import time
from collections.abc import Callable

import psutil

from tests.bench import driven
from tests.bench.driven import pss
from tests.support.daemon import DaemonProcess

IDLE_GOAL, IDLE_CPU_GOAL = 120.0, 1.0
FLAT = 20.0
"""MiB that anything may grow by with recycling on and still be called flat."""
IDLE_SECONDS = 20.0
GROWTH_TASKS = 500
EACH = 100
RECYCLED = 50
Say = Callable[..., None]


def measure(*, say: Say, growth_tasks: int = GROWTH_TASKS) -> None:
    """Print what an idle daemon costs, what a browser does, and what grows with the tasks."""
    with driven.site(0.0) as site:
        with driven.working(site, 2) as process:
            _idle(say, process)
        for name, tasks in (("off", 10**6), ("on", RECYCLED)):
            with driven.working(site, 1, OODAEMON_RECYCLE_TASKS=str(tasks)) as process:
                _growth(say, process, name, growth_tasks)


def _idle(say: Say, process: DaemonProcess) -> None:
    run, _ = driven.sweep(process, [5, 6, 7, 8])
    driven.finish(process, run)
    before, began = driven.cpu(process.process.pid), time.monotonic()
    time.sleep(IDLE_SECONDS)
    used = (driven.cpu(process.process.pid) - before) / (time.monotonic() - began)
    say("daemon with nothing running, processor time", 100 * used, "% of a core", IDLE_CPU_GOAL)
    daemon, driver, browsers = shares(process)
    say("daemon with nothing running, memory (PSS)", daemon, "MiB", IDLE_GOAL)
    say("driver of the browsers, memory (PSS)", driver, "MiB")
    say("a browser that is up, with its renderers, memory (PSS)", browsers / 2, "MiB")


def _growth(say: Say, process: DaemonProcess, name: str, tasks: int) -> None:
    """With recycling `off` it is reported, with it on it must be flat: the end is held against the first hundred."""
    sizes = []
    for number in range(max(2, tasks // EACH)):
        run, _ = driven.sweep(process, [5 + (number * EACH + each) / 20 for each in range(EACH)])
        driven.finish(process, run)
        sizes.append(shares(process))
    first, last = sizes[0], sizes[-1]
    count, goal = EACH * len(sizes), FLAT if name == "on" else None
    say(f"growth from {EACH} to {count} tasks, recycling {name}: daemon", last[0] - first[0], "MiB", goal)
    say(f"growth from {EACH} to {count} tasks, recycling {name}: driver", last[1] - first[1], "MiB", goal)
    say(f"growth from {EACH} to {count} tasks, recycling {name}: browser", last[2] - first[2], "MiB", goal)


def shares(process: DaemonProcess) -> tuple[float, float, float]:
    """MiB of the daemon, of the driver and of all browsers."""
    daemon = process.process.pid
    chromium = {each.pid for each in process.browsers()}
    browsers = driver = 0.0
    for each in psutil.Process(daemon).children(recursive=True):
        is_browser = each.pid in chromium or any(parent.pid in chromium for parent in each.parents())
        if is_browser:
            browsers += pss(each.pid)
        else:
            driver += pss(each.pid)
    return pss(daemon), driver, browsers

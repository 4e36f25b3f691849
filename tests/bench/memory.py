"""Memory by who holds it, as proportional set size: pages that processes share are counted once, in parts."""

import time
from collections.abc import Callable, Mapping, Sequence

import psutil

from tests.bench import driven
from tests.bench.driven import pss
from tests.support.daemon import DaemonProcess

IDLE_GOAL, IDLE_CPU_GOAL = 120.0, 1.0
FLAT = 20.0
"""MiB that the most anything holds may grow by with recycling on, for it to be called flat."""
IDLE_SECONDS = 20.0
GROWTH_TASKS = 500
EACH = 10
"""Backtests between two looks at what is held."""
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
    """With recycling `off` it is reported, with it on it must be flat."""
    first, last = peaks(_followed(process, tasks))
    span = f"growth from {_window(tasks)} to {tasks} tasks, recycling {name}"
    goal = FLAT if name == "on" else None
    for what, sooner, later in zip(("daemon", "driver", "browser"), first, last, strict=True):
        say(f"{span}: {what}", later - sooner, "MiB", goal)


def _window(tasks: int) -> int:
    return 2 * tasks // 5


def _followed(process: DaemonProcess, tasks: int) -> dict[int, tuple[float, float, float]]:
    """What everybody holds in the middle of one run, by the number of backtests stored by then."""
    run, _ = driven.sweep(process, [5 + number / 20 for number in range(tasks)])
    held: dict[int, tuple[float, float, float]] = {}
    while (done := len(driven.attempts(process, run))) < tasks:
        if done >= max(held, default=0) + EACH:
            held[done] = shares(process)
        time.sleep(1)
    driven.finish(process, run)
    return held


def peaks(held: Mapping[int, Sequence[float]]) -> tuple[list[float], list[float]]:
    """The most that each held in the first two fifths and in the last two: what is collected late, or thrown away with a browser
    now and then, goes up and down by more than what stays, and a machine must hold the most of it.
    """
    window = len(held) * 2 // 5
    sizes = [held[done] for done in sorted(held)]
    return [max(each) for each in zip(*sizes[:window], strict=True)], [max(each) for each in zip(*sizes[-window:], strict=True)]


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

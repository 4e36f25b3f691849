"""What a backtest costs beyond a loop written by hand: the same site, the same form, one after the other, interleaved.

The politeness pacing is off, for it is no cost but a choice. What remains beyond the floor is the proof: pages must stand still
for a while before their figures are believed, and every value is read back. A backtest of ours is the time between two stored
results on average, as in a long run; what opening the first and proving the last one takes is not in it.
"""

import json
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable

from tests.bench import driven
from tests.support.process import ROOT

TASKS, REPEATS, WARM = 20, 3, 8
GOALS = {0.0: 1.15, 1.0: 1.05}
CLICK_GOAL = 1.3
Say = Callable[..., None]


def measure(*, say: Say, tasks: int = TASKS, repeats: int = REPEATS) -> None:
    """Print seconds per backtest of both, and their ratio, for each latency and one and two browsers."""
    say("backtests of each browser in each of the measurements below", tasks, "")
    for latency, goal in GOALS.items():
        for browsers in (1, 2):
            _measure(say, latency, browsers, goal, tasks=tasks * browsers, repeats=repeats)


def _measure(say: Say, latency: float, browsers: int, goal: float, *, tasks: int, repeats: int) -> None:
    found = defaultdict[str, list[float]](list)
    with driven.site(latency) as site, driven.working(site, browsers) as process:
        driven.finish(process, driven.sweep(process, [80.5 + number for number in range(WARM * browsers)])[0])
        for turn in range(repeats):
            floor = by_hand(site.url, tasks, browsers)
            found["floor"].append(floor["per_task"])
            found["floor click"].append(floor["first_click"])
            run, asked = driven.sweep(process, [5 + turn * tasks + number for number in range(tasks)])
            done = driven.finish(process, run)
            assert len(done) == tasks
            stored = [each.closed for each in done]
            found["ours"].append((max(stored) - min(stored)) / (tasks - 1))
            found["proof"].append(statistics.median(each.closed - each.clicked for each in done) - latency)
            found["click"].append(min(each.clicked for each in done) - asked)
    middle = {name: statistics.median(values) for name, values in found.items()}
    where = f"site latency {latency:g} s, {browsers} browser{'s' if browsers > 1 else ''}"
    say(f"{where}: a backtest by hand", middle["floor"], "s")
    say(f"{where}: between two results, proven and stored", middle["ours"], "s")
    say(f"{where}: overhead of a long run", middle["ours"] / middle["floor"], "x", goal)
    say(f"{where}: of it from click to stored result, beyond the latency", middle["proof"], "s")
    say(f"{where}: submit to first Run click, warm", middle["click"] / middle["floor click"], "x", CLICK_GOAL)


def by_hand(url: str, tasks: int, browsers: int) -> dict[str, float]:
    """The floor, in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.floor", url, str(tasks), str(browsers)]
    done = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True, timeout=600)
    return {name: float(value) for name, value in json.loads(done.stdout).items()}


def cold(*, say: Say) -> None:
    """From the start of a daemon to its first Run click, when a run waits for it."""
    with driven.site(0.0) as site, driven.working(site, 1) as process:
        run, _ = driven.sweep(process, [5.0])
        driven.finish(process, run)
        run, _ = driven.sweep(process, [5 + number / 2 for number in range(1, 60)])
        driven.first_click_after(process, 0)
        process.kill()
        began = time.time()
        process.spawn()
        say("daemon killed and started: to the next Run click", driven.first_click_after(process, began), "s")
        driven.wait_up(process, 1)
        browser = process.browsers()[0]
        browser.kill()
        say("browser killed: to the next Run click", driven.first_click_after(process, time.time()), "s")
        process.ask("cancel", run, "--yes")

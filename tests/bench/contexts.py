"""Several browsers against one browser with several contexts: what each costs, and what is lost when one dies.

Both play the loop of `floor.py`, so that only the processes differ. `python -m tests.bench.contexts URL WORKERS KIND TASKS`, with
`processes` or `contexts` for KIND, prints one JSON object: `per_minute` (backtests), `cpu` (seconds of processor time of a
backtest, by driver and browsers), `memory` (MiB, proportional set size of the browsers at work), `lost` (backtests in flight that
a browser takes with it when it dies).
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress

import psutil
from playwright.async_api import Browser, Error, Page, Playwright, async_playwright

from oodaemon.browser import engine
from tests.bench import driven, floor
from tests.support.process import ROOT

WORKERS, EACH, LATENCY = 4, 6, 2.0
KINDS = ("processes", "contexts")
Say = Callable[..., None]


def measure(*, say: Say, workers: int = WORKERS, each: int = EACH) -> None:
    """Print all of it for both kinds."""
    with driven.site(LATENCY) as site:
        for kind in KINDS:
            found = _by_hand(site.url, workers, kind, workers * each)
            where = f"{workers} browsers" if kind == "processes" else f"one browser with {workers} contexts"
            say(f"{where}, by hand: backtests", found["per_minute"], "per minute")
            say(f"{where}, by hand: processor time of a backtest", found["cpu"], "s")
            say(f"{where}, by hand: memory (PSS)", found["memory"], "MiB")
            say(f"{where}: backtests in flight lost with one browser", found["lost"], f"of {workers}")


def _by_hand(url: str, workers: int, kind: str, tasks: int) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.contexts", url, str(workers), kind, str(tasks)]
    done = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True, timeout=600)
    return {name: float(value) for name, value in json.loads(done.stdout).items()}


async def main(url: str, workers: int, kind: str, tasks: int) -> dict[str, float]:
    async with async_playwright() as playwright:
        opened = await _opened(playwright, workers if kind == "processes" else 1)
        pages = [await opened[number % len(opened)].new_page(viewport={"width": 1440, "height": 900}) for number in range(workers)]
        for page in pages:
            await floor.sign_in(page, url)
        await asyncio.gather(*(floor.one(page, url, 91, []) for page in pages))
        used, began = _cpu(_family()), time.perf_counter()
        values = [5 + number / 2 for number in range(tasks)]
        await asyncio.gather(*(_work(page, url, values[number::workers]) for number, page in enumerate(pages)))
        seconds, family = time.perf_counter() - began, _family()
        found = {
            "per_minute": 60 * tasks / seconds,
            "cpu": (_cpu(family) - used) / tasks,
            "memory": sum(driven.pss(process.pid) for process in family if "--type=" in _line(process) or _is_main(process)),
            "lost": float(await _lost(pages, url)),
        }
        for browser in opened:
            with suppress(Error):
                await browser.close()
    return found


async def _opened(playwright: Playwright, count: int) -> list[Browser]:
    how = engine.choose(playwright, "", is_headless=True)
    return [await engine.launch(playwright.chromium, how) for _ in range(count)]


async def _work(page: Page, url: str, values: Iterable[float]) -> None:
    for value in values:
        await floor.one(page, url, value, [])


async def _lost(pages: list[Page], url: str) -> int:
    """Kill one browser while a backtest runs on every page; how many of them come to nothing."""
    clicks: list[float] = []
    running = [asyncio.ensure_future(floor.one(page, url, 95, clicks)) for page in pages]
    while len(clicks) < len(pages):  # noqa: ASYNC110 - the loop of the floor tells nobody
        await asyncio.sleep(0.01)
    os.kill(next(process.pid for process in _family() if _is_main(process)), signal.SIGKILL)
    return sum(isinstance(done, Error) for done in await asyncio.gather(*running, return_exceptions=True))


def _family() -> list[psutil.Process]:
    """The driver and every process of its browsers."""
    return psutil.Process().children(recursive=True)


def _cpu(family: Iterable[psutil.Process]) -> float:
    seconds = 0.0
    for process in family:
        with suppress(psutil.Error):
            times = process.cpu_times()
            seconds += times.user + times.system
    return seconds


def _line(process: psutil.Process) -> str:
    with suppress(psutil.Error):
        return " ".join(process.cmdline())
    return ""


def _is_main(process: psutil.Process) -> bool:
    line = _line(process)
    return "--user-data-dir" in line and "--type=" not in line


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])))))

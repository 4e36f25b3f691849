"""What the tests of this folder start: a loop, browsers, and a practice site to point them at."""

import os
import signal
import threading
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import trio

from oodaemon.bridge.loop import open_loop
from oodaemon.browser import engine, processes
from oodaemon.browser.driver import Chromium, Driver, open_chromium
from tests.integration.browser.processes_of import settled

PATIENCE = 180

Complaints = list[Mapping[str, Any]]


@asynccontextmanager
async def on_loop(complaints: Complaints | None = None) -> AsyncIterator[None]:
    """A loop, for at most three minutes; `complaints` receives what asyncio complains about."""
    with trio.fail_after(PATIENCE):
        async with open_loop((complaints if complaints is not None else []).append):
            yield
            await settled(watchers_of_children, within=60)


def watchers_of_children() -> list[str]:
    """Threads in which asyncio waits for a child; one that comes back after its loop was closed complains on stderr."""
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("waitpid")]


@asynccontextmanager
async def browser(driver: Driver) -> AsyncIterator[Chromium]:
    """A headless browser, whichever this machine has."""
    async with open_chromium(driver, engine.choose(driver.playwright, "", is_headless=True)) as chromium:
        yield chromium


async def strike(pid: int, what: signal.Signals) -> None:
    """Send a signal; returns once a killed process is gone."""
    os.kill(pid, what)
    if what is signal.SIGKILL:
        await processes.wait_gone(pid)

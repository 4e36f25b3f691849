"""The machine that browsers and drivers run on, in virtual time."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import trio

from oodaemon.actors.child import Child
from oodaemon.failures.site import BrowserLost
from tests.simulation.site import SimSite, SimTab
from tests.unit.dispatch.machine import Machine


class SimMachine(Machine):
    """Starts browsers, sometimes in vain, and ends them when the simulation says so."""

    def __init__(self, site: SimSite, rng: random.Random) -> None:
        super().__init__()
        self.site, self.rng = site, rng
        self.browsers: dict[int, trio.Event] = {}
        self.driver: trio.Event | None = None
        self.is_calm = False
        self._pid = 1000

    async def wait_gone(self, pid: int) -> None:
        await self.browsers[pid].wait()

    @asynccontextmanager
    async def open_chromium(self, driver: Any, how: Any) -> AsyncIterator[Any]:
        await trio.sleep(self.rng.uniform(0.5, 3))
        if not self.is_calm and self.rng.random() < 0.05:
            raise BrowserLost("the browser did not start")
        self._pid += 1
        pid, gone = self._pid, trio.Event()
        self.browsers[pid] = gone
        try:
            yield SimpleNamespace(pid=pid, gone=gone)
        finally:
            gone.set()
            del self.browsers[pid]

    @asynccontextmanager
    async def open_tab(self, chromium: Any, site: Any, stored: Any) -> AsyncIterator[SimTab]:
        await trio.lowlevel.checkpoint()
        if chromium.gone.is_set():
            raise BrowserLost("the browser does not open a page")
        self.site.stored = stored
        self.open_tabs += 1
        try:
            yield SimTab(self.site, chromium.gone)
        finally:
            self.open_tabs -= 1

    async def start_driver(self, child: Child, /, *, task_status: trio.TaskStatus[None]) -> None:
        """The driver actor: up until it is lost."""
        await trio.sleep(1.0)
        self.driver = gone = trio.Event()
        child.progress("pid 999")
        task_status.started()
        try:
            await gone.wait()
            raise BrowserLost("the Playwright driver died")
        finally:
            self.driver = None

    def kill_one_browser(self) -> None:
        """One of those that run, if any."""
        if self.browsers:
            self.rng.choice([*self.browsers.values()]).set()

    def kill_driver(self) -> None:
        """With all browsers, which hang on it."""
        if self.driver is not None:
            self.driver.set()

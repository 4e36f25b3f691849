"""The machine that browsers and drivers run on, in virtual time."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import trio

from oodaemon.actors.child import Child
from oodaemon.browser.processes import Identity
from oodaemon.failures.site import BrowserLost
from tests.simulation.site import SimSite, SimTab
from tests.unit.dispatch.machine import Machine

MIB = 2**20


@dataclass(slots=True, eq=False)
class SimBrowser:
    """One browser process; what its pages do ends with it."""

    pid: int
    profile: None = None
    gone: trio.Event = field(default_factory=trio.Event)
    tabs: list[SimTab] = field(default_factory=list)
    weight: int = 400 * MIB

    def die(self) -> None:
        """Its process is gone."""
        self.gone.set()
        for tab in self.tabs:
            tab.leave()

    @asynccontextmanager
    async def guard(self) -> AsyncIterator[None]:
        """See `Chromium.guard`: renderers are not simulated."""
        yield

    def resident(self) -> int:
        """It grows with every page."""
        return self.weight + len(self.tabs) * 200 * MIB


class SimMachine(Machine):
    """Starts browsers, sometimes in vain, and ends them when the simulation says so."""

    def __init__(self, site: SimSite, rng: random.Random) -> None:
        super().__init__()
        self.site, self.rng = site, rng
        self.browsers: dict[int, SimBrowser] = {}
        self.driver: trio.Event | None = None
        self.is_calm = False
        self.killed = 0
        self._pid = 1000

    async def wait_gone(self, pid: int) -> None:
        await self.browsers[pid].gone.wait()

    async def end(self, pid: int, *, is_group: bool) -> None:
        assert is_group
        await trio.sleep(self.rng.uniform(0.05, 0.5))
        self.killed += 1
        self.browsers[pid].die()

    def is_alive(self, pid: int) -> bool:
        return pid in self.browsers and not self.browsers[pid].gone.is_set()

    def identity(self, pid: int) -> Identity | None:
        """See `processes.identity`."""
        return Identity(f"start of {pid}", "this boot") if self.is_alive(pid) else None

    @asynccontextmanager
    async def open_chromium(self, driver: Any, how: Any) -> AsyncIterator[SimBrowser]:
        await trio.sleep(self.rng.uniform(0.5, 3))
        if not self.is_calm and self.rng.random() < 0.05:
            raise BrowserLost("the browser did not start")
        self._pid += 1
        browser = self.browsers[self._pid] = SimBrowser(self._pid)
        try:
            yield browser
        finally:
            browser.die()
            del self.browsers[browser.pid]

    @asynccontextmanager
    async def open_tab(self, chromium: SimBrowser, site: Any, stored: Any) -> AsyncIterator[SimTab]:
        await trio.lowlevel.checkpoint()
        if chromium.gone.is_set():
            raise BrowserLost("the browser does not open a page")
        self.site.stored = stored
        self.open_tabs += 1
        tab = SimTab(self.site, chromium)
        chromium.tabs.append(tab)
        try:
            yield tab
        finally:
            tab.leave()
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
            self.rng.choice([*self.browsers.values()]).die()

    def kill_driver(self) -> None:
        """With all browsers, which hang on it."""
        if self.driver is not None:
            self.driver.set()

"""The driver actor: one Playwright driver that the browsers of a group share."""

import shutil
from pathlib import Path
from typing import NoReturn

import trio

from oodaemon.actors.child import Child
from oodaemon.browser import processes
from oodaemon.browser.driver import Driver, open_driver
from oodaemon.clock import SECONDS
from oodaemon.dispatch.custody import custody
from oodaemon.failures.site import BrowserLost
from oodaemon.store.store import Store

CHECK = 15 * SECONDS
LEFTOVER = "playwright*"


class DriverActor:
    """Keeps one driver up; browsers need it. `folder` is the private temporary folder, emptied while there are no browsers."""

    def __init__(self, store: Store, folder: Path | None = None) -> None:
        self._store, self._folder = store, folder
        self._driver: Driver | None = None
        self._child: Child | None = None

    @property
    def driver(self) -> Driver:
        """The driver that is up. Raises BrowserLost when none is."""
        if self._driver is None:
            raise BrowserLost("the Playwright driver is not up")
        return self._driver

    def used(self) -> None:
        """It started a browser, which is all the progress a driver can make."""
        if self._child is not None:
            self._child.progress(self._child.detail)

    async def start(self, child: Child, /, *, task_status: trio.TaskStatus[None]) -> None:
        """Run one driver until it dies or does not answer (BrowserLost), or the actor is cancelled."""
        await trio.to_thread.run_sync(self._sweep)
        async with custody(self._store, child, "driver") as held, open_driver() as driver:
            await held.take(driver.pid)
            self._driver, self._child = driver, child
            try:
                child.note(f"pid {driver.pid}")
                task_status.started()
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(self._watch, driver)
                    nursery.start_soon(self._check, driver)
            finally:
                self._driver = self._child = None

    async def _watch(self, driver: Driver) -> NoReturn:
        await processes.wait_gone(driver.pid)
        raise BrowserLost("the Playwright driver died")

    async def _check(self, driver: Driver) -> NoReturn:
        """A driver that hangs says nothing, and neither do its browsers; so it is asked now and then, and at once on suspicion."""
        while True:
            with trio.move_on_after(CHECK):
                await driver.suspected.wait()
            try:
                await driver.round_trip()
            except BrowserLost:
                driver.suspected.set()
                raise

    def _sweep(self) -> None:
        for path in self._folder.glob(LEFTOVER) if self._folder else ():
            shutil.rmtree(path, ignore_errors=True)

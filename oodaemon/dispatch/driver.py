"""The driver actor: one Playwright driver that the browsers of a group share."""

import trio

from oodaemon.actors.child import Child
from oodaemon.browser import processes
from oodaemon.browser.driver import Driver, open_driver
from oodaemon.failures.site import BrowserLost


class DriverActor:
    """Keeps one driver up; browsers need it."""

    def __init__(self) -> None:
        self._driver: Driver | None = None

    @property
    def driver(self) -> Driver:
        """The driver that is up. Raises BrowserLost when none is."""
        if self._driver is None:
            raise BrowserLost("the Playwright driver is not up")
        return self._driver

    async def start(self, child: Child, /, *, task_status: trio.TaskStatus[None]) -> None:
        """Run one driver until it dies (BrowserLost) or the actor is cancelled."""
        async with open_driver() as driver:
            self._driver = driver
            try:
                child.progress(f"pid {driver.pid}")
                task_status.started()
                await processes.wait_gone(driver.pid)
                raise BrowserLost("the Playwright driver died")
            finally:
                self._driver = None

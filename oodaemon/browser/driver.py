"""The Playwright driver and the browsers it starts, as trio context managers that leave no process behind."""

import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import trio
from playwright.async_api import Browser, Error, Playwright, async_playwright

from oodaemon.bridge.loop import call
from oodaemon.browser import engine, processes
from oodaemon.browser.blocking import NOTHING, Blocked
from oodaemon.browser.family import Family
from oodaemon.browser.ladder import CLOSE, Ladder, Unkillable
from oodaemon.clock import SECONDS
from oodaemon.failures.site import BrowserLost

START_TIMEOUT, LAUNCH_TIMEOUT, PID_TIMEOUT = 60 * SECONDS, 20 * SECONDS, 10 * SECONDS
STOP_TIMEOUT, CONFIRM, ANSWER, BIRTH_POLL = 0.8 * SECONDS, 1 * SECONDS, 15 * SECONDS, 0.02 * SECONDS


@dataclass(slots=True)
class Driver:
    """A running driver; several browsers share one. `suspected` is set when a browser of it would not close."""

    playwright: Playwright
    pid: int
    suspected: trio.Event = field(default_factory=trio.Event)

    async def round_trip(self) -> None:
        """Prove that the driver answers. Raises BrowserLost."""
        try:
            with trio.fail_after(ANSWER):
                await call(_ask, self.playwright)
        except (trio.TooSlowError, Error) as error:
            raise BrowserLost("the Playwright driver does not answer") from error
        self.suspected = trio.Event()


@dataclass(frozen=True, slots=True)
class Chromium:
    """A running browser. `pid` is its main process and its process group, `blocked` what it does not ask."""

    browser: Browser
    pid: int
    profile: Path | None = None
    family: Family | None = None
    ladder: Ladder | None = None
    blocked: Blocked = NOTHING

    @asynccontextmanager
    async def guard(self) -> AsyncIterator[None]:
        """See `Ladder.guard`."""
        if self.ladder is None:
            yield
        else:
            async with self.ladder.guard():
                yield

    def resident(self) -> int:
        """Resident memory of all its processes in bytes. Blocks for some milliseconds."""
        return 0 if self.family is None else self.family.resident()


class _BrowserRungs:
    """See `ladder.Rungs`."""

    def __init__(self, browser: Browser, family: Family) -> None:
        self._browser, self._family = browser, family
        self.wait_gone, self.survivors = family.wait_gone, family.survivors

    async def close(self) -> None:
        await call(self._browser.close)

    def terminate(self) -> None:
        self._family.signal(signal.SIGTERM)

    def kill(self) -> None:
        self._family.signal(signal.SIGKILL)


async def _ask(playwright: Playwright) -> None:
    """A question that the driver answers without a browser (asyncio-flavoured)."""
    await (await playwright.request.new_context()).dispose()


@asynccontextmanager
async def open_driver() -> AsyncIterator[Driver]:
    """Start a driver; stop it, by force after a second, when the block ends. Raises BrowserLost when it does not start.

    Its browsers are gone by then: what else is left below it goes with it, and one that is
    suspected to hang is not asked. The start is shielded: one that is cancelled half-way leaves a node process behind for the
    daemon's life.
    """
    before = processes.driver_pids()
    playwright = await _start(before)
    started = processes.driver_pids() - before
    if playwright is None or not started:
        for pid in started:
            await processes.end(pid)
        raise BrowserLost("the Playwright driver does not start; run `python -m playwright --version` to see why")
    driver = Driver(playwright, next(iter(started)))
    family = Family(driver.pid, leads_group=False)
    try:
        yield driver
    finally:
        await _stop(driver, family)  # noqa: ASYNC102 - shields and bounds itself


async def _stop(driver: Driver, family: Family) -> None:
    """Raises Unkillable."""
    with trio.CancelScope(shield=True):
        family.survivors()
        if not driver.suspected.is_set():
            with trio.move_on_after(STOP_TIMEOUT), suppress(Exception):  # the connection to a dead one raises whatever it likes
                await call(driver.playwright.stop)
        family.signal(signal.SIGKILL)
        with trio.move_on_after(CONFIRM):
            await family.wait_gone()
        if left := family.survivors():
            raise Unkillable(left)


async def _start(before: set[int]) -> Playwright | None:
    """The started driver, or None when it died at birth or took too long."""
    playwright: Playwright | None = None
    with trio.move_on_after(START_TIMEOUT, shield=True):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(_give_up_on_death, before, nursery.cancel_scope)
            with suppress(Exception):  # a driver that dies at birth raises no class of its own; without one there is no driver
                playwright = await call(async_playwright().start)
            nursery.cancel_scope.cancel()
    return playwright


async def _give_up_on_death(before: set[int], starting: trio.CancelScope) -> None:
    """Playwright waits for ever for the first word of a driver that is dead."""
    while not (born := processes.driver_pids() - before):  # noqa: ASYNC110 - nothing tells of a child before it talks
        await trio.sleep(BIRTH_POLL)
    await processes.wait_gone(born.pop())
    starting.cancel()


@asynccontextmanager
async def open_chromium(driver: Driver, how: engine.Launch) -> AsyncIterator[Chromium]:
    """Start a browser; bring it down by the kill ladder when the block ends, with its profile folder.

    Raises BrowserLost when it does not start, Unkillable when a process of it outlives the ladder. The launch itself
    is not cancellable: a browser must not come up when nobody is left to close it.
    """
    browser: Browser | None = None
    with trio.move_on_after(LAUNCH_TIMEOUT, shield=True):
        browser = await call(engine.launch, driver.playwright.chromium, how)
    if browser is None:
        raise BrowserLost(f"{how.executable} did not start within {LAUNCH_TIMEOUT:g} s")
    pid = 0
    try:
        with trio.fail_after(PID_TIMEOUT):
            pid = await call(engine.main_pid, browser)
    except (trio.TooSlowError, Error) as error:
        raise BrowserLost(f"{how.executable} does not answer after its start") from error
    finally:
        if not pid:
            await _close_unknown(driver, browser)  # noqa: ASYNC102 - shields and bounds itself
    processes.GROUPS.add(pid)
    family = Family(pid, leads_group=True)
    ladder, profile = Ladder(_BrowserRungs(browser, family)), family.profile()
    try:
        yield Chromium(browser, pid, profile, family, ladder, how.blocked)
    finally:
        try:
            await ladder.climb()  # noqa: ASYNC102 - shields and bounds itself
        finally:
            if ladder.is_hung:
                driver.suspected.set()
            if profile is not None and not family.survivors():
                with trio.CancelScope(shield=True):
                    await trio.to_thread.run_sync(partial(shutil.rmtree, profile, ignore_errors=True))


async def _close_unknown(driver: Driver, browser: Browser) -> None:
    """Close a browser that did not tell its pid. What does not close goes with its driver, which is suspected from now on."""
    with trio.move_on_after(CLOSE, shield=True) as closing, suppress(Exception):  # as above
        await call(browser.close)
    if closing.cancelled_caught:
        driver.suspected.set()

"""The Playwright driver and the browsers it starts, as trio context managers that leave no process behind."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import trio
from playwright.async_api import Browser, Error, Playwright, async_playwright

from oodaemon.bridge.loop import call
from oodaemon.browser import engine, processes
from oodaemon.clock import SECONDS
from oodaemon.failures.site import BrowserLost

START_TIMEOUT, LAUNCH_TIMEOUT, PID_TIMEOUT = 60 * SECONDS, 20 * SECONDS, 10 * SECONDS
CLOSE_TIMEOUT, STOP_TIMEOUT, BIRTH_POLL = 3 * SECONDS, 3 * SECONDS, 0.02 * SECONDS


@dataclass(frozen=True, slots=True)
class Driver:
    """A running driver; several browsers share one."""

    playwright: Playwright
    pid: int


@dataclass(frozen=True, slots=True)
class Chromium:
    """A running browser. `pid` is its main process and its process group."""

    browser: Browser
    pid: int


@asynccontextmanager
async def open_driver() -> AsyncIterator[Driver]:
    """Start a driver; stop it, by force after 3 s, when the block ends. Raises BrowserLost when it does not start.

    The start is shielded: one that is cancelled half-way leaves a node process behind for the daemon's life.
    """
    before = processes.driver_pids()
    playwright = await _start(before)
    started = processes.driver_pids() - before
    if playwright is None or not started:
        for pid in started:
            await processes.end(pid)
        raise BrowserLost("the Playwright driver does not start; run `python -m playwright --version` to see why")
    driver = Driver(playwright, next(iter(started)))
    try:
        yield driver
    finally:
        with trio.move_on_after(STOP_TIMEOUT, shield=True), suppress(Error):
            await call(playwright.stop)
        with trio.move_on_after(STOP_TIMEOUT, shield=True):
            await processes.end(driver.pid)


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
    """Start a browser; close it, by force after 3 s, when the block ends. Raises BrowserLost when it does not start.

    The launch itself is not cancellable: a browser must not come up when nobody is left to close it.
    """
    browser: Browser | None = None
    with trio.move_on_after(LAUNCH_TIMEOUT, shield=True):
        browser = await call(engine.launch, driver.playwright.chromium, how)
    if browser is None:
        raise BrowserLost(f"{how.executable} did not start within {LAUNCH_TIMEOUT:g} s")
    pid = 0
    try:
        try:
            with trio.fail_after(PID_TIMEOUT):
                pid = await call(engine.main_pid, browser)
        except (trio.TooSlowError, Error) as error:
            raise BrowserLost(f"{how.executable} does not answer after its start") from error
        yield Chromium(browser, pid)
    finally:
        with trio.move_on_after(CLOSE_TIMEOUT, shield=True), suppress(Error):
            await call(browser.close)
        with trio.move_on_after(CLOSE_TIMEOUT, shield=True):
            if pid:
                await processes.end(pid, is_group=True)

"""What a tab says when its browser or driver dies or hangs while it waits for the site."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import trio
from playwright.async_api import Error, Page

from oodaemon.bridge.loop import call
from oodaemon.browser import processes, tab
from oodaemon.browser import session as sessions
from oodaemon.browser.backtest import Order
from oodaemon.failures.site import BrowserLost
from oodaemon.practice.catalog import SAVED_TESTS
from tests.integration.browser.bench import Bench, bench, sign_in
from tests.integration.browser.processes_of import settled
from tests.integration.browser.support import strike

pytestmark = pytest.mark.browser

NOTHING = Order((), ())
SOON = 6.0
"""A lost browser is told within this, whatever the deadline of the step is."""


async def running(at: Bench) -> Callable[[], Awaitable[object]]:
    """A backtest that takes minutes, prepared up to its Run click."""
    await sign_in(at)
    saved = await at.tab.prepare(next(f"/test/{test_id}" for test_id in SAVED_TESTS), NOTHING)
    return lambda: at.tab.run(NOTHING, saved, ())


async def lost(at: Bench, work: Callable[[], Awaitable[object]], is_under_way: Callable[[], bool], pid: int) -> None:
    """Do the work, kill a process once it is under way, and expect the loss to be told soon."""
    async with trio.open_nursery() as nursery:

        async def expect() -> None:
            with pytest.raises(BrowserLost):
                await work()
            nursery.cancel_scope.cancel()

        nursery.start_soon(expect)
        assert not await settled(lambda: not is_under_way(), within=60), "the step did not begin"
        await strike(pid, signal.SIGKILL)
        with trio.fail_after(SOON):
            await trio.sleep_forever()


async def test_a_driver_killed_during_a_backtest_is_a_lost_browser(room: Path) -> None:
    async with bench() as at:
        await lost(at, await running(at), lambda: bool(at.site.runs), at.driver)


async def test_a_browser_killed_during_a_backtest_is_a_lost_browser(room: Path) -> None:
    async with bench() as at:
        await lost(at, await running(at), lambda: bool(at.site.runs), at.chromium)


@pytest.mark.parametrize("victim", ["driver", "chromium"])
async def test_a_death_while_the_site_does_not_answer_is_a_lost_browser(room: Path, victim: str) -> None:
    async with bench() as at, trio.open_nursery() as nursery:
        asked = trio.Event()

        async def hold(stream: trio.SocketStream) -> None:
            asked.set()
            await trio.sleep_forever()

        listeners = await nursery.start(trio.serve_tcp, hold, 0)
        mute = f"http://127.0.0.1:{listeners[0].socket.getsockname()[1]}"
        at.tab.site = sessions.Site(mute, at.tab.site.recordings)
        await lost(at, at.tab.probe, asked.is_set, getattr(at, victim))
        nursery.cancel_scope.cancel()


@pytest.mark.parametrize("victim", ["driver", "chromium"])
async def test_every_step_after_a_death_is_a_lost_browser(room: Path, victim: str) -> None:
    async with bench() as at:
        await strike(getattr(at, victim), signal.SIGKILL)
        for step in (at.tab.list_tests, at.tab.probe, at.tab.screenshot, at.tab.is_signed_in, at.tab.round_trip):
            with trio.fail_after(SOON), pytest.raises(BrowserLost):
                await step()


@pytest.mark.parametrize("victim", ["driver", "chromium"])
async def test_a_hang_is_told_by_the_deadline_of_the_step(room: Path, victim: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with bench() as at:
        for deadline, seconds in (("OPEN_TIMEOUT", 0.5), ("PULSE_TIMEOUT", 0.5), ("CLOSE_TIMEOUT", 1.0)):
            monkeypatch.setattr(tab, deadline, seconds)
        await strike(getattr(at, victim), signal.SIGSTOP)
        with trio.fail_after(SOON), pytest.raises(BrowserLost):
            await at.tab.screenshot()
        with trio.fail_after(SOON), pytest.raises(BrowserLost):
            await at.tab.round_trip()


async def crash(page: Page) -> None:
    """Asyncio-flavoured: returns once Playwright knows that the page crashed."""
    crashed = asyncio.Event()
    page.on("crash", lambda _: crashed.set())
    with pytest.raises(Error):
        await page.goto("chrome://crash")
    await crashed.wait()


async def test_a_renderer_that_crashed_is_a_lost_browser(room: Path) -> None:
    async with bench() as at:
        await sign_in(at)
        await call(crash, at.tab.page)
        with trio.fail_after(SOON), pytest.raises(BrowserLost):
            await at.tab.list_tests()
        assert processes.is_alive(at.chromium)


async def test_a_page_is_closed_in_the_middle_of_a_backtest_and_its_browser_stays(room: Path) -> None:
    async with bench() as at, trio.open_nursery() as nursery:
        nursery.start_soon(await running(at))
        assert not await settled(lambda: not at.site.runs, within=60)
        nursery.cancel_scope.cancel()
        assert await at.tab.discard()
        assert at.tab.page.is_closed()
        assert processes.is_alive(at.chromium)


async def test_a_page_whose_driver_hangs_is_given_up_soon(room: Path) -> None:
    async with bench() as at:
        await sign_in(at)
        await strike(at.driver, signal.SIGSTOP)
        with trio.fail_after(SOON):
            assert not await at.tab.discard()

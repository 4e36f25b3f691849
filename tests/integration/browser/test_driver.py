"""Drivers and browsers that hang, die or are cancelled: nothing of them stays, and nobody else notices."""

import asyncio
import os
import signal
from pathlib import Path

import pytest
import trio
import trio.testing

from oodaemon.bridge.loop import call
from oodaemon.browser import engine, processes
from oodaemon.browser.driver import open_chromium, open_driver
from oodaemon.failures.site import BrowserLost
from tests.integration.browser.processes_of import alive, profiles, settled
from tests.integration.browser.support import Complaints, browser, on_loop, strike

pytestmark = pytest.mark.browser

HANG = 8.0
"""Leaving a hung driver or browser takes 8 s at most: 3 s of patience, SIGTERM and 2 s, SIGKILL, and what a busy machine takes."""


async def test_leaving_in_good_order_leaves_no_process_and_no_profile(room: Path) -> None:
    complaints: Complaints = []
    async with on_loop(complaints), open_driver() as driver:
        async with browser(driver) as chromium:
            page = await call(chromium.browser.new_page)
            assert await call(page.evaluate, "6 * 7") == 42
            assert alive(room)
            assert os.getpgid(chromium.pid) == chromium.pid
        assert not processes.is_alive(chromium.pid)
    assert not processes.is_alive(driver.pid)
    assert await settled(lambda: alive(room), within=60) == []
    assert profiles(room) == []
    assert complaints == []


async def test_a_driver_that_is_killed_takes_nobody_with_it(room: Path) -> None:
    complaints: Complaints = []
    lost = trio.Event()

    async def doomed(task_status: trio.TaskStatus[int]) -> None:
        try:
            async with open_driver() as driver, browser(driver) as chromium:
                page = await call(chromium.browser.new_page)
                task_status.started(driver.pid)
                with pytest.raises(Exception, match=r"closed|Connection"):
                    await call(page.wait_for_function, "false")
        finally:
            lost.set()

    async with on_loop(complaints), trio.open_nursery() as nursery, open_driver() as driver, browser(driver) as chromium:
        page = await call(chromium.browser.new_page)
        victim = await nursery.start(doomed)
        await strike(victim, signal.SIGKILL)
        with trio.fail_after(15):
            await lost.wait()
        assert await call(page.evaluate, "6 * 7") == 42
        async with browser(driver) as another:
            assert processes.is_alive(another.pid)
    assert all("Connection closed" in str(complaint.get("exception")) for complaint in complaints)


async def test_a_start_that_is_cancelled_leaves_no_driver(room: Path) -> None:
    async with on_loop():
        for delay in (0.0, 0.02, 0.1, 0.25):
            with trio.move_on_after(delay) as scope:
                async with open_driver():
                    await trio.sleep_forever()
            assert scope.cancelled_caught
            assert processes.driver_pids() == set()
            assert await settled(lambda: alive(room), within=60) == []


async def test_a_driver_that_dies_while_it_starts_is_reported_as_lost(room: Path) -> None:
    async def kill_the_first() -> None:
        while not (found := processes.driver_pids()):  # noqa: ASYNC110 - nothing tells of a child before it talks
            await trio.sleep(0.001)
        os.kill(found.pop(), signal.SIGKILL)

    async with on_loop(), trio.open_nursery() as nursery:
        nursery.start_soon(kill_the_first)
        with trio.fail_after(20), pytest.raises(BrowserLost, match="driver"):
            async with open_driver():
                raise AssertionError("a driver that was killed cannot be up")
        nursery.cancel_scope.cancel()
    assert await settled(lambda: alive(room), within=60) == []


async def test_a_browser_whose_start_is_cancelled_does_not_stay(room: Path) -> None:
    async with on_loop(), open_driver() as driver:
        how = engine.choose(driver.playwright, "", is_headless=True)
        for delay in (0.01, 0.05, 0.1, 0.2):
            with trio.move_on_after(delay):
                async with open_chromium(driver, how):
                    pass
            assert await settled(lambda: browsers(room), within=60) == []


async def test_a_browser_that_hangs_right_after_its_start_does_not_stay(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(_: object) -> int:
        await call_forever()
        raise AssertionError

    monkeypatch.setattr(engine, "main_pid", never)
    async with on_loop(), open_driver() as driver:
        how = engine.choose(driver.playwright, "", is_headless=True)
        with trio.move_on_after(2):
            async with open_chromium(driver, how):
                raise AssertionError("the browser did not tell its pid")
        assert await settled(lambda: browsers(room), within=60) == []


async def call_forever() -> None:
    """Asyncio-flavoured: never returns."""
    await asyncio.Event().wait()


def browsers(folder: Path) -> list[str]:
    """What runs there beside drivers."""
    drivers = processes.driver_pids()
    return [line for line in alive(folder) if int(line.split()[0]) not in drivers]


async def test_a_driver_that_hangs_does_not_hold_up_a_cancellation_and_is_killed(room: Path) -> None:
    async with on_loop():
        async with open_driver() as driver, browser(driver) as chromium:
            page = await call(chromium.browser.new_page)
            await strike(driver.pid, signal.SIGSTOP)
            began = trio.current_time()
            with trio.move_on_after(0.3) as scope:
                await call(page.title)
            assert scope.cancelled_caught
            assert trio.current_time() - began < 1.5
            left = trio.current_time()
        assert trio.current_time() - left < 2 * HANG
        assert not processes.is_alive(driver.pid)
        assert not processes.is_alive(chromium.pid)
    assert await settled(lambda: alive(room), within=60) == []


async def test_leaving_a_driver_that_hangs_is_quick(room: Path) -> None:
    async with on_loop():
        async with open_driver() as driver:
            await strike(driver.pid, signal.SIGSTOP)
            left = trio.current_time()
        assert trio.current_time() - left < HANG
        assert not processes.is_alive(driver.pid)


async def test_leaving_a_browser_that_hangs_is_quick(room: Path) -> None:
    async with on_loop(), open_driver() as driver:
        async with browser(driver) as chromium:
            await strike(chromium.pid, signal.SIGSTOP)
            left = trio.current_time()
        assert trio.current_time() - left < HANG
        assert not processes.is_alive(chromium.pid)
        assert await settled(lambda: browsers(room), within=60) == []
        async with browser(driver) as next_one:
            assert processes.is_alive(next_one.pid)


async def test_the_death_of_a_browser_is_noticed_at_once(room: Path) -> None:
    async with on_loop(), open_driver() as driver, browser(driver) as chromium, trio.open_nursery() as nursery:
        noticed = trio.Event()

        async def watch() -> None:
            await processes.wait_gone(chromium.pid)
            noticed.set()

        nursery.start_soon(watch)
        await trio.testing.wait_all_tasks_blocked()
        assert not noticed.is_set()
        os.kill(chromium.pid, signal.SIGKILL)
        with trio.fail_after(20):
            await noticed.wait()


async def test_a_click_that_was_cancelled_is_not_carried_out_later(room: Path) -> None:
    grow = """() => {
        for (const id of ['ghost', 'control']) {
            const button = document.createElement('button')
            Object.assign(button, { id, textContent: id, onclick: () => { window.clicked.push(id) } })
            document.body.append(button)
        }
    }"""
    async with on_loop(), open_driver() as driver, browser(driver) as chromium, trio.open_nursery() as nursery:
        page = await call(chromium.browser.new_page)
        await call(page.evaluate, "() => { window.clicked = [] }")
        with trio.move_on_after(0.3) as scope:
            await call(page.click, "#ghost", timeout=20_000)
        assert scope.cancelled_caught
        nursery.start_soon(lambda: call(page.click, "#control", timeout=20_000))
        await call(page.evaluate, grow)
        # The click that is wanted looks again every half a second; so would the one that is not.
        await call(page.wait_for_function, "window.clicked.includes('control')", timeout=20_000)
        await call(
            page.wait_for_function, "at => performance.now() > at + 1200", arg=await call(page.evaluate, "performance.now()")
        )
        assert await call(page.evaluate, "window.clicked") == ["control"]


async def test_a_program_that_is_no_browser_is_reported_as_lost(room: Path) -> None:
    async with on_loop(), open_driver() as driver:
        with pytest.raises(BrowserLost, match="does not start"):
            async with open_chromium(driver, engine.Launch("/bin/false", is_headless=True)):
                raise AssertionError("no browser")

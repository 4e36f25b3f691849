"""Real browsers that are struck in every way: nothing of them stays, no process and no profile folder."""

import os
import signal
from pathlib import Path

import psutil
import pytest
import trio

from oodaemon.bridge.loop import call
from oodaemon.browser.driver import Chromium, Driver, open_driver
from oodaemon.browser.family import Family
from oodaemon.failures.site import BrowserLost
from tests.integration.browser.processes_of import alive, settled
from tests.integration.browser.support import browser, on_loop

pytestmark = pytest.mark.browser


def victim(driver: Driver, chromium: Chromium, whom: str) -> int:
    if whom == "driver":
        return driver.pid
    if whom == "browser":
        return chromium.pid
    renderers = [p.pid for p in psutil.Process(chromium.pid).children(recursive=True) if "--type=renderer" in p.cmdline()]
    return renderers[0]


def folders(room: Path) -> list[str]:
    return sorted(path.name for path in room.glob("*profile*"))


@pytest.mark.parametrize("what", [signal.SIGSTOP, signal.SIGKILL], ids=lambda what: what.name)
@pytest.mark.parametrize("whom", ["driver", "browser", "renderer"])
async def test_whatever_is_struck_nothing_stays(room: Path, whom: str, what: signal.Signals) -> None:
    async with on_loop():
        began = 0.0
        with trio.CancelScope() as work:
            async with open_driver() as driver, browser(driver) as chromium, chromium.guard():
                page = await call(chromium.browser.new_page)
                await call(page.evaluate, "1")
                assert folders(room)
                os.kill(victim(driver, chromium, whom), what)
                began = trio.current_time()
                work.cancel()
                await trio.sleep_forever()
        print(f"{what.name} of the {whom}: gone in {trio.current_time() - began:.2f} s")
        assert await settled(lambda: alive(room), within=10) == []
        assert folders(room) == []


async def test_a_driver_that_hangs_does_not_answer_a_question(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oodaemon.browser.driver.ANSWER", 1.0)
    async with on_loop(), open_driver() as driver:
        await driver.round_trip()
        os.kill(driver.pid, signal.SIGSTOP)
        with pytest.raises(BrowserLost, match="driver does not answer"):
            await driver.round_trip()
        driver.suspected.set()


async def test_a_family_knows_its_members_and_what_they_hold(room: Path) -> None:
    async with on_loop(), open_driver() as driver, browser(driver) as chromium:
        assert chromium.family is not None
        assert {chromium.pid, *(p.pid for p in psutil.Process(chromium.pid).children())} <= set(chromium.family.survivors())
        assert driver.pid not in chromium.family.survivors()
        assert chromium.resident() > 50 * 2**20
        profile = chromium.family.profile()
        assert profile is not None
        assert profile.parent == room
        assert Family(driver.pid, leads_group=False).profile() is None

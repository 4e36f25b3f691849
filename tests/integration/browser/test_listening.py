"""A listener of ours that fails harms nobody: neither its own page nor others of the same driver."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import structlog
import trio
from playwright.async_api import Page

from oodaemon.bridge.loop import call
from oodaemon.browser.driver import open_driver
from oodaemon.browser.listening import listen
from tests.integration.browser.processes_of import settled
from tests.integration.browser.support import Complaints, browser, on_loop

pytestmark = pytest.mark.browser

HEARD: list[str] = []


def failing(message: Any) -> None:
    HEARD.append(message.text)
    raise ZeroDivisionError(message.text)


async def failing_later(message: Any) -> None:
    HEARD.append(message.text)
    await message.page.title()
    raise ZeroDivisionError(message.text)


async def talk(page: Page, *words: str) -> None:
    for word in words:
        await call(page.evaluate, "word => console.log(word)", word)
    assert not await settled(lambda: [word for word in words if word not in HEARD], within=60)


@pytest.mark.parametrize("handler", [failing, failing_later])
async def test_what_a_listener_raises_is_told_once_and_harms_no_call(room: Path, handler: Callable[[Any], object]) -> None:
    HEARD.clear()
    complaints: Complaints = []
    async with on_loop(complaints), open_driver() as driver, browser(driver) as chromium:
        page, other = await call(chromium.browser.new_page), await call(chromium.browser.new_page)
        with structlog.testing.capture_logs() as lines:
            stop = listen(page, "console", handler)
            await talk(page, "one", "two")
            for each in (page, other, page):
                assert await call(each.evaluate, "6 * 7") == 42
            stop()
            await call(page.evaluate, "word => console.log(word)", "three")
            assert await call(page.evaluate, "6 * 7") == 42
    assert HEARD == ["one", "two"]
    assert [(line["event"], line["listens_to"]) for line in lines] == [("a listener of a page failed", "console")]
    assert complaints == []


async def test_as_playwright_has_it_the_next_call_of_another_page_fails(room: Path) -> None:
    HEARD.clear()
    async with on_loop(), open_driver() as driver, browser(driver) as chromium:
        page, other = await call(chromium.browser.new_page), await call(chromium.browser.new_page)
        page.on("console", failing)
        await talk(page, "one")
        with pytest.raises(ZeroDivisionError), trio.fail_after(60):
            await call(other.evaluate, "6 * 7")

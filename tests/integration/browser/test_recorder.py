"""A flow recorded by hand is written without secrets and can be played again by the daemon's own player."""

import json
from pathlib import Path

import pytest
import trio
from playwright.async_api import Page

from oodaemon.bridge.loop import call
from oodaemon.browser import locate
from oodaemon.browser.recorder import Recorder, Recording
from oodaemon.browser.recordings import segments_of
from oodaemon.browser.session import Site, play
from oodaemon.practice.behaviour import Behaviour
from oodaemon.practice.catalog import SAVED_TESTS
from oodaemon.practice.site import PRACTICE_EMAIL, PRACTICE_PASSWORD
from tests.integration.browser.bench import bench

pytestmark = pytest.mark.browser

CONDOR = next(test for test in SAVED_TESTS.values() if test.name == "Late Morning Iron Condor")
VALUES = {"{email}": PRACTICE_EMAIL, "{password}": PRACTICE_PASSWORD}


async def by_hand(page: Page, recording: Recording) -> None:
    """What a person does with mouse and keyboard. Asyncio-flavoured."""
    await page.locator("input[type=email]").click()
    await page.keyboard.type(PRACTICE_EMAIL)
    await page.locator("input[type=password]").click()
    await page.keyboard.type(PRACTICE_PASSWORD)
    await page.keyboard.press("Enter")
    link = page.get_by_role("link", name=CONDOR.name)
    await link.wait_for()
    await page.keyboard.press("Alt+4")
    await link.click()
    button = page.get_by_role("button", name="New Backtest")
    await page.locator("#message-heading").wait_for()
    await page.keyboard.press("Alt+5")
    await button.click()
    field = page.locator("[role=dialog] input[type=time]").first
    await field.wait_for()
    await page.wait_for_function("() => true")
    await page.get_by_text("Use VIX").first.wait_for()


async def test_a_recorded_sign_in_and_opening_of_the_panel_is_played_again(room: Path, tmp_path: Path) -> None:
    file = tmp_path / "recorded.json"
    async with bench(Behaviour(hydration=0.2)) as at:
        recording = Recording(file, at.tab.site.recordings.viewport, "sign_in", (PRACTICE_EMAIL, PRACTICE_PASSWORD))
        await call(Recorder(at.tab.page, recording, trio.current_time).watch, at.tab.site.url("/login"))
        await call(by_hand, at.tab.page, recording)
        with trio.fail_after(60):
            while recording.steps[-1]["type"] != "waitForElement":  # noqa: ASYNC110 - told from the other loop
                await trio.sleep(0.05)

        text = file.read_text("utf-8")
        assert PRACTICE_EMAIL not in text
        assert PRACTICE_PASSWORD not in text
        flow = json.loads(text)
        assert flow["steps"][0]["type"] == "setViewport"
        problems: list[str] = []
        segments = segments_of(flow, problems)
        assert [step.type for step in segments["sign_in"]][:3] == ["navigate", "change", "change"]
        assert [step.value for step in segments["sign_in"] if step.type == "change"] == ["{email}", "{password}"]
        assert [step.type for step in segments["open_panel"]][-2:] == ["click", "waitForElement"]

        await call(at.tab.context.clear_cookies)
        page = await call(at.tab.context.new_page)
        for name in ("sign_in", "open_test", "open_panel"):
            for step in segments[name]:
                await call(play, page, Site(at.tab.site.base_url, at.tab.site.recordings), step, VALUES.get(step.value, ""))
        shown = at.tab.site.recordings.locator("panel", "dialog")
        assert await call(locate.one, page, shown, locate.Named("dialog", "panel"))


def test_addresses_and_passwords_are_never_written(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "x.json", (1, 1), "sign_in", ("hush",))
    recording.add({"type": "change", "selectors": [["#a"], ["text/me@example.com"], ["aria/hush"]], "value": "me@example.com"})
    recording.add({"type": "change", "selectors": [["#b"]], "value": "so hush it"})
    recording.add({"type": "click", "selectors": [["text/me@example.com"]]})
    steps = json.loads((tmp_path / "x.json").read_text("utf-8"))["steps"][2:]
    assert [(step.get("value"), step["selectors"]) for step in steps] == [
        ("{email}", [["#a"]]),
        ("{password}", [["#b"]]),
        (None, [["body"]]),
    ]


def test_a_field_that_is_changed_again_is_one_step(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "x.json", (1, 1), "run")
    for value in ("1", "12", "125"):
        recording.add({"type": "change", "selectors": [["#a"]], "value": value})
    assert [step["value"] for step in recording.steps if step["type"] == "change"] == ["125"]
    assert [file.name for file in tmp_path.iterdir()] == ["x.json"], "no draft is left"

"""The Trade Log tab and its download, in a real browser."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from oodaemon.practice.behaviour import Behaviour
from oodaemon.practice.catalog import SAVED_TESTS
from oodaemon.practice.site import PRACTICE_EMAIL, PRACTICE_PASSWORD, Site
from oodaemon.practice.tradelog import newest_first
from oodaemon.practice.truth import figures, trade_log

Browse = Callable[[Site, Callable[[Page, str], None]], Awaitable[None]]

pytestmark = pytest.mark.browser

CONDOR = next(iter(SAVED_TESTS.values()))
STRADDLE = next(test for test in SAVED_TESTS.values() if test.name == "Opening Straddle (buys)")
QUICK = Behaviour(run_seconds=(0, 0), hydration=0)


def visit(page: Page, base: str, test: str) -> None:
    page.goto(f"{base}/login")
    page.locator("input[type=email]").fill(PRACTICE_EMAIL)
    page.locator("input[type=password]").fill(PRACTICE_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/dashboard/tests")
    page.goto(f"{base}/test/{test}")
    page.locator("dl.mt-5").first.wait_for()


def choose_tab(page: Page, name: str) -> None:
    page.locator("nav.-mb-px.flex.space-x-8 > a", has_text=name).click()


def export(page: Page) -> Locator:
    return page.locator("div.hidden.sm\\:block.has-tooltip:has(> span.tooltip:text-is('Export to CSV')) > svg.link")


def download(page: Page, folder: Path) -> tuple[str, str]:
    with page.expect_download() as expected:
        export(page).click()
    file = folder / "log.csv"
    expected.value.save_as(file)
    return expected.value.suggested_filename, file.read_bytes().decode()


async def test_the_download_is_the_true_log(browse: Browse, tmp_path: Path) -> None:
    told: dict[str, tuple[str, str]] = {}

    def story(page: Page, base: str) -> None:
        visit(page, base, STRADDLE.id)
        assert page.locator("nav.-mb-px a").first.get_attribute("href") is None
        choose_tab(page, "Trade Log")
        told["saved"] = download(page, tmp_path)
        page.locator("button.btn-primary", has_text="New Backtest").click()
        page.locator("form button[type=submit]").click()
        expect(page.locator("#message-heading span")).to_have_text("Unsaved Backtest")
        export(page).wait_for()
        told["unsaved"] = download(page, tmp_path)
        page.request.post(f"{base}/__practice__/behaviour", data={"log_columns": "days", "log_vix": True})
        told["later"] = download(page, tmp_path)
        page.set_viewport_size({"width": 600, "height": 900})
        expect(export(page)).to_be_hidden()

    await browse(Site(QUICK), story)
    log = trade_log(STRADDLE.form)
    assert told["saved"] == ("Opening-Straddle-buys-.csv", log)
    assert told["unsaved"] == ("trade-log.csv", log)
    assert told["later"] == ("trade-log.csv", trade_log(STRADDLE.form, columns="days", vix=True))


async def test_the_table_can_be_turned_sorted_and_filtered(browse: Browse) -> None:
    trades = newest_first(figures(CONDOR.form).trades)
    losers = [trade for trade in trades if trade.profit <= 0]
    stopped = [trade for trade in trades if trade.reason == "Stop Loss"]

    def story(page: Page, base: str) -> None:
        visit(page, base, CONDOR.id)
        choose_tab(page, "Trade Log")
        rows = page.locator("table.testTable tbody tr")
        expect(rows).to_have_count(25)
        expect(page.get_by_text(f"Showing 1 to 25 of {len(trades)} results")).to_be_visible()
        assert [text.upper() for text in page.locator("table.testTable th").all_inner_texts()][1:3] == [
            "OPENED ON",
            "OPENING PRICE",
        ]
        expect(rows.first.get_by_role("button", name="Show Trade Replay")).to_be_attached()
        expect(rows.first.locator("td").nth(9)).to_have_text(f"{'-' if trades[0].profit < 0 else ''}${abs(trades[0].profit):,.0f}")
        tools = page.locator("select.selectInput--minimal")
        for at, value in enumerate(("Opened", "Desc", "All", "-1")):
            expect(tools.nth(at)).to_have_value(value)
        arrows = page.locator("div.flex:has(> p:has-text('Showing')) svg")
        arrows.nth(2).click()
        expect(page.get_by_text(f"Showing 26 to 50 of {len(trades)} results")).to_be_visible()
        arrows.nth(3).click()
        expect(rows).to_have_count(len(trades) % 25 or 25)
        tools.nth(2).select_option("Losers")
        expect(page.get_by_text(f"Showing 1 to 25 of {len(losers)} results")).to_be_visible()
        tools.nth(2).select_option("All")
        tools.nth(3).select_option(label="Stop Loss")
        expect(tools.nth(3)).to_have_value("1")
        expect(page.get_by_text(f"of {len(stopped)} results")).to_be_visible()
        tools.nth(0).select_option("P/L")
        tools.nth(1).select_option("Asc")
        worst = min(trade.profit for trade in stopped)
        expect(rows.first.locator("td").nth(9)).to_have_text(f"-${abs(worst):,.0f}")

    await browse(Site(QUICK), story)


async def test_whether_the_tab_stays_is_a_setting(browse: Browse) -> None:
    def story(page: Page, base: str) -> None:
        visit(page, base, CONDOR.id)
        choose_tab(page, "Trade Log")
        for keeps in (True, False):
            page.request.post(f"{base}/__practice__/behaviour", data={"keep_tab": keeps})
            page.locator("button.btn-primary", has_text="New Backtest").click()
            page.locator("form button[type=submit]").click()
            expect(page.locator("form")).to_have_count(0)
            page.locator("dl.mt-5").first.wait_for()
            expect(page.locator("table.testTable")).to_have_count(1 if keeps else 0)
            expect(page.locator("#line-chart, #bar-chart")).to_have_count(0 if keeps else 2)

    await browse(Site(replace(QUICK, run_seconds=(0.2, 0.2))), story)

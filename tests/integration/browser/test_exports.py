"""The trade log and the charts of a result page, as the browser gets them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from oodaemon.bridge.loop import call
from oodaemon.browser.backtest import Order, Outcome
from oodaemon.failures.site import Mismatched, TooSlow
from oodaemon.practice.behaviour import Behaviour
from oodaemon.practice.catalog import SAVED_TESTS
from oodaemon.practice.truth import trade_log
from tests.integration.browser.bench import Bench, bench, patient, sign_in

pytestmark = pytest.mark.browser

QUICK = Behaviour(run_seconds=(0.2, 0.3), hydration=0)
TEST = next(test for test in SAVED_TESTS.values() if test.name == "Weekly Put Spread 7DTE")
HIDE = """() => new MutationObserver(() => {
  const tips = [...document.querySelectorAll(".tooltip")].filter((tip) => tip.textContent === "Export to CSV");
  tips.forEach((tip) => tip.closest(".has-tooltip").remove());
}).observe(document, { subtree: true, childList: true })"""
CHANGE = """() => document.addEventListener("click", () => setTimeout(() => {
  document.querySelector("dl.mt-5 dd").textContent = "$1";
}, 0), { capture: true })"""


@asynccontextmanager
async def a_result() -> AsyncIterator[tuple[Bench, Outcome]]:
    """A browser that shows the proven result of one backtest."""
    async with bench(QUICK) as at:
        await sign_in(at)
        order = Order((), ())
        saved = await at.tab.prepare(f"/test/{TEST.id}", order)
        yield at, await at.tab.run(order, saved, ())


async def test_the_log_is_the_file_of_the_site_and_the_charts_are_pictures(room: Path) -> None:
    async with a_result() as (at, outcome):
        export = await at.tab.trade_log(outcome)
        assert (export.name, export.content) == ("trade-log.csv", trade_log(TEST.form).encode())
        charts = await at.tab.charts(outcome)
        assert set(charts) == {"line-chart", "bar-chart"}
        assert all(png.startswith(b"\x89PNG\r\n") and len(png) > 1000 for png in charts.values())
        assert (await at.tab.trade_log(outcome)).content == export.content


async def test_a_log_that_cannot_be_had_is_told(room: Path) -> None:
    async with a_result() as (at, outcome):
        patient(at, field=2)
        await call(at.tab.page.evaluate, HIDE)
        with pytest.raises(TooSlow, match="export control does not appear"):
            await at.tab.trade_log(outcome)


async def test_a_page_that_changes_meanwhile_gives_no_log(room: Path) -> None:
    async with a_result() as (at, outcome):
        await call(at.tab.page.evaluate, CHANGE)
        with pytest.raises(Mismatched, match="another result"):
            await at.tab.trade_log(outcome)

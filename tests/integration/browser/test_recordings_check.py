"""Walking the practice site: every locator is unique, and one that was renamed is named."""

import dataclasses
import re
from pathlib import Path

import pytest
from playwright.async_api import Route

from oodaemon.bridge.loop import call
from oodaemon.browser import locate, state
from oodaemon.browser.backtest import Order
from oodaemon.browser.checkup import Report, Verdict
from oodaemon.browser.ledger import Ledger
from oodaemon.browser.session import Credentials
from oodaemon.browser.walk import Way, walk
from oodaemon.failures.site import Drifted
from oodaemon.practice.behaviour import Behaviour
from oodaemon.practice.catalog import SAVED_TESTS
from oodaemon.practice.site import PRACTICE_EMAIL, PRACTICE_PASSWORD
from tests.integration.browser import support
from tests.integration.browser.bench import Bench, bench, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ACCOUNT = Credentials(PRACTICE_EMAIL, PRACTICE_PASSWORD)
QUICK = Behaviour(run_seconds=(2, 2), hydration=0)
PATHS = {test.name: f"/test/{test.id}" for test in SAVED_TESTS.values()}
CONDOR, GROUPED = PATHS["Late Morning Iron Condor"], PATHS["Grouped Iron Condor"]


@pytest.fixture(autouse=True)
def longer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A walk looks at two hundred locators."""
    monkeypatch.setattr(support, "PATIENCE", 150)


def wrong(report: Report) -> list[tuple[str, str]]:
    return [(f.locator, f.verdict.value) for f in report.findings if f.verdict in {Verdict.GONE, Verdict.AMBIGUOUS}]


async def renamed(at: Bench, before: str, after: str) -> None:
    """The panel of the site calls a field otherwise. Asyncio-flavoured."""

    async def answer(route: Route) -> None:
        response = await route.fetch()
        await route.fulfill(response=response, body=(await response.text()).replace(f'"{before}"', f'"{after}"'))

    await at.tab.page.route(re.compile("/api/Panel$"), answer)


async def test_all_locators_are_unique_on_the_practice_site(room: Path) -> None:
    async with bench(QUICK) as at:
        report = await call(walk, at.tab.page, at.tab.site, Way(ACCOUNT, may_run=True, tests=(CONDOR,)))
        assert wrong(report) == []
        assert report.is_sound
        told = {finding.locator: finding for finding in report.findings}
        assert told['"option" in "panel"'].count == 3
        assert told['"markers" in "popup"'].verdict is Verdict.UNIQUE
        assert told['"Exit When OTM Short Call is" in "Exit Conditions"'].verdict is Verdict.UNIQUE
        assert told['"step 1: click" in "run"'].alternative == 1
        assert len(at.site.runs) == 1
        assert at.site.runs[0].form == SAVED_TESTS[CONDOR.removeprefix("/test/")].form, "looking changes nothing"


async def test_what_stands_there_for_each_leg_group_is_not_called_ambiguous(room: Path) -> None:
    async with bench(QUICK) as at:
        report = await call(walk, at.tab.page, at.tab.site, Way(ACCOUNT, tests=(GROUPED,)))
        assert wrong(report) == []
        told = {finding.locator: finding for finding in report.findings}
        for locator in ('"Group Name" in "Leg Groups"', '"Profit & Loss" in "New Backtest"', '"Exit Conditions" in "New Backtest"'):
            assert (told[locator].count, told[locator].why) == (2, "one for each leg group")
        assert told['"Profit Target" in "Profit & Loss"'].verdict is Verdict.UNIQUE


async def test_a_renamed_label_is_named_and_run_is_not_pressed(room: Path) -> None:
    async with bench(QUICK) as at:
        await call(renamed, at, "Profit Target", "Take Profit")
        report = await call(walk, at.tab.page, at.tab.site, Way(ACCOUNT, tests=(CONDOR,)))
        assert wrong(report) == [('"Profit Target" in "Profit & Loss"', "gone")]
        assert at.site.runs == []
        mended = dataclasses.replace(
            at.tab.site.recordings,
            fields={
                **at.tab.site.recordings.fields,
                ("Profit & Loss", "Profit Target"): at.tab.site.recordings.fields["Profit & Loss", "Profit Target"]
                + tuple(
                    s.replace("Profit Target", "Take Profit")
                    for s in at.tab.site.recordings.fields["Profit & Loss", "Profit Target"]
                ),
            },
        )
        at.tab.site = dataclasses.replace(at.tab.site, recordings=mended)
        await call(at.tab.context.clear_cookies)
        report = await call(walk, at.tab.page, at.tab.site, Way(ACCOUNT, tests=(CONDOR,)))
        assert wrong(report) == []
        assert next(f.alternative for f in report.findings if f.locator == '"Profit Target" in "Profit & Loss"') == 2


async def test_a_renamed_button_is_drift_and_is_named(room: Path) -> None:
    async with bench(QUICK) as at:

        async def answer(route: Route) -> None:
            response = await route.fetch()
            await route.fulfill(response=response, body=(await response.text()).replace(" New Backtest ", " Start Backtest "))

        await call(at.tab.page.route, re.compile(r"/static/app-\w+.js$"), answer)
        report = await call(walk, at.tab.page, at.tab.site, Way(ACCOUNT, tests=(CONDOR,)))
        assert wrong(report) == [('"step 1: click" in "open_panel"', "gone"), ('"new_backtest" in "test"', "gone")]
        assert not report.is_sound
        assert report.summary().endswith(
            '; the walk was stopped: "new_backtest" in "test" is not on the page; '
            "if the site renamed it, add the new name to recordings/selectors.json"
        )
        with pytest.raises(Drifted) as caught:
            await at.tab.prepare(CONDOR, Order((), ()))
        assert caught.value.locator == '"new_backtest" in "test"'


async def test_without_an_account_the_sign_in_is_looked_at_and_the_rest_is_not_reached(room: Path) -> None:
    async with bench(QUICK) as at:
        report = await call(walk, at.tab.page, at.tab.site, Way(None))
        assert report.is_sound
        told = {finding.locator: finding for finding in report.findings}
        assert told['"form" in "sign_in"'].verdict is Verdict.UNIQUE
        assert told['"Max VIX" in "Entry Conditions"'].why == "no account is set; set OO_EMAIL and OO_PASSWORD"


async def test_later_alternatives_by_which_a_page_was_read_are_counted(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger()
    monkeypatch.setattr(state, "LEDGER", ledger)
    monkeypatch.setattr(locate, "LEDGER", ledger)
    async with bench(QUICK) as at:
        await sign_in(at)
        known = at.tab.site.recordings
        pages = {
            **known.pages,
            "results": {**known.pages["results"], "bullets": ("ul.gone > li", *known.pages["results"]["bullets"])},
        }
        at.tab.site = dataclasses.replace(at.tab.site, recordings=dataclasses.replace(known, pages=pages))
        await at.tab.prepare(CONDOR, Order((), ()))
        counted = ledger.statistics(known.names())
        assert {name: uses for name, uses in counted.items() if uses} == {'"bullets" in "results"': 1}

"""Pages of tests that are drawn without what needs a session, pages without a test, and tests that do not open."""

import asyncio
import re
from pathlib import Path

import pytest
import trio
from playwright.async_api import Route

from oodaemon.bridge.loop import call
from oodaemon.browser.backtest import Order
from oodaemon.failures.site import Drifted, NothingThere, PanelStuck, Refused, SignedOut, TooSlow
from oodaemon.practice.behaviour import Behaviour
from oodaemon.practice.catalog import SAVED_TESTS
from oodaemon.practice.truth import figures
from tests.integration.browser.bench import Bench, bench, patient, sign_in

pytestmark = pytest.mark.browser

CONDOR = next(iter(SAVED_TESTS))
SHARED, OWN = f"/share/{CONDOR}", f"/test/{CONDOR}"
NOTHING = Order((), ())


@pytest.mark.parametrize("path", [SHARED, OWN], ids=["shared", "cached"])
async def test_a_page_that_is_drawn_without_a_session_is_no_drift(room: Path, path: str) -> None:
    async with bench(Behaviour(hydration=0, faults={"cached_test": 1.0})) as at:
        patient(at, nothing=3.0)
        await sign_in(at)
        await at.tab.prepare(path, NOTHING)
        for ask in (lambda: at.tab.prepare(path, NOTHING), lambda: at.tab.look_up(path)):
            at.site.expire_sessions()
            with pytest.raises(SignedOut):
                await ask()
            await sign_in(at)
            assert await ask()


async def _without_button(at: Bench) -> None:
    """The site calls its button otherwise. Asyncio-flavoured."""

    async def answer(route: Route) -> None:
        response = await route.fetch()
        await route.fulfill(response=response, body=(await response.text()).replace(" New Backtest ", " Start "))

    await at.tab.page.route(re.compile(r"/static/app-\w+.js$"), answer)


async def _without_test(at: Bench) -> None:
    """The page of a test says only that there is none. Asyncio-flavoured."""

    async def answer(route: Route) -> None:
        await route.fulfill(content_type="text/html", body="<p>This test does not exist.</p>")

    await at.tab.page.route(f"**{SHARED}", answer)


async def test_a_list_whose_page_learns_late_that_nobody_is_signed_in_is_not_waited_for(room: Path) -> None:
    async with bench(Behaviour(hydration=0)) as at:

        async def late(route: Route) -> None:
            await asyncio.sleep(0.5)
            await route.continue_()

        await sign_in(at)
        at.site.expire_sessions()
        await call(at.tab.page.route, "**/api/Session", late)
        for ask in (at.tab.list_tests, lambda: at.tab.look_up(SHARED)):
            with pytest.raises(SignedOut), trio.fail_after(20):
                await ask()


async def test_a_page_without_its_button_is_drift_while_the_session_holds_and_stays_to_be_looked_at(room: Path) -> None:
    async with bench(Behaviour(hydration=0)) as at:
        patient(at, nothing=3.0, told=3.0)
        await call(_without_button, at)
        await sign_in(at)
        with pytest.raises(Drifted, match='"new_backtest" in "test" is not on the page'):
            await at.tab.prepare(OWN, NOTHING)
        assert at.tab.page.url.endswith(OWN)


async def test_a_page_without_a_test_is_told_as_such_while_the_session_holds(room: Path) -> None:
    async with bench(Behaviour(hydration=0)) as at:
        patient(at, nothing=1.0, told=0.5)
        await call(_without_test, at)
        await sign_in(at)
        with pytest.raises(NothingThere, match=f"{SHARED} shows no test"):
            await at.tab.prepare(SHARED, NOTHING)
        assert await at.tab.look_up(SHARED) is None


async def test_an_icon_that_never_stands_still_keeps_no_page_waiting(room: Path) -> None:
    async with bench(Behaviour(run_seconds=(0.2, 0.2), hydration=0, faults={"alert_icon": 1.0})) as at:
        await sign_in(at)
        saved = await at.tab.prepare(OWN, NOTHING)
        assert await call(at.tab.page.locator("header svg.animate-ping").count) == 1
        with trio.fail_after(20):
            outcome = await at.tab.run(NOTHING, saved, ())
        expected = figures(SAVED_TESTS[CONDOR].form).metrics()
        assert outcome.figures.metrics == {name: number for name, number in expected.items() if number is not None}


async def test_a_test_that_never_opens_is_gone_only_if_the_list_should_have_it(room: Path) -> None:
    """Shared tests are on no list of ours."""
    async with bench(Behaviour(hydration=0)) as at:
        await sign_in(at)
        at.site.change({"faults": {"redirect_to_list": 1.0}})
        for path in (SHARED, OWN):
            with pytest.raises(TooSlow, match=f"the site goes back to its list instead of opening {path}"):
                await at.tab.prepare(path, NOTHING)
        at.site.remove(CONDOR)
        with pytest.raises(Refused, match=f"the site has no test at {OWN} any more"):
            await at.tab.prepare(OWN, NOTHING)


async def test_a_test_that_gives_way_to_the_list_is_not_run_from_there(room: Path) -> None:
    """The list has a button for a new backtest of its own, whose form is empty."""
    async with bench(Behaviour(hydration=0)) as at:
        patient(at, field=2.0)
        await sign_in(at)
        at.site.change({"faults": {"late_redirect": 1.0}})
        with pytest.raises((TooSlow, PanelStuck)) as caught:
            await at.tab.prepare(OWN, NOTHING)
        assert "/dashboard/tests" in str(caught.value) or "panel" in str(caught.value)

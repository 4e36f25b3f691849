"""A page that was filled ahead is used if nothing happened to it meanwhile."""

import dataclasses
from pathlib import Path

import pytest

from oodaemon.bridge.loop import call
from oodaemon.browser.backtest import Following, Order
from oodaemon.parameters.form import Action, Choose, LegFilter, SetField, SetLegs
from oodaemon.practice.behaviour import Behaviour
from oodaemon.practice.catalog import SAVED_TESTS
from tests.integration.browser.bench import Bench, bench, patient, sign_in

pytestmark = pytest.mark.browser

QUICK = Behaviour(run_seconds=(0.5, 0.5), hydration=0.05)
TEST = next(test for test in SAVED_TESTS.values() if test.name == "Afternoon Call Spread")
PATH = f"/test/{TEST.id}"
ORDER = Order((SetField(section="Profit & Loss", label="Profit Target", text="35"),), ())

LOSES = "() => { document.querySelector('[role=dialog]').remove(); }"
CLOSES = """async () => {
  [...document.querySelectorAll('[role=dialog] button')].find((one) => one.innerText.trim() === 'Cancel').click();
  while (document.querySelector('[role=dialog]')) await new Promise(requestAnimationFrame);
}"""
RENAMES = "() => { document.querySelector('#message-heading').innerHTML = '<span>Another test</span>'; }"
REFILLS = """() => {
  const path = "//label[normalize-space(text())='Stop Loss']/following-sibling::*[1]//input";
  const field = document.evaluate(path, document, null, XPathResult.FIRST_ORDERED_NODE_TYPE, null).singleNodeValue;
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, '777');
  field.dispatchEvent(new Event('input', { bubbles: true }));
}"""


async def profit_of(at: Bench, saved: object, following: Following | None = None) -> float:
    done = await at.tab.run(ORDER, saved, (), following or Following())  # type: ignore[arg-type]
    return float(done.figures.metrics["pl"])


async def test_a_page_that_is_as_it_was_filled_is_of_use(room: Path) -> None:
    async with bench(QUICK) as at:
        await sign_in(at)
        saved = await at.tab.prepare(PATH, ORDER)
        assert await at.tab.is_as_prepared(ORDER, saved)
        assert await at.tab.is_as_prepared(ORDER, saved), "looking changes nothing"
        waited = await profit_of(at, saved)
        assert waited == await profit_of(at, await at.tab.prepare(PATH, ORDER))


@pytest.mark.parametrize("meanwhile", [CLOSES, RENAMES, REFILLS, LOSES], ids=["closed", "renamed", "refilled", "emptied"])
async def test_a_page_to_which_something_happened_is_not(room: Path, meanwhile: str) -> None:
    async with bench(QUICK) as at:
        await sign_in(at)
        saved = await at.tab.prepare(PATH, ORDER)
        await call(at.tab.page.evaluate, meanwhile)
        assert not await at.tab.is_as_prepared(ORDER, saved)


async def test_neither_is_one_that_left_the_test(room: Path) -> None:
    async with bench(QUICK) as at:
        await sign_in(at)
        saved = await at.tab.prepare(PATH, ORDER)
        await at.tab.list_tests()
        assert not await at.tab.is_as_prepared(ORDER, saved)


@pytest.mark.parametrize(
    "action",
    [SetLegs(legs=LegFilter(unit="Δ"), text="12"), Choose(section="Strategy", label="Ticker", option="SPY")],
    ids=["legs", "ticker"],
)
async def test_what_filling_changes_is_no_change(room: Path, action: Action) -> None:
    order = Order((action,), ())
    async with bench(QUICK) as at:
        await sign_in(at)
        saved = await at.tab.prepare(PATH, order)
        assert await at.tab.is_as_prepared(order, saved)


async def test_it_is_told_when_run_was_pressed_and_when_the_site_answered(room: Path) -> None:
    async with bench(QUICK) as at:
        await sign_in(at)
        saved, told = await at.tab.prepare(PATH, ORDER), list[object]()
        following = Following(lambda: told.append("pressed"), told.append)
        done = await at.tab.run(ORDER, saved, (), following)
        assert told == ["pressed", done.cards], "once, with the figures that were proven later"


async def test_without_a_popup_nothing_is_an_answer_before_it_is_proven(room: Path) -> None:
    async with bench(dataclasses.replace(QUICK, popup=False)) as at:
        patient(at, quiet_without_popup=1.0)
        await sign_in(at)
        told = list[object]()
        await at.tab.run(ORDER, await at.tab.prepare(PATH, ORDER), (), Following(lambda: told.append("pressed"), told.append))
        assert told == ["pressed"], "what a page shows for a moment is no suspect for others, and they would be asked too soon"

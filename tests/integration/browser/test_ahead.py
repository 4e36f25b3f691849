"""A test that was opened ahead is used if nothing happened to its page meanwhile, and opened afresh otherwise."""

from pathlib import Path

import pytest

from oodaemon.bridge.loop import call
from oodaemon.browser import tab
from oodaemon.browser.backtest import Following, Order
from oodaemon.parameters.form import SetField
from oodaemon.practice.behaviour import Behaviour
from oodaemon.practice.catalog import SAVED_TESTS
from tests.integration.browser.bench import Bench, bench, sign_in

pytestmark = pytest.mark.browser

QUICK = Behaviour(run_seconds=(0.5, 0.5), hydration=0.05)
TEST = next(test for test in SAVED_TESTS.values() if test.name == "Afternoon Call Spread")
PATH = f"/test/{TEST.id}"
ORDER = Order((SetField(section="Profit & Loss", label="Profit Target", text="35"),), ())

CLOSES = "() => [...document.querySelectorAll('[role=dialog] button')].find((one) => one.innerText.trim() === 'Cancel').click()"
RENAMES = "() => { document.querySelector('#message-heading').innerHTML = '<span>Another test</span>'; }"
REFILLS = """() => {
  const path = "//label[normalize-space(text())='Stop Loss']/following-sibling::*[1]//input";
  const field = document.evaluate(path, document, null, XPathResult.FIRST_ORDERED_NODE_TYPE, null).singleNodeValue;
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, '777');
  field.dispatchEvent(new Event('input', { bubbles: true }));
}"""


async def opened(at: Bench) -> None:
    await sign_in(at)
    await at.tab.open_ahead("run", PATH)
    assert at.tab.is_open_for("run")
    await call(at.tab.page.evaluate, "() => { window.__mark = 1; }")


async def was_opened_afresh(at: Bench) -> bool:
    return not await call(at.tab.page.evaluate, "() => window.__mark === 1")


async def profit_of(at: Bench, saved: object, following: Following | None = None) -> float:
    done = await at.tab.run(ORDER, saved, (), following or Following())  # type: ignore[arg-type]
    return float(done.figures.metrics["pl"])


async def truth(at: Bench) -> float:
    """What a page gives that was opened and filled in one go."""
    return await profit_of(at, await at.tab.prepare(PATH, ORDER))


async def test_a_page_that_is_as_it_was_opened_is_filled_at_once(room: Path) -> None:
    async with bench(QUICK) as at:
        await opened(at)
        saved = await at.tab.prepare(PATH, ORDER)
        assert not await was_opened_afresh(at)
        assert not at.tab.is_open_for("run"), "once only"
        assert await profit_of(at, saved) == await truth(at)


@pytest.mark.parametrize("meanwhile", [CLOSES, RENAMES, REFILLS], ids=["closed", "renamed", "refilled"])
async def test_a_page_to_which_something_happened_is_opened_afresh(room: Path, meanwhile: str) -> None:
    async with bench(QUICK) as at:
        await opened(at)
        await call(at.tab.page.evaluate, meanwhile)
        saved = await at.tab.prepare(PATH, ORDER)
        assert await was_opened_afresh(at)
        assert await profit_of(at, saved) == await truth(at)


async def test_a_page_that_is_old_or_of_another_test_is_opened_afresh(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with bench(QUICK) as at:
        await opened(at)
        assert not at.tab.is_open_for("another")
        monkeypatch.setattr(tab, "FRESH", 0.0)
        assert not at.tab.is_open_for("run")
        at.tab.forget_ahead()
        await at.tab.prepare(PATH, ORDER)
        assert await was_opened_afresh(at)


async def test_anything_else_that_is_done_in_the_page_ends_it(room: Path) -> None:
    async with bench(QUICK) as at:
        await opened(at)
        await at.tab.list_tests()
        assert not at.tab.is_open_for("run")


async def test_it_is_told_when_run_was_pressed_and_when_the_site_answered(room: Path) -> None:
    async with bench(QUICK) as at:
        await sign_in(at)
        saved, told = await at.tab.prepare(PATH, ORDER), list[object]()
        following = Following(lambda: told.append("pressed"), told.append)
        done = await at.tab.run(ORDER, saved, (), following)
        assert told == ["pressed", done.cards], "once, with the figures that were proven later"

"""Pages that are half of one backtest and half of another, and forms that were opened from something else than the saved test."""

from pathlib import Path

import pytest

from oodaemon.bridge.loop import call
from oodaemon.browser.backtest import Cards, Following, Order
from oodaemon.browser.tab import Tab
from oodaemon.failures.site import Drifted, Mismatched, NotApplicable, SignedOut, TooSlow
from oodaemon.parameters.form import Choose, SetAny
from tests.integration.browser.test_otherwise import (
    DONE,
    FIRST,
    PATH,
    RIGHT,
    TARGET,
    backtest,
    course,
    open_page,
    order_of,
    show,
)

pytestmark = pytest.mark.browser

OLD_SECOND = f"unsaved: true, frozen: null, {FIRST}"
NO_SECOND = f"{OLD_SECOND}, second: ''"
NOTHING_YET = "unsaved: true, frozen: null, first: '', second: ''"
OTHER = "/test/zB3dE5gH7jK9mN1pQ2rS"

ELSEWHERE = {
    "opened: () => history.pushState({}, '', '/dashboard/tests')": r"went from /test/\w+ to /dashboard/tests \(Iron Fly\)",
    "opened: () => { document.querySelector('#message-heading').textContent = 'Straddle'; }": r"to /test/\w+ \(Straddle\)",
    "opened: () => document.querySelector('#message-heading').remove()": r"\(no test\)",
    f"start: () => history.replaceState({{}}, '', '{OTHER}')": rf"shows {OTHER} instead of {PATH}",
}


async def test_a_form_that_was_not_opened_from_the_test_is_not_filled(room: Path) -> None:
    """Its fields are those of another test, or of none, and the site would calculate just that."""
    async with open_page() as tab:
        for plan, words in ELSEWHERE.items():
            await call(show, tab, plan)
            with pytest.raises(TooSlow, match=words):
                await tab.prepare(PATH, order_of(*TARGET))


async def test_rows_of_two_backtests_are_no_result(room: Path) -> None:
    async with open_page(quiet_after_popup=0.3, quiet_after_popup_same_figures=0.3, doubtful=0.1, mismatch=0.5) as tab:
        with pytest.raises(Mismatched, match="do not belong together, and some are those of an earlier page") as caught:
            await backtest(tab, course(done=OLD_SECOND))
        assert caught.value.figures is not None, "kept aside for a person to see"


async def test_the_other_row_is_waited_for(room: Path) -> None:
    late = f"[2500, {{ {DONE} }}]"
    async with open_page(quiet_after_popup=0.3, quiet_after_popup_same_figures=0.3, doubtful=0.1, mismatch=4) as tab:
        for first in (OLD_SECOND, NO_SECOND):
            assert (await backtest(tab, course(late, done=first))).figures.metrics == RIGHT


async def test_words_about_trades_beside_the_figures_do_not_say_that_there_were_none(room: Path) -> None:
    plan = "saved: { more: '<p>No trades on FOMC days</p>' }"
    async with open_page(quiet_after_popup=0.3, quiet_after_popup_same_figures=0.3) as tab:
        late = await backtest(tab, f"{plan}, {course(f'[2500, {{ {DONE} }}]', done=NOTHING_YET)}")
        assert late.figures.metrics == RIGHT
        none = "more: '<p>No trades on FOMC days</p><p>There were no trades for this backtest</p>'"
        empty = await backtest(tab, f"{plan}, {course(done=f'{NOTHING_YET}, {none}')}")
        assert (empty.figures.metrics, empty.figures.extra) == ({}, {"No trades": "There were no trades for this backtest"})


@pytest.mark.parametrize(
    ("place", "error", "words"),
    [
        ("/dashboard/tests", TooSlow, "left the page of the test"),
        ("/", SignedOut, "asked to sign in"),
        ("/login", SignedOut, "asked to sign in"),
    ],
)
async def test_a_page_that_leaves_the_test_is_noticed_whatever_its_heading(
    room: Path, place: str, error: type[Exception], words: str
) -> None:
    go = f"() => {{ history.pushState({{}}, '', '{place}'); window.page.heading = '<h1>Backtests</h1>'; }}"
    async with open_page(left=0.4, no_figures=30) as tab:
        with pytest.raises(error, match=words):
            await backtest(tab, f"course: [[50, {go}], [60, {{ }}]]")


async def test_cards_that_still_are_those_of_before_are_no_answer(room: Path) -> None:
    """Another page of the browser would ask the site meanwhile, and know the wrong figures of this one."""
    told: list[Cards] = []

    async def run(tab: Tab, plan: str) -> None:
        await call(show, tab, plan)
        order = order_of(*TARGET)
        await tab.run(order, await tab.prepare(PATH, order), [], Following(lambda: None, told.append))

    async with open_page() as tab:
        await run(tab, course(f"[1500, {{ {DONE} }}]", done="unsaved: true, frozen: null"))
    assert [[text for label, text, _ in cards if label == "P/L"] for cards in told] == [["$2,000"]]


ADDED = "opened: (_, form) => form.insertAdjacentHTML('beforeend', '%s')"
FILE = (
    '<div class="divide-y divide-ooGold"><div class="py-4"><h3 class="heading">CSV File Upload Settings</h3></div>'
    '<div class="pt-6">'
    '<button type="button" class="toggle" role="switch" aria-checked="true"></button>'
    '<span class="toggleDescription ml-3">Use CSV Custom Signals File</span></div></div>'
)

ODD = (
    '<div class="divide-y divide-ooGold"><div class="py-4"><h3 class="heading">Misc.</h3></div><div class="pt-6"><div class="pb-4">'
    '<label class="label"> Strange</label><div class="mt-1"><input class="input"></div></div></div></div>'
)


async def test_a_field_that_only_some_tests_have_is_no_drift(room: Path) -> None:
    trailing = SetAny(section="Profit & Loss", label="Use Trailing Stop Loss", text="on")
    daily = Choose(section="Entry Conditions", label="Frequency", option="Daily")
    asked: list[tuple[str, SetAny | Choose, type[Exception], str]] = [
        ("model: { sl: '' }", trailing, NotApplicable, 'no "Use Trailing Stop Loss" .*it needs a value in "Stop Loss"'),
        ("", trailing, Drifted, "is not on the page"),
        ("", SetAny(section="Profit & Loss", label="Profit Targt", text="9"), NotApplicable, "nobody knows a field of this name"),
        ("", SetAny(section="Profits", label="Profit Target", text="9"), NotApplicable, "nobody knows a field of this name"),
        ("", daily, Drifted, "is not on the page"),
        (ADDED % FILE, daily, NotApplicable, "Custom Signals File.* off$"),
        (ADDED % ODD, Choose(section="Misc.", label="Strange", option="High"), Drifted, "is no list"),
    ]
    async with open_page(field=0.5) as tab:
        for plan, action, error, words in asked:
            await call(show, tab, plan)
            with pytest.raises(error, match=words):
                await tab.prepare(PATH, Order((action,), ()))


async def test_a_value_for_one_of_several_entry_times_is_told_before_the_site_is_asked(room: Path) -> None:
    async with open_page() as tab:
        await call(show, tab, "saved: { entry: ['Open trades at 11:25 AM', 'Open trades at 1:00 PM', 'Daily'] }")
        with pytest.raises(NotApplicable, match='2 times "Entry Time"'):
            await tab.prepare(PATH, order_of("entry_time", "09:45"))

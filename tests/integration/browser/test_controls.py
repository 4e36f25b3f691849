"""Every kind of control of the panel is found by its names, set, and read back: on a page of ours nested as the site's."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from oodaemon.app.parts import CHECKOUT
from oodaemon.bridge.loop import call
from oodaemon.browser import panel, recordings, setting
from oodaemon.browser import session as sessions
from oodaemon.browser.driver import open_driver
from oodaemon.browser.setting import Form
from oodaemon.browser.tab import StoredSession, open_tab
from oodaemon.failures.site import Drifted, Mismatched, NotApplicable, Refused, SiteFailure
from oodaemon.parameters.form import Action, Choose, PressOne, SetAny, SetDays, SetField, SetInline, SetToggle
from tests.integration.browser.support import browser, on_loop

pytestmark = pytest.mark.browser

PAGE = Path(__file__).with_name("panel.html")
ENTRY, EXIT, PROFIT = "Entry Conditions", "Exit Conditions", "Profit & Loss"
CREDIT = PressOne(section="Misc.", label="Minimum Entry Premium", button="Debit", among=("Credit", "Debit"))
TAKEN: list[tuple[Action, str, str]] = [
    (SetField(section=ENTRY, label="Max VIX", text="25"), "input", "25"),
    (SetField(section=ENTRY, label="Blackout Days", text="2024-01-02,2024-02-01"), "textarea", "2024-01-02,2024-02-01"),
    (Choose(section=ENTRY, label="Breakout Condition", option="High-Only"), "select", "High-Only"),
    (SetDays(section=ENTRY, days=("Tu", "F")), "#days", "Tu F"),
    (SetField(section=EXIT, label="Early Exit Type", text="3", unit="DIT"), ".selectInput--nested", "DIT"),
    (SetInline(section=EXIT, caption="Exit When OTM Short Put is", text="-7.5"), "#put", "on -7.5"),
    (SetInline(section=EXIT, caption="Exit When OTM Short Call is", text="12"), "#call", "on 12"),
    (CREDIT, "#kind", "Debit"),
    (SetField(section=PROFIT, label="Profit Target", text="55", group="put"), "[data-group=Put] input", "55"),
    (SetAny(section=ENTRY, label="Max VIX9D / VIX Ratio", text="0.9"), "input >> nth=1", "0.9"),
    (SetAny(section=ENTRY, label="Breakout Condition", text="High-Only"), "select", "High-Only"),
    (SetAny(section=EXIT, label="Exit When OTM Short Put is", text="off"), "#put", "off 5"),
    (SetAny(section=EXIT, label="Exit When OTM Short Call is", text="4"), "#call", "on 4"),
    (SetAny(section=EXIT, label="Early Exit Type", text="3", unit="MIT"), ".selectInput--nested", "MIT"),
]
LEFT: list[tuple[Action, type[SiteFailure], str]] = [
    (SetField(section=PROFIT, label="Profit Target", text="5"), NotApplicable, "exists once per leg group (Call, Put)"),
    (
        SetField(section=PROFIT, label="Profit Target", text="5", group="X"),
        NotApplicable,
        "no leg group 'X'; the test has Call, Put",
    ),
    (SetField(section=ENTRY, label="Max VIX", text="5", group="X"), NotApplicable, "no leg group 'X'; the test has Call, Put"),
    (Choose(section=ENTRY, label="Breakout Condition", option="Low-Only"), Refused, "it offers High and Low, High-Only"),
    (SetToggle(section=ENTRY, caption="Prune Oldest Trades"), NotApplicable, "the form has it disabled"),
    (SetField(section=ENTRY, label="Max", text="5"), NotApplicable, 'has no "Max" in "Entry Conditions": nobody knows a field of'),
    (SetField(section=ENTRY, label="Min RSI", text="5"), Drifted, '"Min RSI" in "Entry Conditions" is not on the page'),
    (Choose(section=ENTRY, label="Max VIX", option="5"), Drifted, "is no list"),
]
SHOWN = """(found) => {
  const on = (button) => button.classList.contains("bg-ooGreen");
  if (found.matches("[role=switch]")) return `${on(found) ? "on" : "off"} ${found.nextElementSibling.querySelector("input").value}`;
  if (found.matches("div")) return [...found.querySelectorAll("button")].filter(on).map((button) => button.textContent).join(" ");
  return found.value;
}"""


@asynccontextmanager
async def open_form() -> AsyncIterator[tuple[Form, sessions.Site]]:
    site = sessions.Site("http://127.0.0.1", recordings.load(CHECKOUT))
    async with (
        on_loop(),
        open_driver() as driver,
        browser(driver) as chromium,
        open_tab(chromium, site, StoredSession()) as tab,
    ):
        yield Form(tab.page, site.recordings), site


async def opened(form: Form, site: sessions.Site) -> None:
    """Asyncio-flavoured: the page anew, its content remembered as that of a freshly opened panel."""
    await form.page.set_content(PAGE.read_text("utf-8"))
    await form.page.evaluate("() => { window.__ooFresh = undefined; }")
    await panel.remember(form)


async def test_every_kind_of_control_is_set_and_read_back_and_nothing_else_changes(room: Path) -> None:
    async with open_form() as (form, site):
        for action, selector, shown in TAKEN:
            await call(opened, form, site)
            assert await call(setting.difference, form, action), f"{action} was there before"
            await call(panel.fill, form.page, site, (action,))
            assert await call(form.page.locator(selector).first.evaluate, SHOWN) == shown, action
            assert await call(setting.difference, form, action) == ""


async def test_what_is_on_already_stays_on(room: Path) -> None:
    """A toggle without aria-checked is never clicked off."""
    put = SetInline(section=EXIT, caption="Exit When OTM Short Put is", text="5")
    async with open_form() as (form, site):
        await call(opened, form, site)
        for _ in range(2):
            await call(panel.fill, form.page, site, (put,))
        assert await call(form.page.locator("#put").evaluate, SHOWN) == "on 5"


AGAIN = """() => {
  const label = [...document.querySelectorAll("label")].find((one) => one.textContent.trim().startsWith("Max VIX "));
  label.textContent = "Entry Time";
  const field = label.parentElement.querySelector("input");
  field.after(field.cloneNode(true));
}"""


async def test_of_several_entry_times_none_is_taken_for_the_one_that_is_meant(room: Path) -> None:
    async with open_form() as (form, site):
        await call(opened, form, site)
        await call(form.page.evaluate, AGAIN)
        with pytest.raises(NotApplicable, match='2 times "Entry Time"'):
            await call(setting.perform, form, SetField(section=ENTRY, label="Entry Time", text="10:00"))


async def test_what_has_no_place_is_said_by_name(room: Path) -> None:
    async with open_form() as (form, site):
        for action, kind, said in LEFT:
            await call(opened, form, site)
            with pytest.raises(kind) as caught:
                await call(setting.perform, form, action)
            assert type(caught.value) is kind, action
            assert said in str(caught.value), action


CORRECTIONS = [
    (
        "textarea",
        "(found) => { found.value = '2020-01-01' }",
        '"Blackout Days" in "Entry Conditions" changed from blank to 2020-01-01',
    ),
    ("select", "(found) => { found.selectedIndex = 1 }", "changed from High and Low to High-Only"),
    (
        "#call",
        "(found) => found.click()",
        '"Exit When OTM Short Call is from underlying" in "Exit Conditions" changed from off to on',
    ),
    ("#days button >> nth=0", "(found) => found.click()", '"button M" in "Entry Conditions" changed from on to off'),
    ("[data-group=Call] input", "(found) => { found.value = '11' }", '"Profit Target" in "Profit & Loss" changed from 10 to 11'),
    ("[data-group=Put] input", "(found) => found.closest('.group').remove()", "is gone"),
]


async def test_another_control_that_changed_by_itself_is_a_mismatch(room: Path) -> None:
    vix = SetField(section=ENTRY, label="Max VIX", text="25")
    async with open_form() as (form, site):
        for selector, change, said in CORRECTIONS:
            await call(opened, form, site)
            await call(form.page.locator(selector).first.evaluate, change)
            with pytest.raises(Mismatched) as caught:
                await call(panel.fill, form.page, site, (vix,))
            assert said in str(caught.value)

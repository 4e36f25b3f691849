"""The pages, driven by a real browser."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import time

import pytest
from playwright.sync_api import Locator, Page, expect

from oodaemon.practice.behaviour import Behaviour
from oodaemon.practice.catalog import SAVED_TESTS
from oodaemon.practice.form import Form
from oodaemon.practice.site import PRACTICE_EMAIL, PRACTICE_PASSWORD, Site
from oodaemon.practice.truth import figures
from tests.integration.practice.frames import Frames

Browse = Callable[[Site, Callable[[Page, str], None]], Awaitable[None]]

pytestmark = pytest.mark.browser

CONDOR = next(iter(SAVED_TESTS.values()))
QUICK = Behaviour(run_seconds=(0, 0), hydration=0)


def sign_in(page: Page, base: str) -> None:
    page.goto(f"{base}/login")
    page.locator("form > div:nth-of-type(1) > input[type=email]").fill(PRACTICE_EMAIL)
    page.locator("form > div:nth-of-type(2) > input[type=password]").fill(PRACTICE_PASSWORD)
    page.locator("form > div:nth-of-type(4) > button[type=submit]").click()
    page.wait_for_url("**/dashboard/tests")


def open_panel(page: Page) -> Locator:
    page.locator("button.btn-primary", has_text="New Backtest").click()
    panel = page.locator("#headlessui-portal-root [role=dialog]", has=page.locator("h2", has_text="New Backtest"))
    panel.locator("input[type=time]").first.wait_for()
    return panel


def section(panel: Locator, name: str) -> Locator:
    return panel.locator(f"xpath=.//div[contains(@class,'divide-y')][./div/h3[text()='{name}']]")


def control(panel: Locator, name: str, label: str) -> Locator:
    """The element after the label whose own text is exactly this."""
    return section(panel, name).locator(f"xpath=.//label[normalize-space(text())='{label}']/following-sibling::*[1]")


def toggle(panel: Locator, name: str, caption: str) -> Locator:
    found = f"xpath=.//button[@role='switch'][following-sibling::*[1][normalize-space()='{caption}']]"
    return section(panel, name).locator(found)


def shown_cards(page: Page) -> list[tuple[str, str]]:
    labels = page.locator("dl.mt-5 dt").all_inner_texts()
    texts = page.locator("dl.mt-5 dd").all_inner_texts()
    return list(zip(labels, [" ".join(text.split()) for text in texts], strict=True))


def true_cards(form: Form) -> list[tuple[str, str]]:
    return [(card.label, card.text) for card in figures(form).cards()]


async def test_the_figures_of_a_run_are_the_true_ones(browse: Browse) -> None:
    form = replace(CONDOR.form, entry_time=time(10, 7), profit_target=2.5, profit_target_unit="$", stop_loss=120.0)

    def story(page: Page, base: str) -> None:
        sign_in(page, base)
        page.goto(f"{base}/test/{CONDOR.id}")
        expect(page).to_have_title(f"Option Omega - {CONDOR.name}")
        expect(page.locator("#message-heading span")).to_have_text(CONDOR.name)
        page.locator("dl.mt-5").first.wait_for()
        assert shown_cards(page) == true_cards(CONDOR.form)
        panel = open_panel(page)
        expect(control(panel, "Profit & Loss", "Profit Target").locator("input")).to_have_value("55")
        control(panel, "Entry Conditions", "Entry Time").locator("input").fill("10:07")
        target = control(panel, "Profit & Loss", "Profit Target")
        target.locator("input").fill("2.5")
        target.locator("button.selectInput--nested").click()
        target.get_by_role("option", name="Fixed Profit ($)").click()
        expect(target.locator("button.selectInput--nested span")).to_have_text("$")
        control(panel, "Profit & Loss", "Stop Loss").locator("input").fill("120")
        panel.locator("button.btn-primary[type=submit]").click()
        expect(page.locator("#message-heading span")).to_have_text("Unsaved Backtest")
        expect(page).to_have_title("Option Omega")
        page.locator("dl.mt-5").first.wait_for()
        assert shown_cards(page) == true_cards(form)
        bullets = page.locator("ul.list-disc > li.ml-5").all_inner_texts()
        assert {"Open trades at 10:07 AM", "Profit Target: $2.5", "Stop Loss: 120%"} <= set(bullets)
        inputs = page.locator("dl.mt-1 input:disabled")
        assert inputs.first.input_value() == "1"
        assert inputs.first.get_attribute("value") is None
        assert page.url.endswith(f"/test/{CONDOR.id}")
        page.reload()
        expect(page.locator("#message-heading span")).to_have_text(CONDOR.name)

    site = Site(QUICK)
    await browse(site, story)
    assert [run.form for run in site.runs] == [form]


async def test_what_the_panel_refuses_keeps_it_open(browse: Browse) -> None:
    def story(page: Page, base: str) -> None:
        sign_in(page, base)
        page.goto(f"{base}/test/{CONDOR.id}")
        panel = open_panel(page)
        run = panel.locator("button[type=submit]")
        entry = control(panel, "Entry Conditions", "Entry Time").locator("input")
        entry.fill("16:30")
        expect(panel.get_by_text("Entry time must be between 9:32 AM and 3:59 PM")).to_be_visible()
        run.click()
        entry.fill("09:32")
        expect(panel.get_by_text("Entry time must be")).to_have_count(0)
        stop = control(panel, "Profit & Loss", "Stop Loss").locator("input")
        stop.fill("1.234")
        run.click()
        expect(panel.locator("input:invalid")).to_have_count(1)
        stop.fill("100")
        control(panel, "Funds & Allocation", "Starting Funds").locator("input").fill("")
        run.click()
        expect(panel.locator("input:invalid")).to_have_count(1)
        control(panel, "Funds & Allocation", "Starting Funds").locator("input").fill("50000")
        control(panel, "Funds & Allocation", "Margin Allocation % Per Trade").locator("input").fill("0")
        run.click()
        expect(panel.get_by_text("Allocation must be between 0 and 100")).to_be_visible()
        page.keyboard.press("Escape")
        expect(panel).to_have_count(0)

    site = Site(QUICK)
    await browse(site, story)
    assert site.runs == []


async def test_the_panel_behaves_like_the_real_one(browse: Browse) -> None:
    def story(page: Page, base: str) -> None:
        sign_in(page, base)
        page.goto(f"{base}/test/{CONDOR.id}")
        panel = open_panel(page)
        assert panel.evaluate("element => !document.getElementById('app').contains(element)")
        expect(panel.locator("h3").nth(-2)).to_have_text("Misc.")
        expect(panel.locator("h3").last).to_have_text("CSV File Upload Settings")
        for name in ("Entry Conditions", "Exit Conditions"):
            expect(toggle(panel, name, "Use VIX")).to_have_attribute("aria-checked", "false")
        # Fields that hang on others come and go; handles do not outlive that, and ids are new each time.
        before = panel.get_attribute("id")
        old = control(panel, "Misc.", "Entry Slippage").locator("input").element_handle()
        toggle(panel, "Exit Conditions", "Use Delta").click()
        control(panel, "Exit Conditions", "Exit Above Position Delta").locator("input").fill("-20.5")
        assert panel.get_attribute("id") != before
        assert old is not None
        assert not old.evaluate("element => element.isConnected")
        control(panel, "Profit & Loss", "Stop Loss").locator("input").fill("")
        expect(control(panel, "Misc.", "Stop Loss Slippage")).to_have_count(0)
        # The one toggle whose state is a colour only.
        rounding = section(panel, "Strategy").locator("button.toggle", has=page.locator("span")).last
        assert rounding.get_attribute("aria-checked") is None
        rounding.click()
        expect(rounding).to_have_class(re.compile("bg-ooGreen"))
        # A value written past the model does not stay.
        entry = control(panel, "Entry Conditions", "Entry Time").locator("input")
        entry.evaluate("element => element.value = '12:00'")
        rounding.click()
        expect(entry).to_have_value("11:25")
        # Keys one by one, a date in short, a date that is none.
        stop = control(panel, "Profit & Loss", "Stop Loss").locator("input")
        stop.press_sequentially("210")
        expect(stop).to_have_value("210")
        start = control(panel, "Dates", "Start Date")
        for text in ("1/3/2023", "99/99/2023"):
            start.fill(text)
            expect(panel.locator(".vc-popover-content-wrapper")).to_be_visible()
            start.press("Tab")
            expect(start).to_have_value("01/03/2023")
        # Legs.
        rows = section(panel, "Strategy").locator("div.space-y-4 > div.flex.flex-wrap")
        expect(rows).to_have_count(4)
        rows.nth(0).locator("button.iconButton").last.click()
        expect(rows).to_have_count(2)
        panel.get_by_role("button", name="Add Leg", exact=True).click()
        expect(rows).to_have_count(3)
        rows.nth(2).get_by_role("button", name="Call").click()
        rows.nth(2).locator("input").nth(1).fill("5")
        panel.locator("button[type=submit]").click()
        expect(page.locator("#message-heading span")).to_have_text("Unsaved Backtest")

    site = Site(QUICK)
    await browse(site, story)
    [run] = site.runs
    assert [(leg.side, leg.right, leg.value) for leg in run.form.legs] == [
        ("Sell", "Call", 12),
        ("Buy", "Call", 50),
        ("Sell", "Call", 5),
    ]
    assert dict(run.form.extras) == {"use_delta": True, "exit_above_position_delta": "-20.5"}
    assert run.form.stop_loss == 210


async def test_what_is_shown_while_a_backtest_runs(browse: Browse) -> None:
    form = replace(CONDOR.form, profit_target=20.0)
    old, new = (figures(item).cards()[0].text for item in (CONDOR.form, form))
    seen: dict[str, list[tuple[str, str, str]]] = {}

    def story(page: Page, base: str) -> None:
        frames = Frames(page)
        sign_in(page, base)
        for stale in ("none", "figures", "heading"):
            page.request.post(f"{base}/__practice__/behaviour", data={"stale": stale})
            page.goto(f"{base}/test/{CONDOR.id}")
            panel = open_panel(page)
            control(panel, "Profit & Loss", "Profit Target").locator("input").fill("20")
            frames.forget()
            panel.locator("button[type=submit]").click()
            expect(page.locator("dl.mt-5 dd").first).to_have_text(new)
            seen[stale] = [(it.heading, it.profit, it.popup) for it in frames.seen()]

    await browse(Site(replace(QUICK, run_seconds=(2.5, 2.5))), story)
    during = {stale: {(heading, profit) for heading, profit, popup in shown if popup} for stale, shown in seen.items()}
    assert during == {"none": {("", "")}, "figures": {(CONDOR.name, old)}, "heading": {("Unsaved Backtest", old)}}
    assert {shown[-1] for shown in seen.values()} == {("Unsaved Backtest", new, "")}
    assert all(words in seen["none"][-2][2] for words in ("Running Backtest", "ETA: ", "Processing trades"))


async def test_a_sign_out_while_running_ends_at_the_login(browse: Browse) -> None:
    def story(page: Page, base: str) -> None:
        sign_in(page, base)
        page.goto(f"{base}/test/{CONDOR.id}")
        open_panel(page).locator("button[type=submit]").click()
        page.get_by_text("Running Backtest").wait_for()
        page.request.post(f"{base}/__practice__/expire-sessions")
        page.wait_for_url("**/login")
        expect(page.locator("[role=dialog]")).to_have_count(0)
        page.locator("input[type=email]").fill(PRACTICE_EMAIL)
        page.locator("input[type=password]").fill("wrong")
        page.keyboard.press("Enter")
        expect(page.get_by_text("incorrect")).to_be_visible()
        page.goto(f"{base}/test/{CONDOR.id}")
        page.wait_for_url("**/login")

    site = Site(replace(QUICK, run_seconds=(60, 60)))
    await browse(site, story)
    assert [run.finished_at for run in site.runs] == [None]


async def test_the_list_of_tests(browse: Browse) -> None:
    def story(page: Page, base: str) -> None:
        page.goto(base)
        page.locator("span.btn-primary", has_text="Sign in").click()
        page.wait_for_url("**/login")
        sign_in(page, base)
        links = page.locator("a[href*='/test/']")
        expect(links).to_have_count(len(SAVED_TESTS))
        page.locator("span", has_text=re.compile("^Table$")).click()
        expect(page.locator("table tbody tr")).to_have_count(len(SAVED_TESTS))
        page.get_by_placeholder("Search...").fill("late morning")
        expect(links).to_have_text([CONDOR.name])
        page.goto(f"{base}/test/AAAAAAAAAAAAAAAAAAAA")
        page.wait_for_url("**/dashboard/tests")
        page.get_by_role("button", name="+ New Backtest").wait_for()
        links.first.click()
        page.get_by_text("Trade Log").click()
        expect(page.locator("table.testTable tbody tr")).to_have_count(25)

    await browse(Site(QUICK), story)

"""The complete panel in a real browser: what it says is what runs."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Locator, Page, expect

from oodaemon.practice.behaviour import Behaviour
from oodaemon.practice.catalog import SAVED_TESTS
from oodaemon.practice.form import Form
from oodaemon.practice.site import PRACTICE_EMAIL, PRACTICE_PASSWORD, Site
from oodaemon.practice.truth import figures

Browse = Callable[[Site, Callable[[Page, str], None]], Awaitable[None]]

pytestmark = pytest.mark.browser

BY_NAME = {test.name: test for test in SAVED_TESTS.values()}
CONDOR = BY_NAME["Late Morning Iron Condor"]
GROUPED = BY_NAME["Grouped Iron Condor"]
QUICK = Behaviour(run_seconds=(0, 0), hydration=0)
SECTIONS = [
    "Dates",
    "Strategy",
    "Funds & Allocation",
    "Entry Conditions",
    "Leg Groups",
    "Profit & Loss",
    "Exit Conditions",
    "Misc.",
    "CSV File Upload Settings",
]


class Panel:
    """The open panel, addressed the way the facts about the site say."""

    def __init__(self, page: Page, base: str, test: str) -> None:
        page.goto(f"{base}/login")
        page.locator("input[type=email]").fill(PRACTICE_EMAIL)
        page.locator("input[type=password]").fill(PRACTICE_PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/dashboard/tests")
        self.page, self.base = page, base
        self.open(test)

    def open(self, test: str) -> None:
        self.page.goto(f"{self.base}/test/{test}")
        self.page.locator("button.btn-primary", has_text="New Backtest").click()
        self.page.locator("form input[type=time]").first.wait_for()
        self.root = self.page.locator("#headlessui-portal-root [role=dialog] form")

    def section(self, name: str, within: Locator | None = None) -> Locator:
        return (within or self.root).locator(f"xpath=.//div[contains(@class,'divide-y')][./div/h3[text()='{name}']]")

    def control(self, name: str, label: str, within: Locator | None = None) -> Locator:
        found = f"xpath=.//label[contains(@class,'label')][normalize-space(text())='{label}']/following-sibling::*[1]"
        return self.section(name, within).locator(found)

    def fill(self, name: str, label: str, text: str, within: Locator | None = None) -> None:
        self.control(name, label, within).locator("xpath=descendant-or-self::*[self::input or self::textarea]").first.fill(text)

    def choose(self, box: Locator, option: str) -> None:
        box.locator("button[aria-haspopup=listbox]").click()
        box.get_by_role("option", name=option, exact=True).click()

    def toggle(self, name: str, caption: str, within: Locator | None = None) -> Locator:
        found = f"xpath=.//button[@role='switch'][following-sibling::*[1][normalize-space()='{caption}']]"
        return self.section(name, within).locator(found)

    def run(self) -> None:
        self.root.locator("button[type=submit]").click()
        expect(self.page.locator("#message-heading span").first).to_have_text("Unsaved Backtest")

    def cards(self) -> list[tuple[str, str]]:
        texts = self.page.locator("dl.mt-5 dd").all_inner_texts()
        return list(zip(self.page.locator("dl.mt-5 dt").all_inner_texts(), [" ".join(text.split()) for text in texts], strict=True))


def true_cards(form: Form) -> list[tuple[str, str]]:
    return [(card.label, card.text) for card in figures(form).cards()]


async def test_what_is_filled_in_is_what_runs(browse: Browse) -> None:
    def story(page: Page, base: str) -> None:
        panel = Panel(page, base, CONDOR.id)
        expect(panel.root.locator("h3")).to_have_text(SECTIONS)
        entry, leave = "Entry Conditions", "Exit Conditions"
        panel.root.get_by_role("button", name="Add Entry Time").click()
        panel.section(entry).locator("input[type=time]").nth(1).fill("13:00")
        panel.choose(panel.control(entry, "Frequency"), "Monthly")
        lists = panel.section(entry).locator("button.selectInput:not(.selectInput--nested)")
        expect(lists).to_have_text(["Monthly", "First", "Trading Day"])
        panel.choose(panel.control(entry, "Frequency"), "Daily")
        panel.toggle(entry, "Use VIX").click()
        panel.fill(entry, "Max VIX", "18")
        overnight = panel.control(entry, "Min VIX Overnight Move Up")
        panel.choose(overnight, "Points (pts)")
        panel.fill(entry, "Min VIX Overnight Move Up", "0.05")
        panel.toggle(entry, "Use Technical Indicators").click()
        panel.choose(panel.control(entry, "SMA Entry"), "Compare SMA")
        expect(panel.control(entry, "Days")).to_have_count(2)
        panel.choose(panel.control(entry, "SMA Entry"), "Above SMA")
        expect(panel.control(entry, "Days")).to_have_count(1)
        panel.toggle(entry, "Use Opening Range Breakout").click()
        panel.fill(entry, "Opening Range End Time", "10:00")
        panel.control(entry, "Breakout Condition").locator("select").select_option("No Breakout")
        panel.toggle("Profit & Loss", "Use Profit Actions").click()
        panel.root.get_by_role("button", name="Add Profit Action").click()
        panel.fill("Profit & Loss", "At Profit Target", "20")
        panel.fill("Profit & Loss", "Close Allocation", "50")
        panel.toggle(leave, "Use Underlying Price Movement").click()
        tested = panel.toggle(leave, "Exit When OTM Short Put is from underlying")
        assert tested.get_attribute("aria-checked") is None
        tested.click()
        expect(tested).to_have_class(re.compile("bg-ooGreen"))
        tested.locator("xpath=following-sibling::*[1]//input").fill("-2")
        panel.toggle(leave, "Use Delta").click()
        panel.root.get_by_role("button", name="Add Leg Delta Exit").click()
        expect(panel.control(leave, "Exit Above Leg Delta")).to_have_count(2)
        panel.control(leave, "Exit Above Leg Delta").last.locator("input").fill("45")
        panel.toggle("Misc.", "Use Min/Max Entry Premium").click()
        panel.fill("Misc.", "Minimum Entry Premium", "1")
        expect(panel.section("Misc.").get_by_role("button", name="Debit")).to_be_visible()
        panel.toggle("Misc.", "Use Blackout Days").click()
        panel.fill("Misc.", "Blackout Days", "2024-01-03,2024-01-04")
        panel.run()
        form = site.runs[-1].form
        assert panel.cards() == true_cards(form)
        bullets = set(page.locator("ul.list-disc > li.ml-5").all_inner_texts())
        assert {"Open trades at 1:00 PM", "VIX: Max 18", "VIX Overnight Move Up: Min 0.05", "Use Blackout Days"} <= bullets
        assert {"Exit when put tested -2", "Profit Action: At Profit Target 20%, Close Allocation 50%"} <= bullets

    site = Site(QUICK)
    await browse(site, story)
    [run] = site.runs
    assert run.form == CONDOR.form.with_state(
        more_entry_times=[{"time": "13:00"}],
        use_vix=True,
        max_vix="18",
        min_vix_overnight_move_up="0.05",
        min_vix_overnight_move_up_unit="pts",
        use_technical=True,
        entry_sma="Above SMA",
        use_breakout=True,
        range_end="10:00",
        breakout_condition="No Breakout",
        use_profit_actions=True,
        profit_actions=[{"at": "20", "close": "50", "stop": ""}],
        use_underlying=True,
        put_tested=True,
        put_tested_value="-2",
        use_delta=True,
        leg_deltas=[{"leg": "Leg 1", "below": "", "above": "45"}],
        use_entry_premium=True,
        minimum_premium="1",
        use_blackout=True,
        blackout_days="2024-01-03,2024-01-04",
    )


async def test_fields_come_and_go_with_what_they_hang_on(browse: Browse) -> None:
    def story(page: Page, base: str) -> None:
        panel = Panel(page, base, CONDOR.id)
        intra = panel.toggle("Profit & Loss", "Use 0-DTE Intra-Minute Stops")
        expect(intra).to_have_count(1)
        panel.choose(panel.control("Strategy", "Ticker"), "QQQ")
        expect(intra).to_have_count(0)
        expect(panel.toggle("Profit & Loss", "Use Trailing Stop Loss")).to_have_count(1)
        for label in ("Profit Target", "Stop Loss"):
            panel.fill("Profit & Loss", label, "")
        for caption in ("Per-Leg Stop Loss", "Use Trailing Stop Loss"):
            expect(panel.toggle("Profit & Loss", caption)).to_have_count(0)
        expect(panel.toggle("Misc.", "Cap Non-Opening Losses at Stop Loss")).to_have_count(0)
        prune = panel.toggle("Funds & Allocation", "Prune Oldest Trades")
        expect(prune).to_be_enabled()
        panel.fill("Funds & Allocation", "Max Open Positions", "")
        expect(prune).to_be_disabled()
        panel.toggle("Entry Conditions", "Use Floating Entry Time").click()
        expect(panel.control("Entry Conditions", "Min Entry Time")).to_have_count(1)
        expect(panel.root.get_by_role("button", name="Add Entry Time")).to_have_count(0)
        panel.toggle("CSV File Upload Settings", "Use CSV Custom Signals File").click()
        expect(panel.root.locator("input[type=file]")).to_have_count(1)
        expect(panel.control("Entry Conditions", "Frequency")).to_have_count(0)
        for version, shown, gone in (
            ("2022", "Max Open Trades", "Early Exit Type"),
            ("2026", "Max Open Positions", "Early Exit Date"),
        ):
            page.request.post(f"{base}/__practice__/behaviour", data={"site_version": version})
            panel.open(CONDOR.id)
            panel.toggle("Exit Conditions", "Use Early Exit").click()
            expect(panel.control("Funds & Allocation", shown)).to_have_count(1)
            expect(panel.control("Exit Conditions", gone)).to_have_count(0)
            expect(panel.toggle("Exit Conditions", "Use Time Actions")).to_have_count(int(version == "2026"))

    await browse(Site(QUICK), story)


async def test_leg_groups(browse: Browse) -> None:
    def story(page: Page, base: str) -> None:
        panel = Panel(page, base, GROUPED.id)
        groups = panel.root.locator("xpath=.//div[./div/label[normalize-space(text())='Group Name']]")
        expect(groups).to_have_count(2)
        expect(panel.control("Profit & Loss", "Stop Loss")).to_have_count(2)
        for at, value in enumerate(("150", "200")):
            expect(panel.control("Profit & Loss", "Stop Loss", groups.nth(at)).locator("input")).to_have_value(value)
        panel.fill("Profit & Loss", "Profit Target", "35", groups.nth(1))
        panel.run()
        form = site.runs[-1].form
        assert panel.cards() == true_cards(form)
        expect(page.locator("dl.mt-1 dt")).to_have_text(
            ["Underlying", "Dates:", "Legs", "Entry", "Exit - Put", "Exit - Call", "Misc"]
        )
        panel.open(CONDOR.id)
        panel.toggle("Leg Groups", "Use Leg Groups").click()
        expect(groups).to_have_count(1)
        rows = panel.root.locator("div.space-y-4 > div.flex.flex-wrap")
        expect(groups.locator("div.space-y-4 > div.flex.flex-wrap")).to_have_count(4)
        expect(rows).to_have_count(4)
        expect(panel.control("Profit & Loss", "Profit Target", groups.first).locator("input")).to_have_value("55")
        panel.root.get_by_role("button", name="Add Leg Group").click()
        expect(groups).to_have_count(2)
        panel.toggle("Leg Groups", "Use Leg Groups").click()
        expect(groups).to_have_count(0)
        expect(rows).to_have_count(4)
        panel.run()

    site = Site(QUICK)
    await browse(site, story)
    first, second = (run.form for run in site.runs)
    assert [dict(group.settings).get("profit_target") for group in first.groups] == ["60", "35"]
    assert replace(first, groups=GROUPED.form.groups) == GROUPED.form
    assert second == CONDOR.form


async def test_pages_of_special_results(browse: Browse) -> None:
    def story(page: Page, base: str) -> None:
        panel = Panel(page, base, BY_NAME["Never Enters"].id)
        page.keyboard.press("Escape")
        assert [text for _, text in panel.cards()] == ["$0", "0%", "0%", "0%", "$0", "0%", "$100,000", "$100,000"]
        page.request.post(f"{base}/__practice__/behaviour", data={"no_trades_screen": True, "extra_cards": True})
        page.reload()
        page.get_by_text("No trades were found").wait_for()
        page.goto(f"{base}/share/{CONDOR.id}")
        page.locator("dl.mt-5").first.wait_for()
        assert [label for label, _ in panel.cards()][-2:] == ["Trades", "Winners"]
        assert {"Sharpe", "Sortino"} <= {label for label, _ in panel.cards()}
        page.goto(f"{base}/test/{BY_NAME['Weekly Put Spread 7DTE'].id}")
        page.locator("dl.mt-5").first.wait_for()
        assert "Avg Days In Trade" in dict(panel.cards())
        page.goto(f"{base}/test/{BY_NAME['Opening Straddle (buys)'].id}")
        page.locator("dl.mt-5").first.wait_for()
        assert not {"Total Premium", "Capture Rate"} & set(dict(panel.cards()))

    await browse(Site(QUICK), story)

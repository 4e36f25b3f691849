"""The pages beside Home and Run in a real browser: a run from the form, charts by keyboard, and everything for everybody."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.integration.console.browsing import NARROW, PATIENCE, TEST, WIDE, House, house, overflow, violations
from tests.support.daemon import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = {
    "new run": "/new?do=count&mode=grid&p.0.name=delta&p.0.start=5&p.0.end=900&p.1.name=exit_time&p.2.name=weekday",
    "history": "/history",
    "compare": "/compare?run={0}&run={1}",
    "tests": "/tests",
    "parameters": "/parameters",
    "recordings": "/recordings",
    "daemon": "/daemon",
    "profile": "/daemon/profile",
    "task": "/runs/{0}/tasks/0",
    "settings": "/settings",
    "run": "/runs/{0}",
    "heat map": "/runs/{0}/charts",
    "curve": "/runs/{0}/charts?by=profit_target",
    "spread": "/runs/{0}/charts?view=spread",
    "equity": "/runs/{0}/charts?view=equity&task=0",
    "analysis": "/runs/{0}/analysis",
}


@pytest.fixture(scope="module")
def home() -> Iterator[tuple[House, list[str]]]:
    """A house in which two runs have ended."""
    with house() as made:
        found = [made.at.submit(TEST, "profit_target=10..30/10", "stop_loss=50,100", flags=["--trades"])]
        found.append(made.at.submit(TEST, "profit_target=10,20"))
        for run in found:
            wait_until(lambda run=run: made.at.phase(run) == "COMPLETED", "the end of the run")
        yield made, found


def test_a_run_is_submitted_from_the_form_with_a_live_count(home: tuple[House, list[str]]) -> None:
    at, _ = home
    before = len(at.at.json("list"))
    with at.control() as page:
        page.goto(f"{at.base}/new")
        page.get_by_label("Saved test").select_option(label=TEST)
        page.get_by_label("Add a parameter").fill("delta")
        page.get_by_label("Add a parameter").press("Enter")
        delta = page.get_by_role("group", name="delta", exact=True)
        delta.get_by_label("From", exact=True).fill("5")
        delta.get_by_label("to", exact=True).fill("9")
        expect(page.locator("#plan")).to_contain_text("5 backtests", timeout=PATIENCE)
        delta.get_by_label("to", exact=True).fill("9000")
        expect(delta.locator(".wrong")).to_contain_text("9000", timeout=PATIENCE)
        expect(delta.get_by_label("to", exact=True)).to_have_attribute("aria-invalid", "true")
        delta.get_by_label("to", exact=True).fill("6")
        expect(page.locator("#plan")).to_contain_text("2 backtests", timeout=PATIENCE)
        expect(delta.locator(".wrong")).to_have_count(0)

        page.locator("input[name=mode][value=grid]").check()
        page.get_by_label("Add a parameter").fill("stop_loss")
        page.get_by_role("button", name="Add", exact=True).click()
        second = page.get_by_role("group", name="stop_loss", exact=True)
        second.get_by_label("or a list").fill("50, 100")
        expect(delta.get_by_label("From", exact=True)).to_have_value("5")
        expect(page.locator("#plan")).to_contain_text("4 backtests", timeout=PATIENCE)
        second.get_by_role("button", name="Remove stop_loss").click()
        expect(page.locator("#plan")).to_contain_text("2 backtests", timeout=PATIENCE)
        page.get_by_role("button", name="Submit").dblclick()
        page.wait_for_url(re.compile("/runs/"), timeout=PATIENCE)
        expect(page.locator("h1")).to_contain_text("delta")
        page.reload()
    assert len(at.at.json("list")) == before + 1


def test_the_form_works_without_script(home: tuple[House, list[str]]) -> None:
    at, _ = home
    with at.control(java_script_enabled=False) as page:
        page.goto(f"{at.base}/new?do=add:delta")
        page.get_by_label("Saved test").select_option(label=TEST)
        page.get_by_label("From", exact=True).fill("31")
        page.get_by_label("to", exact=True).fill("32")
        page.get_by_role("button", name="Count").last.click()
        expect(page.locator("#plan")).to_contain_text("2 backtests")
        page.get_by_role("button", name="Submit").click()
        expect(page.locator("h1")).to_contain_text("delta")


def test_a_chart_is_walked_by_keyboard_and_read_as_a_table(home: tuple[House, list[str]]) -> None:
    at, (run, _) = home
    with at.page() as page:
        page.goto(f"{at.base}/runs/{run}/charts?by=profit_target")
        stage = page.locator(".chart-stage")
        expect(stage).to_have_attribute("aria-label", re.compile(r"pl by profit_target: 6 results.*Arrow keys"))
        stage.focus()
        status = page.locator(".chart-status")
        for key, where in (
            ("ArrowRight", "stop_loss 50, profit_target 10: "),
            ("ArrowRight", "stop_loss 50, profit_target 20: "),
            ("ArrowDown", "stop_loss 100, profit_target 20: "),
            ("End", "stop_loss 100, profit_target 30: "),
            ("Home", "stop_loss 50, profit_target 10: "),
        ):
            page.keyboard.press(key)
            expect(status).to_have_text(re.compile(f"^{where}"))
        expect(page.locator(".chart-tip")).to_have_text(status.inner_text())
        page.keyboard.press("Escape")
        expect(page.locator(".chart-tip")).to_be_hidden()

        page.get_by_role("button", name="stop_loss 50").click()
        expect(page.get_by_role("button", name="stop_loss 50")).to_have_attribute("aria-pressed", "false")
        expect(page.locator(".chart-line")).to_have_count(1)
        page.get_by_role("button", name="Show as table").click()
        rows = page.locator(".chart-table tbody tr")
        expect(rows).to_have_count(6)
        shown = {(cells[0], cells[1]): cells[2] for cells in (row.split("\t") for row in rows.all_inner_texts())}
        results = at.at.json("results", run)
        asked = {
            (f"stop_loss {r['parameters']['stop_loss']:g}", f"{r['parameters']['profit_target']:g}"): r["metrics"]["pl"]
            for r in results
        }
        assert {key: float(value.replace("$", "").replace(",", "")) for key, value in shown.items()} == asked

        page.locator("select[name=metric]").select_option("mar")
        expect(stage).to_have_attribute("aria-label", re.compile("^mar by profit_target"))
        expect(page).to_have_url(re.compile("metric=mar"))
        stage.focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(rf"/runs/{run}/tasks/0"))


def test_a_chart_follows_the_pointer_and_its_window(home: tuple[House, list[str]]) -> None:
    at, (run, _) = home
    with at.page(has_touch=True) as page:
        page.goto(f"{at.base}/runs/{run}/charts")
        cells = page.locator(".chart-cell[y='26.0']")
        expect(cells.first).to_be_visible()
        cells.first.hover()
        expect(page.locator(".chart-tip")).to_contain_text("profit_target 10, stop_loss 50: ")
        cells.nth(1).tap()
        expect(page.locator(".chart-tip")).to_contain_text("profit_target 10, stop_loss 100: ")
        page.set_viewport_size(NARROW)
        expect(page.locator(".chart-stage svg")).to_have_attribute("width", re.compile("^3[0-9]{2}$|^2[0-9]{2}$"))
        assert overflow(page) <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_every_page_is_for_everybody(home: tuple[House, list[str]], size: dict[str, int], scheme: str) -> None:
    at, found = home
    with at.control(viewport=size, color_scheme=scheme) as page:
        for name, path in PAGES.items():
            page.goto(at.base + path.format(*found))
            if page.locator(".chart-stage").count():
                expect(page.locator(".chart-stage svg")).to_be_visible(timeout=PATIENCE)
            assert violations(page) == [], name
            assert overflow(page) <= 0, name

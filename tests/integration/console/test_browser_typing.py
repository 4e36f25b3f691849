"""What a person types, chooses or clicks while the page changes under their hands is never lost."""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.integration.console.browsing import PATIENCE, TEST, House, house
from tests.support.daemon import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]


WANTED = 12
NOTE_PRESSED = """() => {
  window.news = 0;
  document.addEventListener("patched", () => { window.news += 1; });
  const linkAt = (node) => node.closest("table.results a[href]")?.getAttribute("href");
  document.addEventListener("mousedown", (event) => { window.pressed = linkAt(event.target); });
}"""
"""Keeps which link of the table was pressed last, and counts what the stream brought."""


@pytest.fixture(scope="module")
def home() -> Iterator[House]:
    with house() as made:
        yield made


@dataclass
class Held:
    """The answers to the buttons of the form: each waits until it is let go."""

    page: Page
    routes: list[Route] = field(default_factory=list)
    sent: int = 0

    def __post_init__(self) -> None:
        self.page.route(re.compile("/new$"), self._hold)

    def _hold(self, route: Route) -> None:
        if "do=submit" in (route.request.post_data or "") or route.request.is_navigation_request():
            route.continue_()
        else:
            self.sent += 1
            self.routes.append(route)

    def asked(self, number: int) -> None:
        """Wait until so many were sent."""
        wait_until(lambda: self.page.title() and self.sent >= number, f"request {number} of the form")

    def let_go(self) -> None:
        """Let the oldest one have its answer."""
        self.routes.pop(0).continue_()


def card(page: Page, name: str) -> Locator:
    return page.get_by_role("group", name=name, exact=True)


def kind(page: Page, name: str) -> Locator:
    return page.locator(f"input[name=mode][value={name}]")


def test_what_is_typed_while_a_parameter_is_added_stays(home: House) -> None:
    with home.control() as page:
        page.goto(f"{home.base}/new?mode=grid&do=add:delta")
        held = Held(page)
        field = page.get_by_label("Add a parameter")
        field.fill("stop_loss")
        field.press("Enter")
        field.press("Enter")
        held.asked(1)
        expect(field).to_have_value("")
        start, end = (card(page, "delta").get_by_label(label, exact=True) for label in ("From", "to"))
        start.fill("5")
        end.press_sequentially("19")
        end.press("ArrowLeft")
        held.let_go()
        expect(card(page, "stop_loss")).to_be_visible(timeout=PATIENCE)
        expect(start).to_have_value("5")
        expect(end).to_be_focused()
        page.keyboard.type("0")
        expect(end).to_have_value("109")
        field.fill("profit_target")
        page.get_by_role("button", name="Add", exact=True).click()
        held.asked(2)
        field.press_sequentially("exit")
        held.let_go()
        expect(card(page, "profit_target")).to_be_visible(timeout=PATIENCE)
        expect(field).to_be_focused()
        expect(field).to_have_value("exit")
        expect(page.locator(".parameter h3")).to_have_text(["delta", "stop_loss", "profit_target"])
        assert held.sent == 2


def test_buttons_of_the_form_wait_for_each_other_and_forget_nothing(home: House) -> None:
    with home.control() as page:
        page.goto(f"{home.base}/new?mode=grid&p.0.name=delta&p.1.name=stop_loss&p.2.name=weekday&do=show")
        held = Held(page)
        card(page, "delta").get_by_role("button", name="Remove").dblclick()
        held.asked(1)
        card(page, "stop_loss").get_by_label("or a list").fill("50, 100")
        card(page, "weekday").get_by_label("has one value").check()
        page.get_by_label("Add a parameter").fill("profit_target")
        page.get_by_label("Add a parameter").press("Enter")
        card(page, "stop_loss").get_by_role("button", name="Remove").focus()
        assert held.sent == 1
        held.let_go()
        held.asked(2)
        expect(card(page, "delta")).to_have_count(0)
        card(page, "stop_loss").get_by_label("or a list").fill("50, 100, 150")
        held.let_go()
        expect(page.locator(".parameter h3")).to_have_text(["stop_loss", "weekday", "profit_target"], timeout=PATIENCE)
        expect(card(page, "stop_loss").get_by_label("or a list")).to_have_value("50, 100, 150")
        expect(card(page, "weekday").get_by_label("has one value")).to_be_checked()
        expect(card(page, "profit_target").get_by_label("varies")).to_be_checked()
        assert held.sent == 2


def test_another_kind_keeps_what_is_typed_meanwhile(home: House) -> None:
    with home.control() as page:
        page.goto(f"{home.base}/new?mode=list&do=show")
        held = Held(page)
        page.get_by_label("Saved test").select_option(label=TEST)
        rows = page.get_by_label("Rows")
        rows.fill("delta\n5")
        kind(page, "grid").check()
        held.asked(1)
        rows.fill("delta\n5\n6\n7")
        page.get_by_label("Name of the run").fill("mine")
        kind(page, "list").check()
        held.let_go()
        held.asked(2)
        expect(rows).to_have_count(0)
        held.let_go()
        expect(rows).to_have_value("delta\n5\n6\n7", timeout=PATIENCE)
        expect(page.get_by_label("Name of the run")).to_have_value("mine")
        expect(page.get_by_label("Saved test")).to_have_value(re.compile("."))
        expect(page.locator("#plan")).to_contain_text("3 backtests", timeout=PATIENCE)


def test_a_form_is_not_submitted_without_what_was_just_added(home: House) -> None:
    before = len(home.at.json("list"))
    with home.control() as page:
        page.goto(f"{home.base}/new?mode=grid&p.0.name=delta&p.0.values=5&do=show")
        page.get_by_label("Saved test").select_option(label=TEST)
        held = Held(page)
        page.get_by_label("Add a parameter").fill("stop_loss")
        page.get_by_role("button", name="Submit").click()
        held.asked(1)
        held.let_go()
        expect(page.locator("#problems")).to_contain_text("stop_loss", timeout=PATIENCE)
        home.said = [line for line in home.said if "422" not in line]
    assert len(home.at.json("list")) == before


def test_a_field_is_not_taken_away_by_news(home: House) -> None:
    home.site.behave(run_seconds=[2, 3])
    run = home.at.submit(TEST, "delta=20..39/1")
    with home.control() as page:
        page.goto(f"{home.base}/runs/{run}")
        why = page.get_by_label("Reason").first
        why.press_sequentially("lunch")
        why.press("Home")
        home.at.ask("pause", run)
        expect(page.get_by_role("button", name="Resume")).to_be_visible(timeout=PATIENCE)
        expect(why).to_be_focused()
        page.keyboard.type("a ")
        expect(why).to_have_value("a lunch")
        home.at.ask("cancel", run, "--yes")
        expect(page.locator("h1 .badge")).to_have_text("cancelled", timeout=PATIENCE)
        expect(why).to_be_focused()
        expect(why).to_have_value("a lunch")
        why.press("Tab")
        expect(why).to_have_count(0)
    home.site.behave(run_seconds=[0.2, 0.5])


def press(page: Page, link: Locator) -> str:
    """Put the finger on a link of the table and keep it there: where the link leads that was pressed."""
    page.evaluate(NOTE_PRESSED)
    for _ in range(20):  # news may move the link between the look at where it is and the press
        link.hover()
        page.mouse.down()
        if where := page.evaluate("window.pressed"):
            return str(where)
        page.mouse.up()
    raise AssertionError("the link was never under the finger")


@contextlib.contextmanager
def pressed_before_news(home: House, values: str) -> Iterator[tuple[Page, str, str]]:
    """The page of a run with a finger on its first result, and later results told: the page, the run, and where the link leads."""
    home.site.behave(run_seconds=[1, 1.5])
    run = home.at.submit(TEST, values)
    with home.page() as page:
        page.goto(f"{home.base}/runs/{run}")
        rows = page.locator("table.results tbody tr")
        expect(rows.first).to_be_visible(timeout=PATIENCE)
        assert home.at.ask("pause", run).returncode == 0  # or all of them may be there before the finger is
        wait_until(lambda: home.at.phase(run) == "PAUSED", "the pause")
        where = press(page, rows.first.get_by_role("link"))
        seen, news = rows.count(), page.evaluate("window.news")
        home.site.behave(run_seconds=[0.2, 0.5])
        assert home.at.ask("resume", run).returncode == 0
        wait_until(lambda: home.at.phase(run) == "COMPLETED", "the end of the run")
        page.wait_for_function("news => window.news > news", arg=news)
        assert rows.count() == seen < WANTED, "the table changed under the finger"
        yield page, run, where


def test_a_click_that_began_before_news_ends_where_it_began(home: House) -> None:
    with pressed_before_news(home, "delta=31..42/1") as (page, _, where):
        page.mouse.up()
        page.wait_for_url(f"**{where}")


def test_news_that_waited_for_a_finger_is_shown_when_it_leaves(home: House) -> None:
    with pressed_before_news(home, "delta=51..62/1") as (page, run, _):
        page.mouse.move(2, 2)  # a click that is thought better of
        page.mouse.up()
        expect(page.locator("table.results tbody tr")).to_have_count(WANTED)
        assert page.url.endswith(f"/runs/{run}")

"""Whole backtests on a page that obeys what is known of the site and differs from the practice site in what is not."""

import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Route

from oodaemon.app.parts import CHECKOUT
from oodaemon.bridge.loop import call
from oodaemon.browser import recordings
from oodaemon.browser import session as sessions
from oodaemon.browser import tab as tabs
from oodaemon.browser.backtest import Order, Outcome
from oodaemon.browser.driver import open_driver
from oodaemon.browser.tab import StoredSession, Tab, open_tab
from oodaemon.failures.site import Drifted, Mismatched, PanelStuck, Refused, SiteFailure, TooSlow
from oodaemon.parameters.layout import in_order
from oodaemon.parameters.registry import discover
from tests.bench.cost import counted
from tests.integration.browser.support import browser, on_loop

pytestmark = pytest.mark.browser

PAGE = Path(__file__).with_name("otherwise.html")
PATH = "/test/aB3dE5gH7jK9mN1pQ2rS"
SPINNER = '<svg class="animate-spin" width="9" height="9"></svg>'
DIALOG = f'<div role="dialog" id="pop"><h2>Running Backtest</h2><p>ETA: 5 s</p>{SPINNER}</div>'
POPUP = f"[50, '{DIALOG}'], [500, '-#pop']"
FIRST = (
    """first: '<dl class="mt-5 grid"><dt>P/L</dt><dd>$2,000</dd><dt>CAGR</dt><dd>4%</dd><dt>Win Percentage</dt><dd>60%</dd></dl>'"""
)
SECOND = """second: '<dl class="mt-5 grid"><dt>Trades</dt><dd>10</dd><dt>Winners</dt><dd>6</dd></dl>'"""
DONE = f"unsaved: true, frozen: null, {FIRST}, {SECOND}"
RIGHT = {"pl": 2000.0, "cagr": 4.0, "win_percentage": 60.0, "total_trades": 10.0, "winners": 6.0}
TARGET = ("profit_target", "20")


def course(*more: str, done: str = DONE) -> str:
    """The popup for half a second, the result, and what else happens: [milliseconds, what]."""
    return f"course: [{', '.join((POPUP, f'[510, {{{done}}}]', *more))}]"


def result(was: str, becomes: str) -> str:
    """The same with other markup in the result."""
    assert was in DONE
    return course(done=DONE.replace(was, becomes))


def card(title: str, body: str) -> str:
    return f"""'<div class="px-4"><dt>{title}</dt><dd>{body}</dd></div>'"""


@asynccontextmanager
async def open_page(**timing: float) -> AsyncIterator[Tab]:
    known = recordings.load(CHECKOUT)
    site = sessions.Site("http://127.0.0.1:9", dataclasses.replace(known, timing={**known.timing, **timing}))
    async with (
        on_loop(),
        open_driver() as driver,
        browser(driver) as chromium,
        open_tab(chromium, site, StoredSession()) as tab,
    ):
        yield tab


def order_of(name: str, value: str) -> Order:
    parameter = discover().get(name)
    assert parameter is not None
    setting = parameter.setting(value, {})
    return Order(in_order([[*parameter.opens(setting), *parameter.actions(setting)]]), parameter.expectations(setting))


async def show(tab: Tab, plan: str) -> None:
    """Asyncio-flavoured: answer every request with the page of this plan."""
    body = PAGE.read_text("utf-8").replace("<style>", f"<script>window.PLAN = {{{plan}}};</script><style>", 1)

    async def serve(route: Route) -> None:
        await route.fulfill(body=body, content_type="text/html; charset=utf-8")

    await tab.page.unroute_all()
    await tab.page.route("**/*", serve)


async def backtest(tab: Tab, plan: str, asked: tuple[str, str] = TARGET) -> Outcome:
    await call(show, tab, plan)
    order = order_of(*asked)
    return await tab.run(order, await tab.prepare(PATH, order), [])


def bar(words: str, *, more: str = "") -> str:
    """Something at the foot of the page, over the button that runs the backtest."""
    style = "position: fixed; left: 0; right: 0; bottom: 0; height: 80px; z-index: 50; background: #eee"
    foot = "foot: 'position: fixed; bottom: 0; right: 0; height: 40px'"
    return f"""{foot}, before: '<div {more} style="{style}">{words}</div>'"""


ONE_CARD = "SPX</dd><dt>Dates:</dt><dd>from: January 3, 2023<br>to: December 6, 2025"
PREFILLED_LATE = """opened: (dialog, form) => {
    const fill = (values) => Object.keys(values).forEach((key) => {
        form.querySelector(`[data-key=${key}]`).value = values[key]; });
    const real = { pt: model.pt, sl: model.sl, time: model.time, delta: model.delta };
    fill({ pt: '', sl: '', time: '09:45', delta: '16' });
    setTimeout(() => { Object.assign(model, real); fill(real); }, 1200); }"""
CLOSES = "onclick=\\'this.parentElement.remove()\\'"
HIDDEN = "position: fixed; right: 9px; bottom: 300px; width: 200px; height: 90px; z-index: 50"
PAGES: dict[str, tuple[str, tuple[str, str]]] = {
    "a region for messages that is empty": (course("""[520, '<div role="status" aria-live="polite"></div>']"""), TARGET),
    "a status that stays": (course("""[520, '<div role="status">Showing 1 to 25 of 129 results</div>']"""), TARGET),
    "cards with unseen characters": (result("<dt>P/L", "<dt>P/L\u200b"), TARGET),
    "a heading in other letters": (
        course(done=DONE.replace("unsaved: true", """heading: '<div id="message-heading"><span>Unsaved backtest</span></div>'""")),
        TARGET,
    ),
    "a popup in capitals": (
        f"""course: [[50, {{ unsaved: true, frozen: null }}],
            [60, '<p id="pop" style="position: fixed; top: 0">RUNNING BACKTEST</p>'], [3000, '-#pop'], [3010, {{ {DONE} }}]]""",
        TARGET,
    ),
    "a time with its zone": (
        course(done=DONE + ", entry: ['Open trades at 09:45\u202fAM ET', 'Daily']"),
        ("entry_time", "09:45"),
    ),
    "dates in one line": (
        course(done=DONE + ", dates: " + card("Dates:", "<span>from: January 3, 2023</span> <span>to: December 6, 2025</span>")),
        ("start_date", "2023-01-03"),
    ),
    "underlying and dates in one card": (
        course(done=DONE + ", dates: '', underlying: " + card("Underlying", ONE_CARD)),
        ("start_date", "2023-01-03"),
    ),
    "a form that is prefilled late": (f"{PREFILLED_LATE}, {course()}", TARGET),
    "a bar about cookies over Run": (f"{bar(f'We use cookies <button {CLOSES}>Accept</button>')}, {course()}", TARGET),
    "a dialog about cookies": (
        f"""{bar(f"Cookies? <button>Manage</button><button {CLOSES}>Reject all</button>", more='role="dialog"')}, {course()}""",
        TARGET,
    ),
    "a bar without a button over Run": (f"{bar('Free webinar tonight')}, {course()}", TARGET),
    "a chat": (f"""before: '<div role="dialog" style="{HIDDEN}">Questions?</div>', {course()}""", TARGET),
}
"""What the page does, and what is asked for."""


@pytest.mark.parametrize("part", range(3))
async def test_results_that_are_shown_otherwise_are_results(room: Path, part: int) -> None:
    async with open_page(spinning=2) as tab:
        for name, (plan, asked) in list(PAGES.items())[part::3]:
            try:
                found = await backtest(tab, plan, asked)
            except SiteFailure as error:
                pytest.fail(f"{name}: {error!r}")
            assert found.figures.metrics == RIGHT, name
            assert (found.figures.config.underlying, found.figures.config.end_date) == ("SPX", "2025-12-06"), name


UNFINISHED = {
    "the second row is late": DONE.replace(SECOND, "second: ''"),
    "zeros come first": DONE.replace(SECOND, "second: ''").replace("$2,000", "$0").replace("4%", "0%").replace("60%", "0%"),
    "dashes come first": DONE.replace("<dd>10</dd>", "<dd>-</dd>").replace("<dd>6</dd>", "<dd>-</dd>"),
    "dots come first": DONE.replace("<dd>10</dd>", "<dd>\u2026</dd>"),
}


async def test_figures_that_are_still_filled_in_are_waited_for(room: Path) -> None:
    async with open_page(quiet_after_popup=0.3) as tab:
        for name, first in UNFINISHED.items():
            found = await backtest(tab, course(f"[2000, {{ {DONE} }}]", done=first))
            assert found.figures.metrics == RIGHT, name


STRANGE = {
    "QQQ, of the saved test SPX": DONE + ", underlying: " + card("Underlying", "QQQ"),
    "2023-05-16, of the saved test 2022-05-16": DONE + ", dates: " + card("Dates:", "from: May 16, 2023<br>to: December 6, 2025"),
    "'Every Friday' where the saved test has 'Daily'": DONE + ", entry: ['Open trades at 11:25 AM', 'Every Friday']",
}


async def test_the_result_of_another_test_is_never_taken(room: Path) -> None:
    async with open_page(mismatch=0.5) as tab:
        for reason, shown in STRANGE.items():
            with pytest.raises(Mismatched, match=reason):
                await backtest(tab, course(done=shown))


TOO_HIGH = '<p style="color: #ef4444">Profit target must be below 15</p>'
FAILURES: dict[str, tuple[type[SiteFailure], str]] = {
    """course: [[50, '<div role="status" id="t">Backtest failed, try again</div>'], [4000, '-#t']]""": (
        TooSlow,
        "the site says 'Backtest failed, try again'",
    ),
    """refuses: '<p role="alert" style="color: #eab308">Profit target must be below 15</p>'""": (
        Refused,
        "does not take these values: Profit target must be below 15",
    ),
    """refuses: '<p style="color: oklch(0.637 0.237 25.331)">Profit target must be below 15</p>'""": (
        Refused,
        "does not take these values: Profit target must be below 15",
    ),
    f"""taken: (input) => input.insertAdjacentHTML('afterend', '{TOO_HIGH}'), refuses: ' '""": (
        Refused,
        "does not take these values: Profit target must be below 15",
    ),
    """before: '<div role="dialog" aria-modal="true" style="position: fixed; inset: 0; z-index: 50">Say something</div>'""": (
        PanelStuck,
        "a dialog lies over the page and does not close: 'Say something'",
    ),
}


async def test_what_the_site_says_is_told(room: Path) -> None:
    async with open_page(panel_close=1.5, field=1) as tab:
        for plan, (kind, words) in FAILURES.items():
            with pytest.raises(kind, match=words):
                await backtest(tab, plan)


SLOW_LIST = """list: (button) => {
    const ul = document.createElement('ul'); ul.className = 'drop'; %s
    const add = (value) => { const li = document.createElement('li'); li.setAttribute('role', 'option'); li.style.height = '20px';
        li.textContent = value; li.onclick = () => { choose(button, value); ul.remove(); }; ul.append(li); };
    %s
    button.parentElement.append(ul); }"""
LISTS = {
    "one after the other": ("", "add('SPX'); setTimeout(() => { add('SPY'); add('QQQ'); }, 600);"),
    "only what is seen": (
        "ul.style.height = '60px'; ul.style.overflow = 'auto';",
        """const all = ['SPX', 'SPY', 'IWM', 'AAPL', 'TSLA', 'GLD', 'XSP', 'QQQ'];
           const gap = (count) => ul.insertAdjacentHTML('beforeend', `<div style="height: ${20 * count}px"></div>`);
           const draw = () => {
               const at = ul.scrollTop, from = Math.min(Math.floor(at / 20), all.length - 4);
               ul.replaceChildren(); gap(from); all.slice(from, from + 4).forEach(add);
               gap(all.length - from - 4); ul.scrollTop = at; };
           ul.onscroll = draw; draw();""",
    ),
}


async def test_an_option_is_found_that_is_not_there_at_first(room: Path) -> None:
    async with open_page() as tab:
        for name, parts in LISTS.items():
            done = DONE + ", underlying: " + card("Underlying", "QQQ")
            found = await backtest(tab, f"{SLOW_LIST % parts}, {course(done=done)}", ("ticker", "QQQ"))
            assert found.figures.metrics == RIGHT, name


async def test_an_option_that_no_list_has_is_refused_with_all_it_offers(room: Path) -> None:
    async with open_page(listbox=1.5) as tab:
        with pytest.raises(Refused, match="does not offer 'GME'; it offers SPX, SPY, IWM, AAPL, TSLA, GLD, XSP, QQQ"):
            await backtest(tab, SLOW_LIST % LISTS["only what is seen"], ("ticker", "GME"))


async def test_a_page_collects_its_garbage_now_and_then(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tabs, "LOADS", 2)
    async with open_page() as tab:
        await call(show, tab, course())
        with counted() as messages:
            for _ in range(5):
                await tab.prepare(PATH, order_of(*TARGET))
        assert messages.sent["Page.requestGC"] == 2, messages.sent


BLANK_AT_FIRST = """opened: (dialog, form) => {
    const leg = dialog.querySelector('.space-y-4'), place = leg.parentElement;
    %s
    form.addEventListener('submit', () => { window.legsAtRun = dialog.querySelectorAll('.space-y-4').length; });
}"""


async def test_a_panel_that_is_filled_late_is_not_run_with_the_legs_of_another(room: Path) -> None:
    late = BLANK_AT_FIRST % "leg.remove(); setTimeout(() => place.append(leg), 900);"
    async with open_page() as tab:
        found = await backtest(tab, f"{late}, {course()}")
        assert found.figures.metrics == RIGHT
        assert await call(tab.page.evaluate, "() => window.legsAtRun") == 1


@pytest.mark.parametrize(
    ("legs", "kind", "reason"),
    [
        ("leg.remove();", Drifted, "no leg rows are found"),
        ("place.append(leg.cloneNode(true));", PanelStuck, "the New Backtest panel shows 2 legs, the saved test 1"),
    ],
)
async def test_a_panel_that_keeps_other_legs_than_the_saved_test_is_not_run(
    room: Path, legs: str, kind: type[SiteFailure], reason: str
) -> None:
    async with open_page(field=1) as tab:
        with pytest.raises(kind, match=reason):
            await backtest(tab, f"{BLANK_AT_FIRST % legs}, {course()}")
        assert await call(tab.page.evaluate, "() => window.pressed.count") == 0

"""Every fault as a browser meets it."""

import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from playwright.sync_api import Error, Page, expect

from oodaemon.practice.behaviour import Behaviour
from oodaemon.practice.catalog import SAVED_TESTS
from oodaemon.practice.site import PRACTICE_EMAIL, PRACTICE_PASSWORD, Site
from oodaemon.practice.truth import figures
from tests.integration.practice.frames import Frame, Frames

Browse = Callable[[Site, Callable[[Page, str], None]], Awaitable[None]]

pytestmark = pytest.mark.browser

CONDOR = next(iter(SAVED_TESTS.values()))
QUICK = Behaviour(run_seconds=(0.3, 0.3), hydration=0, popup_delay=0.02, late_seconds=1, blocked_seconds=1)
OLD = figures(CONDOR.form).cards()[0].text
NEW = figures(replace(CONDOR.form, profit_target=20.0)).cards()[0].text


# Keeps the longest time, in milliseconds, for which nothing else of the page could run.
WATCH = """(() => {
  window.longest = 0;
  let last = performance.now();
  setInterval(() => {
    window.longest = Math.max(window.longest, performance.now() - last);
    last = performance.now();
  }, 5);
})()"""


class Visit:
    """A signed-in browser on the practice site."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base = page, base
        self.frames = Frames(page)
        self.send_form()
        page.wait_for_url("**/dashboard/tests")

    def send_form(self) -> None:
        self.page.goto(f"{self.base}/login")
        self.page.locator("input[type=email]").fill(PRACTICE_EMAIL)
        self.page.locator("input[type=password]").fill(PRACTICE_PASSWORD)
        self.page.keyboard.press("Enter")

    @property
    def heading(self) -> str:
        return self.page.locator("#message-heading").inner_text()

    @property
    def profit(self) -> str:
        return self.page.locator("dl.mt-5 dd").first.inner_text()

    @contextmanager
    def struck_by(self, **settings: object) -> Iterator[None]:
        """With a fault that always strikes, which it then has."""
        fault = str(settings.pop("fault"))
        answer = self.page.request.post(f"{self.base}/__practice__/behaviour", data={"faults": {fault: 1}, **settings})
        assert answer.ok, answer.text()
        before = self.struck(fault)
        yield
        assert self.struck(fault) > before
        self.page.request.post(f"{self.base}/__practice__/behaviour", data={"faults": {}})

    def struck(self, fault: str) -> int:
        count: int = self.page.request.get(f"{self.base}/__practice__/faults").json()[fault]["struck"]
        return count

    def open_test(self) -> None:
        self.page.goto(f"{self.base}/test/{CONDOR.id}")
        self.page.locator("dl.mt-5").first.wait_for()

    def open_panel(self) -> None:
        self.page.locator("button.btn-primary", has_text="New Backtest").click()
        self.page.locator("form h3").first.wait_for()

    def press_run(self, *, is_open: bool = False) -> None:
        if not is_open:
            self.open_panel()
        target = self.page.locator("xpath=//label[normalize-space(text())='Profit Target']/following-sibling::*[1]//input")
        target.fill("20")
        self.page.locator("form button[type=submit]").click()


def first(seen: list[Frame], is_it: Callable[[Frame], object]) -> Frame:
    return next(frame for frame in seen if is_it(frame))


async def test_faults_of_the_panel(browse: Browse) -> None:
    def story(page: Page, base: str) -> None:
        visit = Visit(page, base)
        visit.open_test()
        dialog, fields = page.locator("[role=dialog]"), page.locator("form input")
        new = page.locator("button.btn-primary", has_text="New Backtest")
        with visit.struck_by(fault="late_hydration"):
            visit.frames.forget()
            new.click()
            page.locator("form input[type=time]").first.wait_for()
            opened, filled = (
                first(visit.frames.seen(), lambda it, n=n: it.dialogs and bool(it.fields) == n) for n in (False, True)
            )
            assert filled.at - opened.at >= QUICK.late_seconds / 2
            page.keyboard.press("Escape")
            expect(dialog).to_have_count(0)
        with visit.struck_by(fault="panel_never_renders"):
            with page.expect_console_message(lambda message: "FocusTrap" in message.text):
                new.click()
            expect(dialog).to_have_count(1)
            expect(fields).to_have_count(0)
            page.keyboard.press("Escape")
            expect(dialog).to_have_count(0)
        with visit.struck_by(fault="stuck_panel"):
            visit.open_panel()
            page.locator("form button[type=submit]").click()
            page.get_by_role("button", name="Cancel").click()
            page.keyboard.press("Escape")
            expect(dialog).to_have_count(1)
        visit.open_test()
        with visit.struck_by(fault="renamed_label", renamed={"Profit Target": "Target Profit", "Stop Loss": "Stop"}):
            visit.open_panel()
            labels = {" ".join(text.split()) for text in page.locator("form label").all_inner_texts()}
            assert not {"Profit Target (optional)", "Stop Loss (optional)"} & labels
            assert {"Target Profit (optional)", "Stop (optional)"} <= labels
            page.get_by_role("button", name="Cancel").click()
        with visit.struck_by(fault="moved_field", moved={"Profit Target": "Misc."}):
            visit.open_panel()
            named = "xpath=//form//div[contains(@class,'divide-y')][./div/h3[text()='{}']]"
            named += "//label[normalize-space(text())='Profit Target']"
            expect(page.locator(named.format("Misc."))).to_have_count(1)
            expect(page.locator(named.format("Profit & Loss"))).to_have_count(0)

    site = Site(QUICK)
    await browse(site, story)
    assert site.runs == []


SAID = {
    "sign_in_cut": "Firebase: Error (auth/network-request-failed).",
    "sign_in_503": "Sign in failed, try again.",
    "sign_in_unclear": "Sign in failed.",
    "sign_in_limited": "(auth/too-many-requests)",
}


async def test_faults_of_the_sign_in(browse: Browse) -> None:
    def story(page: Page, base: str) -> None:
        visit = Visit(page, base)
        for fault, words in SAID.items():
            page.request.post(f"{base}/__practice__/expire-sessions")
            with visit.struck_by(fault=fault):
                visit.send_form()
                page.get_by_text(words).wait_for()
                assert page.url == f"{base}/login"
        page.request.post(f"{base}/__practice__/behaviour", data={"sign_in_delay": 1})
        began = time.monotonic()
        visit.send_form()
        page.wait_for_url("**/dashboard/tests")
        assert time.monotonic() - began >= 1

    await browse(Site(QUICK), story)


async def test_pages_without_a_session(browse: Browse) -> None:
    def story(page: Page, base: str) -> None:
        visit = Visit(page, base)
        with visit.struck_by(fault="alert_icon"):
            visit.open_test()
            expect(page.locator("header .has-tooltip", has_text="Show Alerts").locator("svg.animate-ping")).to_have_count(1)
        visit.open_test()
        expect(page.locator("svg.animate-ping")).to_have_count(0)
        new = page.locator("button", has_text="New Backtest")
        expect(new).to_have_count(1)
        page.request.post(f"{base}/__practice__/expire-sessions")
        page.wait_for_url("**/login")
        page.goto(f"{base}/test/{CONDOR.id}")
        page.wait_for_url("**/login")
        with visit.struck_by(fault="cached_test"):
            visit.open_test()
            assert (visit.heading, visit.profit) == (CONDOR.name, OLD)
            expect(new).to_have_count(0)
        page.goto(f"{base}/share/{CONDOR.id}")
        page.locator("dl.mt-5").first.wait_for()
        assert (visit.heading, visit.profit) == (CONDOR.name, OLD)
        expect(page.locator("header")).to_contain_text("Sign in")
        for gone in (new, page.locator(".btn-strategy"), page.get_by_text("Remove")):
            expect(gone).to_have_count(0)
        page.goto(f"{base}/share/none")
        page.wait_for_url("**/login")

    await browse(Site(QUICK), story)


async def test_faults_of_a_run(browse: Browse) -> None:
    def story(page: Page, base: str) -> None:
        visit = Visit(page, base)
        popup = page.get_by_text("Running Backtest")
        done = page.locator("#message-heading", has_text="Unsaved Backtest")
        visit.open_test()
        page.request.post(f"{base}/__practice__/behaviour", data={"run_seconds": [3, 3]})
        with visit.struck_by(fault="late_popup"):
            visit.open_panel()
            visit.frames.forget()
            visit.press_run(is_open=True)
            done.wait_for()
            seen = visit.frames.seen()
            gone, popped = first(seen, lambda it: not it.forms), first(seen, lambda it: it.popup)
            assert {(it.heading, it.profit) for it in seen if gone.at <= it.at <= popped.at} == {(CONDOR.name, OLD)}
            assert popped.at - gone.at >= QUICK.late_seconds / 2
        page.request.post(f"{base}/__practice__/behaviour", data={"run_seconds": [0.3, 0.3]})
        visit.open_test()
        with visit.struck_by(fault="endless_popup"):
            visit.press_run()
            popup.wait_for()
            page.wait_for_function("() => document.body.innerText.includes('ETA: 0 seconds')")
            expect(popup).to_be_visible()
        visit.open_test()
        with visit.struck_by(fault="error_toast"):
            visit.press_run()
            expect(page.get_by_role("alert")).to_contain_text("Something went wrong")
            assert (visit.heading, visit.profit) == (CONDOR.name, OLD)
        with visit.struck_by(fault="maintenance_text"):
            visit.press_run()
            page.get_by_text("tests cannot be completed").wait_for()
            expect(page.locator("dl.mt-5")).to_have_count(0)
        visit.open_test()
        with visit.struck_by(fault="redirect_to_list"):
            visit.press_run()
            page.wait_for_url("**/dashboard/tests")
            expect(page.locator("[role=dialog]")).to_have_count(0)
            page.goto(f"{base}/test/{CONDOR.id}")
            page.wait_for_url("**/dashboard/tests")
        with visit.struck_by(fault="late_redirect"):
            page.goto(f"{base}/test/{CONDOR.id}")
            expect(page.get_by_text(CONDOR.name).first).to_be_visible()
            page.wait_for_url("**/dashboard/tests")
        visit.open_test()
        with visit.struck_by(fault="count_up"):
            visit.press_run()
            done.wait_for()
            expect(page.locator("dl.mt-5 dd").first).to_have_text(NEW)
        visit.open_test()
        with visit.struck_by(fault="signed_out_mid_run"):
            visit.press_run()
            page.wait_for_url("**/login")

    await browse(Site(QUICK), story)


async def test_stale_pages(browse: Browse) -> None:
    bullet = "Profit Target: 20%"

    def story(page: Page, base: str) -> None:
        visit = Visit(page, base)
        for parts, heading in (("figures", "Unsaved Backtest"), ("page", CONDOR.name)):
            visit.open_test()
            visit.open_panel()
            with visit.struck_by(fault="stale_page", stale_parts=parts, stale_seconds=1):
                visit.frames.forget()
                visit.press_run(is_open=True)
                expect(page.locator("dl.mt-5 dd").first).to_have_text(NEW)
                seen = visit.frames.seen()
                last = max(place for place, it in enumerate(seen) if it.popup)
                stale = [it for it in seen[last + 1 :] if it.profit != NEW]
                assert {(it.heading, it.profit, bullet in it.bullets) for it in stale} == {(heading, OLD, parts == "figures")}
                assert seen[-1].at - stale[0].at >= 0.5
                assert (seen[-1].heading, seen[-1].profit, bullet in seen[-1].bullets) == ("Unsaved Backtest", NEW, True)
        visit.open_test()
        with visit.struck_by(fault="stale_page", stale_parts="figures", stale_seconds=0):
            visit.press_run()
            page.locator(f"li.ml-5:text-is('{bullet}')").wait_for()
            assert visit.profit == OLD

    await browse(Site(replace(QUICK, run_seconds=(1.5, 1.5))), story)


async def test_faults_of_pages(browse: Browse) -> None:
    def story(page: Page, base: str) -> None:
        visit = Visit(page, base)
        address = f"{base}/test/{CONDOR.id}"
        with visit.struck_by(fault="http_429", retry_after=7):
            answer = page.goto(address)
            assert answer is not None
            assert (answer.status, answer.headers["retry-after"]) == (429, "7")
        with visit.struck_by(fault="http_503"):
            answer = page.goto(address)
            assert answer is not None
            assert answer.status == 503
        with visit.struck_by(fault="connection_reset"), pytest.raises(Error, match="ERR_CONNECTION_RESET"):
            page.goto(address)
        page.wait_for_url("chrome-error://**")
        visit.open_test()
        for fault, words in (("http_429", "Too many requests"), ("http_503", "unavailable"), ("connection_reset", "Network error")):
            with visit.struck_by(fault=fault):
                visit.press_run()
                expect(page.get_by_role("alert")).to_contain_text(words)
                expect(page.locator("form")).to_be_visible()
                page.keyboard.press("Escape")
                expect(page.locator("form")).to_have_count(0)
        with visit.struck_by(fault="announcement"):
            visit.open_test()
            dialog = page.locator("[role=dialog]", has_text="What's new")
            dialog.get_by_role("button", name="Close").click()
            expect(dialog).to_have_count(0)
        with visit.struck_by(fault="blocked_script"):
            page.add_init_script(WATCH)
            visit.open_test()
            page.wait_for_function("() => window.longest > 900")
        page.get_by_text("Trade Log").click()
        with visit.struck_by(fault="failed_export"):
            page.locator(".has-tooltip:has(.tooltip:text-is('Export to CSV')) svg").click()
            expect(page.get_by_role("alert")).to_contain_text("could not be exported")
        with visit.struck_by(fault="slow_list", late_seconds=2):
            page.goto(f"{base}/dashboard/tests")
            expect(page.locator("a[href*='/test/']")).to_have_count(len(SAVED_TESTS))
            seen = visit.frames.seen()
            empty = first(seen, lambda it: it.dialogs == 0)
            assert (empty.links, seen[-1].links) == (0, len(SAVED_TESTS))
            assert seen[-1].at - empty.at >= 1

    await browse(Site(QUICK), story)

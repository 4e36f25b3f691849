"""Opening the pages of the site, most of which need an account. Asyncio-flavoured."""

import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from playwright.async_api import Page

from oodaemon.browser import answers, dialogs, inpage, locate, state
from oodaemon.browser.profile import Part, claim
from oodaemon.browser.recordings import Recordings, Step
from oodaemon.failures.site import Drifted, NeverAppeared, NothingThere, SignedOut

REDIRECTS = 3
_TEST_PATH = re.compile(r"^/(?:test|share)/[^/]+$")


@dataclass(frozen=True, slots=True)
class Credentials:
    """The account of the site. Never shown: not in a repr, a log or an event."""

    email: str
    password: str

    def __repr__(self) -> str:
        return "Credentials(...)"


@dataclass(frozen=True, slots=True)
class Site:
    """The site we drive and how it looks."""

    base_url: str
    recordings: Recordings

    def url(self, path: str) -> str:
        """An address below the site."""
        return urljoin(self.base_url.rstrip("/") + "/", path.lstrip("/"))


async def play(page: Page, site: Site, step: Step, value: str = "") -> None:
    """Play one recorded step; `value` stands for the recorded one, or for the recorded path of a navigation."""
    milliseconds = step.timeout * 1000
    match step.type:
        case "navigate":
            address = site.url(value or urlsplit(step.url).path)
            answers.check(await page.goto(address, wait_until="domcontentloaded", timeout=milliseconds))
        case "keyDown":
            await page.keyboard.down(step.key)
        case "keyUp":
            await page.keyboard.up(step.key)
        case "waitForExpression":
            await page.wait_for_function(step.expression, timeout=milliseconds)
        case _:
            if not await locate.appears(page, step.selectors, timeout=step.timeout):
                raise NeverAppeared(f"{step.selectors[0]} did not appear within {step.timeout:g} s")
            element = await locate.one(page, step.selectors, step.named)
            if step.type == "click":
                await dialogs.click(page, site.recordings, element, timeout=milliseconds)
            elif step.type == "change":
                await element.fill(value or step.value, timeout=milliseconds)


async def open_test(page: Page, site: Site, path: str) -> state.State | None:
    """Open a saved test afresh and return what it shows; None when the site has no such test. What lies over it is closed.

    Raises NothingThere for a page that stays without a test, Drifted for a test without its button, SignedOut, TooSlow. A page may
    be drawn for somebody who is not signed in, without what needs an account: so the list, which does, is opened before either is
    believed, and then the test once more.
    """
    doubted: NothingThere | Drifted | None = None
    redirects = 0
    while redirects < REDIRECTS:
        try:
            place, shown = await _arrive(page, site, "open_test", "test", path, is_second=doubted is not None)
        except (NothingThere, Drifted) as error:
            if doubted is not None:
                raise (doubted if isinstance(doubted, Drifted) else error) from None
            doubted = error
            await _arrive(page, site, "open_tests", "drawn")
            continue
        if place == "test":
            if shown["strangers"]:
                await dialogs.dismiss(page, site.recordings)
                shown = await state.read(page, site.recordings)
            state.note(shown)
            return shown
        redirects += 1
    return None


async def reach(page: Page, site: Site) -> None:
    """Ask for the list of tests, whatever then comes of it. Raises SiteUnreachable, RateLimited, TooSlow."""
    for step in site.recordings.segments["open_tests"]:
        if step.type == "navigate":
            await play(page, site, step)


async def open_list(page: Page, site: Site) -> None:
    """Open the list of tests. Raises SignedOut, TooSlow."""
    await _arrive(page, site, "open_tests", "list")


async def _arrive(
    page: Page, site: Site, segment: str, wanted: str, path: str = "", *, is_second: bool = False
) -> tuple[str, state.State]:
    """Where a segment ends, "test" or "list", and the state of the page as it arrived. `wanted` is a "test", the "list" as soon as
    its address is there, or the list "drawn". A second look at a page without a test is shorter.
    """
    for step in site.recordings.segments[segment]:
        await play(page, site, step, path if step.type == "navigate" else "")
    timing = site.recordings.timing
    patience = {**timing, "nothing": timing["told"]} if is_second else timing
    argument = [{**state.selectors(site.recordings), "panelLegRows": []}, wanted, patience]
    limit = site.recordings.deadline(segment) * 1000
    found = await inpage.wait(page, "arrival", argument, polling=state.POLLING, timeout=limit, is_new=True)
    claim(Part.TEST_STILL, found.get("calm", 0.0))
    where: str = found["place"]
    if where == "signed_out":
        raise SignedOut(f"{site.base_url} asks to sign in")
    if where == "nothing":
        await _check_drift(page, site)
        raise NothingThere(f"{site.url(path)} shows no test")
    return where, found["state"]


async def _check_drift(page: Page, site: Site) -> None:
    """Raise Drifted for a page that shows a test, only not the button without which nothing goes on."""
    shown = await state.read(page, site.recordings)
    if shown["heading"] and shown["bullets"] and not shown["hasNewBacktest"]:
        await locate.one(page, site.recordings.locator("test", "new_backtest"), locate.Named("new_backtest", "test"))


def test_path(reference: str) -> str:
    """The path of a saved test in an address; an empty text when it is none."""
    try:
        path = urlsplit(reference).path.rstrip("/")
    except ValueError:
        return ""
    return path if _TEST_PATH.match(path) else ""

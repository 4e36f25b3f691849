"""The list of saved tests of the account. Asyncio-flavoured."""

from contextlib import suppress
from dataclasses import dataclass

from playwright.async_api import Page
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from oodaemon.browser import inpage, locate, session, state
from oodaemon.browser.config import read_config
from oodaemon.browser.session import Site
from oodaemon.clock import SECONDS
from oodaemon.failures.site import NothingThere, SignedOut, TooSlow
from oodaemon.model.config import TestConfig

INSTANT = 0.1 * SECONDS
PARTS = 200
"""How often a list is scrolled or turned at most."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A saved test as the site shows it; `config` when its own page was read."""

    test_id: str
    name: str
    path: str
    config: TestConfig | None = None


async def read_list(page: Page, site: Site) -> list[Listed]:
    """Every test on the list of the site, in its order, from the table view where there is one.

    What is shown only when the list is scrolled or turned is read as well. Raises TooSlow for a list that shows no test in time, as
    one that is still loading looks like that of an account without tests, and for one that says it has more; SignedOut.
    """
    await session.open_list(page, site)
    links, views = site.recordings.locator("tests", "links"), site.recordings.locator("tests", "table_view")
    timing = site.recordings.timing
    form = site.recordings.locator("sign_in", "form")
    if not await locate.appears(page, (*links, *views, *form), timeout=timing["list"]):
        raise TooSlow(f"the list of saved tests showed nothing within {timing['list']:g} s")
    if (await state.read(page, site.recordings))["isSignIn"]:
        raise SignedOut(f"{site.base_url} asks to sign in")
    await _choose_table(page, site)
    found: dict[str, Listed] = {}
    turned_at = 0
    for _ in range(PARTS):
        for address, name in await _settled(page, site):
            path = session.test_path(address)
            if path.startswith("/test/") and name:
                found.setdefault(path, Listed(path.rsplit("/", 1)[-1], name, path))
        more = await page.evaluate(inpage.script("list_more"), [site.recordings.pages["tests"]["links"], None])
        patience = timing["list_cards"]
        if not more["isMoved"]:
            is_whole = more["total"] is not None and len(found) >= more["total"]
            if is_whole or len(found) == turned_at or not await _turn(page, site):
                break
            turned_at = len(found)
            patience = timing["field" if more["total"] is None else "list"]
        await _changed(page, site, more["content"], patience)
    if more["total"] is not None and len(found) < more["total"]:
        raise TooSlow(f"the list of saved tests showed only {len(found)} of {more['total']} tests")
    return list(found.values())


async def _choose_table(page: Page, site: Site) -> None:
    """Have a row for each test: a card may have no link, or be one with all that it shows, the name somewhere in it."""
    links, views = site.recordings.locator("tests", "links"), site.recordings.locator("tests", "table_view")
    patience = site.recordings.timing["list_cards"]
    has_links = await locate.appears(page, links, timeout=patience)
    rows = site.recordings.locator("tests", "rows") if "rows" in site.recordings.pages["tests"] else links
    if has_links and await locate.many(page, rows):
        return
    if has_links:
        view = (await locate.probe(page, views)).element
    else:
        is_there = await locate.appears(page, views, timeout=INSTANT)
        view = await locate.one(page, views, locate.Named("Table", "list of tests")) if is_there else None
    if view is not None:
        await view.click()
        await locate.appears(page, rows, timeout=patience)


async def _settled(page: Page, site: Site) -> list[tuple[str, str]]:
    """The links of the list as it stands still. Raises TooSlow."""
    timing = site.recordings.timing
    arguments, limit = [site.recordings.pages["tests"]["links"], timing["list_still"]], timing["list"]
    try:
        settled = await page.wait_for_function(
            inpage.script("test_list"), arg=arguments, polling=state.POLLING, timeout=limit * 1000
        )
    except PlaywrightTimeoutError:
        raise TooSlow(f"the list of saved tests showed no test within {limit:g} s") from None
    return [(str(address), str(name)) for address, name in await settled.json_value()]


async def _turn(page: Page, site: Site) -> bool:
    """Ask for more of a list that comes in pages, or in parts; False when it has nothing to ask with."""
    if "next" not in site.recordings.pages["tests"]:
        return False
    for button in await locate.many(page, site.recordings.locator("tests", "next")):
        if await button.is_visible() and await button.is_enabled():
            await button.click(timeout=site.recordings.timing["field"] * 1000)
            return True
    return False


async def _changed(page: Page, site: Site, content: str, patience: float) -> None:
    """Wait until the list shows other tests, or does not for so many seconds."""
    arguments = [site.recordings.pages["tests"]["links"], content]
    with suppress(PlaywrightTimeoutError):
        await page.wait_for_function(inpage.script("list_more"), arg=arguments, polling=state.POLLING, timeout=patience * 1000)


async def look_up(page: Page, site: Site, path: str) -> Listed | None:
    """The test at a path, by opening it; None when the site has none there."""
    try:
        shown = await session.open_test(page, site, path)
    except NothingThere:
        return None
    return None if shown is None else Listed(path.rsplit("/", 1)[-1], str(shown["heading"]), path, read_config(shown))

"""The list of saved tests of the account. Asyncio-flavoured."""

from dataclasses import dataclass

from playwright.async_api import Page
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from oodaemon.browser import locate, session, state
from oodaemon.browser.config import read_config
from oodaemon.browser.session import Site
from oodaemon.clock import SECONDS
from oodaemon.failures.site import NothingThere, TooSlow
from oodaemon.model.config import TestConfig

INSTANT = 0.1 * SECONDS


@dataclass(frozen=True, slots=True)
class Listed:
    """A saved test as the site shows it; `config` when its own page was read."""

    test_id: str
    name: str
    path: str
    config: TestConfig | None = None


async def read_list(page: Page, site: Site) -> list[Listed]:
    """Every test on the list of the site, in its order; the table view is chosen when the cards carry no links.

    Raises TooSlow for a list that shows no test in time: a list that is still loading looks like one of an account without tests.
    """
    await session.open_list(page, site)
    links, views = site.recordings.locator("tests", "links"), site.recordings.locator("tests", "table_view")
    timing = site.recordings.timing
    if not await locate.appears(page, (*links, *views), timeout=timing["list"]):
        raise TooSlow(f"the list of saved tests showed nothing within {timing['list']:g} s")
    if not await locate.appears(page, links, timeout=timing["list_cards"]) and await locate.appears(page, views, timeout=INSTANT):
        await (await locate.one(page, views, locate.Named("Table", "list of tests"))).click()
    selectors, limit = site.recordings.pages["tests"]["links"], timing["list"]
    try:
        settled = await page.wait_for_function(
            state.script("test_list"), arg=[selectors, timing["list_still"]], polling=state.POLLING, timeout=limit * 1000
        )
    except PlaywrightTimeoutError:
        raise TooSlow(f"the list of saved tests showed no test within {limit:g} s") from None
    found: dict[str, Listed] = {}
    for address, name in await settled.json_value():
        path = session.test_path(address)
        if path.startswith("/test/") and name:
            found.setdefault(path, Listed(path.rsplit("/", 1)[-1], name, path))
    return list(found.values())


async def look_up(page: Page, site: Site, path: str) -> Listed | None:
    """The test at a path, by opening it; None when the site has none there."""
    try:
        shown = await session.open_test(page, site, path)
    except NothingThere:
        return None
    return None if shown is None else Listed(path.rsplit("/", 1)[-1], str(shown["heading"]), path, read_config(shown))

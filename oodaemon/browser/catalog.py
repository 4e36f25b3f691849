"""The list of saved tests of the account. Asyncio-flavoured."""

from dataclasses import dataclass

from playwright.async_api import Page

from oodaemon.browser import locate, session
from oodaemon.browser.session import Site
from oodaemon.clock import SECONDS
from oodaemon.failures.site import NothingThere

LINKS_TIMEOUT, CARDS_TIMEOUT = 10 * SECONDS, 1.5 * SECONDS


@dataclass(frozen=True, slots=True)
class Listed:
    """A saved test as the site shows it."""

    test_id: str
    name: str
    path: str


async def read_list(page: Page, site: Site) -> list[Listed]:
    """Every test on the list of the site, in its order; the table view is chosen when the cards carry no links."""
    await session.open_list(page, site)
    links, views = site.recordings.locator("tests", "links"), site.recordings.locator("tests", "table_view")
    if not await locate.appears(page, (*links, *views), timeout=LINKS_TIMEOUT):
        return []
    if not await locate.appears(page, links, timeout=CARDS_TIMEOUT):
        if not await locate.appears(page, views, timeout=CARDS_TIMEOUT):
            return []
        await (await locate.one(page, views, locate.Named("Table", "list of tests"))).click()
        if not await locate.appears(page, links, timeout=LINKS_TIMEOUT):
            return []
    found: dict[str, Listed] = {}
    for link in await locate.many(page, links):
        path = session.test_path(await link.get_attribute("href") or "")
        name = " ".join((await link.inner_text()).split())
        if path.startswith("/test/") and name:
            found.setdefault(path, Listed(path.rsplit("/", 1)[-1], name, path))
    return list(found.values())


async def look_up(page: Page, site: Site, path: str) -> Listed | None:
    """The test at a path, by opening it; None when the site has none there."""
    try:
        shown = await session.open_test(page, site, path)
    except NothingThere:
        return None
    return None if shown is None else Listed(path.rsplit("/", 1)[-1], str(shown["heading"]), path)

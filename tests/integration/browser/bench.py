"""A signed-out tab in a real browser, and the practice site it looks at."""

import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import trio

from oodaemon.app.parts import CHECKOUT
from oodaemon.browser import recordings
from oodaemon.browser import session as sessions
from oodaemon.browser.driver import open_driver
from oodaemon.browser.session import Credentials
from oodaemon.browser.tab import StoredSession, Tab, open_tab
from oodaemon.practice.behaviour import Behaviour
from oodaemon.practice.serve import serve
from oodaemon.practice.site import PRACTICE_EMAIL, PRACTICE_PASSWORD, Site
from tests.integration.browser.support import browser, on_loop

SLOW = Behaviour(run_seconds=(300, 300), hydration=0)


@dataclass
class Bench:
    """A tab, who stands behind it, and the practice site it looks at."""

    tab: Tab
    driver: int
    chromium: int
    site: Site


@asynccontextmanager
async def bench(behaviour: Behaviour = SLOW) -> AsyncIterator[Bench]:
    site = Site(behaviour)
    async with on_loop(), trio.open_nursery() as nursery:
        port = await nursery.start(serve, site)
        seen = sessions.Site(f"http://127.0.0.1:{port}", recordings.load(CHECKOUT))
        async with open_driver() as driver, browser(driver) as chromium, open_tab(chromium, seen, StoredSession()) as opened:
            yield Bench(opened, driver.pid, chromium.pid, site)
        nursery.cancel_scope.cancel()


async def sign_in(at: Bench) -> None:
    await at.tab.sign_in(Credentials(PRACTICE_EMAIL, PRACTICE_PASSWORD))


def patient(at: Bench, **timing: float) -> None:
    """Change how long the tab waits."""
    known = at.tab.site
    at.tab.site = sessions.Site(known.base_url, dataclasses.replace(known.recordings, timing={**known.recordings.timing, **timing}))

"""What a page can tell of a failure once a step has failed, within seconds. From trio."""

from contextlib import suppress
from dataclasses import replace

import trio
from playwright.async_api import Error, Page

from oodaemon.bridge.loop import call
from oodaemon.browser import state
from oodaemon.browser.session import Site
from oodaemon.clock import SECONDS
from oodaemon.failures.facts import PageFacts
from oodaemon.failures.site import NeverAppeared, SignedOut, SiteFailure, TooSlow

PULSE_TIMEOUT, SETTLE = 2 * SECONDS, 0.2 * SECONDS


async def facts(page: Page, site: Site, heard: PageFacts) -> PageFacts:
    """What is known now: what was heard, and what the page shows, only when it answers within 2 s."""
    with suppress(Error), trio.move_on_after(PULSE_TIMEOUT):
        shown = await call(state.read, page, site.recordings)
        return replace(
            heard,
            url=str(shown["path"]),
            asks_to_sign_in=_wants_sign_in(shown),
            maintenance=str(shown["maintenance"] or ""),
            banners=tuple(map(str, shown["alerts"])),
            dialogs=tuple(map(str, shown["strangers"])),
            is_panel_open=bool(shown["panels"]),
        )
    return heard


async def why(page: Page, site: Site, error: SignedOut) -> SiteFailure:
    """A navigation under our feet is an expired session only if the page now asks to sign in."""
    await trio.sleep(SETTLE)
    with suppress(Error), trio.move_on_after(PULSE_TIMEOUT):
        if not _wants_sign_in(await call(state.read, page, site.recordings)):
            return TooSlow(f"{error}; the page is now {page.url}")
    return error


def is_locator_there(error: SiteFailure) -> bool | None:
    """Of an ambiguous locator too many are there: None, as for a step that looks for nothing by name."""
    return False if isinstance(error, NeverAppeared) else None


def _wants_sign_in(shown: state.State) -> bool:
    path = str(shown["path"])
    return bool(shown["isSignIn"] or shown["challenge"] or path == "/" or path.startswith("/login"))

"""Finds what a recording names: the first alternative that means exactly one element. Asyncio-flavoured."""

import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from playwright.async_api import Error, Locator, Page
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from oodaemon.bridge.loop import rest
from oodaemon.browser import inpage
from oodaemon.browser.ledger import LEDGER
from oodaemon.browser.recordings import Named
from oodaemon.failures.site import BrowserLost, Drifted, SignedOut, SiteFailure, SiteUnreachable, TooSlow

__all__ = ["Named", "Probe", "Scope", "appears", "guarded", "many", "one", "probe", "translate"]

T = TypeVar("T")
Scope = Page | Locator

_LOST = ("has been closed", "Target crashed", "Page crashed", "Connection closed", "browser has been closed")
_MOVED = ("Execution context was destroyed", "frame was detached", "Frame was detached", "because of a navigation")

UNHEARD, BETWEEN = 250, 0.03
"""Milliseconds between two looks at a page of which no change is heard: a stylesheet, or what happens in a shadow tree, is not. And
seconds between two looks at one that changes all the time.
"""


@dataclass(frozen=True, slots=True)
class Probe:
    """What a locator finds now: the element, if an alternative means exactly one, and which (from 0); else how many at most."""

    element: Locator | None
    count: int
    alternative: int = 0


async def probe(scope: Scope, alternatives: Sequence[str]) -> Probe:
    """Look, and decide nothing.

    Visibility only decides between several: a dialog whose children are all fixed has no area of its own and counts as hidden.
    """
    most = Probe(None, 0)
    for number, alternative in enumerate(alternatives):
        for found in (scope.locator(alternative), scope.locator(alternative).locator("visible=true")):
            count = await found.count()
            if count == 1:
                return Probe(found, 1, number)
            if count == 0:
                break
            if count > most.count:
                most = Probe(None, count, number)
    return most


async def one(scope: Scope, alternatives: Sequence[str], named: Named) -> Locator:
    """The element itself. Raises Drifted when no alternative finds exactly one. A later alternative is noted in the ledger."""
    found = await probe(scope, alternatives)
    if found.element is not None:
        LEDGER.note(str(named), found.alternative)
        return found.element
    if found.count:
        raise Drifted(
            f"{named} is ambiguous: {found.count} elements match; "
            "the test has several of it, or recordings/selectors.json must be mended",
            locator=str(named),
        )
    raise Drifted(
        f"{named} is not on the page; if the site renamed it, add the new name to recordings/selectors.json", locator=str(named)
    )


async def many(scope: Scope, alternatives: Sequence[str], named: Named | None = None) -> list[Locator]:
    """Every element of the first alternative that finds any; with a name, a later alternative is noted in the ledger."""
    for number, alternative in enumerate(alternatives):
        found = scope.locator(alternative)
        if await found.count():
            if named is not None:
                LEDGER.note(str(named), number)
            return await found.all()
    return []


async def appears(scope: Scope, alternatives: Sequence[str], *, timeout: float) -> bool:
    """Wait until any alternative finds a visible element; False when none does within `timeout` seconds.

    Looks when the page has changed, and now and then. Playwright's own wait looks every half a second.
    """
    first, *others = (scope.locator(a) for a in alternatives)
    either = first
    for other in others:
        either = either.or_(other)
    page, end = scope if isinstance(scope, Page) else scope.page, time.monotonic() + timeout
    seen: int | None = None
    while True:
        with _moving():
            if await either.locator("visible=true").count():
                return True
            if (left := end - time.monotonic()) > 0:
                seen = await inpage.changes(page, seen, patience=min(UNHEARD, left * 1000))
        if time.monotonic() >= end:
            return False
        await rest(BETWEEN)


@contextmanager
def _moving() -> Iterator[None]:
    """A page that goes to another while it is looked at is no error for whoever looks again."""
    try:
        yield
    except Error as error:
        if not any(mark in error.message for mark in _MOVED):
            raise


def translate(error: Error, step: str) -> SiteFailure:
    """What an error of Playwright means for the attempt."""
    text = error.message.splitlines()[0] if error.message else type(error).__name__
    if any(mark in error.message for mark in _LOST):
        return BrowserLost(f"the browser went away at the step {step!r}")
    if any(mark in error.message for mark in _MOVED):
        return SignedOut(f"the site navigated away at the step {step!r}")
    if "net::ERR_" in error.message:
        return SiteUnreachable(f"{text.partition(' at ')[0].rpartition('net::')[2]} at the step {step!r}")
    if isinstance(error, PlaywrightTimeoutError):
        return TooSlow(f"the step {step!r} took too long: {text}")
    return TooSlow(f"the step {step!r} failed: {text}")


async def guarded(step: str, work: Callable[[], Awaitable[T]]) -> T:
    """Run one step and let no error of Playwright out untranslated."""
    try:
        return await work()
    except Error as error:
        raise translate(error, step) from error

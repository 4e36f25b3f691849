"""What lies over the page and nobody asked for: news, hints, offers, cookies. It is closed by its own button, never removed.

Asyncio-flavoured.
"""

from playwright.async_api import ElementHandle, Locator, Page
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from oodaemon.browser import inpage, state
from oodaemon.browser.recordings import Recordings
from oodaemon.failures.site import PanelStuck

DIALOGS = "css=[role=dialog]"
COOKIE = "cookie"
"""Only what speaks of cookies is answered with more than closing it."""
TRIES = 3
COVERED = 3000
"""Milliseconds in which what lies over a control for a moment, such as a message, has gone."""


async def dismiss(page: Page, recordings: Recordings, *, may_stay: bool = True) -> None:
    """Close every dialog that is neither the panel nor a sign that a backtest runs; at once when there is none.

    With `may_stay` one that hinders nobody, such as a chat, and has nothing to close it is a part of the page from now on: never
    while a backtest may run, which a dialog of unknown words may be the sign of. Raises PanelStuck with the words of one that does
    not close.
    """
    words: list[str] = []
    for _ in range(TRIES):
        words = list((await state.read(page, recordings))["strangers"])
        if not words:
            return
        await _close(page, recordings, words[-1], may_stay=may_stay)
    if left := list((await state.read(page, recordings))["strangers"]):
        raise PanelStuck(f"a dialog lies over the page and does not close: {left[-1]!r}")


async def _close(page: Page, recordings: Recordings, words: str, *, may_stay: bool) -> None:
    limit = recordings.timing["field"] * 1000
    for dialog in await page.locator(DIALOGS).all():
        if " ".join((await dialog.text_content() or "").split())[: len(words)] != words:
            continue
        handle = await dialog.element_handle(timeout=limit)
        if button := await _button(handle, recordings, words):
            await button.click(timeout=limit)
        elif may_stay and await handle.evaluate(inpage.script("furniture")):
            return
        else:
            await page.keyboard.press("Escape")
        try:
            await handle.wait_for_element_state("hidden", timeout=limit)
        except PlaywrightTimeoutError:
            if may_stay:
                await handle.evaluate(inpage.script("furniture"))
        return


async def _button(over: ElementHandle, recordings: Recordings, words: str) -> ElementHandle | None:
    """What closes something that lies over the page; None when it has no such button."""
    is_consent = COOKIE in words.casefold() and "consent" in recordings.pages["popup"]
    ways = (*recordings.locator("popup", "close"), *(recordings.locator("popup", "consent") if is_consent else ()))
    for way in ways:
        for button in await over.query_selector_all(way):
            if await button.is_visible():
                return button
    return None


async def click(page: Page, recordings: Recordings, element: Locator, *, timeout: float) -> None:
    """Click within so many milliseconds. What lies over the element, such as a bar about cookies, is closed; a button under
    something that has nothing to close it is pressed by its key. Raises Playwright's TimeoutError.
    """
    patience = min(timeout, COVERED)
    try:
        await element.click(timeout=patience)
    except PlaywrightTimeoutError as error:
        if "intercepts pointer events" in error.message and await _uncovered(page, recordings, element):
            return
        if patience == timeout:
            raise
        await element.click(timeout=timeout - patience)


async def _uncovered(page: Page, recordings: Recordings, element: Locator) -> bool:
    """Close what lies over an element; True when that could not be done and the element was pressed nevertheless."""
    target = await element.element_handle(timeout=COVERED)
    over = (await target.evaluate_handle(inpage.script("over"))).as_element()
    if over is None:
        return False
    if button := await _button(over, recordings, await over.inner_text()):
        await button.click(timeout=COVERED)
        return False
    if await target.evaluate("(node) => node.tagName !== 'BUTTON'"):
        return False
    await target.focus()
    await page.keyboard.press("Enter")
    return True

"""Dialogs nobody asked for: news, hints, offers. They are closed by their own button, never removed. Asyncio-flavoured."""

from playwright.async_api import Page
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from oodaemon.browser import locate, state
from oodaemon.browser.recordings import Recordings
from oodaemon.failures.site import PanelStuck

DIALOGS = "css=[role=dialog]"
TRIES = 3


async def dismiss(page: Page, recordings: Recordings) -> None:
    """Close every dialog that is neither the panel nor a sign that a backtest runs; at once when there is none.

    Raises PanelStuck with the words of one that does not close.
    """
    words: list[str] = []
    for _ in range(TRIES):
        words = list((await state.read(page, recordings))["strangers"])
        if not words:
            return
        await _close(page, recordings, words[-1])
    if left := list((await state.read(page, recordings))["strangers"]):
        raise PanelStuck(f"a dialog lies over the page and does not close: {left[-1]!r}")


async def _close(page: Page, recordings: Recordings, words: str) -> None:
    limit = recordings.timing["field"] * 1000
    for dialog in await page.locator(DIALOGS).all():
        if " ".join((await dialog.text_content() or "").split())[: len(words)] != words:
            continue
        handle = await dialog.element_handle(timeout=limit)
        for button in await locate.many(dialog, recordings.locator("popup", "close")):
            if await button.is_visible():
                await button.click(timeout=limit)
                break
        else:
            await page.keyboard.press("Escape")
        try:
            await handle.wait_for_element_state("hidden", timeout=limit)
        except PlaywrightTimeoutError:
            return
        return

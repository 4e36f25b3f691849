"""Listboxes and native selects: what they show, and choosing in them. Asyncio-flavoured."""

import contextlib
import time
from collections.abc import Sequence

from playwright.async_api import Locator, Page
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from oodaemon.browser import locate
from oodaemon.browser.locate import Named
from oodaemon.browser.recordings import Recordings
from oodaemon.browser.written import DELTAS
from oodaemon.clock import SECONDS
from oodaemon.failures.site import Drifted, NotApplicable, PanelStuck, Refused

WHOLE, UNIT = ("listbox", "select"), ("unit_button", "unit_select")
"""The locators of a control that is a list, and of the list of units beside an input: a listbox, else a native select."""
PERCENT = "%"
TRIES = 3
FADING = 1 * SECONDS
LOOK = 0.1 * SECONDS
SCROLL = "(option) => option.scrollIntoView({ block: 'start' })"
SELECTED = "(select) => select.selectedOptions[0] ? select.selectedOptions[0].textContent : ''"


async def find(control: Locator, recordings: Recordings, names: Sequence[str]) -> Locator | None:
    """The list inside a control; None when it has none, or several."""
    for name in names:
        found = await locate.many(control, recordings.locator("panel", name))
        if len(found) == 1:
            return found[0]
    return None


async def shown(control: Locator, recordings: Recordings, names: Sequence[str], named: Named) -> str:
    """What the list of a control shows as chosen. Raises Drifted when there is no list."""
    found = await _found(control, recordings, names, named)
    return plain(str(await found.evaluate(SELECTED)) if await _is_native(found) else await found.inner_text())


async def choose(page: Page, control: Locator, recordings: Recordings, names: Sequence[str], wanted: tuple[str, Named]) -> None:
    """Choose an option, by its text or symbol, unless it is chosen already.

    Raises Refused when the list does not offer it, PanelStuck when it does not open, Drifted when there is none.
    """
    option, named = wanted
    if means(await shown(control, recordings, names, named), option, recordings):
        return
    found = await _found(control, recordings, names, named)
    limit = recordings.timing["listbox"]
    if await found.is_disabled():
        raise Refused(f"{named} cannot be chosen: the form has it disabled")
    if await _is_native(found):
        texts = [plain(text) for text in await found.locator("option").all_text_contents()]
        await found.select_option(index=_index(texts, option, named, recordings), timeout=limit * 1000)
        return
    for left in reversed(range(TRIES)):
        try:
            await _take(page, found, recordings, wanted)
            break
        except PlaywrightTimeoutError:
            if not left:
                raise PanelStuck(f"the list of {named} does not open, or closes by itself") from None


async def _take(page: Page, button: Locator, recordings: Recordings, wanted: tuple[str, Named]) -> None:
    """Open the list and click the option. Raises Playwright's TimeoutError when it closes under our hands."""
    option, named = wanted
    limit = recordings.timing["listbox"]
    choices = recordings.locator("panel", "option")
    await _closed(page, choices)  # a list chosen from before may still be fading out
    await button.click(timeout=limit * 1000)
    if not await locate.appears(page, choices, timeout=limit / TRIES):
        raise PlaywrightTimeoutError(f"the list of {named} does not open")
    options, texts = await _offered(page, recordings, option)
    if texts:
        await options[_index(texts, option, named, recordings)].click(timeout=limit * 1000 / TRIES)
    else:
        raise PlaywrightTimeoutError(f"the list of {named} is gone")


async def _offered(page: Page, recordings: Recordings, wanted: str) -> tuple[list[Locator], list[str]]:
    """The options of the open list that are there, with their texts, once the wanted one is among them.

    They may come one after the other, or only when the list is scrolled; without the wanted one they are all that was ever seen.
    """
    limit, choices = recordings.timing["listbox"], recordings.locator("panel", "option")
    seen: dict[str, None] = {}
    until = time.monotonic() + limit / TRIES
    while True:
        options = await locate.many(page, choices)
        texts = [plain(await entry.inner_text(timeout=limit * 1000 / TRIES)) for entry in options]
        is_new = not seen.keys() >= set(texts)
        seen |= dict.fromkeys(texts)
        if not options or any(means(text, wanted, recordings) for text in texts):
            return options, texts
        if not is_new and time.monotonic() > until:
            return options, list(seen)
        until = time.monotonic() + limit / TRIES if is_new else until
        await options[-1].evaluate(SCROLL)
        with contextlib.suppress(PlaywrightTimeoutError):
            await page.locator(choices[0]).nth(len(options)).wait_for(state="attached", timeout=LOOK * 1000)


async def _closed(page: Page, choices: Sequence[str]) -> None:
    for choice in choices:
        with contextlib.suppress(PlaywrightTimeoutError):
            await page.locator(choice).first.wait_for(state="hidden", timeout=FADING * 1000)


async def is_fixed(control: Locator, recordings: Recordings, wanted: tuple[str, Named]) -> bool:
    """True where nothing is to be chosen: no list of units stands beside the input, but the unit itself, or nothing for percent.

    Raises NotApplicable when another unit stands there.
    """
    option, named = wanted
    for name in UNIT:
        if await locate.many(control, recordings.locator("panel", name)):
            return False
    beside = plain(await control.inner_text())
    if beside and not means(beside, option, recordings):
        raise NotApplicable(f"{named} has no choice of units: it is {beside}, not {option}")
    return bool(beside) or option == PERCENT


def means(text: str, wanted: str, recordings: Recordings) -> bool:
    """True when the text of an option is the one wanted, ends with it in brackets, or is another name of it."""
    names = [wanted, *recordings.texts.get("unit_names", {}).get(wanted, ())]
    return any(text.casefold() == name.casefold() or text.endswith(f"({name})") for name in names)


def _index(texts: Sequence[str], wanted: str, named: Named, recordings: Recordings) -> int:
    found = [number for number, text in enumerate(texts) if text == wanted]
    found = found or [number for number, text in enumerate(texts) if means(text, wanted, recordings)]
    if len(found) != 1:
        raise Refused(f"{named} does not offer {wanted!r}; it offers {', '.join(texts) or 'nothing'}")
    return found[0]


async def _found(control: Locator, recordings: Recordings, names: Sequence[str], named: Named) -> Locator:
    found = await find(control, recordings, names)
    if found is None:
        raise Drifted(f"{named} is no list; if the site changed it, mend panel.{names[0]} in recordings/selectors.json")
    return found


async def _is_native(found: Locator) -> bool:
    return bool(await found.evaluate("(node) => node.tagName === 'SELECT'"))


def plain(text: str) -> str:
    """The text of an option without what may differ in the way it is written."""
    words = " ".join(text.split())
    return DELTAS.get(words, words)

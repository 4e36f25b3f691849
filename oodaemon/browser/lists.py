"""Listboxes and native selects: what they show, and choosing in them. Asyncio-flavoured."""

from collections.abc import Sequence

from playwright.async_api import Locator, Page

from oodaemon.browser import locate
from oodaemon.browser.locate import Named
from oodaemon.browser.proof import DELTAS
from oodaemon.browser.recordings import Recordings
from oodaemon.failures.site import Drifted, PanelStuck, Refused

WHOLE, UNIT = ("listbox", "select"), ("unit_button", "unit_select")
"""The locators of a control that is a list, and of the list of units beside an input: a listbox, else a native select."""
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
    return _plain(str(await found.evaluate(SELECTED)) if await _is_native(found) else await found.inner_text())


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
        texts = [_plain(text) for text in await found.locator("option").all_text_contents()]
        await found.select_option(index=_index(texts, option, named, recordings), timeout=limit * 1000)
        return
    await found.click(timeout=limit * 1000)
    choices = recordings.locator("panel", "option")
    if not await locate.appears(page, choices, timeout=limit):
        raise PanelStuck(f"the list of {named} does not open")
    options = await locate.many(page, choices)
    texts = [_plain(await entry.inner_text()) for entry in options]
    await options[_index(texts, option, named, recordings)].click(timeout=limit * 1000)


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


def _plain(text: str) -> str:
    words = " ".join(text.split())
    return DELTAS.get(words, words)

"""What must be so in the panel before a field exists: read, looked at, made so and undone. Asyncio-flavoured."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from playwright.async_api import Locator, Page

from oodaemon.browser import locate
from oodaemon.browser.locate import Named
from oodaemon.browser.recordings import Recordings

Undo = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Need:
    """A toggle that must be on (no `value`) or off, or a field that must hold something; `remark` alone is beyond us."""

    section: str = ""
    label: str = ""
    value: str = ""
    remark: str = ""
    is_off: bool = False

    def __str__(self) -> str:
        wanted = f" = {self.value}" if self.value else " off" if self.is_off else " on"
        return self.remark or f"{Named(self.label, self.section)}{wanted}"


class Unmet(Exception):
    """A need cannot be met here; says which and why."""


def parse(text: str, section: str, recordings: Recordings) -> Need:
    """A need as the recordings write it: `Use VIX`, `!Use VIX`, `Stop Loss=100`, `Misc./Use Slippage`, `(only for ...)`."""
    if text.startswith("("):
        return Need(remark=text.strip("()"))
    if text.startswith("!"):
        return replace(parse(text[1:], section, recordings), is_off=True)
    label, _, value = text.partition("=")
    if (section, label) not in recordings.fields and "/" in label:
        other, _, inner = label.partition("/")
        if other in recordings.sections:
            return Need(other, inner, value)
    return Need(section, label, value)


async def control(panel: Locator, recordings: Recordings, need: Need) -> Locator | None:
    """The control of a need, if it is there once."""
    place = (await locate.probe(panel, recordings.section(need.section))).element
    if place is None:
        return None
    return (await locate.probe(place, recordings.field(need.section, need.label, "label" if need.value else "toggle"))).element


async def is_met(panel: Locator, recordings: Recordings, need: Need) -> bool:
    """True when the panel is so now. A field counts as filled whatever it holds, a list only with the very choice; a toggle that is
    not there is off.
    """
    found = await control(panel, recordings, need)
    if found is None:
        return need.is_off
    if not need.value:
        return await is_on(found, recordings) != need.is_off
    field = found.locator("xpath=descendant-or-self::*[self::input or self::textarea]").first
    return bool(await field.input_value()) if await field.count() else need.value in (await found.inner_text())


async def is_on(toggle: Locator, recordings: Recordings) -> bool:
    """The state of a toggle; inline ones have no `aria-checked` and tell it by a class."""
    checked = await toggle.get_attribute("aria-checked")
    if checked is not None:
        return checked == "true"
    classes = (await toggle.get_attribute("class") or "").split()
    return any(name in classes for name in recordings.texts["selected_classes"])


async def lacking(panel: Locator, recordings: Recordings, section: str, label: str) -> str:
    """Why a form rightly has no such field, as a clause: what it needs is there and otherwise, or the site has it only sometimes.

    Empty when nothing explains it: the recordings know the field and the form should have it, or it is there and something else is
    amiss.
    """
    if await _is_there(panel, recordings, section, label):
        return ""
    if (section, label) not in recordings.fields:
        is_known = any([await locate.many(panel, recordings.section(name)) for name in recordings.sections])
        return "nobody knows a field of this name; see `oodaemon parameters` and the labels on the site" if is_known else ""
    wanted = [parse(text, section, recordings) for text in recordings.needs.get((section, label), ())]
    for need in wanted:
        if not need.remark and await control(panel, recordings, need) and not await is_met(panel, recordings, need):
            is_any = need.value and need.value.isdigit()
            return f"it needs a value in {Named(need.label, need.section)}" if is_any else f"it needs {need}"
    return next((need.remark for need in wanted if need.remark), "")


async def _is_there(panel: Locator, recordings: Recordings, section: str, label: str) -> bool:
    """Once or more, under a label or as a toggle."""
    place = (await locate.probe(panel, recordings.section(section))).element
    if place is None:
        return False
    schemes = [recordings.field(section, label, scheme) for scheme in ("label", "toggle")]
    return any([(await locate.probe(place, alternatives)).count for alternatives in schemes])


async def meet(page: Page, panel: Locator, recordings: Recordings, need: Need) -> Undo | None:
    """Make the panel so; what undoes it, or None when nothing had to be done. Raises Unmet."""
    if await is_met(panel, recordings, need):
        return None
    found = await control(panel, recordings, need)
    if found is None:
        raise Unmet(f"needs {need}, which was not found")
    limit = recordings.timing["field"] * 1000
    if not need.value:
        if await found.is_disabled():
            raise Unmet(f"needs {need}, which cannot be switched here")
        await found.click(timeout=limit)
        return lambda: found.click(timeout=limit)
    return await _enter(page, recordings, found, need)


async def _enter(page: Page, recordings: Recordings, found: Locator, need: Need) -> Undo:
    limit = recordings.timing["field"] * 1000
    field = found.locator("xpath=descendant-or-self::*[self::input or self::textarea]").first
    if await field.count():
        before = await field.input_value()
        await _fill(field, need.value, limit)
        return lambda: _fill(field, before, limit)
    listbox = found.locator("xpath=descendant-or-self::*[@aria-haspopup='listbox']").first
    if not await listbox.count():
        raise Unmet(f"needs {need}, which has no field to set")
    before = " ".join((await listbox.inner_text()).split())
    await choose(page, recordings, listbox, need.value)
    return lambda: choose(page, recordings, listbox, before)


async def _fill(field: Locator, text: str, limit: float) -> None:
    await field.fill(text, timeout=limit)
    await field.blur(timeout=limit)


async def choose(page: Page, recordings: Recordings, listbox: Locator, text: str) -> None:
    """Choose an option of a list by its text. Raises Unmet when it has none."""
    limit = recordings.timing["listbox"]
    await listbox.click(timeout=limit * 1000)
    options = recordings.locator("panel", "option")
    if await locate.appears(page, options, timeout=limit):
        for option in await locate.many(page, options):
            if " ".join((await option.inner_text()).split()) == text:
                await option.click(timeout=limit * 1000)
                return
    await page.keyboard.press("Escape")
    raise Unmet(f"the list does not offer {text}")

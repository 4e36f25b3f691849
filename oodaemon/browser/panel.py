"""The New Backtest panel: open it, set fields, read them back. Asyncio-flavoured."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from playwright.async_api import Locator, Page

from oodaemon.browser import legs, locate, state
from oodaemon.browser.locate import Named
from oodaemon.browser.proof import DELTAS, is_same_number
from oodaemon.browser.recordings import Recordings
from oodaemon.browser.session import Site, play
from oodaemon.failures.site import Drifted, Mismatched, PanelStuck, TooSlow
from oodaemon.parameters.form import Action, SetField, SetLegs, SetToggle

TRIES = 3


async def open_panel(page: Page, site: Site) -> None:
    """Play the recorded opening, up to a real field. Raises PanelStuck when it opens but does not render."""
    try:
        for step in site.recordings.segments["open_panel"]:
            await play(page, site, step)
    except TooSlow as error:
        raise PanelStuck(f"the New Backtest panel does not open: {error}") from error
    await _stand_still(page, site)


async def fill(page: Page, site: Site, actions: Sequence[Action]) -> None:
    """Set everything, read everything back, wait until the form has stood still, and read it all back once more.

    Raises Mismatched when the form does not keep a value after three tries, Refused when it has no place for it, Drifted when a
    locator fails.
    """
    reason = ""
    for _ in range(TRIES):
        for action in actions:
            await _set(page, site.recordings, action)
        await _stand_still(page, site)
        reason = await difference(page, site, actions)
        if not reason:
            return
    raise Mismatched(reason)


async def difference(page: Page, site: Site, actions: Sequence[Action]) -> str:
    """What the form shows instead of what was set, as a clause naming the first field that differs; empty when nothing does."""
    for action in actions:
        reason = await _difference(page, site.recordings, action)
        if reason:
            return reason
    return ""


async def _stand_still(page: Page, site: Site) -> None:
    recordings = site.recordings
    limit = recordings.timing["fill"] * 1000
    arguments = [recordings.pages["panel"]["dialog"], recordings.timing["form_still"]]
    await page.evaluate("() => { window.__ooForm = undefined; }")
    answer = await page.wait_for_function(state.script("form_still"), arg=arguments, polling=50, timeout=limit)
    if await answer.json_value() == "gone":
        raise PanelStuck("the New Backtest panel closed by itself")


@dataclass(frozen=True, slots=True)
class Problems:
    """What an open panel says against its values: red lines of the site, and fields that the browser calls invalid."""

    red: tuple[str, ...]
    invalid: tuple[str, ...]


async def problems(page: Page, site: Site) -> Problems:
    """What the panel says now."""
    panel = await _panel(page, site.recordings)
    found = await panel.evaluate(state.script("panel_problems"))
    return Problems(tuple(found["red"]), tuple(found["invalid"]))


async def _panel(page: Page, recordings: Recordings) -> Locator:
    return await locate.one(page, recordings.locator("panel", "dialog"), Named("New Backtest"))


async def _set(page: Page, recordings: Recordings, action: Action) -> None:
    panel = await _panel(page, recordings)
    limit = recordings.timing["field"] * 1000
    match action:
        case SetLegs():
            await legs.set_legs(page, panel, recordings, action)
        case SetToggle():
            toggle = await _control(panel, recordings, action.section, action.caption, scheme="toggle")
            if await _is_on(toggle, recordings) != action.is_on:
                await toggle.click(timeout=limit)
        case SetField():
            control = await _control(panel, recordings, action.section, action.label)
            if action.unit and await _unit(control, recordings, action) != action.unit:
                await _choose(page, control, recordings, action)
                control = await _control(panel, recordings, action.section, action.label)
            field = await locate.one(control, recordings.locator("panel", "input"), Named(action.label, action.section))
            await field.fill(action.text, timeout=limit)
            await field.blur(timeout=limit)


async def _difference(page: Page, recordings: Recordings, action: Action) -> str:
    panel = await _panel(page, recordings)
    match action:
        case SetLegs():
            return await legs.differing(page, recordings, action)
        case SetToggle():
            toggle = await _control(panel, recordings, action.section, action.caption, scheme="toggle")
            is_wrong = await _is_on(toggle, recordings) != action.is_on
            return f'"{action.caption}" in "{action.section}" does not turn {"on" if action.is_on else "off"}' if is_wrong else ""
        case SetField():
            named = Named(action.label, action.section)
            control = await _control(panel, recordings, action.section, action.label)
            field = await locate.one(control, recordings.locator("panel", "input"), named)
            shown = await field.input_value(timeout=recordings.timing["field"] * 1000)
            if not _is_same(shown, action.text):
                return f"{named} was set to {action.text}, the form shows {shown!r}"
            unit = await _unit(control, recordings, action) if action.unit else ""
            return "" if unit == action.unit else f"the unit of {named} was set to {action.unit}, the form shows {unit!r}"


async def _control(panel: Locator, recordings: Recordings, section: str, label: str, *, scheme: str = "label") -> Locator:
    named = Named(label, section)
    place = await locate.one(panel, recordings.section(section), Named(section, "New Backtest"))
    alternatives = recordings.field(section, label, scheme)
    await locate.appears(place, alternatives, timeout=recordings.timing["field"])
    return await locate.one(place, alternatives, named)


async def _is_on(toggle: Locator, recordings: Recordings) -> bool:
    checked = await toggle.get_attribute("aria-checked")
    if checked is not None:
        return checked == "true"
    classes = (await toggle.get_attribute("class") or "").split()
    return any(name in classes for name in recordings.texts["selected_classes"])


async def _unit(control: Locator, recordings: Recordings, action: SetField) -> str:
    button = await locate.one(control, recordings.locator("panel", "unit_button"), Named(f"unit of {action.label}", action.section))
    text = " ".join((await button.inner_text()).split())
    return DELTAS.get(text, text)


async def _choose(page: Page, control: Locator, recordings: Recordings, action: SetField) -> None:
    named = Named(f"unit of {action.label}", action.section)
    limit = recordings.timing["listbox"]
    button = await locate.one(control, recordings.locator("panel", "unit_button"), named)
    await button.click(timeout=limit * 1000)
    choices = recordings.locator("panel", "option")
    if not await locate.appears(page, choices, timeout=limit):
        raise PanelStuck(f"the list of the {named} does not open")
    for option in await locate.many(page, choices):
        text = " ".join((await option.inner_text()).split())
        if text == action.unit or text.endswith(f"({action.unit})"):
            await option.click(timeout=limit * 1000)
            return
    raise Drifted(f"the list of the {named} does not offer {action.unit}")


def _is_same(shown: str, wanted: str) -> bool:
    try:
        return is_same_number(shown, Decimal(wanted))
    except InvalidOperation:
        return shown.strip() == wanted

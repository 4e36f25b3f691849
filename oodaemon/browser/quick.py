"""Setting a control that is plain to see: one look, and then what a user would do, by Playwright. Asyncio-flavoured."""

from typing import get_args

from playwright.async_api import Page

from oodaemon.browser import glance, lists
from oodaemon.browser.glance import Shown
from oodaemon.browser.recordings import Recordings
from oodaemon.parameters.form import Action, Choose, Day, Needs, PressOne, SetDays, SetField, SetInline, SetToggle


async def perform(page: Page, recordings: Recordings, action: Action) -> bool:
    """Carry an action out; False, with nothing done, when it is not plain what it reaches or it has to be refused."""
    where = glance.places(action, recordings)
    shown = await glance.look(page, recordings, where) if where else None
    if shown is None:
        return False
    limit = recordings.timing["field"] * 1000
    match action:
        case SetField() | SetInline():
            return await _type(page, recordings, action, shown[0])
        case Choose():
            return _is_chosen(shown[0], lists.WHOLE, action.option, recordings)
        case Needs():
            field = shown[0].inside("input")
            return field is not None and bool(field["value"].strip())
        case SetToggle():
            wrong = [one for one in shown if one.is_on != action.is_on]
        case SetDays():
            wrong = [one for day, one in zip(get_args(Day), shown, strict=True) if one.is_on != (day in action.days)]
        case PressOne():
            wrong = [one for word, one in zip(action.among, shown, strict=True) if word == action.button and not one.is_on]
        case _:
            return False
    if any(one.is_disabled for one in wrong):
        return False
    for one in wrong:
        await one.element(page).click(timeout=limit)
    return True


async def _type(page: Page, recordings: Recordings, action: SetField | SetInline, shown: Shown) -> bool:
    part, limit = "input" if isinstance(action, SetField) else "inline_input", recordings.timing["field"] * 1000
    field = shown.inside(part)
    if field is None or field["isDisabled"] or (isinstance(action, SetInline) and not shown.is_on):
        return False
    if isinstance(action, SetField) and action.unit and not _is_chosen(shown, lists.UNIT, action.unit, recordings):
        return False
    element = shown.element(page, part)
    await element.fill(action.text, timeout=limit)
    await element.blur(timeout=limit)
    return True


def _is_chosen(shown: Shown, names: tuple[str, ...], option: str, recordings: Recordings) -> bool:
    chosen = shown.inside(*names)
    return chosen is not None and lists.means(lists.plain(chosen["text"]), option, recordings)

"""One action on the open panel: carrying it out, what the form shows instead, and the elements it was about. Asyncio-flavoured."""

from dataclasses import dataclass
from typing import get_args

from playwright.async_api import ElementHandle, Locator, Page

from oodaemon.browser import legs, lists, locate, needs, places, quick
from oodaemon.browser.content import is_same
from oodaemon.browser.locate import Named
from oodaemon.browser.recordings import Recordings
from oodaemon.failures.site import Drifted, NotApplicable, Refused
from oodaemon.parameters.form import (
    Action,
    Choose,
    Day,
    Needs,
    NeedsLegs,
    PressOne,
    SetAny,
    SetDays,
    SetField,
    SetInline,
    SetLegs,
    SetToggle,
)

ON_OFF = {"on": True, "true": True, "off": False, "false": False}


@dataclass(frozen=True, slots=True)
class Form:
    """The open panel of a page, and how it looks."""

    page: Page
    recordings: Recordings

    @property
    def limit(self) -> float:
        """What one step of filling may take, in milliseconds."""
        return self.recordings.timing["field"] * 1000

    async def control(self, section: str, name: str, group: str = "", scheme: str = "label") -> Locator:
        """See `places.control`."""
        return await places.control(self.page, self.recordings, (section, name, group), scheme=scheme)

    async def input(self, control: Locator, name: str, section: str, kind: str = "input") -> Locator:
        """The input of a control. Raises Drifted when there is none, or several, NotApplicable when a test may have several."""
        alternatives, named = self.recordings.locator("panel", kind), Named(name, section)
        places.refuse_several(len(await locate.many(control, alternatives)), named, self.recordings)
        return await locate.one(control, alternatives, named)

    async def is_on(self, button: Locator) -> bool:
        """The state of a toggle, or of a button that is on or off."""
        for attribute in ("aria-checked", "aria-pressed"):
            said = await button.get_attribute(attribute)
            if said is not None:
                return said == "true"
        classes = (await button.get_attribute("class") or "").split()
        return any(name in classes for name in self.recordings.texts["selected_classes"])


async def perform(form: Form, action: Action) -> None:
    """Carry an action out. Raises Refused when the test has no place for it, Drifted when a locator fails, PanelStuck."""
    if await quick.perform(form.page, form.recordings, action):
        return
    try:
        await _carry_out(form, action)
    except Drifted as error:
        if why := await _lacking(form, action):
            raise NotApplicable(f"the form of this test has no {_named(action)}: {why}") from error
        raise


async def _lacking(form: Form, action: Action) -> str:
    named = _named(action)
    if named is None:
        return ""
    return await needs.lacking(await places.panel(form.page, form.recordings), form.recordings, named.place, named.name)


def _named(action: Action) -> Named | None:
    match action:
        case SetField() | Choose() | SetAny():
            return Named(action.label, action.section)
        case SetToggle() | SetInline():
            return Named(action.caption, action.section)
        case _:
            return None


async def _carry_out(form: Form, action: Action) -> None:
    """The same with patience, and with reasons."""
    match action:
        case SetLegs():
            await legs.set_legs(form.page, await places.panel(form.page, form.recordings), form.recordings, action)
        case NeedsLegs():
            legs.taken(await legs.rows_of(form.page, form.recordings), action.legs)
        case Needs():
            await _need(form, action)
        case SetField():
            await _type(form, action)
        case Choose():
            control = await form.control(action.section, action.label, action.group)
            wanted = action.option, Named(action.label, action.section)
            await lists.choose(form.page, control, form.recordings, lists.WHOLE, wanted)
        case SetToggle():
            await _switch(form, await _toggle(form, action), Named(action.caption, action.section), is_on=action.is_on)
        case SetInline():
            toggle = await _toggle(form, action)
            await _switch(form, toggle, Named(action.caption, action.section), is_on=True)
            field = await form.input(await _toggle(form, action), action.caption, action.section, "inline_input")
            await _fill(form, field, action.text, Named(action.caption, action.section))
        case SetDays():
            for day in get_args(Day):
                button = await form.control(action.section, day, scheme="button")
                await _switch(form, button, Named(day, action.section), is_on=day in action.days)
        case PressOne():
            button = await _button(form, action, action.button)
            await _switch(form, button, Named(action.button, action.section), is_on=True)
        case SetAny():
            await perform(form, await _known(form, action))


async def difference(form: Form, action: Action) -> str:
    """What the form shows instead of what the action asked for, as a clause; empty when it shows that."""
    match action:
        case SetLegs():
            return legs.differing(await legs.rows_of(form.page, form.recordings), action)
        case NeedsLegs() | Needs():
            return ""
        case SetField():
            return await _typed_differs(form, action)
        case Choose():
            named = Named(action.label, action.section)
            control = await form.control(action.section, action.label, action.group)
            shown = await lists.shown(control, form.recordings, lists.WHOLE, named)
            is_it = lists.means(shown, action.option, form.recordings)
            return "" if is_it else f"{named} was set to {action.option}, the form shows {shown!r}"
        case SetToggle():
            return await _switch_differs(form, await _toggle(form, action), Named(action.caption, action.section), action.is_on)
        case SetInline():
            return await _inline_differs(form, action)
        case SetDays():
            on = [day for day in get_args(Day) if await form.is_on(await form.control(action.section, day, scheme="button"))]
            wanted = [day for day in get_args(Day) if day in action.days]
            return "" if on == wanted else f"the weekdays were set to {' '.join(wanted)}, the form shows {' '.join(on) or 'none'}"
        case PressOne():
            on = [word for word in action.among if await form.is_on(await _button(form, action, word))]
            named = Named(action.label, action.section)
            return (
                "" if on == [action.button] else f"{named} was set to {action.button}, the form shows {'/'.join(on) or 'neither'}"
            )
        case SetAny():
            return await difference(form, await _known(form, action))


async def elements(form: Form, action: Action) -> list[ElementHandle]:
    """The elements an action is about, so that what is left can be told from it. Legs are told by their rows."""
    match action:
        case SetLegs() | NeedsLegs() | Needs():
            found: list[Locator] = []
        case SetField():
            control = await form.control(action.section, action.label, action.group)
            found = [await form.input(control, action.label, action.section)]
            unit = await lists.find(control, form.recordings, lists.UNIT) if action.unit else None
            found += [unit] if unit else []
        case Choose():
            found = [await form.control(action.section, action.label, action.group)]
        case SetToggle():
            found = [await _toggle(form, action)]
        case SetInline():
            toggle = await _toggle(form, action)
            found = [toggle, await form.input(toggle, action.caption, action.section, "inline_input")]
        case SetDays():
            found = [await form.control(action.section, day, scheme="button") for day in get_args(Day)]
        case PressOne():
            found = [await _button(form, action, word) for word in action.among]
        case SetAny():
            return await elements(form, await _known(form, action))
    return [await one.element_handle(timeout=form.limit) for one in found]


async def _known(form: Form, action: SetAny) -> SetField | Choose | SetToggle | SetInline:
    """What a control of unknown kind is, as an action on that kind."""
    place = action.section, action.label, action.group
    scheme = await places.scheme_of(form.page, form.recordings, place)
    control = await form.control(*place, scheme)
    if await control.get_attribute("role") == "switch":
        if action.text.casefold() in ON_OFF:
            is_on = ON_OFF[action.text.casefold()]
            return SetToggle(section=action.section, caption=action.label, is_on=is_on, group=action.group)
        return SetInline(section=action.section, caption=action.label, text=action.text, group=action.group)
    if await locate.many(control, form.recordings.locator("panel", "input")):
        return SetField(section=action.section, label=action.label, text=action.text, unit=action.unit, group=action.group)
    return Choose(section=action.section, label=action.label, option=action.text, group=action.group)


async def _toggle(form: Form, action: SetToggle | SetInline) -> Locator:
    return await form.control(action.section, action.caption, action.group, scheme="toggle")


async def _button(form: Form, action: PressOne, word: str) -> Locator:
    control = await form.control(action.section, action.label)
    return await locate.one(control, form.recordings.field(action.label, word, "beside"), Named(word, action.section))


async def _switch(form: Form, button: Locator, named: Named, *, is_on: bool) -> None:
    if await form.is_on(button) == is_on:
        return
    if await button.is_disabled(timeout=form.limit):
        raise NotApplicable(f"{named} cannot be switched {'on' if is_on else 'off'}: the form has it disabled")
    await button.click(timeout=form.limit)


async def _fill(form: Form, field: Locator, text: str, named: Named) -> None:
    if await field.is_disabled(timeout=form.limit):
        raise Refused(f"{named} cannot be set: the form has it disabled")
    await field.fill(text, timeout=form.limit)
    await field.blur(timeout=form.limit)


async def _type(form: Form, action: SetField) -> None:
    named = Named(action.label, action.section)
    control = await form.control(action.section, action.label, action.group)
    unit = action.unit, Named(f"unit of {action.label}", action.section)
    if action.unit and not await lists.is_fixed(control, form.recordings, unit):
        await lists.choose(form.page, control, form.recordings, lists.UNIT, unit)
        control = await form.control(action.section, action.label, action.group)
    await _fill(form, await form.input(control, action.label, action.section), action.text, named)


async def _need(form: Form, action: Needs) -> None:
    try:
        control = await form.control(action.section, action.label, action.group)
    except NotApplicable:
        return  # several groups: which of them counts is the site's business
    field = await form.input(control, action.label, action.section)
    if not (await field.input_value(timeout=form.limit)).strip():
        raise NotApplicable(action.why)


async def _typed_differs(form: Form, action: SetField) -> str:
    named = Named(action.label, action.section)
    control = await form.control(action.section, action.label, action.group)
    field = await form.input(control, action.label, action.section)
    shown = await field.input_value(timeout=form.limit)
    if not is_same(shown, action.text):
        return f"{named} was set to {action.text}, the form shows {shown!r}"
    if not action.unit or await lists.is_fixed(control, form.recordings, (action.unit, named)):
        return ""
    unit = await lists.shown(control, form.recordings, lists.UNIT, named)
    is_it = lists.means(unit, action.unit, form.recordings)
    return "" if is_it else f"the unit of {named} was set to {action.unit}, the form shows {unit!r}"


async def _switch_differs(form: Form, toggle: Locator, named: Named, is_on: bool) -> str:  # noqa: FBT001 - a state, not a flag
    return "" if await form.is_on(toggle) == is_on else f"{named} does not turn {'on' if is_on else 'off'}"


async def _inline_differs(form: Form, action: SetInline) -> str:
    named = Named(action.caption, action.section)
    toggle = await _toggle(form, action)
    if reason := await _switch_differs(form, toggle, named, True):  # noqa: FBT003 - a state, not a flag
        return reason
    shown = await (await form.input(toggle, action.caption, action.section, "inline_input")).input_value(timeout=form.limit)
    return "" if is_same(shown, action.text) else f"{named} was set to {action.text}, the form shows {shown!r}"

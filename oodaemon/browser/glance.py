"""What the controls show that some actions are about, by one look into the page. Asyncio-flavoured, but for the decisions.

Only what is plain is seen at a glance: a control that is there once, visible, by locators that scripts can resolve. Everything else
(leg groups, late or ambiguous controls, other kinds of locators) is None here and left to `setting`, which waits and tells reasons.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from playwright.async_api import Locator, Page

from oodaemon.browser import inpage, lists
from oodaemon.browser.content import is_same
from oodaemon.browser.ledger import LEDGER
from oodaemon.browser.recordings import PANEL, Alternatives, Named, Recordings
from oodaemon.parameters.form import Action, Choose, Day, Needs, PressOne, SetDays, SetField, SetInline, SetToggle

LATE = 250
"""Milliseconds in which a control that another one opens comes, as a rule."""
_SIMPLE_CSS = re.compile(r"^css=[^\s>+~,]+$")


@dataclass(frozen=True, slots=True)
class Place:
    """The way to a control: alternatives and name of each step, from the page on; and what matters inside it, by the names of the
    panel's locators. `asked` are those an action is about, of each group the first that is there; the empty name is the control.
    """

    steps: tuple[tuple[Alternatives, Named], ...]
    inside: Mapping[str, Alternatives]
    asked: tuple[tuple[str, ...], ...]

    @property
    def is_readable(self) -> bool:
        """True when scripts find the same as Playwright by all of its locators."""
        ways = [alternatives for alternatives, _ in self.steps] + [*self.inside.values()]
        return all(way.startswith("xpath=") or _SIMPLE_CSS.match(way) for alternatives in ways for way in alternatives)

    def argument(self) -> dict[str, Any]:
        """For the scripts."""
        return {"steps": [alternatives for alternatives, _ in self.steps], "inside": self.inside, "asked": self.asked}


@dataclass(frozen=True, slots=True)
class Shown:
    """A control that was found: what it shows, what it holds inside by name, and by which alternatives it was reached."""

    place: Place
    facts: Mapping[str, Any]

    @property
    def is_on(self) -> bool:
        """The state of a toggle, or of a button that is on or off."""
        return bool(self.facts["isOn"])

    @property
    def is_disabled(self) -> bool:
        """True when it may be disabled."""
        return bool(self.facts["isDisabled"])

    def inside(self, *names: str) -> Mapping[str, Any] | None:
        """The facts of the first of some parts it has: value, text, isDisabled."""
        found: Mapping[str, Any] | None = next((self.facts["parts"][name] for name in names if name in self.facts["parts"]), None)
        return found

    def element(self, page: Page, part: str = "") -> Locator:
        """The control, or a part of it, for Playwright to act on: it looks again, by the alternatives that held, and is strict."""
        ways = [alternatives[n] for (alternatives, _), n in zip(self.place.steps, self.facts["numbers"], strict=True)]
        found = page.locator(" >> ".join(ways))
        return found.locator(self.place.inside[part][self.facts["parts"][part]["number"]]) if part else found

    def note(self) -> None:
        """Tell the ledger by which alternatives it was found."""
        for (_, named), number in zip(self.place.steps, self.facts["numbers"], strict=True):
            LEDGER.note(str(named), number)
        for part in self.facts["parts"].values():
            LEDGER.note(str(self.place.steps[-1][1]), part["number"])


def places(action: Action, recordings: Recordings) -> tuple[Place, ...] | None:
    """Where the controls of an action are; none for legs, None when they cannot be told at a glance."""
    group = getattr(action, "group", "")
    match action:
        case _ if group:
            return None
        case SetField():
            unit = (lists.UNIT,) if action.unit else ()
            inside = ("input", *(lists.UNIT if action.unit else ()))
            found: list[Place] = [_place(recordings, action.section, action.label, inside=inside, asked=(("input",), *unit))]
        case Needs():
            found = [_place(recordings, action.section, action.label, inside=("input",), asked=())]
        case Choose():
            found = [_place(recordings, action.section, action.label, inside=lists.WHOLE)]
        case SetToggle():
            found = [_place(recordings, action.section, action.caption, scheme="toggle")]
        case SetInline():
            inside = ("inline_input",)
            found = [_place(recordings, action.section, action.caption, scheme="toggle", inside=inside, asked=(("",), inside))]
        case SetDays():
            found = [_place(recordings, action.section, day, scheme="button") for day in get_args(Day)]
        case PressOne():
            found = [_beside(recordings, action, word) for word in action.among]
        case _:
            return None
    return tuple(found) if all(place.is_readable for place in found) else None


def _place(
    recordings: Recordings,
    section: str,
    name: str,
    *,
    scheme: str = "label",
    inside: Sequence[str] = (),
    asked: tuple[tuple[str, ...], ...] = (("",),),
) -> Place:
    steps = (
        (recordings.locator("panel", "dialog"), Named(PANEL)),
        (recordings.section(section), Named(section, PANEL)),
        (recordings.field(section, name, scheme), Named(name, section)),
    )
    return Place(steps, {part: recordings.locator("panel", part) for part in inside}, asked)


def _beside(recordings: Recordings, action: PressOne, word: str) -> Place:
    field = _place(recordings, action.section, action.label)
    return Place((*field.steps, (recordings.field(action.label, word, "beside"), Named(word, action.section))), {}, (("",),))


async def look(page: Page, recordings: Recordings, where: Sequence[Place]) -> list[Shown] | None:
    """What stands at some places, which may come late; None unless all of it is plain."""
    argument = [[place.argument() for place in where], recordings.texts["selected_classes"], LATE]
    facts = await inpage.ask(page, "controls", argument)
    return found(where, facts)


def found(where: Sequence[Place], facts: Sequence[Mapping[str, Any] | None]) -> list[Shown] | None:
    """The answer of a script about some places; None unless all of them were found. What was found is noted in the ledger."""
    shown = [Shown(place, one) for place, one in zip(where, facts, strict=True) if one is not None]
    if len(shown) < len(where):
        return None
    for one in shown:
        one.note()
    return shown


def difference(action: Action, shown: Sequence[Shown], recordings: Recordings) -> str | None:
    """What is shown instead of what the action asked for, as a clause; empty when that is shown, None when it cannot be told."""
    match action:
        case SetField():
            return _typed_differs(action, shown[0], recordings)
        case Choose():
            chosen = shown[0].inside(*lists.WHOLE)
            if chosen is None:
                return None
            text = lists.plain(chosen["text"])
            is_it = lists.means(text, action.option, recordings)
            return "" if is_it else f"{Named(action.label, action.section)} was set to {action.option}, the form shows {text!r}"
        case SetToggle():
            word = "on" if action.is_on else "off"
            return "" if shown[0].is_on == action.is_on else f"{Named(action.caption, action.section)} does not turn {word}"
        case SetInline():
            return _inline_differs(action, shown[0])
        case SetDays():
            on = [day for day, one in zip(get_args(Day), shown, strict=True) if one.is_on]
            wanted = [day for day in get_args(Day) if day in action.days]
            return "" if on == wanted else f"the weekdays were set to {' '.join(wanted)}, the form shows {' '.join(on) or 'none'}"
        case PressOne():
            pressed = [word for word, one in zip(action.among, shown, strict=True) if one.is_on]
            named = Named(action.label, action.section)
            is_it = pressed == [action.button]
            return "" if is_it else f"{named} was set to {action.button}, the form shows {'/'.join(pressed) or 'neither'}"
        case _:
            return ""


def _typed_differs(action: SetField, shown: Shown, recordings: Recordings) -> str | None:
    named, field, unit = Named(action.label, action.section), shown.inside("input"), shown.inside(*lists.UNIT)
    if field is None or (action.unit and unit is None):
        return None
    if not is_same(field["value"], action.text):
        return f"{named} was set to {action.text}, the form shows {field['value']!r}"
    if not action.unit or unit is None or lists.means(lists.plain(unit["text"]), action.unit, recordings):
        return ""
    return f"the unit of {named} was set to {action.unit}, the form shows {lists.plain(unit['text'])!r}"


def _inline_differs(action: SetInline, shown: Shown) -> str | None:
    named, field = Named(action.caption, action.section), shown.inside("inline_input")
    if not shown.is_on:
        return f"{named} does not turn on"
    if field is None:
        return None
    return "" if is_same(field["value"], action.text) else f"{named} was set to {action.text}, the form shows {field['value']!r}"

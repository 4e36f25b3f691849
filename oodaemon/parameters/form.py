"""What a parameter says about the form, as data: what to set in it, and what the result page must then show."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from oodaemon.parameters.expect import Asked, Bullet, CardText, Expectation, Hint, LegValues
from oodaemon.parameters.legs import Cell, LegFilter, Right, Side

__all__ = [
    "Action",
    "Asked",
    "Bullet",
    "CardText",
    "Choose",
    "Expectation",
    "Hint",
    "LegFilter",
    "LegValues",
    "Needs",
    "NeedsLegs",
    "PressOne",
    "Right",
    "SetAny",
    "SetDays",
    "SetField",
    "SetInline",
    "SetLegs",
    "SetToggle",
    "Side",
    "Target",
]

Day = Literal["M", "Tu", "W", "Th", "F"]
Target = tuple[str, str, str]
"""Which control an action reaches: section, name and leg group, without regard to case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetField:
    """Type `text` into the labelled input, date, time or text area of a section; with `unit`, choose it beside the input, in a
    listbox or a native select.

    `group` is the leg group whose section is meant; empty where the panel has the section once.
    """

    section: str
    label: str
    text: str
    unit: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choose:
    """Choose an option of a labelled listbox or native select, by its text or by the symbol at the end of it, `(%)`."""

    section: str
    label: str
    option: str
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetToggle:
    """Bring the toggle with this caption to a state; nothing is clicked when it is there already."""

    section: str
    caption: str
    is_on: bool = True
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetInline:
    """Switch a toggle on whose caption holds an input, and type `text` into it. `caption` is its text before the input."""

    section: str
    caption: str
    text: str
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAny:
    """Give the control of this name its value whatever it is: `on` or `off` for a toggle, an option of a list, or a text."""

    section: str
    label: str
    text: str
    unit: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetDays:
    """Of the square buttons M Tu W Th F of a section, these are on and the others off."""

    section: str
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PressOne:
    """Of a few buttons of which one is on and that belong to a labelled input, this one is."""

    section: str
    label: str
    button: str
    among: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetLegs:
    """Type `text` into a cell of every leg the filter takes; it must take at least one.

    With `keeps_sign` the number is a distance, and every leg stays on the side of its parent where it is.
    """

    legs: LegFilter
    text: str
    cell: Cell = "value"
    keeps_sign: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """Nothing is set; the labelled input must not be blank, or the test is refused with the sentence `why`."""

    section: str
    label: str
    why: str
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedsLegs:
    """Nothing is set; the test must have such a leg."""

    legs: LegFilter


Action = SetField | Choose | SetToggle | SetInline | SetAny | SetDays | PressOne | SetLegs | Needs | NeedsLegs


def target(action: Action) -> Target | None:
    """The control an action reaches; None for one that sets nothing and for legs, which overlap instead of being equal."""
    match action:
        case SetField() | Choose() | SetAny():
            return _target(action.section, action.label, action.group)
        case SetToggle() | SetInline():
            return _target(action.section, action.caption, action.group)
        case SetDays():
            return _target(action.section, "weekdays", "")
        case PressOne():
            return _target(action.section, f"{'/'.join(action.among)} of {action.label}", "")
        case SetLegs() | Needs() | NeedsLegs():
            return None


def _target(section: str, name: str, group: str) -> Target:
    return section.casefold(), name.casefold(), group.casefold()


def collide(one: Action, other: Action) -> str:
    """The control both actions reach, for people; empty when they reach different ones."""
    if isinstance(one, SetLegs) and isinstance(other, SetLegs):
        is_shared = one.cell == other.cell and one.legs.overlaps(other.legs)
        return f"the {one.cell} of a {one.legs}" if is_shared else ""
    found = target(one)
    if found is None or found != target(other):
        return ""
    return name_of(one)


def typed(actions: Iterable[Action]) -> tuple[str, ...]:
    """Every text that some actions type."""
    return tuple(action.text for action in actions if isinstance(action, SetField | SetAny | SetInline | SetLegs))


def name_of(action: Action) -> str:
    """The control of an action for people: `"Profit Target" in "Profit & Loss"`."""
    match action:
        case SetLegs() | NeedsLegs():
            return str(action.legs)
        case SetToggle() | SetInline():
            name = action.caption
        case SetDays():
            name = "weekdays"
        case SetField() | Choose() | SetAny() | PressOne() | Needs():
            name = action.label
    return f'"{name}" in "{action.section}"'

"""The form a practice site must receive when some actions are carried out on a saved test: the actions, without a browser."""

from collections.abc import Mapping, Sequence
from typing import Any

from oodaemon.parameters.form import (
    Action,
    Choose,
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
from oodaemon.parameters.legs import LegFilter, SavedLeg
from oodaemon.practice.fields import Field
from oodaemon.practice.form import Form
from oodaemon.practice.panel import FIELDS

DAYS = {"M": "1", "Tu": "2", "W": "3", "Th": "4", "F": "5"}
CELLS = {"value": "value", "QTY": "quantity", "DTE": "dte"}


class Unreachable(Exception):
    """The practice site has no such control, or no test that suits; one clause."""


def legs_of(form: Form) -> list[SavedLeg]:
    """The legs of a form in the words of the parameters."""
    return [SavedLeg(side=leg.side.lower(), right=leg.right.lower(), unit=leg.unit, value=f"{leg.value:g}") for leg in form.legs]


def expected_state(state: Mapping[str, object], actions: Sequence[Action]) -> dict[str, object]:
    """The state of a panel after the actions. Raises Unreachable for a control the practice site does not have."""
    after = dict(state)
    for action in actions:
        _apply(after, action)
    return after


def _apply(state: dict[str, object], action: Action) -> None:
    match action:
        case SetLegs():
            state["legs"] = [_leg(row, place, action) for place, row in enumerate(_rows(state), start=1)]
        case Needs() | NeedsLegs():
            pass
        case SetField():
            _set(state, _field(action.section, action.label), action.text, action.unit)
        case SetAny():
            field = _field(action.section, action.label)
            is_toggle = field.kind == "toggle"
            state[field.key] = action.text == "on" if is_toggle else _text(field, action.text)
            if action.unit:
                state[f"{field.key}_unit"] = action.unit
        case Choose():
            state[_field(action.section, action.label).key] = action.option
        case SetToggle():
            state[_field(action.section, action.caption).key] = action.is_on
        case SetInline():
            key = _field(action.section, action.caption).key
            state[key], state[f"{key}_value"] = True, action.text
        case SetDays():
            state["weekdays"] = ",".join(sorted(DAYS[day] for day in action.days))
        case PressOne():
            raise Unreachable(f"the practice site has no button {action.button} at {action.label}")


def _set(state: dict[str, object], field: Field, text: str, unit: str) -> None:
    state[field.key] = _text(field, text)
    if unit:
        state[f"{field.key}_unit"] = unit


def _text(field: Field, text: str) -> str:
    """A number as the site writes it; other texts as they are."""
    return text if field.kind not in {"int", "decimal", "signed"} else f"{float(text):g}"


def _field(section: str, name: str) -> Field:
    for field in FIELDS:
        if field.section == section and field.label.partition("[]")[0].strip() == name:
            return field
    raise Unreachable(f'the practice site has no "{name}" in "{section}"')


def _rows(state: Mapping[str, object]) -> list[dict[str, Any]]:
    rows: Any = state["legs"]
    return [dict(row) for row in rows]


def _leg(row: dict[str, Any], place: int, action: SetLegs) -> dict[str, Any]:
    if not _is_taken(row, place, action.legs):
        return row
    key = CELLS[action.cell]
    sign = "-" if action.keeps_sign and str(row[key]).startswith("-") else ""
    return {**row, key: f"{sign}{action.text}"}


def _is_taken(row: Mapping[str, Any], place: int, legs: LegFilter) -> bool:
    return legs.takes(unit=row["unit"], right=row["right"].lower(), side=row["side"].lower(), position=place)

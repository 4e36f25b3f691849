"""What a field of a parameter takes, judged from its schema alone and in the words of the daemon, while somebody types.

The daemon judges again, and its word counts; this only spares a way to it. What the schema does not tell is let through.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ooctl.sweep import Range
from oodaemon.api.v1 import parameters_pb2

Field = parameters_pb2.Field
MOST_VALUES: Final = 100_000
_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,6})?", re.ASCII)
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME: Final = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)
_LARGEST: Final = Decimal(10**12)
_SHOWN: Final = 4
_FAR: Final = 100_000
_ON, _OFF = ("on", "true", "yes", "1"), ("off", "false", "no", "0")

NUMBERS: Final = frozenset({parameters_pb2.FIELD_KIND_INT, parameters_pb2.FIELD_KIND_FLOAT})
STEPPED: Final = NUMBERS | {parameters_pb2.FIELD_KIND_TIME, parameters_pb2.FIELD_KIND_DATE}
"""Kinds that have ranges."""
PICKED: Final = frozenset({parameters_pb2.FIELD_KIND_CHOICE, parameters_pb2.FIELD_KIND_BOOL})
"""Kinds whose values are picked from a list."""


class UnfitError(ValueError):
    """A text is no value of the field; the message is a clause, as the daemon words it."""


@dataclass(frozen=True)
class Verdict:
    """What is wrong (empty: nothing), and what the values are, for people (empty: nobody can tell here)."""

    error: str = ""
    told: str = ""


def choices(field: Field) -> tuple[str, ...]:
    """The values to pick from, for a kind in PICKED."""
    return ("on", "off") if field.kind == parameters_pb2.FIELD_KIND_BOOL else tuple(field.choices)


def limits(field: Field) -> str:
    """What it takes, in one line."""
    if field.kind in PICKED:
        return f"one of {', '.join(choices(field))}"
    form = {parameters_pb2.FIELD_KIND_TIME: "HH:MM, ", parameters_pb2.FIELD_KIND_DATE: "YYYY-MM-DD, "}.get(field.kind, "")
    low, high = _worth_saying(field, field.minimum), _worth_saying(field, field.maximum)
    bounds = f"{low} to {high}" if low and high else f"from {low}" if low else f"up to {high}" if high else ""
    what = {parameters_pb2.FIELD_KIND_INT: "whole numbers", parameters_pb2.FIELD_KIND_FLOAT: "numbers"}.get(field.kind, "a text")
    if field.kind not in NUMBERS:
        return (form + bounds).removesuffix(", ") or what
    return what + (f" in {field.unit}" if field.unit else "") + (f", {bounds}" if bounds else "")


def _worth_saying(field: Field, bound: str) -> str:
    """A bound that somebody may come near to."""
    return "" if field.kind in NUMBERS and bound and abs(Decimal(bound)) >= _FAR else bound


def step_of(field: Field) -> str:
    """The step of a range that names none, for people; empty where there are no ranges."""
    unit = {parameters_pb2.FIELD_KIND_TIME: " minutes", parameters_pb2.FIELD_KIND_DATE: " days"}.get(field.kind, "")
    return f"{field.default_step}{unit}" if field.kind in STEPPED and field.default_step else ""


def example(field: Field) -> str:
    """A range, or a list, that the field takes."""
    match field.kind:
        case parameters_pb2.FIELD_KIND_TIME:
            return "09:45..12:00/15"
        case parameters_pb2.FIELD_KIND_DATE:
            return "2022-01-01..2024-01-01/365"
        case parameters_pb2.FIELD_KIND_INT | parameters_pb2.FIELD_KIND_FLOAT:
            step = Decimal(field.default_step or "1")
            low = Decimal(field.minimum or "0")
            first = low if low > 0 and low == low.to_integral_value() else max(low, Decimal(0)) // step * step + step
            last = first + 4 * step
            last = min(last, Decimal(field.maximum)) if field.maximum else last
            return f"{_plain(first)}..{_plain(last)}/{_plain(step)}"
        case _:
            return "one, another"


def judge(field: Field, text: str) -> Verdict:
    """One value."""
    try:
        canonical(field, text)
    except UnfitError as error:
        return Verdict(str(error))
    return Verdict()


def judge_values(field: Field, values: Range | tuple[str, ...]) -> Verdict:
    """A range or a list; `told` says how many values it makes, and which."""
    if field.kind not in STEPPED | PICKED:
        return Verdict()
    try:
        shown = _expanded(field, values) if isinstance(values, Range) else _listed(field, values)
    except UnfitError as error:
        return Verdict(str(error))
    return Verdict(told=shown)


def canonical(field: Field, text: str) -> str:
    """The value as the daemon would write it. Raises UnfitError."""
    match field.kind:
        case parameters_pb2.FIELD_KIND_INT | parameters_pb2.FIELD_KIND_FLOAT:
            return _plain(_checked(field, text))
        case parameters_pb2.FIELD_KIND_CHOICE:
            found = [choice for choice in field.choices if choice.casefold() == text.strip().casefold()]
            if not found:
                raise UnfitError(f"{text.strip()!r} is none of {', '.join(field.choices)}")
            return found[0]
        case parameters_pb2.FIELD_KIND_BOOL:
            word = text.strip().casefold()
            if word not in _ON + _OFF:
                raise UnfitError(f"{text.strip()!r} is neither on nor off")
            return "on" if word in _ON else "off"
        case parameters_pb2.FIELD_KIND_TIME:
            return _clock(_time(field, text))
        case parameters_pb2.FIELD_KIND_DATE:
            return _date(field, text).isoformat()
        case _:
            return " ".join(text.split())


def _number(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text.strip()):
        raise UnfitError(f"{text!r} is not a number")
    number = Decimal(text.strip())
    if abs(number) > _LARGEST:
        raise UnfitError(f"{text.strip()} is too large")
    return number


def _checked(field: Field, text: str) -> Decimal:
    number = _number(text)
    if number != round(number, field.decimals):
        most = f"at most {field.decimals} decimals" if field.decimals else "a whole number"
        raise UnfitError(f"{text.strip()} has too many decimals; give {most}")
    if field.minimum and number < Decimal(field.minimum):
        raise UnfitError(f"{text.strip()} is below the minimum {field.minimum}")
    if field.maximum and number > Decimal(field.maximum):
        raise UnfitError(f"{text.strip()} is above the maximum {field.maximum}")
    return number


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _minute(text: str) -> int:
    found = _TIME.fullmatch(text.strip())
    if found is None or int(found[1]) >= 24 or int(found[2]) >= 60:
        raise UnfitError(f"{text.strip()!r} is not a time of day; write HH:MM in 24 hours, such as 09:45")
    return int(found[1]) * 60 + int(found[2])


def _time(field: Field, text: str) -> int:
    minute = _minute(text)
    if field.minimum and field.maximum and not _minute(field.minimum) <= minute <= _minute(field.maximum):
        raise UnfitError(f"{text.strip()} is outside {field.minimum}-{field.maximum}")
    return minute


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _date(field: Field, text: str) -> datetime.date:
    try:
        day = datetime.date.fromisoformat(text.strip()) if _DAY.fullmatch(text.strip()) else None
    except ValueError:
        day = None
    if day is None:
        raise UnfitError(f"{text.strip()!r} is no day; write YYYY-MM-DD, such as 2022-05-16")
    if (field.minimum or field.maximum) and not (field.minimum or "0") <= day.isoformat() <= (field.maximum or "9999-12-31"):
        raise UnfitError(f"{text.strip()} is outside {field.minimum}..{field.maximum}")
    return day


def _listed(field: Field, values: tuple[str, ...]) -> str:
    found = [canonical(field, text) for text in values]
    for place, value in enumerate(found):
        if value in found[:place]:
            raise UnfitError(f"{value} is given twice")
    return _told(len(found), found.__getitem__)


def _expanded(field: Field, values: Range) -> str:
    if field.kind in PICKED:
        raise UnfitError(f"has no range ({values.start}..{values.end}/{values.step}); list the values, separated by commas")
    count, at = _ranges(field)(field, values)
    if count > MOST_VALUES:
        raise UnfitError(f"this makes more than {MOST_VALUES:,} tasks; take a larger step")
    return _told(count, at)


def _ranges(field: Field) -> Callable[[Field, Range], tuple[int, Callable[[int], str]]]:
    match field.kind:
        case parameters_pb2.FIELD_KIND_TIME:
            return _times
        case parameters_pb2.FIELD_KIND_DATE:
            return _days
        case _:
            return _numbers


def _numbers(field: Field, values: Range) -> tuple[int, Callable[[int], str]]:
    first, last = _checked(field, values.start), _checked(field, values.end)
    step = _number(values.step) if values.step else Decimal(field.default_step or "1")
    if step <= 0:
        raise UnfitError(f"the step {values.step} must be greater than 0")
    if step != round(step, field.decimals):
        raise UnfitError(f"the step {values.step} has more than {field.decimals} decimals")
    _check_order(values, is_backwards=last < first)
    return int((last - first) / step) + 1, lambda place: _plain(first + step * place)


def _times(field: Field, values: Range) -> tuple[int, Callable[[int], str]]:
    first, last = _time(field, values.start), _time(field, values.end)
    step = _whole_step(field, values, 24 * 60)
    _check_order(values, is_backwards=last < first)
    return (last - first) // step + 1, lambda place: _clock(first + step * place)


def _days(field: Field, values: Range) -> tuple[int, Callable[[int], str]]:
    first, last = _date(field, values.start), _date(field, values.end)
    step = _whole_step(field, values, 40_000)
    _check_order(values, is_backwards=last < first)
    return (last - first).days // step + 1, lambda place: (first + datetime.timedelta(step * place)).isoformat()


def _whole_step(field: Field, values: Range, most: int) -> int:
    whole = Field(kind=parameters_pb2.FIELD_KIND_INT, minimum="1", maximum=str(most))
    return int(_checked(whole, values.step)) if values.step else int(field.default_step or 1)


def _check_order(values: Range, *, is_backwards: bool) -> None:
    if is_backwards:
        raise UnfitError(f"the range ends at {values.end}, before its start {values.start}")


def _told(count: int, at: Callable[[int], str]) -> str:
    if count <= _SHOWN + 1:
        shown = ", ".join(at(place) for place in range(count))
    else:
        shown = ", ".join(at(place) for place in range(_SHOWN - 1)) + f", ... {at(count - 1)}"
    return f"{count:,} value{'s' if count != 1 else ''}: {shown}"

"""Values as a panel holds them, which is text, and back."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal

from oodaemon.practice.fields import PATTERNS, Kind

DATE_FORMAT = "%m/%d/%Y"


class InvalidText(ValueError):
    """A text that its field does not accept."""


def parse(kind: Kind, raw: object, *, required: bool = False, options: Sequence[str] = ()) -> object:
    """The value of a field's text: str, int, float, date, time, a tuple of weekdays (Monday is 1), or None when blank.

    Raises InvalidText when the site would not accept the text.
    """
    if raw is not None and not isinstance(raw, str):
        raise InvalidText("Please enter a text")
    text = (raw or "").strip()
    if kind in ("text", "file"):
        if required and not text:
            raise InvalidText("Please fill out this field")
        return text
    if kind in ("listbox", "select", "sides"):
        if text not in options:
            raise InvalidText(f"Please choose one of {', '.join(options)}")
        return text
    if not text:
        if required:
            raise InvalidText("Please fill out this field")
        return () if kind == "weekdays" else None
    return _value(kind, text)


def _value(kind: Kind, text: str) -> object:
    if pattern := PATTERNS.get(kind):
        if not re.fullmatch(pattern, text) or not re.search(r"\d", text):
            raise InvalidText("Please match the requested format")
        return int(text) if kind == "int" else float(text)
    try:
        if kind == "date":
            return _date(text)
        if kind == "time":
            return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007  # a time of day has no zone
        return _weekdays(text)
    except ValueError as error:
        raise InvalidText(f"{text!r} is not a valid {'day' if kind == 'weekdays' else kind}") from error


def _date(text: str) -> date:
    return datetime.strptime(text, DATE_FORMAT).date()  # noqa: DTZ007  # a trading day has no zone


def _weekdays(text: str) -> tuple[int, ...]:
    days = sorted({int(part) for part in text.split(",")})
    if not set(days) <= {1, 2, 3, 4, 5}:
        raise ValueError(text)
    return tuple(days)


def parse_dates(text: str) -> frozenset[date]:
    """The days of a comma list, ISO or MM/DD/YYYY; anything else in it is left out, as the site does."""
    days = set()
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        try:
            days.add(_date(part) if "/" in part else date.fromisoformat(part))
        except ValueError:
            continue
    return frozenset(days)


def number_text(number: float) -> str:
    """A number as people type it: no trailing zeros, no exponent."""
    text = format(Decimal(str(number)), "f")
    return text.removesuffix(".0")


def date_text(day: date) -> str:
    """MM/DD/YYYY, as the panel's date fields show it."""
    return day.strftime(DATE_FORMAT)


def time_text(moment: time) -> str:
    """HH:MM, 24 hours, as time fields hold it."""
    return moment.strftime("%H:%M")


def clock_text(moment: time) -> str:
    """A time of day as the page prints it: 9:32 AM."""
    return f"{(moment.hour - 1) % 12 + 1}:{moment.minute:02d} {'AM' if moment.hour < 12 else 'PM'}"


def long_date_text(day: date) -> str:
    """May 16, 2022."""
    return f"{day.strftime('%B')} {day.day}, {day.year}"


def value_text(value: object) -> str | bool:
    """A value as its field holds it; switches stay what they are."""
    match value:
        case bool() | str():
            return value
        case None:
            return ""
        case int() | float():
            return number_text(value)
        case date():
            return date_text(value)
        case time():
            return time_text(value)
        case tuple():
            return ",".join(str(item) for item in value)
        case _:
            raise TypeError(f"a form holds no {type(value).__name__}")

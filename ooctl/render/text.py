"""Single values as text for people. Text of others loses its control characters before it reaches a terminal."""

from __future__ import annotations

from typing import Any, Final

DASH: Final = "\N{EN DASH}"
"""Stands where there is no value."""


class Written(str):
    """A time that is written already as somebody asked for it."""

    __slots__ = ()


def one_line(text: str) -> str:
    """Without control characters and line breaks, so that a line stays a line and a terminal is not steered."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def plain(value: Any) -> str:  # noqa: ANN401 - any value of a record
    """A value of a record: numbers as they are, booleans as on and off, nothing as a dash."""
    if value is None or value == "":
        return DASH
    if isinstance(value, bool):
        return "on" if value else "off"
    return one_line(str(value)) or DASH


def number(value: float | None) -> str:
    """Up to four decimals, no trailing zeros, thousands separated."""
    if value is None:
        return DASH
    text = f"{value:,.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def money(value: float | None) -> str:
    """Dollars; cents only where there are some."""
    if value is None:
        return DASH
    amount = f"{abs(value):,.2f}".removesuffix(".00")
    return f"-${amount}" if value < 0 and amount != "0" else f"${amount}"


def percent(value: float | None) -> str:
    """A figure that is in percent already."""
    return DASH if value is None else f"{number(round(value, 2))}%"


def minutes(value: float | None) -> str:
    """A figure in minutes."""
    return DASH if value is None else f"{number(round(value, 1))} min"


def duration(seconds: float | None) -> str:
    """The two largest units of a span, such as `1 h 5 min`."""
    if seconds is None:
        return DASH
    total = max(0, round(seconds))
    if total < 60:
        return f"{total} s"
    units = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))
    first = next(index for index, (size, _) in enumerate(units) if total >= size)
    (size, name), (next_size, next_name) = units[first], units[first + 1]
    rest = total % size // next_size
    return f"{total // size} {name} {rest} {next_name}" if rest else f"{total // size} {name}"


def moment(text: str | None) -> str:
    """An RFC 3339 time without its fraction of a second, or a time as it was asked for."""
    if text is None:
        return DASH
    if isinstance(text, Written):
        return text
    head, dot, _ = text.partition(".")
    return f"{head}Z" if dot else text


def plainly(name: str, value: Any) -> str:  # noqa: ANN401 - any field of a record
    """A field as text for people, by what its name says of it."""
    if name.endswith("_at") and (value is None or isinstance(value, str)):
        return moment(value)
    if name.endswith("_seconds") and (value is None or isinstance(value, int | float)):
        return duration(value)
    if isinstance(value, float):
        return number(value)
    return plain(", ".join(map(str, value)) if isinstance(value, list) else value)

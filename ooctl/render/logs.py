"""A line of the log for people: `TIME level event key=value …`."""

from __future__ import annotations

from typing import Final

from ooctl.render.tables import Record
from ooctl.render.text import moment, one_line

_COLOURS: Final = {"WARNING": "33", "ERROR": "31"}
WIDTH: Final = 7
"""Of the longest level."""


def log_line(record: Record, *, has_colour: bool = False) -> str:
    """One line whatever is in it; a text with blanks, quotes or equal signs stands in quotes."""
    level = f"{record['level'] or 'INFO':<{WIDTH}}".lower()
    colour = _COLOURS.get(record["level"] or "")
    if has_colour and colour:
        level = f"\x1b[{colour}m{level}\x1b[0m"
    fields = [f"{one_line(name)}={_quoted(one_line(text))}" for name, text in record["fields"].items()]
    return " ".join([moment(record["logged_at"]), level, one_line(record["event"]), *fields])


def _quoted(text: str) -> str:
    if text and not any(char in text for char in ' "='):
        return text
    inner = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{inner}"'

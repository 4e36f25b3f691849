"""Spans of time as people write them: 90, 45s, 10m, 1h30m, 2d."""

from __future__ import annotations

import re
from typing import Any, Final

from ooctl import cli as click

_UNITS: Final = {"s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86_400.0}
_PART: Final = re.compile(r"\s*(\d{1,9}(?:\.\d{1,6})?)\s*(s|min|m|h|d)", re.ASCII)
_SECONDS: Final = re.compile(r"\d{1,9}(?:\.\d{1,6})?", re.ASCII)
LONGEST: Final = 3650 * _UNITS["d"]


class Span(click.ParamType):  # type: ignore[type-arg]  # generic only since click 8.3
    """Seconds, as a number of them or with units; more than 0, at most ten years."""

    name = "span"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002 - as inherited
        """Shown in help."""
        return "TIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:  # noqa: ANN401 - as inherited
        """The seconds."""
        if isinstance(value, int | float):
            return float(value)
        seconds = read_span(str(value))
        if seconds is None:
            self.fail(f"{value!r} is no time; write it as 90 (seconds), 45s, 10m, 1h30m or 2d.", param, ctx)
        if not 0 < seconds <= LONGEST:
            self.fail(f"{value!r} must be more than 0 and at most ten years.", param, ctx)
        return seconds


def read_span(text: str) -> float | None:
    """Seconds; None for what is no span."""
    text = text.strip().lower()
    if _SECONDS.fullmatch(text):
        return float(text)
    place, total = 0, 0.0
    while place < len(text):
        found = _PART.match(text, place)
        if found is None:
            return None
        total += float(found[1]) * _UNITS[found[2]]
        place = found.end()
    return total if text else None

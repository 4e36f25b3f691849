"""Times for people, as --time-format asks for them. JSON, YAML and CSV always hold RFC 3339 in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from ooctl.render.text import Written, duration

if TYPE_CHECKING:
    from collections.abc import Callable

_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")


class TimeFormat(StrEnum):
    """What --time-format can be given: to the second, as the daemon wrote it, or how long ago."""

    ISO = "iso"
    RAW = "raw"
    RELATIVE = "relative"


def with_times(value: Any, format_: TimeFormat, now: Callable[[], datetime] | None = None) -> Any:  # noqa: ANN401 - any record
    """The same record with its times as they are to be shown; ISO leaves them to whoever shows them."""
    if format_ is TimeFormat.ISO:
        return value
    if isinstance(value, dict):
        return {key: with_times(content, format_, now) for key, content in value.items()}
    if isinstance(value, list):
        return [with_times(content, format_, now) for content in value]
    if not isinstance(value, str) or _MOMENT.fullmatch(value) is None:
        return value
    if format_ is TimeFormat.RAW:
        return Written(value)
    return Written(relative(datetime.fromisoformat(value), now() if now else datetime.now(UTC)))


def relative(then: datetime, now: datetime) -> str:
    """How long ago, or in how long, by the clock of this machine: `5 min ago`, `in 2 h 10 min`, `now`."""
    seconds = (now - then).total_seconds()
    if abs(seconds) < 1:
        return "now"
    return f"{duration(seconds)} ago" if seconds > 0 else f"in {duration(-seconds)}"

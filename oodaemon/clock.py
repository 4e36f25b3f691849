"""Units of time and the wall clock, which every part takes as an argument so that tests own it."""

import datetime
import re
from collections.abc import Callable

SECONDS = 1.0
MINUTES = 60.0
HOURS = 3600.0

_TEXT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")

WallClock = Callable[[], datetime.datetime]


def utc_now() -> datetime.datetime:
    """Now, aware, in UTC."""
    return datetime.datetime.now(datetime.UTC)


def to_text(moment: datetime.datetime) -> str:
    """RFC 3339 text in UTC with microseconds: sorts as it reads."""
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def from_text(text: str) -> datetime.datetime:
    """The inverse of `to_text`. Raises ValueError for anything else."""
    if not _TEXT.fullmatch(text):
        raise ValueError(f"{text!r} does not match format YYYY-MM-DDTHH:MM:SS.ffffffZ")
    return datetime.datetime.fromisoformat(text)

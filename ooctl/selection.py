"""What an order is about: tasks as people name them, `1,4-7`, why it is given, and on which condition."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ooctl.exits import ClientError, ExitStatus

_PART: Final = re.compile(r"\s*(\d{1,6})\s*(?:-\s*(\d{1,6})\s*)?", re.ASCII)


@dataclass(frozen=True)
class Range:
    """Indexes from `first` to `last`, both included."""

    first: int
    last: int


@dataclass(frozen=True)
class Ask:
    """What every order carries: why, and the revision the run must still have (None: any)."""

    reason: str = ""
    if_revision: int | None = None


def read_tasks(text: str) -> tuple[Range, ...]:
    """The ranges of a list such as `1,4-7`. Raises ClientError (USAGE) saying which part is wrong."""
    return tuple(_read(part) for part in text.split(","))


def _read(part: str) -> Range:
    found = _PART.fullmatch(part)
    if found is None:
        raise _wrong(part, "is no index")
    first, last = int(found[1]), int(found[2] or found[1])
    if last < first:
        raise _wrong(part, "ends before it begins")
    return Range(first, last)


def _wrong(part: str, why: str) -> ClientError:
    return ClientError(
        f"--tasks: {part.strip()!r} {why}", ExitStatus.USAGE, hint='tasks are named as in 1,4-7; "ooctl tasks RUN" shows them'
    )

"""What is best, as users write it: `mar`, `max_drawdown:max`, `fees:min`. Knows nothing of the wire."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ooctl.exits import ClientError, ExitStatus

_TEXT: Final = re.compile(r"(?P<metric>[A-Za-z][A-Za-z0-9_]*)(?::(?P<direction>max|min))?", re.ASCII)


@dataclass(frozen=True)
class Objective:
    """A figure; `direction` is max, min, or empty for the natural one."""

    metric: str
    direction: str = ""


def read_objective(text: str) -> Objective:
    """The objective of a text METRIC[:max|min]. Raises ClientError (USAGE)."""
    found = _TEXT.fullmatch(text.strip())
    if found is None:
        raise ClientError(
            f"{text!r} names no figure", ExitStatus.USAGE, hint="write METRIC, METRIC:max or METRIC:min, such as mar or fees:min"
        )
    return Objective(found["metric"], found["direction"] or "")

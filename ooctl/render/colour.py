"""Whether text is coloured: decided once for an invocation, from options, the environment and the terminal."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class When(StrEnum):
    """What --color can be given."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


def is_coloured(when: When, env: Mapping[str, str], *, is_terminal: bool) -> bool:
    """`when`, else NO_COLOR (any text), else FORCE_COLOR and CLICOLOR_FORCE (anything but 0), else whether it is a terminal."""
    if when is not When.AUTO:
        return when is When.ALWAYS
    if env.get("NO_COLOR"):
        return False
    if any(env.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return is_terminal

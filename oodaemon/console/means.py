"""What the pages work with."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from oodaemon.clock import WallClock
from oodaemon.console.service import Services
from oodaemon.console.sessions import Sessions
from oodaemon.events.watch import Journal


@dataclass(frozen=True, slots=True)
class SettingLine:
    """A setting: its value as a file would say it, secrets masked, where it came from, and what it means."""

    name: str
    value: str
    origin: str
    meaning: str


async def _nothing() -> Sequence[SettingLine]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What the pages work with. `is_open` lets those without a session read; `settings` gathers what is in effect."""

    services: Services
    journal: Journal
    sessions: Sessions
    wall_clock: WallClock
    version: str
    is_open: bool = True
    settings: Callable[[], Awaitable[Sequence[SettingLine]]] = _nothing

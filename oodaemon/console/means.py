"""What the pages work with."""

from dataclasses import dataclass

from oodaemon.clock import WallClock
from oodaemon.console.service import Services
from oodaemon.console.sessions import Sessions
from oodaemon.events.watch import Journal


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What the pages work with. `is_open` lets those without a session read;"""

    services: Services
    journal: Journal
    sessions: Sessions
    wall_clock: WallClock
    version: str
    is_open: bool = True

"""When a browser has served long enough. Retirement is a normal end: no failure, no strike, no budget."""

import random
from dataclasses import dataclass

from oodaemon.clock import HOURS

JITTER = 0.2
MIB = 2**20
PATIENCE = 1 * HOURS
"""How long a browser that served no task yet may hold what it likes: a limit that none can keep must not stop all work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """After how many tasks, how many seconds and how many bytes of resident memory a browser is replaced."""

    tasks: int = 1000
    seconds: float = 12 * HOURS
    resident: int = 5000 * MIB


@dataclass(frozen=True, slots=True)
class ServiceStatistics:
    """How long a browser serves, in seconds, and the bytes of resident memory it held when it was weighed last (0: not yet)."""

    age: float
    resident: int


class Service:
    """The service of one browser. Each limit is its own by up to 20 %, so that browsers do not retire together."""

    def __init__(self, limits: Limits, rng: random.Random, *, began: float) -> None:
        self._tasks = max(1, round(limits.tasks * rng.uniform(1 - JITTER, 1 + JITTER)))
        self._until = began + limits.seconds * rng.uniform(1 - JITTER, 1 + JITTER)
        self._resident = limits.resident * rng.uniform(1 - JITTER, 1 + JITTER)
        self._began = began
        self.tasks = self._held = 0
        self.weighed_at = -float("inf")

    def weighed(self, now: float, resident: int) -> None:
        """It holds so many bytes now."""
        self.weighed_at, self._held = now, resident

    def statistics(self, now: float) -> ServiceStatistics:
        """What is known of it, at `now` on the clock of `began`."""
        return ServiceStatistics(now - self._began, self._held)

    def reason(self, now: float) -> str | None:
        """Why it retires; None while it need not. `now` is in seconds on the clock of `began`."""
        if self.tasks >= self._tasks:
            return f"it served {self.tasks} tasks"
        if now >= self._until:
            return "it is old"
        has_served = self.tasks > 0 or now - self._began >= PATIENCE
        if self._held >= self._resident and has_served:
            return f"it holds {self._held / MIB:.0f} MiB"
        return None

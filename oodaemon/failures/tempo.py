"""How slowly the site is asked, by the trouble it had lately. Pure: the caller brings the time, monotonic, in seconds."""

from dataclasses import dataclass

from oodaemon.clock import MINUTES, SECONDS

DELAYS = (0.0, 1 * SECONDS, 2 * SECONDS, 3 * SECONDS)
"""The least pause before an action that the site must answer, by the number of recent failures."""

ONE_BROWSER, WARNING = 2, 3
"""From so many recent failures on only one browser works, and the user is told."""

FORGOTTEN = 10 * MINUTES
"""A failure after which nothing was tried for so long is not recent any more: an idle site is not slow for ever."""


@dataclass(frozen=True, slots=True)
class Tempo:
    """Recent failures, 0 to 3: one more with each that speaks of the site, one less with each success or 10 quiet minutes."""

    failures: int = 0
    since: float = 0.0

    def at(self, now: float) -> int:
        """How many are recent."""
        return max(0, self.failures - int((now - self.since) / FORGOTTEN)) if self.failures else 0

    def failed(self, now: float) -> "Tempo":
        """After a failure."""
        return Tempo(min(len(DELAYS) - 1, self.at(now) + 1), now)

    def succeeded(self, now: float) -> "Tempo":
        """After a success."""
        return Tempo(max(0, self.at(now) - 1), now)

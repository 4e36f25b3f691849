"""How often a child may fail, per failure class, in two sliding windows. Pure: the caller brings the time."""

from collections import deque
from dataclasses import dataclass

from oodaemon.clock import HOURS, MINUTES


@dataclass(frozen=True, slots=True)
class Window:
    """At most `limit` failures in any `seconds`. A limit of 0 allows none: the first failure is one too many."""

    limit: int
    seconds: float

    def __post_init__(self) -> None:
        if self.limit < 0 or self.seconds <= 0:
            raise ValueError(f"a window needs a limit of at least 0 and a length above 0 s, not {self}")

    def count(self, moments: deque[float], now: float) -> int:
        """How many of `moments` lie in the window that ends `now`; one exactly `seconds` old no longer does."""
        return sum(1 for moment in moments if moment > now - self.seconds)


@dataclass(frozen=True, kw_only=True, slots=True)
class Budget:
    """`burst` catches a child that dies at once, `sustained` one that dies slowly for ever."""

    burst: Window = Window(5, 1 * MINUTES)
    sustained: Window = Window(20, 1 * HOURS)


@dataclass(frozen=True, slots=True)
class Usage:
    """Failures inside each window, of the failure class that has most."""

    burst: int
    sustained: int


class Ledger:
    """The counted failures of one child. Keeps no more than both windows need."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._moments: dict[str, deque[float]] = {}

    def record(self, failure_class: str, now: float) -> Window | None:
        """Count one failure; return the window whose limit it went over, if any."""
        moments = self._moments.setdefault(failure_class, deque())
        moments.append(now)
        self._prune(moments, now)
        for window in (self._budget.burst, self._budget.sustained):
            if window.count(moments, now) > window.limit:
                return window
        return None

    def usage(self, now: float) -> Usage:
        """What is used of both windows at `now`."""
        every = self._moments.values()
        return Usage(
            burst=max((self._budget.burst.count(moments, now) for moments in every), default=0),
            sustained=max((self._budget.sustained.count(moments, now) for moments in every), default=0),
        )

    def clear(self) -> None:
        """Forget every failure."""
        self._moments.clear()

    def _prune(self, moments: deque[float], now: float) -> None:
        longest = max(self._budget.burst.seconds, self._budget.sustained.seconds)
        while moments[0] <= now - longest:
            moments.popleft()

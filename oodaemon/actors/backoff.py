"""How long a child waits before its next start. Pure: randomness and durations come from the caller."""

import random
from dataclasses import dataclass

from oodaemon.clock import HOURS, MINUTES, SECONDS


@dataclass(frozen=True, kw_only=True, slots=True)
class Backoff:
    """Exponential with full jitter; all durations in seconds.

    `stable_for` is how long a child must have been UP, with progress, for its history to be forgotten.
    """

    base: float = 0.5 * SECONDS
    cap: float = 1 * MINUTES
    max_exponent: int = 16
    stable_for: float = 2 * MINUTES

    def __post_init__(self) -> None:
        if min(self.base, self.cap, self.max_exponent, self.stable_for) < 0:
            raise ValueError(f"no part of a backoff may be negative: {self}")

    def ceiling(self, failures: int) -> float:
        """The longest wait after `failures` earlier failures."""
        return min(self.cap, self.base * 2.0 ** min(failures, self.max_exponent))


@dataclass(frozen=True, kw_only=True, slots=True)
class Probing:
    """How often a child that was set aside is tried again: after `first` seconds, then twice as long each time, up to `longest`."""

    first: float = 5 * MINUTES
    longest: float = 1 * HOURS

    def __post_init__(self) -> None:
        if not 0 < self.first <= self.longest:
            raise ValueError(f"probing needs 0 < first <= longest: {self}")

    def delay(self, failed: int) -> float:
        """Seconds to the next probe after so many that failed."""
        return min(self.longest, self.first * 2.0 ** min(failed, 32))


class Retries:
    """Counts failures in a row and turns each into a delay."""

    __slots__ = ("_backoff", "_failures", "_random")

    def __init__(self, backoff: Backoff, rng: random.Random) -> None:
        self._backoff = backoff
        self._random = rng
        self._failures = 0

    @property
    def failures(self) -> int:
        """Failures since the last reset."""
        return self._failures

    def next_delay(self, *, has_progressed: bool, up_for: float) -> float:
        """Count a failure of an incarnation that was UP for `up_for` seconds and return the seconds to wait.

        The first failure after progress costs no wait. Time alone never resets the count, nor does progress alone.
        """
        if has_progressed and up_for >= self._backoff.stable_for:
            self._failures = 0
        ceiling = self._backoff.ceiling(self._failures)
        is_first = self._failures == 0
        self._failures += 1
        return 0.0 if is_first and has_progressed else self._random.uniform(0.0, ceiling)

    def reset(self) -> None:
        """Forget every failure."""
        self._failures = 0

"""How many backtests may be started, over all browsers of an account. Pure: the caller brings the time, monotonic, in seconds."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from oodaemon.clock import MINUTES, SECONDS

WINDOW = 1 * MINUTES
MARGIN = 1e-6 * SECONDS
"""Kept beyond the window, so that rounding never puts one run too many into it."""

LEAST_SHARE = 1 / 16
RECOVERY = 0.1
"""Of the setting, a minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Seconds between two runs at least, and runs in any 60 s at most (None: as many as that allows)."""

    between: float
    per_minute: int | None = None


class Quota:
    """Runs of the last minute against the limits.

    A site that limits us halves what is allowed; it comes back by +10 % of the setting a minute (additive increase, multiplicative
    decrease), and never falls below a sixteenth.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._runs: deque[float] = deque()
        self._last = -float("inf")
        self._share, self._share_at = 1.0, 0.0

    def recall(self, runs: Iterable[float]) -> None:
        """Take up runs of before, in any order; those that seem to come from the future count as of their time all the same."""
        self._runs = deque(sorted((*self._runs, *runs)))
        self._last = max(self._runs, default=self._last)

    def spend(self, now: float) -> None:
        """A run is started now."""
        self._last = now
        self._runs.append(now)
        while self._runs[0] <= now - WINDOW - MARGIN:
            self._runs.popleft()

    def halve(self, now: float) -> None:
        """The site limited us."""
        self._share, self._share_at = max(LEAST_SHARE, self.share(now) / 2), now

    def share(self, now: float) -> float:
        """What part of the setting is allowed, 1/16 to 1."""
        return min(1.0, self._share + RECOVERY * (now - self._share_at) / MINUTES)

    def earliest(self, now: float) -> float:
        """When the next run may start; `now` when at once."""
        share = self.share(now)
        moments = [now, self._last + self._limits.between / share]
        allowed = self._allowed(share)
        if allowed is not None:
            whole = max(1, int(allowed))
            if len(self._runs) >= whole:
                moments.append(self._runs[-whole] + WINDOW / min(1.0, allowed) + MARGIN)
        return max(moments)

    def tokens(self, now: float) -> float:
        """How many runs could start within this minute; 1 without such a limit, unless the distance to the last one forbids it."""
        allowed = self._allowed(self.share(now))
        if allowed is None:
            return float(self.earliest(now) <= now)
        return max(0.0, allowed - sum(1 for run in self._runs if run > now - WINDOW))

    def _allowed(self, share: float) -> float | None:
        return None if self._limits.per_minute is None else self._limits.per_minute * share

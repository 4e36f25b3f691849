"""Counts of what browsers did in this boot, for whoever asks."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

BUCKETS = (5.0, 10.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0, 300.0, 600.0, 1200.0)
"""Upper bounds in seconds: a backtest takes seconds to minutes."""


@dataclass(frozen=True, slots=True)
class TallyStatistics:
    """Attempts by outcome; durations of successful ones as counts per bucket (the last: beyond all bounds) and their sum."""

    outcomes: Mapping[str, int]
    buckets: tuple[int, ...]
    seconds: float


class Tally:
    """Counts attempts."""

    def __init__(self) -> None:
        self._outcomes: Counter[str] = Counter()
        self._buckets = [0] * (len(BUCKETS) + 1)
        self._seconds = 0.0

    def failed(self, outcome: str) -> None:
        """An attempt ended without a result."""
        self._outcomes[outcome] += 1

    def succeeded(self, seconds: float) -> None:
        """An attempt recorded a result after so many seconds."""
        self._outcomes["succeeded"] += 1
        self._buckets[bisect_left(BUCKETS, seconds)] += 1
        self._seconds += seconds

    def statistics(self) -> TallyStatistics:
        """The counts now."""
        return TallyStatistics(dict(self._outcomes), tuple(self._buckets), self._seconds)

"""Counts of what browsers did in this boot, for whoever asks."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from oodaemon.histogram import Histogram, HistogramStatistics

BUCKETS = (5.0, 10.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0, 300.0, 600.0, 1200.0)
"""Upper bounds in seconds: a backtest takes seconds to minutes."""


@dataclass(frozen=True, slots=True)
class TallyStatistics:
    """Attempts by outcome, and how long successful ones took."""

    outcomes: Mapping[str, int]
    durations: HistogramStatistics


class Tally:
    """Counts attempts."""

    def __init__(self) -> None:
        self._outcomes: Counter[str] = Counter()
        self._durations = Histogram(*BUCKETS)

    def failed(self, outcome: str) -> None:
        """An attempt ended without a result."""
        self._outcomes[outcome] += 1

    def succeeded(self, seconds: float) -> None:
        """An attempt recorded a result after so many seconds."""
        self._outcomes["succeeded"] += 1
        self._durations.add(seconds)

    def statistics(self) -> TallyStatistics:
        """The counts now."""
        return TallyStatistics(dict(self._outcomes), self._durations.statistics())

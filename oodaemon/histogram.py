"""Histograms of durations: counts by upper bound and their sum, for whoever asks. Cheap enough for every call."""

import time
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HistogramStatistics:
    """How many durations came to at most each of `bounds` (seconds) and to no smaller one; the last count is beyond all.

    `seconds` is the sum of all durations.
    """

    bounds: tuple[float, ...] = ()
    counts: tuple[int, ...] = (0,)
    seconds: float = 0.0

    @property
    def number(self) -> int:
        """How many durations there were."""
        return sum(self.counts)


class Histogram:
    """Counts durations. One thread at a time may add; any may look."""

    def __init__(self, *bounds: float) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self._seconds = 0.0

    def add(self, seconds: float) -> None:
        """One more duration; a bound belongs to its own bucket."""
        self._counts[bisect_left(self._bounds, seconds)] += 1
        self._seconds += seconds

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Add how long the block takes, unless it raises."""
        began = time.perf_counter()
        yield
        self.add(time.perf_counter() - began)

    def statistics(self) -> HistogramStatistics:
        """The counts now."""
        return HistogramStatistics(self._bounds, tuple(self._counts), self._seconds)

"""Histograms of durations."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oodaemon.histogram import Histogram


@given(st.lists(st.floats(0, 100)))
def test_every_duration_is_in_one_bucket(durations: list[float]) -> None:
    histogram = Histogram(1.0, 5.0, 10.0)
    for seconds in durations:
        histogram.add(seconds)
    found = histogram.statistics()
    at_most = [sum(found.counts[: place + 1]) for place in range(4)]
    assert at_most[:3] == [sum(1 for d in durations if d <= bound) for bound in found.bounds]
    assert at_most[3] == found.number == len(durations)
    assert found.seconds == pytest.approx(sum(durations))


def test_what_raises_is_not_timed() -> None:
    histogram = Histogram(1.0)
    with histogram.timed():
        pass
    with pytest.raises(ValueError, match="no"), histogram.timed():
        raise ValueError("no")
    assert histogram.statistics().number == 1


def test_statistics_do_not_change_afterwards() -> None:
    histogram = Histogram(1.0)
    before = histogram.statistics()
    histogram.add(0.5)
    assert (before.number, histogram.statistics().number) == (0, 1)

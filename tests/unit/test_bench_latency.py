"""The arithmetic of the benchmark of watching: every event to every watcher counts, and one that is missing is no figure at all."""

import pytest

from tests.bench.latency import delays, percentile

MS = 1_000_000
COMMITTED = [(1, 2, 10 * MS), (3, 3, 20 * MS)]


def test_every_event_counts_from_its_commit_to_each_watcher() -> None:
    one, two = [([1, 2], 11 * MS), ([3], 25 * MS)], [([1, 2, 3], 30 * MS)]
    assert delays(COMMITTED, [one, two]) == [1, 1, 5, 10, 20, 20]


@pytest.mark.parametrize("seqs", [[1, 2], [1, 2, 2, 3], [1, 3, 2], [1, 2, 3, 4], []])
def test_a_watcher_that_did_not_get_each_event_once_is_told(seqs: list[int]) -> None:
    with pytest.raises(ValueError, match="each event once"):
        delays(COMMITTED, [[([1, 2, 3], 30 * MS)], [(seqs, 30 * MS)]])


@pytest.mark.parametrize(("percent", "value"), [(0, 1), (50, 50), (99, 99), (99.5, 100), (100, 100)])
def test_a_percentile_is_the_value_that_so_many_do_not_exceed(percent: float, value: float) -> None:
    assert percentile([float(number) for number in range(1, 101)], percent) == value
    assert percentile([7.0], percent) == 7

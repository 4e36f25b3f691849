"""The one quota of Run clicks."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oodaemon.failures.quota import LEAST_SHARE, Limits, Quota


def starts(quota: Quota, count: int, *, now: float = 0.0) -> list[float]:
    """When so many runs start that are asked for without a pause."""
    times = []
    for _ in range(count):
        while (at := quota.earliest(now)) > now:
            now = at
        quota.spend(now)
        times.append(now)
    return times


def test_runs_keep_their_distance() -> None:
    assert starts(Quota(Limits(between=6)), 4) == [0, 6, 12, 18]


def test_no_more_than_so_many_in_any_minute() -> None:
    assert starts(Quota(Limits(between=0, per_minute=3)), 8) == pytest.approx([0, 0, 0, 60, 60, 60, 120, 120], abs=1e-4)
    assert starts(Quota(Limits(between=10, per_minute=3)), 7) == pytest.approx([0, 10, 20, 60, 70, 80, 120], abs=1e-4)


def test_without_limits_nothing_waits() -> None:
    quota = Quota(Limits(between=0))
    assert starts(quota, 1000) == [0] * 1000
    assert quota.tokens(0) == 1


def test_runs_of_an_older_boot_count() -> None:
    quota = Quota(Limits(between=6, per_minute=3))
    quota.recall([-2, -50, -30])
    assert quota.earliest(0) == pytest.approx(10, abs=1e-4), "in 10 s the oldest of the three is a minute old"
    assert quota.tokens(0) == 0
    other = Quota(Limits(between=6, per_minute=10))
    other.recall([-2])
    assert other.earliest(0) == 4


def test_a_rate_limit_halves_what_is_allowed_and_a_tenth_of_the_setting_comes_back_each_minute() -> None:
    quota = Quota(Limits(between=6, per_minute=10))
    quota.halve(0)
    assert [quota.share(60 * minutes) for minutes in (0, 1, 3, 5, 50)] == pytest.approx([0.5, 0.6, 0.8, 1, 1])
    assert starts(quota, 2) == [0, 12]
    quota.halve(60)
    assert quota.share(60) == pytest.approx(0.3)
    for _ in range(10):
        quota.halve(60)
    assert quota.share(60) == LEAST_SHARE
    assert quota.tokens(60) == 0
    assert quota.tokens(73) == pytest.approx(10 * (1 / 16 + 0.1 * 13 / 60))


def test_less_than_one_a_minute_is_less_than_one_a_minute() -> None:
    quota = Quota(Limits(between=0, per_minute=1))
    quota.spend(0)
    quota.halve(0)
    assert quota.earliest(0) == pytest.approx(120, abs=1e-4)


def test_tokens_are_what_is_left_of_this_minute() -> None:
    quota = Quota(Limits(between=0, per_minute=3))
    assert quota.tokens(0) == 3
    starts(quota, 2)
    assert quota.tokens(0) == 1
    assert quota.tokens(60.1) == 3
    assert Quota(Limits(between=6)).tokens(0) == 1
    spent = Quota(Limits(between=6))
    spent.spend(0)
    assert (spent.tokens(5), spent.tokens(6)) == (0, 1)


@given(
    between=st.floats(0, 20),
    per_minute=st.none() | st.integers(1, 12),
    asks=st.lists(st.tuples(st.floats(0, 90), st.booleans()), max_size=60),
)
def test_no_window_holds_too_many_and_no_gap_is_undercut(
    between: float, per_minute: int | None, asks: list[tuple[float, bool]]
) -> None:
    quota, now, times = Quota(Limits(between=between, per_minute=per_minute)), 0.0, []
    for wait, is_limited in asks:
        now += wait
        if is_limited:
            quota.halve(now)
        times += starts(quota, 1, now=now)
        now = times[-1]
    assert all(b - a >= between - 1e-9 for a, b in itertools.pairwise(times))
    if per_minute is not None:
        assert all(later - first >= 60 for first, later in zip(times, times[per_minute:], strict=False))

"""Who fails is heard less and less often, on a clock of the test's own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oodaemon.failures.throttle import FORGOTTEN, FREE, LONGEST, PEERS, Throttle, key_of


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_the_first_few_failures_cost_nothing_and_then_it_doubles_up_to_five_minutes(clock: Clock) -> None:
    throttle = Throttle(clock)
    assert [throttle.fail("10.0.0.1:1") for _ in range(FREE - 1)] == [0.0] * (FREE - 1)
    assert throttle.refusal("10.0.0.1:9") == 0
    told = []
    for _ in range(12):
        told.append(throttle.fail("10.0.0.1:1"))
        assert throttle.refusal("10.0.0.1:2") == told[-1]
        clock.now += told[-1]
        assert throttle.refusal("10.0.0.1:2") == 0
    assert told == [1, 2, 4, 8, 16, 32, 64, 128, 256, LONGEST, LONGEST, LONGEST]


def test_others_are_not_concerned(clock: Clock) -> None:
    throttle = Throttle(clock)
    for _ in range(20):
        throttle.fail("10.0.0.1:1")
    assert throttle.refusal("10.0.0.2:1") == 0
    assert throttle.fail("10.0.0.2:1") == 0


def test_whoever_is_quiet_for_long_begins_anew(clock: Clock) -> None:
    throttle = Throttle(clock)
    for _ in range(8):
        throttle.fail("10.0.0.1:1")
    clock.now += 8 + FORGOTTEN
    assert throttle.fail("10.0.0.1:1") == 0


def test_a_refusal_is_told_once_each(clock: Clock) -> None:
    throttle = Throttle(clock)
    assert not throttle.is_first_refusal("10.0.0.1:1")
    for _ in range(FREE):
        throttle.fail("10.0.0.1:1")
    assert [throttle.is_first_refusal("10.0.0.1:1") for _ in range(3)] == [True, False, False]
    throttle.fail("10.0.0.1:1")
    assert throttle.is_first_refusal("10.0.0.1:1")


@given(st.lists(st.integers(min_value=0, max_value=3 * PEERS), max_size=4 * PEERS))
def test_the_table_is_bounded(peers: list[int]) -> None:
    throttle = Throttle(Clock())
    for peer in peers:
        throttle.fail(f"10.{peer >> 8}.{peer & 255}.1:1")
    assert len(throttle) <= PEERS


def test_the_one_that_failed_least_recently_makes_room(clock: Clock) -> None:
    throttle = Throttle(clock)
    for _ in range(FREE):
        throttle.fail("10.0.0.1:1")
    for number in range(PEERS - 1):
        throttle.fail(f"11.{number >> 8}.{number & 255}.1:1")
    assert throttle.refusal("10.0.0.1:1") > 0
    throttle.fail("12.0.0.1:1")
    assert throttle.refusal("10.0.0.1:1") == 0


@pytest.mark.parametrize(
    ("peer", "key"),
    [
        ("10.0.0.1:50051", "10.0.0.1"),
        ("[2001:db8:1:2:3::4]:5", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2:9::9]:6", "2001:db8:1:2::/64"),
        ("[::ffff:10.0.0.1]:5", "10.0.0.1"),
        ("[fe80::1%eth0]:5", "fe80::/64"),
        ("unknown", "unknown"),
    ],
)
def test_whose_failures_count_together(peer: str, key: str) -> None:
    assert key_of(peer) == key

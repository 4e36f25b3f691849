"""A run comes back slowly after a resume: the limits at every moment of the minute."""

import pytest

from oodaemon.dispatch.ramp import LENGTH, SUCCESSES, Ramp


class Hand:
    """A monotonic clock that goes on by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("slots", "seconds", "limit"),
    [(1, 0, 1), (1, 59, 1), (2, 0, 1), (2, 59.9, 1), (4, 0, 1), (4, 19.9, 1), (4, 20, 2), (4, 40, 3), (4, 59.9, 3)],
)
def test_the_limit_rises_evenly_from_one(slots: int, seconds: float, limit: int) -> None:
    clock = Hand()
    ramp = Ramp(slots, clock)
    ramp.begin("a")
    clock.now += seconds
    assert ramp.limits() == {"a": limit}


def test_after_a_minute_there_is_no_limit_and_no_rise() -> None:
    clock = Hand()
    ramp = Ramp(4, clock)
    assert (ramp.limits(), ramp.next_rise()) == ({}, None)
    ramp.begin("a", "b")
    clock.now += LENGTH / 2
    ramp.begin("b")
    clock.now += LENGTH / 2
    assert ramp.limits() == {"b": 2}
    assert ramp.next_rise() == pytest.approx(10)


def test_five_successes_of_a_run_end_its_ramp_and_no_other() -> None:
    ramp = Ramp(4, Hand())
    ramp.begin("a", "b")
    assert [ramp.succeeded("a") for _ in range(SUCCESSES + 1)] == [False] * (SUCCESSES - 1) + [True, False]
    assert ramp.limits() == {"b": 1}
    assert ramp.succeeded("never heard of") is False


def test_a_limit_is_looked_at_again_when_it_rises() -> None:
    clock = Hand()
    ramp = Ramp(4, clock)
    ramp.begin("a")
    seen = []
    while (wait := ramp.next_rise()) is not None:
        clock.now += wait
        seen.append(ramp.limits().get("a"))
    assert seen == [2, 3, None]

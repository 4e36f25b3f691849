import random

import pytest

from oodaemon.actors.backoff import Backoff, Retries
from tests.unit.actors.support import Ceiling


def delays(retries: Retries, count: int, *, has_progressed: bool = False, up_for: float = 0.0) -> list[float]:
    return [retries.next_delay(has_progressed=has_progressed, up_for=up_for) for _ in range(count)]


def test_the_longest_delay_doubles_up_to_the_cap():
    assert delays(Retries(Backoff(), Ceiling()), 9) == [0.5, 1, 2, 4, 8, 16, 32, 60, 60]


def test_the_exponent_is_capped():
    backoff = Backoff(cap=1e12)

    assert backoff.ceiling(16) == backoff.ceiling(5000) == 0.5 * 2**16


def test_the_jitter_is_full():
    rng, twin = random.Random(7), random.Random(7)

    assert delays(Retries(Backoff(), rng), 20) == [twin.uniform(0.0, Backoff().ceiling(n)) for n in range(20)]


def test_the_first_failure_after_progress_costs_nothing_and_the_next_ones_do():
    assert delays(Retries(Backoff(), Ceiling()), 3, has_progressed=True, up_for=119.9) == [0, 1, 2]


@pytest.mark.parametrize(
    ("has_progressed", "up_for", "expected"),
    [(True, 120.0, 0.0), (True, 119.9, 4.0), (False, 1e6, 4.0)],
)
def test_the_count_is_reset_only_by_progress_and_a_stable_time(has_progressed, up_for, expected):
    retries = Retries(Backoff(), Ceiling())
    delays(retries, 3)

    assert retries.next_delay(has_progressed=has_progressed, up_for=up_for) == expected
    assert retries.failures == (1 if expected == 0 else 4)


def test_reset():
    retries = Retries(Backoff(), Ceiling())
    delays(retries, 5)
    retries.reset()

    assert retries.failures == 0
    assert delays(retries, 1) == [0.5]


def test_a_negative_part_is_refused():
    with pytest.raises(ValueError, match="negative"):
        Backoff(base=-1.0)

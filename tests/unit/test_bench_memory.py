"""What counts as growth: what stays, and not what goes up and down."""

import pytest

from tests.bench.memory import peaks


@pytest.mark.parametrize("period", [3, 7, 19])
def test_a_saw_tooth_does_not_grow(period: int) -> None:
    first, last = peaks({10 * look: (100.0 + look % period, 50.0) for look in range(1, 50)})
    assert first == last == [100 + period - 1, 50]


def test_what_stays_counts_from_the_one_window_to_the_other() -> None:
    first, last = peaks({10 * look: (100.0 + look, 50.0 - look) for look in range(1, 51)})
    assert first == [120, 49]
    assert last == [150, 19]

from collections.abc import Sequence

import pytest

from oodaemon.actors.budget import Budget, Ledger, Usage, Window


def first_excess(ledger: Ledger, moments: Sequence[float]) -> tuple[float, Window] | None:
    for moment in moments:
        if (window := ledger.record("BUG", moment)) is not None:
            return moment, window
    return None


def test_the_sixth_failure_in_a_minute_is_one_too_many():
    assert first_excess(Ledger(Budget()), range(10)) == (5, Window(5, 60.0))


def test_a_failure_exactly_a_minute_old_no_longer_counts():
    assert first_excess(Ledger(Budget()), [0, 12, 24, 36, 48, 60]) is None
    assert first_excess(Ledger(Budget()), [0, 12, 24, 36, 48, 59.9]) == (59.9, Window(5, 60.0))


def test_the_sustained_window_notices_a_death_every_130_seconds_within_the_hour():
    found = first_excess(Ledger(Budget()), [130.0 * n for n in range(1, 100)])

    assert found == (21 * 130.0, Window(20, 3600.0))
    assert found[0] < 3600


def test_slower_deaths_than_the_sustained_budget_are_tolerated_for_ever():
    assert first_excess(Ledger(Budget()), [180.0 * n for n in range(1000)]) is None


def test_classes_are_counted_apart_and_usage_shows_the_worst():
    ledger = Ledger(Budget())
    for moment in range(5):
        assert ledger.record("BUG", moment) is None
        assert ledger.record("TRANSIENT", moment + 0.5) is None

    assert ledger.usage(5) == Usage(burst=5, sustained=5)
    assert ledger.usage(61.6) == Usage(burst=3, sustained=5)


def test_a_limit_of_none_is_exceeded_by_the_first_failure():
    window = Window(0, 60.0)

    assert Ledger(Budget(burst=window)).record("BUG", 1.0) == window


def test_clearing_forgets_everything():
    ledger = Ledger(Budget())
    first_excess(ledger, range(5))
    ledger.clear()

    assert ledger.usage(5) == Usage(0, 0)
    assert first_excess(ledger, range(5, 10)) is None


@pytest.mark.parametrize(("limit", "seconds"), [(-1, 60.0), (5, 0.0), (5, -1.0)])
def test_a_window_that_makes_no_sense_is_refused(limit, seconds):
    with pytest.raises(ValueError, match="a window needs"):
        Window(limit, seconds)

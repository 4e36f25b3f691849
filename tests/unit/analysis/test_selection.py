"""Deflated Sharpe ratio and minimum track record: the numbers printed in the papers, and an independent library."""

import math
import random
import statistics

import pytest
from scipy import stats

from oodaemon.analysis.selection import Moments, deflated, expected_maximum, minimum_track_record, moments, probabilistic

# Bailey and Lopez de Prado 2014: annualised SR 2.5 over 1,250 days of years of 250, V[SR] = 1/2 a year, skewness -3, kurtosis 10.
OF_THE_PAPER = Moments(1250, 2.5 / math.sqrt(250), -3, 10)
VARIANCE = 0.5 / 250


def test_the_numerical_example_of_the_paper() -> None:
    assert expected_maximum(100, VARIANCE) == pytest.approx(0.1132, abs=5e-5)
    assert probabilistic(OF_THE_PAPER, expected_maximum(100, VARIANCE)) == pytest.approx(0.9004, abs=5e-5)


def test_so_many_trials_leave_95_percent() -> None:
    normal = Moments(1250, 2.5 / math.sqrt(250), 0, 3)
    assert probabilistic(OF_THE_PAPER, expected_maximum(46, VARIANCE)) == pytest.approx(0.9505, abs=5e-5)
    assert probabilistic(normal, expected_maximum(88, VARIANCE)) == pytest.approx(0.9505, abs=5e-5)


@pytest.mark.parametrize(("a_year", "years"), [(250, 2.73), (52, 2.83), (12, 3.24)])
def test_the_minimum_track_record_of_the_paper(a_year: int, years: float) -> None:
    """Bailey and Lopez de Prado 2012: an annualised ratio of 2 against 1, normal returns."""
    of = Moments(1000, 2 / math.sqrt(a_year), 0, 3)
    found = minimum_track_record(of, 1 / math.sqrt(a_year))
    assert found is not None
    assert found / a_year == pytest.approx(years, abs=0.005)
    assert minimum_track_record(of, 2 / math.sqrt(a_year)) is None


def test_moments_agree_with_scipy() -> None:
    rng = random.Random(3)
    returns = [rng.expovariate(1) - 0.8 for _ in range(400)]
    found = moments(returns)
    assert found is not None
    assert found.sharpe == pytest.approx(statistics.mean(returns) / statistics.stdev(returns))
    assert found.skewness == pytest.approx(stats.skew(returns))
    assert found.kurtosis == pytest.approx(stats.kurtosis(returns, fisher=False))


def test_what_has_no_moments() -> None:
    assert moments([1.0] * 50) is None
    assert moments([1.0, 2.0] * 4) is None


def test_the_more_was_tried_the_less_is_left() -> None:
    rng = random.Random(5)
    returns = [rng.gauss(0.1, 1) for _ in range(500)]
    of = moments(returns)
    assert of is not None
    ratios = [rng.gauss(0, 0.05) for _ in range(20)]
    one, few, many = (deflated(of, ratios, trials) for trials in (1, 20, 2000))
    assert one.expected_maximum == 0
    assert one.probability == one.probability_of_one_trial
    assert one.probability > few.probability > many.probability
    assert few.expected_maximum == pytest.approx(expected_maximum(20, statistics.variance(ratios)))


def test_the_expected_maximum_is_what_luck_finds() -> None:
    """The mean of the largest of 50 normal numbers, by drawing them."""
    rng = random.Random(11)
    drawn = statistics.mean(max(rng.gauss(0, 2) for _ in range(50)) for _ in range(4000))
    assert expected_maximum(50, 4) == pytest.approx(drawn, rel=0.03)

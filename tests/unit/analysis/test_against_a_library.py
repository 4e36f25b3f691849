"""Figures against empyrical, which shares nothing with ours but the textbook."""

import datetime
import math
import random
import warnings
from collections.abc import Iterator

import pytest

from oodaemon.analysis import metrics
from oodaemon.analysis.monte_carlo import Course, play
from oodaemon.analysis.trials import Trial, side_by_side
from tests.unit.analysis.rows import trade

START = datetime.datetime.fromisoformat("2024-01-01T10:00")


@pytest.fixture
def library() -> Iterator:
    """Its dependencies may warn of what they will change; that is none of our business."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import empyrical

        yield empyrical


def trades(seed: int, count: int = 250):
    """One trade a day, opened the day before its closing at the earliest."""
    rng = random.Random(seed)
    moments = [START + datetime.timedelta(days=1 + n) for n in range(count)]
    return [trade(round(rng.gauss(20, 400), 2), START if n == 0 else at, closed=at) for n, at in enumerate(moments)]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_ratios_of_daily_results(library, seed: int) -> None:
    import numpy as np

    log = trades(seed)
    results = np.array([float(each.pl) for each in log])
    assert metrics.sharpe(log) == pytest.approx(library.sharpe_ratio(results, annualization=252))
    assert metrics.sortino(log) == pytest.approx(library.sortino_ratio(results, annualization=252))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_growth_and_drawdown_of_the_account(library, seed: int) -> None:
    import numpy as np

    log, capital = trades(seed), 100_000.0
    trial = Trial(0, {each.settled_at.date().isoformat(): float(each.pl) for each in log}, capital)
    found = side_by_side([trial, trial])
    assert found.are_returns
    returns = np.array(found.of(0))
    assert metrics.max_drawdown_percent(log, capital) == pytest.approx(100 * library.max_drawdown(returns))
    # A day of the library is a day of the calendar here, so its year has 365.
    assert metrics.cagr_percent(log, capital) == pytest.approx(100 * library.cagr(returns, annualization=365))
    assert metrics.calmar(log, capital) == pytest.approx(library.calmar_ratio(returns, annualization=365))
    ratio = library.sharpe_ratio(returns, annualization=252)
    mean, deviation = returns.mean(), returns.std(ddof=1)
    assert mean / deviation * math.sqrt(252) == pytest.approx(ratio)


@pytest.mark.parametrize("is_compound", [True, False])
def test_the_actual_course_of_a_simulation(library, is_compound: bool) -> None:
    import numpy as np

    log, capital = trades(9), 50_000.0
    outlook = play(log, Course(50, seed=1, is_compound=is_compound, capital=capital), ruin=50)
    account = capital + np.concatenate(([0.0], np.cumsum([float(each.pl) for each in log])))
    returns = np.diff(account) / account[:-1]
    actual = next(each.actual for each in outlook.distributions if each.figure == "max_drawdown_percent")
    assert actual == pytest.approx(100 * library.max_drawdown(returns))
    profit = next(each.actual for each in outlook.distributions if each.figure == "net_profit")
    assert profit == pytest.approx(capital * library.cum_returns_final(returns))

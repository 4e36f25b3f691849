"""The made-up market."""

from datetime import date

import numpy as np
import pytest

from oodaemon.practice.holidays import trading_days
from oodaemon.practice.market import ANCHORS, MINUTES, market


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        (date(2024, 3, 29), False),  # Good Friday
        (date(2024, 5, 27), False),  # Memorial Day
        (date(2024, 11, 28), False),  # Thanksgiving
        (date(2021, 6, 18), True),  # before Juneteenth was kept
        (date(2024, 6, 19), False),
        (date(2021, 12, 31), True),  # New Year on a Saturday is not made up for
        (date(2023, 1, 2), False),  # on a Sunday it is
        (date(2024, 7, 5), True),
    ],
)
def test_holidays(day: date, is_open: bool) -> None:
    assert (day in trading_days(date(day.year, 1, 1), date(day.year, 12, 31))) is is_open


def test_years_have_about_252_days() -> None:
    assert {len(trading_days(date(year, 1, 1), date(year, 12, 31))) for year in range(2013, 2027)} <= {250, 251, 252, 253}


def test_the_path_is_whole_and_small() -> None:
    made = market()
    assert made.price.shape == (len(made.days), MINUTES)
    assert made.price.nbytes < 20_000_000
    assert np.isfinite(made.price).all()
    assert (made.price > 0).all()


def test_the_path_passes_its_anchors() -> None:
    made = market()
    for day, level in ANCHORS:
        assert made.price[made.days == np.datetime64(day), 0] == pytest.approx(level, abs=0.01)


def test_moves_are_those_of_an_index() -> None:
    made = market()
    daily = np.diff(np.log(made.price[:, -1]))
    assert 0.1 < daily.std() * np.sqrt(252) < 0.25
    assert 12 < np.median(made.vix) < 20
    turbulent, calm = made.vix > 25, made.vix < 14
    intraday = np.log(made.price[:, -1] / made.price[:, 0])
    assert intraday[turbulent].std() > 1.5 * intraday[calm].std()


def test_the_open_is_busier_than_noon() -> None:
    moves = np.abs(np.diff(np.log(market().price), axis=1)).mean(axis=0)
    assert moves[:20].mean() > 1.3 * moves[170:220].mean()
    assert moves[-15:].mean() > 1.1 * moves[170:220].mean()


def test_variance_time_runs_down_to_nothing() -> None:
    left = market().variance_time(np.arange(MINUTES), np.zeros(MINUTES, dtype=np.int64))
    assert (np.diff(left) < 0).all()
    assert left[-1] == pytest.approx(0, abs=1e-12)

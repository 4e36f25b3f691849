"""Option prices."""

import math

import numpy as np
import pytest

from oodaemon.practice import pricing

SPOT = np.full(81, 6000.0)
STRIKES = np.arange(5800.0, 6205.0, 5.0)
ATM = np.full(81, 0.15)
DAY = np.full(81, 0.8 / 252)


def test_the_normal_table() -> None:
    points = np.linspace(-7, 7, 1001)
    exact = np.array([0.5 * (1 + math.erf(x / math.sqrt(2))) for x in points])
    assert np.abs(pricing.normal(points) - exact).max() < 1e-6


def test_puts_and_calls_agree() -> None:
    call = pricing.price(SPOT, STRIKES, ATM, DAY, is_call=True)
    put = pricing.price(SPOT, STRIKES, ATM, DAY, is_call=False)
    assert call - put == pytest.approx(SPOT - STRIKES)


def test_prices_and_deltas_fall_away_from_the_money() -> None:
    assert (np.diff(pricing.price(SPOT, STRIKES, ATM, DAY, is_call=True)) < 0).all()
    assert (np.diff(pricing.price(SPOT, STRIKES, ATM, DAY, is_call=False)) > 0).all()
    assert (np.diff(pricing.delta(SPOT, STRIKES, ATM, DAY, is_call=True)) < 0).all()
    assert (np.diff(pricing.delta(SPOT, STRIKES, ATM, DAY, is_call=False)) > 0).all()


def test_puts_are_dearer_than_calls_at_the_same_distance() -> None:
    put = pricing.price(SPOT, np.full(81, 5920.0), ATM, DAY, is_call=False)[0]
    call = pricing.price(SPOT, np.full(81, 6080.0), ATM, DAY, is_call=True)[0]
    assert put > call


def test_only_intrinsic_value_is_left_at_the_end() -> None:
    none_left = np.zeros(81)
    assert pricing.price(SPOT, STRIKES, ATM, none_left, is_call=True) == pytest.approx(np.maximum(SPOT - STRIKES, 0), abs=0.01)


def test_quotes_are_whole_ticks() -> None:
    assert pricing.quoted(np.array([0.0, 0.024, 0.026, 3.149])).tolist() == [0.0, 0.0, 0.05, 3.15]

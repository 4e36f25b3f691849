"""A made-up index, minute by minute: calm and turbulent times, gaps, busy opens and closes, levels near the real ones."""

from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
from numpy.typing import NDArray

from oodaemon.practice.form import FIRST_DAY, LAST_DAY
from oodaemon.practice.holidays import trading_days
from oodaemon.practice.pricing import LEVERAGE, LEVERAGE_BOUNDS

Floats = NDArray[np.float64]
Days = NDArray[np.datetime64]

MINUTES = 391  # 9:30 to 16:00, both included
YEAR = 252
INTRADAY = 0.8  # share of a day's variance between open and close
SEED = 20130102
REALISED = 0.83  # what the index does, as a part of what options price in
SCALES = {"SPX": 1.0, "SPY": 0.1, "IWM": 0.037, "QQQ": 0.087, "AAPL": 0.042, "TSLA": 0.055}
GRIDS = {"SPX": 5.0}
# Levels the path is tied to, so that strikes look familiar.
ANCHORS = (
    (date(2013, 1, 2), 1462.0),
    (date(2015, 1, 2), 2058.0),
    (date(2018, 1, 2), 2696.0),
    (date(2020, 2, 19), 3386.0),
    (date(2020, 3, 23), 2237.0),
    (date(2022, 1, 3), 4797.0),
    (date(2022, 10, 12), 3577.0),
    (date(2024, 1, 2), 4743.0),
    (date(2025, 12, 31), 6850.0),
    (date(2026, 12, 31), 7420.0),
)


@dataclass(frozen=True, slots=True, eq=False)
class Market:
    """Prices of the index: one row per trading day, one column per minute. `vix` is the level of each day's open."""

    days: Days
    price: Floats
    vix: Floats
    intraday_left: Floats  # share of the day's intraday variance still to come, by minute

    def variance_time(self, minute: NDArray[np.int64] | int, days_ahead: NDArray[np.int64]) -> Floats:
        """Years, in variance, from a minute of a day to the close `days_ahead` trading days later."""
        return (INTRADAY * self.intraday_left[minute] + days_ahead) / YEAR

    def vix_at(self, day: NDArray[np.int64] | int, minute: NDArray[np.int64] | int) -> Floats:
        """VIX at a minute of a day: it moves against the index, as what options are priced with does."""
        move = np.log(self.price[day, minute] / self.price[day, 0])
        return np.asarray(np.round(self.vix[day] * np.exp(np.clip(-LEVERAGE * move, *LEVERAGE_BOUNDS)), 2))


@cache
def market() -> Market:
    """The one market of this process; about 11 MB, made on first use in some tenths of a second."""
    days = trading_days(FIRST_DAY, LAST_DAY)
    rng = np.random.default_rng(SEED)
    weights = _weights()
    shocks = rng.standard_normal((len(days), MINUTES - 1)) * np.sqrt(weights)
    gaps = rng.standard_normal(len(days))
    vix = _vix(rng, shocks.sum(axis=1), gaps)
    sigma = REALISED * vix / 100 / np.sqrt(YEAR) * np.exp(0.15 * rng.standard_normal(len(days)) - 0.011)
    moves = shocks * (sigma * np.sqrt(INTRADAY))[:, None]
    within = np.concatenate([np.zeros((len(days), 1)), np.cumsum(moves, axis=1)], axis=1)
    overnight = gaps * sigma * np.sqrt(1 - INTRADAY)
    opens = _opens(days, overnight, within[:, -1])
    price = np.round(np.exp(opens[:, None] + within), 2)
    left = 1.0 - np.concatenate([[0.0], np.cumsum(weights)])
    return Market(np.array(days, dtype="datetime64[D]"), price, vix, np.clip(left, 0.0, 1.0))


def _weights() -> Floats:
    """How a day's variance spreads over its minutes: most after the open, more again before the close."""
    minute = np.arange(MINUTES - 1)
    weights = 1 + 1.6 * np.exp(-minute / 30) + 0.7 * np.exp(-(MINUTES - 2 - minute) / 30)
    return np.asarray(weights / weights.sum())


def _vix(rng: np.random.Generator, within: Floats, gaps: Floats) -> Floats:
    """A mean-reverting level with a calm and a turbulent regime, which rises when the index falls."""
    regime = rng.random(len(gaps))
    noise = rng.standard_normal(len(gaps))
    level, is_calm = np.log(15.0), True
    levels = np.empty(len(gaps))
    for day in range(len(gaps)):
        levels[day] = level
        is_calm = regime[day] > 0.008 if is_calm else regime[day] < 0.035
        mean = np.log(14.5) if is_calm else np.log(27.0)
        fall = -(0.6 * within[day] + 0.3 * gaps[day])
        level += 0.09 * (mean - level) + 0.045 * fall + 0.03 * noise[day]
    return np.asarray(np.round(np.exp(np.clip(levels, np.log(9.5), np.log(75.0))), 2), dtype=np.float64)


def _opens(days: list[date], overnight: Floats, within: Floats) -> Floats:
    """Logarithms of the opens: the made-up path, bent evenly between the anchors so that it passes through them."""
    raw = np.cumsum(overnight) + np.concatenate([[0.0], np.cumsum(within)[:-1]])
    ordinals = np.array([day.toordinal() for day in days])
    at = np.array([np.searchsorted(ordinals, day.toordinal()) for day, _ in ANCHORS])
    off = np.log([level for _, level in ANCHORS]) - raw[at]
    return np.asarray(raw + np.interp(np.arange(len(days)), at, off))

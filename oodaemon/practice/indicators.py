"""What can be read off the market at a minute of a day: VIX and VIX9D, moves, RSI, moving averages, the opening range.

`day` and `minute` are indices of matching shapes; nothing looks further than the given minute.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from oodaemon.practice.market import MINUTES, Floats, Market, market

Ints = NDArray[np.int64]
Index = Ints | int

RSI_DAYS = 14
NINE_DAYS = 0.22  # how much calmer the next nine days look than the next thirty when VIX is low, and the other way round
CALM = 17.0


def vix_close_before(found: Market, day: Ints) -> Floats:
    """VIX at the close of the day before."""
    return found.vix_at(np.maximum(day - 1, 0), MINUTES - 1)


def vix9d_ratio(found: Market, day: Index, minute: Index) -> Floats:
    """VIX9D divided by VIX: above 1 in turbulent times."""
    noise = np.sin(np.asarray(day) * 1.7) * 0.03
    return np.asarray(np.round((found.vix_at(day, minute) / CALM) ** NINE_DAYS * (1 + noise) * 0.97, 4))


def close_before(found: Market, day: Ints) -> Floats:
    """The index at the close of the day before."""
    return np.asarray(found.price[np.maximum(day - 1, 0), MINUTES - 1])


def rsi(found: Market, day: Ints, minute: Index) -> Floats:
    """Wilder's relative strength index over 14 daily closes, of which the price of the minute is the last."""
    rises, falls = _smoothed()
    change = found.price[day, minute] - close_before(found, day)
    before = np.maximum(day - 1, 0)
    rise = (rises[before] * (RSI_DAYS - 1) + np.maximum(change, 0)) / RSI_DAYS
    fall = (falls[before] * (RSI_DAYS - 1) + np.maximum(-change, 0)) / RSI_DAYS
    return np.asarray(100 * rise / np.maximum(rise + fall, 1e-9))


@cache
def _smoothed() -> tuple[Floats, Floats]:
    """Wilder's averages of the daily rises and falls up to each day."""
    changes = np.diff(market().price[:, -1], prepend=market().price[0, 0])
    averages = []
    for part in (np.maximum(changes, 0), np.maximum(-changes, 0)):
        average, level = np.empty_like(part), part[:RSI_DAYS].mean()
        for at, value in enumerate(part):
            level = (level * (RSI_DAYS - 1) + value) / RSI_DAYS
            average[at] = level
        averages.append(average)
    return averages[0], averages[1]


@cache
def _daily_averages(days: int) -> Floats:
    closes = market().price[:, -1]
    sums = np.cumsum(np.concatenate([np.zeros(1), closes]))
    count = np.minimum(np.arange(1, len(closes) + 1), days)
    return np.asarray((sums[1:] - sums[np.arange(1, len(closes) + 1) - count]) / count)


def sma(day: Ints, days: int) -> Floats:
    """The simple average of the last so many daily closes before the day."""
    return np.asarray(_daily_averages(days)[np.maximum(day - 1, 0)])


@cache
def _minute_averages(minutes: int) -> Floats:
    price = market().price
    averages, weight = np.empty_like(price), 2 / (minutes + 1)
    averages[:, 0] = price[:, 0]
    for minute in range(1, MINUTES):
        averages[:, minute] = averages[:, minute - 1] + weight * (price[:, minute] - averages[:, minute - 1])
    return averages


def ema(day: Index, minute: Index, minutes: int) -> Floats:
    """The exponential average of the day's minutes so far."""
    return np.asarray(_minute_averages(minutes)[day, minute])


def opening_range(found: Market, day: Ints, end: int) -> tuple[Floats, Floats]:
    """Low and high of the index from the open to a minute."""
    part = found.price[day, : end + 1]
    return part.min(axis=-1), part.max(axis=-1)

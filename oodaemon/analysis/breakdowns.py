"""Profit and loss taken apart: by weekday, by hour of entry, by the reason of the exit."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from oodaemon.model.trades import Trade

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Slice:
    """The trades that share a key: how many, how many of them won, and their net P/L in dollars."""

    key: str
    trades: int
    winners: int
    pl: float


def by_weekday(trades: Sequence[Trade]) -> list[Slice]:
    """By the day of the week on which a trade was opened, Monday first; only days that occur."""
    found = _sliced(trades, lambda trade: WEEKDAYS[trade.opened_at.weekday()])
    return sorted(found, key=lambda part: WEEKDAYS.index(part.key))


def by_hour(trades: Sequence[Trade]) -> list[Slice]:
    """By the hour of entry, New York time: `09:00` holds 9:00 to 9:59; only hours that occur, ascending."""
    return sorted(_sliced(trades, lambda trade: f"{trade.opened_at.hour:02}:00"), key=lambda part: part.key)


def by_reason(trades: Sequence[Trade]) -> list[Slice]:
    """By the reason of the exit as the log words it, the most frequent first, then by name."""
    return sorted(_sliced(trades, lambda trade: trade.reason), key=lambda part: (-part.trades, part.key))


def _sliced(trades: Iterable[Trade], key: Callable[[Trade], str]) -> list[Slice]:
    groups: defaultdict[str, list[float]] = defaultdict(list)
    for trade in trades:
        groups[key(trade)].append(float(trade.pl))
    return [Slice(name, len(found), sum(pl > 0 for pl in found), math.fsum(found)) for name, found in groups.items()]

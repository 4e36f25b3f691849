"""What trades add up to over time: the order in which money arrived, daily profit and loss, and the closed equity.

Everything here counts a trade when it was closed. A row of the log is a trade, so a leg group is one of its own.
"""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

from oodaemon.model.trades import Trade

MULTIPLE_REASONS = "Multiple Reasons"
"""The reason of a trade that was closed in parts, whose money reached the account before its row says so."""


@dataclass(frozen=True, slots=True)
class Point:
    """The closed equity after everything that was settled at one moment: dollars gained or lost since the start."""

    at: datetime.datetime
    total: float


def by_settlement(trades: Sequence[Trade]) -> list[Trade]:
    """The trades in the order in which they were closed; those closed at the same moment in the order of their openings."""
    return sorted(trades, key=lambda trade: (trade.settled_at, trade.opened_at))


def equity(trades: Sequence[Trade]) -> list[Point]:
    """Cumulative net P/L after each moment at which trades were closed, ascending. The start, at zero, is not in it.

    Trades closed at the same moment are one step: in which order the site booked them is not known.
    """
    moments: defaultdict[datetime.datetime, Decimal] = defaultdict(Decimal)
    for trade in trades:
        moments[trade.settled_at] += trade.pl
    ordered = sorted(moments)
    totals = accumulate(moments[at] for at in ordered)
    return [Point(at, float(total)) for at, total in zip(ordered, totals, strict=True)]


def daily(trades: Sequence[Trade]) -> list[tuple[datetime.date, float]]:
    """Net P/L in dollars by the day of closing, ascending; only days on which something was closed."""
    days: defaultdict[datetime.date, Decimal] = defaultdict(Decimal)
    for trade in trades:
        days[trade.settled_at.date()] += trade.pl
    return [(day, float(days[day])) for day in sorted(days)]


def starting_capital(trades: Sequence[Trade]) -> float | None:
    """The account before the first closing, dollars: funds at that close less its P/L. None where the log does not tell it.

    Of several trades closed first at the same moment, the first is the one whose funds before are not those after another. A trade
    closed in parts moved money before its row, so a log with one tells nothing.
    """
    if any(trade.reason == MULTIPLE_REASONS or trade.closed_at is None for trade in trades):
        return None
    first = min((trade.settled_at for trade in trades), default=None)
    told = [(trade.funds_at_close, trade.pl) for trade in trades if trade.settled_at == first and trade.funds_at_close is not None]
    after = {funds for funds, _ in told}
    before = {funds - pl for funds, pl in told} - after
    return float(before.pop()) if len(before) == 1 else None

"""The figures of a result page computed anew from its trade log, by the rules of the page itself.

The page counts growth over the days of the test's range and the drawdown at the end of each day; its lot averages are plain means
of P/L per contract. Recomputing 32 captured pages by these rules gave what they showed, to the last digit.
"""

import datetime
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

from oodaemon.analysis.metrics import DAYS_OF_YEAR
from oodaemon.model.trades import Trade

HALF_A_TENTH, HALF_A_DOLLAR = 0.05, 0.5
_TENTHS = frozenset({"cagr", "max_drawdown", "mar", "win_percentage", "capture_rate"})
_SLACK = 1e-6


@dataclass(frozen=True, slots=True)
class Account:
    """What the page knows beside its trades: dollars at the start, and the first and the last day of the test."""

    capital: float
    first: datetime.date
    last: datetime.date


@dataclass(frozen=True, slots=True)
class Recomputed:
    """A figure as the page shows it and as its log gives it."""

    metric: str
    page: float
    log: float

    @property
    def agrees(self) -> bool:
        """Whether the difference is no more than the rounding of the page: tenths, and whole dollars."""
        room = HALF_A_TENTH if self.metric in _TENTHS else HALF_A_DOLLAR
        return abs(self.page - self.log) <= room + _SLACK


def figures(trades: Sequence[Trade], account: Account) -> dict[str, float]:
    """The figures that follow from trades, by the names of the page; those that do not exist are left out. Empty without trades.

    Positions that are held over a close are marked by the page and not by the log, so then there is no drawdown, and no MAR.
    """
    if not trades:
        return {}
    results = [float(trade.pl) for trade in trades]
    profit = float(sum((trade.pl for trade in trades), Decimal(0)))
    ending = account.capital + profit
    lots = [float(each) for trade in trades if (each := trade.pl_per_contract) is not None]
    found: dict[str, float | None] = {
        "pl": profit,
        "ending_capital": ending,
        "win_percentage": 100 * sum(result > 0 for result in results) / len(results),
        "capture_rate": _capture(trades, profit),
        "cagr": _growth(account, ending),
        "max_drawdown": _drawdown(trades, account.capital),
    }
    if len(lots) == len(trades):
        winners, losers = [lot for lot in lots if lot > 0], [lot for lot in lots if lot < 0]
        found["avg_per_trade"] = math.fsum(lots) / len(lots)
        found["avg_winner"] = math.fsum(winners) / len(winners) if winners else None
        found["avg_loser"] = math.fsum(losers) / len(losers) if losers else None
    growth, fall = found["cagr"], found["max_drawdown"]
    found["mar"] = growth / -fall if growth is not None and fall else None
    return {name: value for name, value in found.items() if value is not None}


def against(page: Mapping[str, float], trades: Sequence[Trade], account: Account) -> list[Recomputed]:
    """What a page shows beside what its log gives, for the figures that both have.

    Nothing for a log with another number of rows than the page counts trades: leg groups put several rows on one trade.
    """
    if page.get("total_trades") != len(trades):
        return []
    return [Recomputed(name, page[name], value) for name, value in figures(trades, account).items() if name in page]


def _capture(trades: Sequence[Trade], profit: float) -> float | None:
    premiums = [trade.premium * trade.contracts for trade in trades if trade.premium is not None and trade.contracts is not None]
    total = abs(float(sum(premiums, Decimal(0))))
    return 100 * profit / total if total and len(premiums) == len(trades) else None


def _growth(account: Account, ending: float) -> float | None:
    days = (account.last - account.first).days
    if days < 1 or account.capital <= 0 or ending <= 0:
        return None
    exponent = DAYS_OF_YEAR / days * math.log(ending / account.capital)
    return 100 * math.expm1(exponent) if exponent < DAYS_OF_YEAR else None


def _drawdown(trades: Sequence[Trade], capital: float) -> float | None:
    """The deepest fall at the end of a day below the highest end of a day before, the start included, in percent."""
    if capital <= 0 or any(trade.closed_at is None or trade.closed_at.date() != trade.opened_at.date() for trade in trades):
        return None
    days: defaultdict[datetime.date, Decimal] = defaultdict(Decimal)
    for trade in trades:
        days[trade.settled_at.date()] += trade.pl
    worth = [capital + float(total) for total in accumulate(days[day] for day in sorted(days))]
    peaks = accumulate([capital, *worth], max)
    return min(0.0, *(100 * (value / peak - 1) for value, peak in zip([capital, *worth], peaks, strict=True)))

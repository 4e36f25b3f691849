"""The figures of a backtest, as a plain function of its form: what the page shows, and what a test compares with."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from statistics import fmean

import numpy as np

from oodaemon.practice.account import Account, Trade, trade_through
from oodaemon.practice.form import Form, InvalidForm
from oodaemon.practice.market import market
from oodaemon.practice.result import Card, Figures
from oodaemon.practice.tradelog import Columns
from oodaemon.practice.tradelog import trade_log as write_log

__all__ = ["Card", "Columns", "Figures", "figures", "trade_log"]


@lru_cache(maxsize=32)
def figures(form: Form) -> Figures:
    """Run the backtest of a form. The same form always gives the same figures.

    Raises InvalidForm when the site would refuse it. Takes tens of milliseconds per year of daily trades, and once per
    process some tenths of a second for the market.
    """
    if problems := form.problems():
        raise InvalidForm(problems)
    return _figures(form, trade_through(form, market()))


def trade_log(form: Form, *, columns: Columns = "classic", vix: bool = False, name: str = "") -> str:
    """The file "Export to CSV" downloads for a form: see `tradelog.trade_log`. Raises InvalidForm as `figures` does."""
    return write_log(form, figures(form).trades, columns=columns, vix=vix, name=name)


def _figures(form: Form, account: Account) -> Figures:
    lots = [trade.per_contract for trade in account.trades]
    winners, losers = [lot for lot in lots if lot > 0], [lot for lot in lots if lot < 0]
    profit = round(sum(trade.profit for trade in account.trades), 2)
    ending = form.starting_funds + profit
    growth, drawdown = _growth(form, ending), _drawdown(form.starting_funds, account)
    premium = abs(sum(trade.premium * 100 * trade.contracts for trade in account.trades))
    is_multi_day = any(leg.dte for leg in form.legs)
    return Figures(
        profit=profit,
        growth=growth,
        drawdown=drawdown,
        growth_to_drawdown=growth / -drawdown if lots and drawdown else None,
        win_rate=100 * len(winners) / len(lots) if lots else 0.0,
        total_premium=premium,
        capture_rate=100 * profit / premium if premium else 0.0,
        starting=form.starting_funds,
        ending=ending,
        per_lot=_over(fmean, lots),
        winner_per_lot=_over(fmean, winners),
        loser_per_lot=_over(fmean, losers),
        best_per_lot=_over(max, winners),
        worst_per_lot=_over(min, losers),
        time_in_trade=_over(fmean, [_duration(trade, is_multi_day=is_multi_day) for trade in account.trades]),
        is_multi_day=is_multi_day,
        winners=len(winners),
        trades=account.trades,
        days=account.days,
        worth=tuple(account.worth.tolist()),
    )


def _over(reduce: Callable[[Sequence[float]], float], values: Sequence[float]) -> float | None:
    return reduce(values) if values else None


def _growth(form: Form, ending: float) -> float:
    """Compound annual growth over the calendar days of the test's range, in percent."""
    days = max((form.end_date - form.start_date).days, 1)
    ratio = max(ending / form.starting_funds, 0.0)
    return float(100 * (ratio ** (365 / days) - 1))


def _drawdown(starting: float, account: Account) -> float:
    """The deepest fall of the account's value at a close below its highest close before, in percent."""
    if not account.trades:
        return 0.0
    worth = np.concatenate([[starting], account.worth])
    return float(100 * (worth / np.maximum.accumulate(worth) - 1).min())


def _duration(trade: Trade, *, is_multi_day: bool) -> float:
    length = trade.closed - trade.opened
    return length.days + length.seconds / 86_400 if is_multi_day else length.total_seconds() / 60

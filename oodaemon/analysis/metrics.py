"""Figures of a trade log by the textbook, each with formula and source. None where a figure does not exist, never 0 or infinity.

A winner is a trade with a net P/L above zero, a loser one below; a trade of exactly zero is neither. Fees are inside P/L.
"""

import math
from collections.abc import Callable, Sequence

from oodaemon.analysis.outcomes import by_settlement, daily, equity
from oodaemon.model.trades import DailyLog, Trade, TradeLog

TRADING_DAYS = 252
"""Trading days of a year, the usual number for annualising daily figures."""

DAYS_OF_YEAR = 365.0
_BEYOND_REASON = 100.0
"""The exponent of a growth that no number should be given to."""


def profit_factor(trades: Sequence[Trade]) -> float | None:
    """Gross profit / gross loss: sum of winners over the absolute sum of losers (R. Pardo, *The Evaluation and Optimization of
    Trading Strategies*). A ratio; None without losers."""
    lost = -math.fsum(_losses(trades))
    return math.fsum(_wins(trades)) / lost if lost else None


def expectancy(trades: Sequence[Trade]) -> float | None:
    """Mean net P/L of a trade, dollars of the whole position: p(win) x mean win - p(loss) x mean loss (V. Tharp, *Trade Your Way to
    Financial Freedom*). None without trades."""
    return math.fsum(_results(trades)) / len(trades) if trades else None


def expectancy_ratio(trades: Sequence[Trade]) -> float | None:
    """Expectancy per dollar risked: expectancy / mean absolute loss, where the mean loss stands for the risk of a trade (V. Tharp,
    the expectancy in R when no initial risk is known). A ratio; None without losers."""
    mean, loss = expectancy(trades), average_loss(trades)
    return None if mean is None or loss is None else mean / -loss


def average_win(trades: Sequence[Trade]) -> float | None:
    """Mean net P/L of winners, dollars of the whole position. None without winners."""
    return _mean(_wins(trades))


def average_loss(trades: Sequence[Trade]) -> float | None:
    """Mean net P/L of losers, dollars of the whole position, negative. None without losers."""
    return _mean(_losses(trades))


def payoff_ratio(trades: Sequence[Trade]) -> float | None:
    """Mean win / mean absolute loss. A ratio; None without winners or without losers."""
    win, loss = average_win(trades), average_loss(trades)
    return None if win is None or loss is None else win / -loss


def kelly_percent(trades: Sequence[Trade]) -> float | None:
    """Kelly fraction in percent: W - (1 - W) / R, W = winners / (winners + losers), R = payoff ratio (J. L. Kelly, *A New
    Interpretation of Information Rate*, 1956, in the form for two outcomes). Negative where nothing should be staked.
    None without winners or without losers."""
    ratio = payoff_ratio(trades)
    if ratio is None:
        return None
    winners, losers = len(_wins(trades)), len(_losses(trades))
    share = winners / (winners + losers)
    return 100 * (share - (1 - share) / ratio)


def sharpe(trades: Sequence[Trade]) -> float | None:
    """Sharpe ratio: mean / standard deviation (n - 1) x sqrt(252) of daily net P/L (W. F. Sharpe, *The Sharpe Ratio*, 1994).

    Days are those on which a trade was closed, the risk-free rate is zero. Dollars serve as well as returns on a constant capital,
    which cancels. None with fewer than two days, or when all are the same.
    """
    return _sharpe([result for _, result in daily(trades)])


def sortino(trades: Sequence[Trade]) -> float | None:
    """Sortino ratio: mean / downside deviation x sqrt(252) of daily net P/L; the downside deviation is the root of the mean over
    all days of min(P/L, 0)^2, the target zero (F. Sortino, L. Price, *Performance Measurement in a Downside Risk Framework*, 1994).

    Days as for `sharpe`. None with fewer than two days, or without a losing one.
    """
    return _sortino([result for _, result in daily(trades)])


def max_drawdown(trades: Sequence[Trade]) -> float | None:
    """Largest fall of the closed equity from an earlier peak, the start included: dollars, zero or negative (M. Magdon-Ismail, A.
    Atiya, *Maximum Drawdown*, 2004). Open positions are not marked, so the page, which marks them at the end of each day, may show
    more. None without trades."""
    if not trades:
        return None
    peak = deepest = 0.0
    for point in equity(trades):
        peak = max(peak, point.total)
        deepest = min(deepest, point.total - peak)
    return deepest


def max_drawdown_percent(trades: Sequence[Trade], starting_capital: float) -> float | None:
    """Largest fall of the closed equity in percent of the peak before it, zero or negative; equity is starting capital plus closed
    P/L. Not always the fall of `max_drawdown`. None without trades or without a positive capital."""
    if not trades or starting_capital <= 0:
        return None
    peak, deepest = starting_capital, 0.0
    for point in equity(trades):
        value = starting_capital + point.total
        peak = max(peak, value)
        deepest = min(deepest, (value - peak) / peak * 100)
    return deepest


def recovery_factor(trades: Sequence[Trade]) -> float | None:
    """Net profit / absolute max drawdown in dollars (R. Pardo). A ratio; None without a drawdown."""
    deepest = max_drawdown(trades)
    return math.fsum(_results(trades)) / -deepest if deepest else None


def cagr_percent(trades: Sequence[Trade], starting_capital: float) -> float | None:
    """Compound annual growth in percent: (end / start)^(365 / days) - 1, days from the first opening to the last closing. The page
    counts the days of the whole test range, so it may show less. None for less than a day, or without capital at either end."""
    if not trades:
        return None
    first, last = min(trade.opened_at for trade in trades), max(trade.settled_at for trade in trades)
    return _cagr(starting_capital, starting_capital + math.fsum(_results(trades)), (last.date() - first.date()).days)


def calmar(trades: Sequence[Trade], starting_capital: float) -> float | None:
    """Calmar ratio: CAGR / absolute max drawdown in percent (T. W. Young, *Calmar Ratio: A Smoother Tool*, 1991), both of the
    closed equity and over the span of the log rather than 36 months. None where either is none, and without a drawdown."""
    growth, fall = cagr_percent(trades, starting_capital), max_drawdown_percent(trades, starting_capital)
    return growth / -fall if growth is not None and fall else None


def longest_losing_streak(trades: Sequence[Trade]) -> int:
    """The most losers in a row, in the order of closing; a trade of zero ends a streak. 0 without losers."""
    return _longest_run(trades, lambda trade: trade.pl < 0)


def longest_winning_streak(trades: Sequence[Trade]) -> int:
    """The most winners in a row, in the order of closing; a trade of zero ends a streak. 0 without winners."""
    return _longest_run(trades, lambda trade: trade.pl > 0)


def average_duration_minutes(trades: Sequence[Trade]) -> float | None:
    """Mean minutes on the clock from opening to closing. None without trades, or when one has no closing."""
    spans = [(trade.closed_at - trade.opened_at).total_seconds() / 60 for trade in trades if trade.closed_at is not None]
    return math.fsum(spans) / len(spans) if spans and len(spans) == len(trades) else None


def derive(log: TradeLog, starting_capital: float | None = None) -> dict[str, float]:
    """All figures of a log by stable name; those that do not exist are left out. Empty without trades.

    `starting_capital` in dollars is needed for `cagr_percent`, `max_drawdown_percent` and `calmar`. The figures are those of the
    functions of the same name here, and `net_profit`, `gross_profit`, `gross_loss`, `fees` (dollars), `trades`, `winners` and
    `losers`.
    """
    trades = log.trades
    if not trades:
        return {}
    found: dict[str, float | None] = {
        "trades": len(trades),
        "winners": len(_wins(trades)),
        "losers": len(_losses(trades)),
        "net_profit": float(sum(trade.pl for trade in trades)),
        "gross_profit": math.fsum(_wins(trades)),
        "gross_loss": math.fsum(_losses(trades)),
        "fees": float(sum(trade.fees for trade in trades)),
    }
    for figure in _OF_TRADES:
        found[figure.__name__] = figure(trades)
    if starting_capital is not None:
        for of_capital in _OF_CAPITAL:
            found[of_capital.__name__] = of_capital(trades, starting_capital)
    if log.has_times:
        found["average_duration_minutes"] = average_duration_minutes(trades)
    return {name: float(value) for name, value in found.items() if value is not None and math.isfinite(value)}


def derive_daily(log: DailyLog) -> dict[str, float]:
    """Figures of a daily log by stable name, from Net Liquidity, which marks open trades; empty without days.

    `days`, `net_profit` (dollars), `max_drawdown_percent` (zero or negative), `cagr_percent` (over the days from the first to the
    last), `calmar`, `sharpe` and `sortino` (of the daily returns in percent) as for trades.
    """
    if not log.days:
        return {}
    first, last = log.days[0], log.days[-1]
    start = float(first.net_liquidity - first.pl)
    fall = float(min(day.drawdown_percent for day in log.days))
    growth = _cagr(start, float(last.net_liquidity), (last.date - first.date).days)
    returns = [float(day.pl / before) for day in log.days if (before := day.net_liquidity - day.pl) > 0]
    found: dict[str, float | None] = {
        "days": len(log.days),
        "net_profit": float(sum(day.pl for day in log.days)),
        "max_drawdown_percent": fall,
        "cagr_percent": growth,
        "calmar": growth / -fall if growth is not None and fall else None,
        "sharpe": _sharpe(returns),
        "sortino": _sortino(returns),
    }
    return {name: float(value) for name, value in found.items() if value is not None and math.isfinite(value)}


_OF_TRADES: tuple[Callable[[Sequence[Trade]], float | None], ...] = (
    profit_factor,
    expectancy,
    expectancy_ratio,
    average_win,
    average_loss,
    payoff_ratio,
    kelly_percent,
    sharpe,
    sortino,
    max_drawdown,
    recovery_factor,
    longest_losing_streak,
    longest_winning_streak,
)
_OF_CAPITAL: tuple[Callable[[Sequence[Trade], float], float | None], ...] = (max_drawdown_percent, cagr_percent, calmar)


def _results(trades: Sequence[Trade]) -> list[float]:
    return [float(trade.pl) for trade in trades]


def _wins(trades: Sequence[Trade]) -> list[float]:
    return [float(trade.pl) for trade in trades if trade.pl > 0]


def _losses(trades: Sequence[Trade]) -> list[float]:
    return [float(trade.pl) for trade in trades if trade.pl < 0]


def _mean(values: Sequence[float]) -> float | None:
    return math.fsum(values) / len(values) if values else None


def _cagr(start: float, end: float, days: int) -> float | None:
    if start <= 0 or end <= 0 or days < 1:
        return None
    exponent = DAYS_OF_YEAR / days * math.log(end / start)
    return 100 * math.expm1(exponent) if exponent < _BEYOND_REASON else None


def _sharpe(results: Sequence[float]) -> float | None:
    if len(results) < 2:
        return None
    mean = math.fsum(results) / len(results)
    deviation = math.sqrt(math.fsum((result - mean) ** 2 for result in results) / (len(results) - 1))
    return mean / deviation * math.sqrt(TRADING_DAYS) if _is_more_than_noise(deviation, results) else None


def _sortino(results: Sequence[float]) -> float | None:
    if len(results) < 2:
        return None
    downside = math.sqrt(math.fsum(min(result, 0.0) ** 2 for result in results) / len(results))
    return math.fsum(results) / len(results) / downside * math.sqrt(TRADING_DAYS) if downside else None


def _is_more_than_noise(deviation: float, results: Sequence[float]) -> bool:
    """Equal days differ by what floating point leaves behind, which is no risk."""
    return deviation > 1e-12 * max(abs(result) for result in results)


def _longest_run(trades: Sequence[Trade], counts: Callable[[Trade], bool]) -> int:
    longest = run = 0
    for trade in by_settlement(trades):
        run = run + 1 if counts(trade) else 0
        longest = max(longest, run)
    return longest

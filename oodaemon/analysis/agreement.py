"""Does a trade log belong to the page it was downloaded from? Its sums against the figures shown, within the page's rounding."""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from oodaemon.analysis.outcomes import MULTIPLE_REASONS
from oodaemon.model.trades import Trade, TradeLog

DOLLAR, TENTH, WHOLE = 0.5, 0.05, 0.0
"""Half of the last digit shown: whole dollars, one decimal, counts."""

NOISE = 1e-6
MINUTES_PER_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class _Claim:
    """What the log makes of one metric: values that are as good as each other (none where the log has nothing of the kind)."""

    metric: str
    what: str
    values: Sequence[float]
    rounding: float
    unit: str = ""

    def objection(self, shown: float) -> str | None:
        """A sentence with both figures, or None when the page rounds one of the values to what it shows."""
        figure = self.what.format(_shown(shown, self.unit))
        if not self.values:
            return f"the page shows {figure}, the trade log none"
        nearest = min(self.values, key=lambda value: abs(value - shown))
        if abs(nearest - shown) <= self.rounding + NOISE * max(1.0, abs(shown)):
            return None
        return f"the page shows {figure}, the trade log {_shown(nearest, self.unit)}"


def disagreements(log: TradeLog, metrics: Mapping[str, float]) -> list[str]:
    """One sentence with both figures per metric that the log contradicts; empty when log and page agree.

    `metrics` are those of `model.tasks.METRICS`; one that is absent is not compared, nor is one that the log cannot tell, such as
    lot averages without a column of contracts. A difference within the rounding of the page (half a dollar, half a tenth of a
    percent, minute or day) is none. Where leg groups put several rows on one opening, the page may count a few trades more or less
    than there are rows; counts and averages then have the room that those few can take, sums still have none.
    """
    shown = {name: value for name, value in metrics.items() if value is not None and math.isfinite(value)}
    slack = _uncounted(log.trades, shown.get("total_trades"))
    claims = [*_sums(log.trades), *_capital(log, shown), *_counts(log.trades, slack), *_lots(log.trades, slack)]
    claims += _durations(log, slack)
    found: dict[str, str] = {}
    for claim in claims:
        sentence = claim.objection(shown[claim.metric]) if claim.metric in shown else None
        if sentence is not None:
            found.setdefault(claim.metric, sentence)
    return list(found.values())


def has_groups(trades: Sequence[Trade]) -> bool:
    """Whether several rows share an opening, as the rows of leg groups do."""
    return any(rows > 1 for rows in Counter((trade.opened_at, trade.strategy) for trade in trades).values())


def _uncounted(trades: Sequence[Trade], shown: float | None) -> int:
    """How many rows of leg groups the page counts more or less: at most one, or one in a hundred."""
    if shown is None or not has_groups(trades):
        return 0
    difference = abs(len(trades) - round(shown))
    return difference if difference <= max(1, len(trades) // 100) else 0


def _sums(trades: Sequence[Trade]) -> Iterator[_Claim]:
    profit = float(sum(trade.pl for trade in trades))
    yield _Claim("pl", "a P/L of {}", [profit], DOLLAR, "$")
    priced = [(trade.premium, trade.contracts) for trade in trades if trade.premium is not None and trade.contracts is not None]
    if len(priced) < len(trades):
        return
    premium = abs(float(sum(premium * contracts for premium, contracts in priced)))
    yield _Claim("total_premium", "a total premium of {}", [premium], DOLLAR, "$")
    if premium:
        yield _Claim("capture_rate", "a capture rate of {}", [profit / premium * 100], TENTH, "%")


def _capital(log: TradeLog, shown: Mapping[str, float]) -> Iterator[_Claim]:
    """Start plus profit is the end. With funds in the log, the first trade closed leaves the start, the last one the end."""
    profit = float(sum(trade.pl for trade in log.trades))
    start = shown.get("starting_capital")
    if start is not None:
        yield _Claim("ending_capital", "an ending capital of {}", [start + profit], 2 * DOLLAR, "$")
    told = [
        (trade.settled_at, float(trade.funds_at_close), float(trade.pl)) for trade in log.trades if trade.funds_at_close is not None
    ]
    is_in_parts = any(trade.reason == MULTIPLE_REASONS or trade.closed_at is None for trade in log.trades)
    if not told or len(told) < len(log.trades) or is_in_parts or not log.has_times:
        return
    first, last = min(told)[0], max(told)[0]
    yield _Claim("starting_capital", "a starting capital of {}", [funds - pl for at, funds, pl in told if at == first], DOLLAR, "$")
    yield _Claim("ending_capital", "an ending capital of {}", [funds for at, funds, _ in told if at == last], DOLLAR, "$")


def _counts(trades: Sequence[Trade], slack: int) -> Iterator[_Claim]:
    rows, winners = len(trades), sum(trade.pl > 0 for trade in trades)
    yield _Claim("total_trades", "{} trades", [rows], WHOLE + slack)
    yield _Claim("winners", "{} winners", [winners], WHOLE + slack)
    if rows:
        room = 100 * slack / max(1, rows - slack)
        yield _Claim("win_percentage", "{} winners per trade", [winners / rows * 100], TENTH + room, "%")


def _lots(trades: Sequence[Trade], slack: int) -> Iterator[_Claim]:
    lots = [float(trade.pl_per_contract) for trade in trades if trade.pl_per_contract is not None]
    if not lots or len(lots) < len(trades):
        return
    winners, losers = [lot for lot in lots if lot > 0], [lot for lot in lots if lot < 0]
    neither = [lot for lot in lots if lot <= 0]
    yield _mean("avg_per_trade", "{} per lot on average", [lots], slack)
    if winners or not slack:
        yield _mean("avg_winner", "an average winner of {} per lot", [winners], slack)
        yield _extreme("max_winner", "a largest winner of {} per lot", winners, max, slack)
    if losers or not slack:
        yield _mean("avg_loser", "an average loser of {} per lot", [losers, neither], slack)
        yield _extreme("max_loser", "a largest loser of {} per lot", losers, min, slack)


def _mean(metric: str, what: str, groups: Sequence[Sequence[float]], slack: int) -> _Claim:
    room = max(slack * (max(group) - min(group)) / max(1, len(group) - slack) for group in groups if group) if slack else 0.0
    return _Claim(metric, what, [math.fsum(group) / len(group) for group in groups if group], DOLLAR + room, "$")


def _extreme(metric: str, what: str, lots: Sequence[float], pick: Callable[[Sequence[float]], float], slack: int) -> _Claim:
    """The page may not have counted the most extreme rows."""
    ranked = sorted(lots, reverse=pick is max)
    return _Claim(metric, what, ranked[: slack + 1], DOLLAR, "$")


def _durations(log: TradeLog, slack: int) -> Iterator[_Claim]:
    """Minutes on the clock. What the page counts as a day is not known: elapsed days, dates, or the column of the log."""
    spans = [
        (trade.closed_at - trade.opened_at, trade.closed_at.date() - trade.opened_at.date())
        for trade in log.trades
        if trade.closed_at
    ]
    if not spans or len(spans) < len(log.trades):
        return
    elapsed = [span.total_seconds() / 60 for span, _ in spans]
    room = slack * (max(elapsed) - min(elapsed)) / max(1, len(elapsed) - slack)
    minutes = math.fsum(elapsed) / len(elapsed)
    if log.has_times:
        yield _Claim("avg_minutes_in_trade", "an average time in trade of {}", [minutes], TENTH + room, " min")
    days = [math.fsum(dates.days for _, dates in spans) / len(spans)]
    if log.has_times:
        days.append(minutes / MINUTES_PER_DAY)
    told = [float(trade.days_in_trade) for trade in log.trades if trade.days_in_trade is not None]
    if len(told) == len(log.trades):
        days.append(math.fsum(told) / len(told))
    yield _Claim("avg_days_in_trade", "an average time in trade of {}", days, TENTH + room / MINUTES_PER_DAY, " days")


def _shown(value: float, unit: str) -> str:
    if unit == "$":
        amount = f"{abs(value):,.2f}".removesuffix(".00")
        return f"-${amount}" if value < 0 and amount != "0" else f"${amount}"
    digits = f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{'0' if digits == '-0' else digits}{unit}"

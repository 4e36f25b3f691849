"""Figures against naive versions of themselves, and what must hold of every log."""

import datetime
import itertools
import math
import statistics
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oodaemon.analysis import metrics
from oodaemon.analysis.agreement import disagreements
from oodaemon.analysis.breakdowns import by_hour, by_reason, by_weekday
from oodaemon.analysis.outcomes import daily, equity
from oodaemon.model.trades import LogKind, Trade, TradeLog

START = datetime.datetime.combine(datetime.date(2024, 1, 2), datetime.time(9, 32))
CENTS = st.integers(-200_000, 200_000).map(lambda cents: Decimal(cents) / 100)


@st.composite
def some_trades(draw: st.DrawFn, *, at_once: bool = True) -> list[Trade]:
    """Up to thirty trades in any order, several of which may end at the same moment."""
    found = []
    for number, pl in enumerate(draw(st.lists(CENTS, max_size=30))):
        opened = START + datetime.timedelta(minutes=draw(st.integers(0, 20_000)))
        minutes = draw(st.integers(0, 3000))
        closed = opened + datetime.timedelta(minutes=minutes) if at_once else START + datetime.timedelta(days=100, minutes=number)
        contracts = draw(st.integers(1, 9))
        premium, reason = draw(CENTS), draw(st.sampled_from(["Expired", "Stop Loss"]))
        found.append(Trade(opened, closed, (), pl, premium=premium, contracts=contracts, reason=reason))
    return found


def near(value: float | None, expected: float | None) -> bool:
    if value is None or expected is None:
        return value is expected
    return value == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(some_trades())
def test_ratios_are_those_of_the_definition(trades: list[Trade]) -> None:
    wins = [float(t.pl) for t in trades if t.pl > 0]
    losses = [-float(t.pl) for t in trades if t.pl < 0]
    assert near(metrics.profit_factor(trades), sum(wins) / sum(losses) if losses else None)
    assert near(metrics.expectancy(trades), statistics.fmean(float(t.pl) for t in trades) if trades else None)
    if wins and losses:
        share = len(wins) / (len(wins) + len(losses))
        ratio = statistics.fmean(wins) / statistics.fmean(losses)
        assert near(metrics.payoff_ratio(trades), ratio)
        assert near(metrics.kelly_percent(trades), 100 * (share - (1 - share) / ratio))
    else:
        assert metrics.kelly_percent(trades) is None


@given(some_trades())
def test_sharpe_and_sortino_are_those_of_the_days(trades: list[Trade]) -> None:
    days: dict[datetime.date, list[float]] = {}
    for trade in trades:
        days.setdefault(trade.settled_at.date(), []).append(float(trade.pl))
    results = [math.fsum(found) for found in days.values()]
    assert math.isclose(sum(value for _, value in daily(trades)), sum(results), abs_tol=1e-6)
    if len(results) < 2:
        assert (metrics.sharpe(trades), metrics.sortino(trades)) == (None, None)
        return
    mean, deviation = statistics.fmean(results), statistics.stdev(results)
    if deviation > 1e-6:
        assert near(metrics.sharpe(trades), mean / deviation * math.sqrt(252))
    downside = math.sqrt(statistics.fmean([min(result, 0) ** 2 for result in results]))
    assert near(metrics.sortino(trades), mean / downside * math.sqrt(252) if downside else None)


@given(some_trades(), st.integers(1000, 10**7))
def test_drawdowns_are_the_worst_of_all_pairs(trades: list[Trade], capital: int) -> None:
    curve = [0.0, *(point.total for point in equity(trades))]
    falls = [later - earlier for earlier, later in itertools.combinations_with_replacement(curve, 2)]
    assert near(metrics.max_drawdown(trades), min(falls) if trades else None)
    values = [capital + total for total in curve]
    # Not of all pairs: below zero, a lower peak makes a larger percentage.
    relative = [(value - max(values[: n + 1])) / max(values[: n + 1]) * 100 for n, value in enumerate(values)]
    assert near(metrics.max_drawdown_percent(trades, capital), min(relative) if trades else None)


@given(some_trades(at_once=False))
def test_streaks_are_the_longest_runs(trades: list[Trade]) -> None:
    signs = [(t.pl > 0) - (t.pl < 0) for t in sorted(trades, key=lambda t: t.settled_at)]
    runs = [(sign, len(list(group))) for sign, group in itertools.groupby(signs)]
    assert metrics.longest_losing_streak(trades) == max((n for sign, n in runs if sign < 0), default=0)
    assert metrics.longest_winning_streak(trades) == max((n for sign, n in runs if sign > 0), default=0)


@given(some_trades(), st.none() | st.floats(-1e9, 1e9))
def test_what_is_derived_is_finite_and_does_not_depend_on_the_order(trades: list[Trade], capital: float | None) -> None:
    log = TradeLog(LogKind.BACKTEST, (), tuple(trades))
    found = metrics.derive(log, capital)
    assert all(math.isfinite(value) for value in found.values())
    if len({trade.settled_at for trade in trades}) == len(trades):
        turned = metrics.derive(TradeLog(LogKind.BACKTEST, (), tuple(reversed(trades))), capital)
        assert set(turned) == set(found)
        assert all(near(turned[name], value) for name, value in found.items())


@given(some_trades())
def test_every_breakdown_adds_up(trades: list[Trade]) -> None:
    for parts in (by_weekday(trades), by_hour(trades), by_reason(trades)):
        assert sum(part.trades for part in parts) == len(trades)
        assert sum(part.winners for part in parts) == sum(trade.pl > 0 for trade in trades)
        assert near(math.fsum(part.pl for part in parts), float(sum(trade.pl for trade in trades)))
        assert len({part.key for part in parts}) == len(parts)


def shown(trades: list[Trade]) -> dict[str, float]:
    """The page of these trades, rounded as the site does."""
    lots = [float(t.pl / (t.contracts or 1)) for t in trades]
    pl, premium = sum(t.pl for t in trades), abs(sum((t.premium or 0) * (t.contracts or 1) for t in trades))
    wins, losses = [lot for lot in lots if lot > 0], [lot for lot in lots if lot < 0]
    page = {"pl": round(float(pl)), "total_trades": len(trades), "winners": len(wins), "total_premium": round(float(premium))}
    page |= {"starting_capital": 100_000, "ending_capital": round(100_000 + float(pl))}
    if premium:
        page["capture_rate"] = round(float(pl / premium) * 100, 1)
    if trades:
        page["win_percentage"] = round(100 * len(wins) / len(trades), 1)
        page["avg_per_trade"] = round(statistics.fmean(lots))
        minutes = [((t.closed_at or t.opened_at) - t.opened_at).total_seconds() / 60 for t in trades]
        page["avg_minutes_in_trade"] = round(statistics.fmean(minutes), 1)
    if wins:
        page |= {"avg_winner": round(statistics.fmean(wins)), "max_winner": round(max(wins))}
    if losses:
        page |= {"avg_loser": round(statistics.fmean(losses)), "max_loser": round(min(losses))}
    return page


@given(some_trades(), st.data())
def test_a_log_agrees_with_its_own_page_and_with_no_other(trades: list[Trade], data: st.DataObject) -> None:
    log = TradeLog(LogKind.BACKTEST, (), tuple(trades))
    page = shown(trades)
    assert disagreements(log, page) == []
    metric = data.draw(st.sampled_from(sorted(page)))
    change = {"capture_rate": 0.2, "win_percentage": 0.2, "avg_minutes_in_trade": 0.2, "winners": 1, "total_trades": 5}.get(
        metric, 2
    )
    wrong = page[metric] + data.draw(st.sampled_from([change, -change, 1000]))
    assert disagreements(log, {**page, metric: wrong}) != []

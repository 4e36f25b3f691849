"""Figures computed by hand."""

import math
from decimal import Decimal

import pytest

from oodaemon.analysis import metrics
from oodaemon.analysis.breakdowns import Slice, by_hour, by_reason, by_weekday
from oodaemon.analysis.daily import parse_daily
from oodaemon.analysis.outcomes import by_settlement, daily, equity, starting_capital
from oodaemon.model.trades import LogKind, Trade, TradeLog
from tests.unit.analysis.rows import DAILY, DAYS, at, file, log, trade

# Four days: +200, -100, -50 -150 (two trades), +300. Equity 200, 100, 50, -100, 200.
WEEK = [
    trade(300, at(6, "09:35"), closed=at(6, "15:35"), reason="Expired"),
    trade(-150, at(4, "13:00"), reason="Stop Loss"),
    trade(-50, at(4, "10:00"), reason="Stop Loss"),
    trade(-100, at(3, "10:30"), reason="Exited at Specified Time"),
    trade(200, at(2, "10:00"), reason="Expired"),
]


def test_ratios_by_hand() -> None:
    assert metrics.profit_factor(WEEK) == pytest.approx(500 / 300)
    assert metrics.expectancy(WEEK) == 40
    assert (metrics.average_win(WEEK), metrics.average_loss(WEEK)) == (250, -100)
    assert metrics.expectancy_ratio(WEEK) == 0.4
    assert metrics.payoff_ratio(WEEK) == 2.5
    assert metrics.kelly_percent(WEEK) == pytest.approx(100 * (0.4 - 0.6 / 2.5))


def test_sharpe_and_sortino_by_hand() -> None:
    # Days 200, -100, -200, 300: mean 50; squares 150^2 + 150^2 + 250^2 + 250^2 = 170,000; downside (100^2 + 200^2) / 4.
    assert daily(WEEK) == [(at(2).date(), 200), (at(3).date(), -100), (at(4).date(), -200), (at(6).date(), 300)]
    assert metrics.sharpe(WEEK) == pytest.approx(50 / math.sqrt(170_000 / 3) * math.sqrt(252))
    assert metrics.sortino(WEEK) == pytest.approx(50 / math.sqrt(12_500) * math.sqrt(252))


def test_drawdown_growth_and_what_follows_from_them() -> None:
    assert [point.total for point in equity(WEEK)] == [200, 100, 50, -100, 200]
    assert metrics.max_drawdown(WEEK) == -300
    assert metrics.max_drawdown_percent(WEEK, 1000) == pytest.approx(-25)
    assert metrics.recovery_factor(WEEK) == pytest.approx(200 / 300)
    growth = 100 * (1.2 ** (365 / 4) - 1)
    assert metrics.cagr_percent(WEEK, 1000) == pytest.approx(growth)
    assert metrics.calmar(WEEK, 1000) == pytest.approx(growth / 25)


def test_the_deepest_fall_in_percent_need_not_be_the_one_in_dollars() -> None:
    course = [trade(-50, at(2)), trade(1000, at(3)), trade(-60, at(4))]
    assert metrics.max_drawdown(course) == -60
    assert metrics.max_drawdown_percent(course, 100) == -50


def test_a_loss_at_the_start_is_a_drawdown() -> None:
    assert metrics.max_drawdown([trade(-70)]) == -70


def test_streaks_go_by_the_closing() -> None:
    assert (metrics.longest_losing_streak(WEEK), metrics.longest_winning_streak(WEEK)) == (3, 1)
    assert metrics.longest_losing_streak([trade(-1, at(2)), trade(0, at(3)), trade(-1, at(4))]) == 1
    late = trade(-1, at(2), closed=at(9))
    assert [each.pl for each in by_settlement([late, trade(5, at(3)), trade(6, at(2))])] == [6, 5, -1]


def test_trades_closed_at_the_same_moment_are_one_step() -> None:
    groups = [trade(-500, at(2)), trade(600, at(2)), trade(-10, at(3))]
    assert [point.total for point in equity(groups)] == [100, 90]
    assert metrics.max_drawdown(groups) == -10


def test_what_does_not_exist_is_none() -> None:
    only_wins, only_losses, zero = [trade(5), trade(6, at(3))], [trade(-5), trade(-6, at(3))], [trade(0), trade(0, at(3))]
    of_losses = (metrics.profit_factor, metrics.expectancy_ratio, metrics.payoff_ratio, metrics.kelly_percent, metrics.average_loss)
    for figure in (*of_losses, metrics.sortino, metrics.recovery_factor):
        assert figure(only_wins) is None
    for figure in (metrics.average_win, metrics.payoff_ratio, metrics.kelly_percent):
        assert figure(only_losses) is None
    assert metrics.profit_factor(only_losses) == 0
    assert metrics.profit_factor(zero) is None
    for figure in (metrics.expectancy, metrics.max_drawdown, metrics.sharpe, metrics.sortino, metrics.average_duration_minutes):
        assert figure([]) is None
    assert metrics.sharpe([trade(5)]) is None
    assert metrics.sharpe([trade("0.1", at(day)) for day in (2, 3, 4)]) is None
    assert metrics.calmar(only_wins, 1000) is None
    assert metrics.cagr_percent([trade(5)], 1000) is None
    assert metrics.cagr_percent(only_losses, 11) is None
    assert metrics.cagr_percent(only_wins, 0) is None
    assert metrics.max_drawdown_percent(only_losses, 0) is None
    assert metrics.cagr_percent([trade(10_000, at(2)), trade(1, at(3))], 1e-9) is None


def test_durations() -> None:
    assert metrics.average_duration_minutes(WEEK) == pytest.approx((360 + 4 * 60) / 5)
    still_open = Trade(opened_at=at(2), closed_at=None, legs=(), pl=Decimal(1))
    assert metrics.average_duration_minutes([*WEEK, still_open]) is None


def test_derive_leaves_out_what_does_not_exist() -> None:
    assert metrics.derive(log(), 1000) == {}
    found = metrics.derive(log(trade("5.5", opening_fees=Decimal("1.25"))))
    assert found == {
        "trades": 1,
        "winners": 1,
        "losers": 0,
        "net_profit": 5.5,
        "gross_profit": 5.5,
        "gross_loss": 0,
        "fees": 1.25,
        "expectancy": 5.5,
        "average_win": 5.5,
        "max_drawdown": 0,
        "longest_losing_streak": 0,
        "longest_winning_streak": 1,
        "average_duration_minutes": 60,
    }


def test_derive_has_every_figure_of_a_whole_log() -> None:
    assert set(metrics.derive(log(*WEEK), 1000)) == {
        *("trades", "winners", "losers", "net_profit", "gross_profit", "gross_loss", "fees", "profit_factor", "expectancy"),
        *("expectancy_ratio", "average_win", "average_loss", "payoff_ratio", "kelly_percent", "sharpe", "sortino", "max_drawdown"),
        *("recovery_factor", "longest_losing_streak", "longest_winning_streak", "max_drawdown_percent", "cagr_percent", "calmar"),
        "average_duration_minutes",
    }
    assert "average_duration_minutes" not in metrics.derive(TradeLog(LogKind.LIVE, (), tuple(WEEK), has_times=False))


def test_breakdowns() -> None:
    assert by_weekday(WEEK) == [
        Slice("Monday", 1, 1, 200),
        Slice("Tuesday", 1, 0, -100),
        Slice("Wednesday", 2, 0, -200),
        Slice("Friday", 1, 1, 300),
    ]
    assert by_hour(WEEK) == [Slice("09:00", 1, 1, 300), Slice("10:00", 3, 1, 50), Slice("13:00", 1, 0, -150)]
    assert by_reason(WEEK) == [
        Slice("Expired", 2, 2, 500),
        Slice("Stop Loss", 2, 0, -200),
        Slice("Exited at Specified Time", 1, 0, -100),
    ]
    assert by_reason([]) == []


def test_the_capital_at_the_start() -> None:
    first = trade("-10.5", funds_at_close=Decimal("999.50"))
    second = trade(20, funds_at_close=Decimal("1019.50"))
    assert starting_capital([trade(1, at(5), funds_at_close=Decimal(1)), first]) == 1010
    assert starting_capital([second, first]) == 1010  # closed at the same moment: one begins where no other ends
    assert starting_capital([]) is None
    assert starting_capital([trade(1)]) is None
    assert starting_capital([first, trade(1, at(9), reason="Multiple Reasons")]) is None


def test_figures_of_a_daily_log() -> None:
    found = metrics.derive_daily(parse_daily(file(DAILY, *DAYS)))
    assert found["net_profit"] == pytest.approx(114.32)
    assert found["max_drawdown_percent"] == -0.45
    assert found["days"] == 4
    assert found["cagr_percent"] == pytest.approx(100 * ((160114.32 / 160000) ** (365 / 16) - 1))
    assert found["calmar"] == pytest.approx(found["cagr_percent"] / 0.45)
    assert metrics.derive_daily(parse_daily(file(DAILY))) == {}

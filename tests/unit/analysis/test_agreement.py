"""A log against its page: equal within the rounding of the page, and a sentence with both figures for everything else."""

import dataclasses
from decimal import Decimal

import pytest

from oodaemon.analysis.agreement import disagreements
from oodaemon.analysis.tradelog import parse
from oodaemon.model.tasks import METRICS
from oodaemon.model.trades import Trade, TradeLog
from tests.unit.analysis.rows import CLASSIC, EXPIRED, STOPPED, at, file, log, trade

PAGE = {
    "pl": 1210.0,
    "total_trades": 3.0,
    "winners": 2.0,
    "win_percentage": 66.7,
    "total_premium": 1600.0,
    "capture_rate": 75.6,
    "starting_capital": 100_000.0,
    "ending_capital": 101_210.0,
    "avg_per_trade": 136.0,
    "avg_winner": 256.0,
    "avg_loser": -103.0,
    "max_winner": 300.0,
    "max_loser": -103.0,
    "avg_minutes_in_trade": 74.8,
}


def trades() -> list[Trade]:
    """Per lot 300.13, 206.4 and -103.2; open for 60, 60 and 104.4 minutes."""
    return [
        trade("900.40", at(2), contracts=3, premium=Decimal(300), funds_at_close=Decimal("100900.40")),
        trade("412.80", at(3), contracts=2, premium=Decimal(300), funds_at_close=Decimal("101313.20")),
        trade("-103.20", at(4), closed=at(4, "11:44:24"), premium=Decimal(100), funds_at_close=Decimal("101210.00")),
    ]


def page(**changes: float) -> dict[str, float]:
    return {**PAGE, "avg_winner": 253.0, "avg_per_trade": 134.0, **changes}


def test_a_log_agrees_with_its_page() -> None:
    assert disagreements(log(*trades()), page()) == []


@pytest.mark.parametrize(
    ("metric", "shown", "sentence"),
    [
        ("pl", 1211, "the page shows a P/L of $1,211, the trade log $1,210"),
        ("pl", -1210, "the page shows a P/L of -$1,210, the trade log $1,210"),
        ("total_trades", 4, "the page shows 4 trades, the trade log 3"),
        ("winners", 1, "the page shows 1 winners, the trade log 2"),
        ("win_percentage", 66.8, "the page shows 66.8% winners per trade, the trade log 66.67%"),
        ("total_premium", 1599, "the page shows a total premium of $1,599, the trade log $1,600"),
        ("capture_rate", 75.7, "the page shows a capture rate of 75.7%, the trade log 75.62%"),
        ("starting_capital", 99_999, "the page shows a starting capital of $99,999, the trade log $100,000"),
        ("starting_capital", 100_900, "the page shows a starting capital of $100,900, the trade log $100,000"),
        ("ending_capital", 101_313, "the page shows an ending capital of $101,313, the trade log $101,210"),
        ("ending_capital", 101_212, "the page shows an ending capital of $101,212, the trade log $101,210"),
        ("avg_per_trade", 135, "the page shows $135 per lot on average, the trade log $134.44"),
        ("avg_winner", 254, "the page shows an average winner of $254 per lot, the trade log $253.27"),
        ("avg_loser", -104, "the page shows an average loser of -$104 per lot, the trade log -$103.20"),
        ("max_winner", 301, "the page shows a largest winner of $301 per lot, the trade log $300.13"),
        ("max_loser", -102, "the page shows a largest loser of -$102 per lot, the trade log -$103.20"),
        ("avg_minutes_in_trade", 74.9, "the page shows an average time in trade of 74.9 min, the trade log 74.8 min"),
        ("avg_days_in_trade", 1, "the page shows an average time in trade of 1 days, the trade log 0.05 days"),
    ],
)
def test_what_differs_is_told_with_both_figures(metric: str, shown: float, sentence: str) -> None:
    assert sentence in disagreements(log(*trades()), page(**{metric: shown}))
    assert metric in METRICS or metric == "avg_days_in_trade"


@pytest.mark.parametrize(("exact", "shown", "agrees"), [("0.5", 1, True), ("0.5", 0, True), ("0.49", 1, False), ("-0.5", -1, True)])
def test_half_a_dollar_is_rounding_and_more_is_not(exact: str, shown: float, agrees: bool) -> None:
    assert (disagreements(log(trade(exact)), {"pl": shown}) == []) is agrees


def test_a_figure_the_page_does_not_show_is_not_compared() -> None:
    assert disagreements(log(*trades()), {}) == []
    assert disagreements(log(*trades()), {"cagr": 5.0, "mar": 1.0, "max_drawdown": -3.0}) == []


def test_a_page_that_shows_what_the_log_has_not() -> None:
    assert disagreements(log(trade(5)), {"avg_loser": -12, "max_loser": -12}) == [
        "the page shows an average loser of -$12 per lot, the trade log none",
        "the page shows a largest loser of -$12 per lot, the trade log none",
    ]


def test_no_trades_at_all() -> None:
    nothing = {"pl": 0, "win_percentage": 0, "starting_capital": 100_000, "ending_capital": 100_000, "total_trades": 0}
    assert disagreements(log(), nothing) == []
    assert disagreements(log(), {**nothing, "pl": 12, "total_trades": 1}) == [
        "the page shows a P/L of $12, the trade log $0",
        "the page shows 1 trades, the trade log 0",
    ]


def test_a_debit_strategy_has_a_positive_premium() -> None:
    debit = trade("50", premium=Decimal(-200), contracts=2)
    assert disagreements(log(debit), {"total_premium": 400, "capture_rate": 12.5}) == []


def test_a_trade_of_zero_may_or_may_not_be_a_loser() -> None:
    found = log(trade(0), trade(-100, at(3)))
    assert disagreements(found, {"avg_loser": -100}) == []
    assert disagreements(found, {"avg_loser": -50}) == []
    assert disagreements(found, {"avg_loser": -75})


@pytest.mark.parametrize("shown", [7.5, 7.0, 8.0])
def test_a_day_in_trade_may_be_counted_in_several_ways(shown: float) -> None:
    one = trade(5, at(2, "09:40"), closed=at(9, "21:40"), days_in_trade=Decimal(8))
    assert disagreements(log(one), {"avg_days_in_trade": shown}) == []
    assert disagreements(log(one), {"avg_days_in_trade": 6.5})


def test_without_contracts_lots_are_not_compared_and_without_times_minutes_are_not() -> None:
    bare = dataclasses.replace(trade(5), contracts=None)
    assert disagreements(log(bare), {"avg_per_trade": 99, "total_premium": 7}) == []
    assert disagreements(TradeLog(log().kind, (), (trade(5),), has_times=False), {"avg_minutes_in_trade": 12}) == []


def test_money_that_moved_before_the_last_row_says_nothing_about_funds() -> None:
    parts = [dataclasses.replace(each, reason="Multiple Reasons") for each in trades()]
    assert disagreements(log(*parts), page(starting_capital=99_999, ending_capital=101_209)) == []


def test_funds_are_those_after_any_trade_closed_at_the_same_moment() -> None:
    rows = EXPIRED.replace('"Expired",231.44,1,125466.76', '"Expired",231.44,1,125697.2'), EXPIRED
    raw = file(CLASSIC, rows[0], rows[1].replace("125466.76", "125465.76"), STOPPED.replace("125235.32", "125234.32"))
    found = parse(raw)
    assert disagreements(found, {"starting_capital": 125_539, "ending_capital": 125_697}) == []
    assert disagreements(found, {"ending_capital": 125_698}) == [
        "the page shows an ending capital of $125,698, the trade log $125,697.20"
    ]


def grouped(rows: int) -> TradeLog:
    """Two rows per opening, the calls and the puts."""
    return log(*[trade(100 if n % 4 else -60, at(2 + n // 20, f"{10 + n % 20 // 4}:{n % 4 // 2 * 30:02}")) for n in range(rows)])


def test_leg_groups_may_be_counted_a_little_differently() -> None:
    found = grouped(320)
    assert disagreements(found, {"pl": 19_200, "total_trades": 319, "winners": 240, "avg_per_trade": 60, "max_winner": 100}) == []
    assert disagreements(found, {"total_trades": 300}) == ["the page shows 300 trades, the trade log 320"]
    assert disagreements(found, {"total_trades": 319, "pl": 19_100}) == ["the page shows a P/L of $19,100, the trade log $19,200"]
    assert disagreements(found, {"total_trades": 319, "winners": 230}) == ["the page shows 230 winners, the trade log 240"]


def test_a_log_without_groups_has_no_room() -> None:
    single = log(*[trade(100, at(2 + n)) for n in range(20)])
    assert disagreements(single, {"total_trades": 19}) == ["the page shows 19 trades, the trade log 20"]


def test_a_large_profit_has_no_more_room_than_a_small_one() -> None:
    assert disagreements(log(trade("123456789.50")), {"pl": 123_456_790}) == []
    assert disagreements(log(trade("123456789.40")), {"pl": 123_456_790})

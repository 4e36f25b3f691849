"""Metric cards: texts, colours, conditions."""

from dataclasses import replace

import pytest

from oodaemon.practice.catalog import SAVED_TESTS
from oodaemon.practice.result import METRICS, Card, Figures
from oodaemon.practice.truth import figures

[SOME, *_] = figures(next(iter(SAVED_TESTS.values())).form).trades
WINNER = Figures(
    profit=110_775.4,
    growth=23.34,
    drawdown=-5.44,
    growth_to_drawdown=4.29,
    win_rate=77.0,
    total_premium=487_566.0,
    capture_rate=22.72,
    starting=100_000.0,
    ending=210_775.4,
    per_lot=15.2,
    winner_per_lot=29.4,
    loser_per_lot=-32.3,
    best_per_lot=42.0,
    worst_per_lot=-101.0,
    time_in_trade=74.83,
    is_multi_day=False,
    winners=1,
    trades=(SOME,),
    days=(),
    worth=(),
)


def texts(result: Figures) -> dict[str, str]:
    return {card.label: card.text for card in result.cards()}


def card(result: Figures, key: str) -> Card:
    return next(card for card in result.cards() if card.key == key)


def test_a_winner_shows_everything() -> None:
    assert texts(WINNER) == {
        "P/L": "$110,775",
        "CAGR": "23.3%",
        "Max Drawdown": "-5.4%",
        "MAR Ratio": "4.3",
        "Win Percentage": "77%",
        "Total Premium": "$487,566",
        "Capture Rate": "22.7%",
        "Starting Capital": "$100,000",
        "Ending Capital": "$210,775",
        "Avg Per Trade": "$15 / lot",
        "Avg Winner": "$29 / lot",
        "Avg Loser": "-$32 / lot",
        "Max Winner": "$42 / lot",
        "Max Loser": "-$101 / lot",
        "Avg Minutes In Trade": "74.8",
        "Trades": "1",
        "Winners": "1",
    }
    assert [item.block for item in WINNER.cards()] == [1] * 9 + [2] * 8


def test_metrics_are_the_displayed_numbers() -> None:
    shown = WINNER.metrics()
    assert tuple(shown) == METRICS
    assert (shown["pl"], shown["cagr"], shown["avg_winner"], shown["total_trades"]) == (110_775.0, 23.3, 29.0, 1.0)


def test_a_loss_has_no_premium_cards() -> None:
    loser = replace(WINNER, profit=-28_499.0, growth=-9.0, growth_to_drawdown=-0.3, capture_rate=-4.0)
    assert texts(loser)["P/L"] == "-$28,499"
    assert texts(loser)["CAGR"] == "-9%"
    assert not {"Total Premium", "Capture Rate"} & set(texts(loser))
    assert loser.metrics()["capture_rate"] is None
    assert (card(loser, "pl").colour, card(WINNER, "pl").colour) == ("red", "green")


def test_a_loss_of_cents_is_no_loss_on_the_page() -> None:
    even = replace(WINNER, profit=-0.3, growth=-0.01)
    assert (texts(even)["P/L"], texts(even)["CAGR"]) == ("$0", "0%")
    assert str(even.metrics()["pl"]) == "0.0"
    assert "Total Premium" in texts(even)


def test_no_drawdown_no_ratio() -> None:
    assert "MAR Ratio" not in texts(replace(WINNER, drawdown=0.0, growth_to_drawdown=None))


def test_nobody_lost() -> None:
    lucky = replace(WINNER, loser_per_lot=None, worst_per_lot=None)
    assert (texts(lucky)["Avg Loser"], texts(lucky)["Max Loser"]) == ("N/A", "N/A")
    assert lucky.metrics()["avg_loser"] is None


def test_days_instead_of_minutes() -> None:
    slow = replace(WINNER, is_multi_day=True, time_in_trade=7.31)
    assert texts(slow)["Avg Days In Trade"] == "7.3"
    assert (slow.metrics()["avg_minutes_in_trade"], slow.metrics()["avg_days_in_trade"]) == (None, 7.3)


def test_no_trades_no_second_row() -> None:
    idle = figures(next(test for test in SAVED_TESTS.values() if test.name == "Never Enters").form)
    assert texts(idle) == {
        "P/L": "$0",
        "CAGR": "0%",
        "Max Drawdown": "0%",
        "Win Percentage": "0%",
        "Total Premium": "$0",
        "Capture Rate": "0%",
        "Starting Capital": "$100,000",
        "Ending Capital": "$100,000",
    }
    assert idle.metrics()["total_trades"] is None


@pytest.mark.parametrize(("minutes", "text"), [(167.0, "167"), (166.96, "167"), (0.04, "0"), (1234.56, "1,234.6")])
def test_numbers_lose_a_trailing_zero(minutes: float, text: str) -> None:
    assert texts(replace(WINNER, time_in_trade=minutes))["Avg Minutes In Trade"] == text

"""The page's own figures from the trade log: by hand, and against the truth of the practice site, which rounds as the page does."""

import datetime
from dataclasses import replace
from decimal import Decimal

import pytest

from oodaemon.analysis.recomputed import Account, Recomputed, against, figures
from oodaemon.analysis.tradelog import parse
from oodaemon.practice.form import Form, Leg
from oodaemon.practice.truth import figures as truth
from oodaemon.practice.truth import trade_log
from tests.unit.analysis.rows import at, trade
from tests.unit.practice.test_account import LEGS

YEAR = Account(1000, datetime.date(2026, 1, 1), datetime.date(2027, 1, 1))


def test_by_hand() -> None:
    # Days +200, -150 (two trades), +100: ends of days 1200, 1050, 1150. The deepest fall is from 1,200 to 1,050.
    week = [
        trade(200, at(2), contracts=2, premium=Decimal(150)),
        trade(-100, at(3), contracts=1, premium=Decimal(100)),
        trade(-50, at(3, "12:00"), contracts=1, premium=Decimal(100)),
        trade(100, at(4), contracts=4, premium=Decimal(50)),
    ]
    found = figures(week, YEAR)
    assert found == pytest.approx(
        {
            "pl": 150,
            "ending_capital": 1150,
            "win_percentage": 50,
            "capture_rate": 100 * 150 / 700,
            "cagr": 15,
            "max_drawdown": -12.5,
            "avg_per_trade": (100 - 100 - 50 + 25) / 4,
            "avg_winner": 62.5,
            "avg_loser": -75,
            "mar": 1.2,
        }
    )


def test_the_drawdown_is_looked_at_at_the_end_of_a_day() -> None:
    found = figures([trade(500, at(2)), trade(-400, at(2, "13:00")), trade(-110, at(3))], YEAR)
    assert found["max_drawdown"] == pytest.approx(-10)


def test_what_does_not_exist_is_left_out() -> None:
    assert figures([], YEAR) == {}
    overnight = figures([trade(5, at(2), closed=at(3))], YEAR)
    assert "max_drawdown" not in overnight
    assert "mar" not in overnight
    up = figures([trade(5, at(2), contracts=None, premium=None)], replace(YEAR, last=YEAR.first))
    assert up == {"pl": 5, "ending_capital": 1005, "win_percentage": 100, "max_drawdown": 0}
    assert "cagr" not in figures([trade(-1000, at(2))], YEAR)


def test_a_page_and_a_log_within_the_rounding_of_the_page() -> None:
    assert Recomputed("cagr", 23.3, 23.349).agrees
    assert not Recomputed("cagr", 23.3, 23.36).agrees
    assert Recomputed("avg_winner", 29, 29.49).agrees
    assert not Recomputed("pl", 150, 151).agrees
    assert against({"total_trades": 2, "pl": 5.0}, [trade(5)], YEAR) == []
    assert against({"total_trades": 1, "pl": 5.0, "mar": 1.0}, [trade(5)], YEAR) == [Recomputed("pl", 5, 5)]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"allocation": 40.0, "stop_loss": 100.0},
        {"profit_target": 30.0, "end_date": datetime.date(2023, 6, 30)},
        {"legs": (Leg(side="Buy", right="Call", value=30),), "allocation": 1.0},
    ],
    ids=["plain", "compounded", "short", "debit"],
)
def test_the_practice_page_and_its_log_agree(changes) -> None:
    form = replace(FORM, **changes)
    page = {name: value for name, value in truth(form).metrics().items() if value is not None}
    log = parse(trade_log(form).encode())
    assert len(log.trades) > 30
    found = against(page, log.trades, Account(form.starting_funds, form.start_date, form.end_date))
    told = {each.metric for each in found}
    assert {"pl", "cagr", "max_drawdown", "win_percentage", "avg_per_trade", "ending_capital"} <= told
    assert [each for each in found if not each.agrees] == []


FORM = Form(
    start_date=datetime.date(2022, 1, 3),
    end_date=datetime.date(2023, 12, 29),
    legs=LEGS,
    entry_time=datetime.time(10, 0),
    allocation=10,
)

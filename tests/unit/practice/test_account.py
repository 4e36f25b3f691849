"""Contracts, open positions, and the worth of the account."""

from dataclasses import replace
from datetime import date, time, timedelta
from itertools import pairwise

import pytest

from oodaemon.practice.account import trade_through
from oodaemon.practice.form import Form, Leg
from oodaemon.practice.market import market

LEGS = (Leg(side="Sell", right="Put", value=30), Leg(side="Buy", right="Put", value=-25, unit="±", child=True))
FORM = Form(start_date=date(2024, 1, 2), end_date=date(2024, 12, 31), legs=LEGS, allocation=10, entry_time=time(10, 0))
WEEK = tuple(replace(leg, dte=7) for leg in LEGS)


def test_allocation_follows_the_funds() -> None:
    for before, trade in pairwise(trade_through(FORM, market()).trades):
        margin = (25 - trade.premium) * 100
        assert trade.contracts == int(before.funds * 0.1 // margin)


@pytest.mark.parametrize(("change", "most"), [({"max_contracts": 2}, 2), ({"max_allocation_amount": 5_000.0}, 3)])
def test_limits_on_contracts(change: dict[str, float], most: int) -> None:
    form = replace(FORM, **change)  # type: ignore[arg-type]  # fields by name
    assert max(trade.contracts for trade in trade_through(form, market()).trades) <= most


def test_open_positions_are_limited() -> None:
    made = trade_through(replace(FORM, legs=WEEK, max_open=2), market()).trades
    opens = [sum(other.opened <= trade.opened < other.closed for other in made) for trade in made]
    assert max(opens) == 2
    assert len(trade_through(replace(FORM, legs=WEEK, max_open=4), market()).trades) > len(made)


def test_no_money_no_trades() -> None:
    assert trade_through(replace(FORM, starting_funds=500.0), market()).trades == ()


def test_the_account_ends_with_what_the_trades_made() -> None:
    account = trade_through(FORM, market())
    made = sum(trade.profit for trade in account.trades)
    assert account.worth[-1] == pytest.approx(FORM.starting_funds + made)
    assert account.trades[-1].funds == pytest.approx(account.worth[-1])
    assert account.days[0] == date(2024, 1, 2)
    assert len(account.days) == len(account.worth) == 252


def test_open_trades_are_marked_at_each_close() -> None:
    form = replace(FORM, legs=WEEK, frequency="Specific Dates", specific_dates="2024-02-05", max_contracts=1)
    account = trade_through(form, market())
    [trade] = account.trades
    worth = dict(zip(account.days, account.worth.tolist(), strict=True))
    opened, closed = trade.opened.date(), trade.closed.date()
    assert worth[opened - timedelta(days=3)] == FORM.starting_funds
    assert worth[opened] != FORM.starting_funds
    assert abs(worth[opened] - FORM.starting_funds) < 2_500
    assert worth[closed] == pytest.approx(FORM.starting_funds + trade.profit)


def test_a_range_without_trading_days_is_empty() -> None:
    weekend = replace(FORM, start_date=date(2024, 1, 6), end_date=date(2024, 1, 7))
    assert trade_through(weekend, market()).trades == ()

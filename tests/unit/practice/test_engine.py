"""Entries, strikes and exits: what a trader expects when one number changes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time
from time import perf_counter

import numpy as np
import pytest

from oodaemon.practice.account import Trade, trade_through
from oodaemon.practice.form import Form, Leg
from oodaemon.practice.holidays import trading_days
from oodaemon.practice.market import market
from oodaemon.practice.selection import candidates

START, END = date(2023, 1, 3), date(2025, 12, 5)


def condor(delta: float) -> tuple[Leg, ...]:
    return (
        Leg(side="Sell", right="Put", value=delta),
        Leg(side="Buy", right="Put", value=-50, unit="±", child=True),
        Leg(side="Sell", right="Call", value=delta),
        Leg(side="Buy", right="Call", value=50, unit="±", child=True),
    )


SPREAD = (Leg(side="Sell", right="Put", value=30), Leg(side="Buy", right="Put", value=-25, unit="±", child=True))
# Enough money that every entry is taken, whatever happened before.
FORM = Form(
    start_date=START,
    end_date=END,
    legs=condor(15),
    entry_time=time(10, 0),
    starting_funds=10_000_000,
    allocation=1,
    max_contracts=1,
)


def trades(form: Form, **changes: object) -> Sequence[Trade]:
    return trade_through(replace(form, **changes), market()).trades  # type: ignore[arg-type]  # fields by name


def win_rate(some: Sequence[Trade]) -> float:
    return sum(trade.per_contract > 0 for trade in some) / len(some)


def mean_premium(some: Sequence[Trade]) -> float:
    return sum(trade.premium for trade in some) / len(some)


def test_every_trading_day_has_an_entry() -> None:
    made = trades(FORM)
    assert [trade.opened.date() for trade in made] == trading_days(START, END)
    assert {trade.opened.time() for trade in made} == {time(10, 0)}


def test_a_larger_delta_brings_more_premium_and_fewer_winners() -> None:
    runs = [trades(FORM, legs=condor(delta)) for delta in (5, 10, 20, 30, 40)]
    premiums, rates = [mean_premium(run) for run in runs], [win_rate(run) for run in runs]
    assert premiums == sorted(premiums)
    assert len(set(premiums)) == 5
    assert rates[0] > rates[2] > rates[4]


def test_a_tighter_stop_loses_more_often() -> None:
    rates = [win_rate(trades(FORM, stop_loss=stop)) for stop in (50.0, 100.0, 200.0, 400.0, None)]
    assert rates == sorted(rates)
    assert len(set(rates)) == 5


def test_a_nearer_profit_target_wins_more_often_and_less() -> None:
    runs = [trades(FORM, profit_target=target) for target in (20.0, 40.0, 60.0, 80.0)]
    rates = [win_rate(run) for run in runs]
    best = [max(trade.per_contract for trade in run) for run in runs]
    assert rates == sorted(rates, reverse=True)
    assert best == sorted(best)


def test_a_later_entry_finds_less_premium() -> None:
    premiums = [mean_premium(trades(FORM, entry_time=time(hour, 45))) for hour in (9, 11, 13, 15)]
    assert premiums == sorted(premiums, reverse=True)


def test_strikes_are_listed_ones_and_children_keep_their_distance() -> None:
    for trade in trades(FORM):
        put, put_wing, call, call_wing = trade.strikes
        assert {strike % 5 for strike in trade.strikes} == {0}
        assert put < trade.opening_price < call
        assert (put - put_wing, call_wing - call) == (50, 50)


def test_premium_priced_legs_cost_what_was_asked() -> None:
    legs = (Leg(side="Sell", right="Put", value=2.5, unit="$"), Leg(side="Buy", right="Put", value=0.5, unit="$"))
    prices = np.array([trade.prices for trade in trades(FORM, legs=legs)])
    assert np.abs(prices - [2.5, 0.5]).mean() < 0.2


def test_percentage_legs_stand_out_of_the_money() -> None:
    legs = (Leg(side="Sell", right="Call", value=1, unit="%"), Leg(side="Sell", right="Put", value=1, unit="%"))
    for trade in trades(FORM, legs=legs):
        assert trade.strikes == pytest.approx([trade.opening_price * 1.01, trade.opening_price * 0.99], abs=2.6)


def test_rounded_strikes() -> None:
    made = trades(FORM, round_strikes=True, round_strikes_value=25.0)
    assert {strike % 25 for trade in made for strike in trade.strikes} == {0}


def test_stops_and_targets_in_points() -> None:
    made = trades(FORM, legs=SPREAD, stop_loss=3.0, stop_loss_unit="$", profit_target=2.0, profit_target_unit="$")
    gains = {reason: [t.premium - t.cost for t in made if t.reason == reason] for reason in ("Stop Loss", "Profit Target")}
    assert max(gains["Stop Loss"]) <= -3.0 + 1e-9
    assert min(gains["Profit Target"]) >= 2.0 - 1e-9


def test_closing_orders_name_a_price() -> None:
    made = trades(FORM, legs=SPREAD, profit_target=1.0, profit_target_unit="CO", stop_loss=12.0, stop_loss_unit="CO")
    costs = {reason: [t.cost for t in made if t.reason == reason] for reason in ("Stop Loss", "Profit Target")}
    assert max(costs["Profit Target"]) <= 1.0
    assert min(costs["Stop Loss"]) >= 12.0


def test_closing_orders_of_bought_options_work_the_other_way_round() -> None:
    bought = (Leg(side="Buy", right="Call", value=50),)
    made = trades(FORM, legs=bought, profit_target=40.0, profit_target_unit="CO", stop_loss=5.0, stop_loss_unit="CO")
    assert min(-t.cost for t in made if t.reason == "Profit Target") >= 40.0
    assert max(-t.cost for t in made if t.reason == "Stop Loss") <= 5.0


def test_expired_options_are_worth_their_intrinsic_value() -> None:
    for trade in trades(FORM, legs=SPREAD):
        short, long = (max(strike - trade.closing_price, 0) for strike in trade.strikes)
        assert trade.closed.time() == time(16, 0)
        assert trade.cost == pytest.approx(short - long, abs=0.06)


def test_an_early_exit_leaves_no_trade_open_after_it() -> None:
    made = trades(FORM, use_early_exit=True, early_exit_days=0, early_exit_time=time(14, 30), stop_loss=200.0)
    assert max(trade.closed.time() for trade in made) == time(14, 30)
    assert {"Exited at Specified Time", "Stop Loss"} <= {trade.reason for trade in made}


def test_an_early_exit_after_minutes() -> None:
    made = trades(FORM, use_early_exit=True, early_exit_days=45, early_exit_days_unit="MIT")
    assert {(trade.closed - trade.opened).seconds for trade in made} == {45 * 60}


def test_fees_are_paid_per_option_and_not_on_expiry() -> None:
    plain, charged = trades(FORM), trades(FORM, use_fees=True, opening_fees=1.25, closing_fees=1.0)
    assert {round(a.per_contract - b.per_contract, 2) for a, b in zip(plain, charged, strict=True)} == {5.0}
    stopped = trades(FORM, stop_loss=100.0), trades(FORM, stop_loss=100.0, use_fees=True, opening_fees=1.25, closing_fees=1.0)
    paid = {(a.reason, round(a.per_contract - b.per_contract, 2)) for a, b in zip(*stopped, strict=True)}
    assert paid == {("Expired", 5.0), ("Stop Loss", 9.0)}


def test_slippage_takes_from_premium_and_adds_to_cost() -> None:
    plain = trades(FORM, stop_loss=10_000.0)
    slipped = trades(FORM, stop_loss=10_000.0, use_slippage=True, entry_slippage=0.1, exit_slippage=0.2)
    assert {round(a.premium - b.premium, 2) for a, b in zip(plain, slipped, strict=True)} == {0.1}
    timed = {"use_early_exit": True, "early_exit_days": 0, "early_exit_time": time(12, 0)}
    costs = zip(trades(FORM, **timed), trades(FORM, **timed, use_slippage=True, exit_slippage=0.2), strict=True)
    assert {round(b.cost - a.cost, 2) for a, b in costs} == {0.2}


def test_weekly_entries_keep_to_their_days() -> None:
    made = trades(FORM, frequency="Weekly", weekdays=(1, 5))
    assert {trade.opened.isoweekday() for trade in made} == {1, 5}


def test_specific_dates_and_months() -> None:
    made = trades(FORM, frequency="Specific Dates", specific_dates="2024-03-05, 2024-03-09")
    assert [trade.opened.date() for trade in made] == [date(2024, 3, 5)]
    assert len(trades(FORM, frequency="Monthly")) == 36


def test_an_exact_expiry_must_exist() -> None:
    friday = {"frequency": "Weekly", "weekdays": (5,), "legs": (Leg(side="Sell", right="Put", value=30, dte=1),)}
    assert trades(FORM, **friday) == ()
    assert {trade.expiries[0].isoweekday() for trade in trades(FORM, **friday, use_exact_dte=False)} >= {1}


def test_trades_of_several_days_end_by_their_expiry() -> None:
    legs = tuple(replace(leg, dte=7) for leg in SPREAD)
    made = trades(FORM, legs=legs, profit_target=50.0, stop_loss=200.0)
    assert all(trade.closed.date() <= trade.expiries[0] for trade in made)
    assert any(trade.closed.date() > trade.opened.date() for trade in made)
    assert {"Profit Target", "Stop Loss"} <= {trade.reason for trade in made}


def test_what_is_open_on_the_last_day_is_closed_then() -> None:
    legs = tuple(replace(leg, dte=7) for leg in SPREAD)
    last = trades(FORM, legs=legs)[-1]
    assert (last.closed.date(), last.reason) == (END, "Backtest Completed")


def test_tickers_share_the_path_at_their_own_scale() -> None:
    spx, spy = trades(FORM)[0], trades(FORM, ticker="SPY", legs=SPREAD)[0]
    assert spy.opening_price == pytest.approx(spx.opening_price / 10, abs=0.01)
    assert {strike % 1 for strike in spy.strikes} == {0}


def test_margin_is_the_worst_result() -> None:
    entries = candidates(replace(FORM, legs=SPREAD), market())
    assert entries.margin == pytest.approx((25 - entries.premium) * 100)
    bought = candidates(replace(FORM, legs=(Leg(side="Buy", right="Call", value=30),)), market())
    assert bought.margin == pytest.approx(-bought.premium * 100)


def test_a_year_takes_a_fraction_of_a_second() -> None:
    form = replace(FORM, start_date=date(2024, 12, 5), stop_loss=100.0)
    took = []
    for _ in range(4):
        begun = perf_counter()
        trade_through(form, market())
        took.append(perf_counter() - begun)
    assert min(took) < 0.5  # 0.03 on an idle machine

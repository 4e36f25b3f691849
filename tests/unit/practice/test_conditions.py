"""Every field with an effect has the effect its label says."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time
from itertools import pairwise

import numpy as np
import pytest

from oodaemon.practice import indicators
from oodaemon.practice.account import Trade
from oodaemon.practice.catalog import SAVED_TESTS
from oodaemon.practice.form import Form
from oodaemon.practice.market import Market, market
from oodaemon.practice.truth import figures

BY_NAME = {test.name: test.form for test in SAVED_TESTS.values()}
# One contract of every entry, whatever happened before; half a year.
CONDOR = replace(
    BY_NAME["Late Morning Iron Condor"],
    start_date=date(2024, 1, 2),
    end_date=date(2024, 6, 28),
    starting_funds=10_000_000.0,
    max_open=None,
    max_contracts=1,
    use_slippage=False,
    entry_slippage=None,
    exit_slippage=None,
    stop_loss_slippage=None,
)
WEEKLY = replace(BY_NAME["Weekly Put Spread 7DTE"], end_date=date(2024, 6, 28), max_contracts=1)
State = dict[str, object]


def trades(form: Form, **changes: object) -> tuple[Trade, ...]:
    changed = form.with_state(**changes)
    assert Form.from_state(changed.to_state()) == changed
    return figures(changed).trades


def at(trade: Trade) -> tuple[Market, int, int]:
    found = market()
    day = int(np.searchsorted(found.days, np.datetime64(trade.opened.date())))
    return found, day, trade.opened.hour * 60 + trade.opened.minute - 570


def gap(trade: Trade) -> float:
    return trade.gap / (trade.opening_price - trade.movement - trade.gap) * 100


def movement(trade: Trade) -> float:
    return trade.movement / (trade.opening_price - trade.movement) * 100


def overnight(trade: Trade) -> float:
    found, day, _ = at(trade)
    return float(found.vix_at(day, 0) / found.vix_at(day - 1, 390) - 1) * 100


def intraday(trade: Trade) -> float:
    found, day, minute = at(trade)
    return float(found.vix_at(day, minute) / found.vix_at(day, 0) - 1) * 100


def rsi(trade: Trade) -> float:
    found, day, minute = at(trade)
    return float(indicators.rsi(found, np.array([day]), minute)[0])


def nine_day_ratio(trade: Trade) -> float:
    found, day, minute = at(trade)
    return float(indicators.vix9d_ratio(found, day, minute))


def broke_out(trade: Trade) -> float:
    found, day, minute = at(trade)
    return float(found.price[day, minute] - found.price[day, :31].max())


def above_average(trade: Trade) -> float:
    found, day, minute = at(trade)
    return float(found.price[day, minute] - found.price[day - 20 : day, -1].mean())


def ratio(trade: Trade) -> float:
    assert trade.opening_ratio is not None
    return trade.opening_ratio


ENTRIES: list[tuple[State, Callable[[Trade], float], float, float]] = [
    ({"use_vix": True, "max_vix": "14"}, lambda trade: trade.opening_vix, 0, 14),
    ({"use_vix": True, "min_vix": "14.5"}, lambda trade: trade.opening_vix, 14.5, 100),
    ({"use_vix": True, "min_vix_overnight_move_up": "0.8"}, overnight, 0.8, 100),
    ({"use_vix": True, "max_vix_intraday_move_up": "0.5", "max_vix_intraday_move_down": "1"}, intraday, -1, 0.5),
    ({"use_vix": True, "max_vix9d_vix_ratio": "0.93"}, nine_day_ratio, 0, 0.93),
    ({"use_technical": True, "min_rsi": "45", "max_rsi": "60"}, rsi, 45, 60),
    ({"use_technical": True, "entry_sma": "Above SMA", "entry_sma_period": "20"}, above_average, 0, 10_000),
    ({"use_gaps": True, "min_gap_down": "0.1", "max_gap_down": "0.6"}, gap, -0.601, -0.099),
    ({"use_intraday": True, "max_move_up": "0.2", "max_move_down": "0.1"}, movement, -0.1001, 0.2001),
    ({"use_breakout": True, "range_end": "10:00", "breakout_condition": "High-Only", "range_high_low": True}, broke_out, 0, 10_000),
    ({"use_entry_premium": True, "minimum_premium": "2", "maximum_premium": "4"}, lambda trade: trade.premium, 2, 4),
    ({"use_entry_ratio": True, "maximum_ratio": "20"}, ratio, 0, 20.004),
]


@pytest.mark.parametrize(("state", "value", "low", "high"), ENTRIES, ids=[" ".join(entry[0]) for entry in ENTRIES])
def test_entries_keep_to_their_bounds(state: State, value: Callable[[Trade], float], low: float, high: float) -> None:
    before, after = trades(CONDOR), trades(CONDOR, **state)
    wanted = [trade.opened for trade in before if low - 1e-6 <= value(trade) <= high + 1e-6]
    assert [trade.opened for trade in after] == wanted
    assert 0 < len(after) < len(before)


def test_units_of_moves() -> None:
    points = trades(CONDOR, use_vix=True, min_vix_overnight_move_up="0.1", min_vix_overnight_move_up_unit="pts")
    percent = trades(CONDOR, use_vix=True, min_vix_overnight_move_up="0.1")
    assert 0 < len(points) < len(percent)


def test_a_debit_is_no_credit() -> None:
    assert trades(CONDOR, use_entry_premium=True, premium_side="Debit") == ()
    swing = BY_NAME["Swing Debit Call Spread"]
    assert len(trades(swing, use_entry_premium=True, premium_side="Debit")) == len(trades(swing))


def test_blackout_days_have_no_entries() -> None:
    days = {trade.opened.date() for trade in trades(CONDOR)}
    after = {trade.opened.date() for trade in trades(CONDOR, use_blackout=True, blackout_days="2024-01-03, 2024-02-05")}
    assert days - after == {date(2024, 1, 3), date(2024, 2, 5)}


def test_several_entry_times_and_a_floating_one() -> None:
    several = trades(CONDOR, more_entry_times=[{"time": "13:00"}, {"time": "10:00"}])
    assert [trade.opened.time() for trade in several[:3]] == [time(10), time(11, 25), time(13)]
    floating: State = {"use_floating_entry": True, "min_entry_time": "10:00", "max_entry_time": "12:00"}
    assert {trade.opened.time() for trade in trades(CONDOR, **floating)} == {time(10)}
    moved = trades(CONDOR, **floating, use_intraday=True, min_move_up="0.3")
    assert len({trade.opened.time() for trade in moved}) > 5
    assert all(movement(trade) >= 0.3 - 1e-4 and time(10) <= trade.opened.time() <= time(12) for trade in moved)


@pytest.mark.parametrize(("ordinal", "name", "days"), [("Second", "Friday", [12, 9, 8]), ("Last", "Monday", [29, 26, 25])])
def test_months(ordinal: str, name: str, days: list[int]) -> None:
    made = trades(CONDOR, frequency="Monthly", month_ordinal=ordinal, month_day=name)
    assert [trade.opened.day for trade in made[:3]] == days


EXITS: list[tuple[State, str]] = [
    ({"exit_use_vix": True, "exit_when_vix_moves_down": "0.3", "exit_when_vix_moves_down_unit": "pts"}, "VIX Move Down"),
    ({"exit_use_vix": True, "exit_when_vix_moves_up": "2"}, "VIX Move Up"),
    ({"exit_use_vix": True, "exit_when_vix9d_moves_up": "2"}, "VIX9D Move Up"),
    ({"exit_use_vix": True, "exit_below_vix9d_vix_ratio": "0.93"}, "Below VIX9D/VIX Ratio"),
    ({"exit_use_technical": True, "exit_max_rsi": "60"}, "Above RSI"),
    ({"exit_use_technical": True, "exit_ema": "Below EMA", "exit_ema_period": "30"}, "Below EMA"),
    ({"use_underlying": True, "exit_when_underlying_price_moves_up": "0.3"}, "Underlying Price Move Up"),
    (
        {
            "use_underlying": True,
            "exit_when_underlying_price_moves_down": "15",
            "exit_when_underlying_price_moves_down_unit": "pts",
        },
        "Underlying Price Move Down",
    ),
    ({"use_underlying": True, "put_tested": True, "put_tested_value": "10"}, "Put Tested"),
    ({"use_underlying": True, "call_tested": True, "call_tested_value": "-5"}, "Call Tested"),
    ({"use_delta": True, "exit_below_position_delta": "-12"}, "Below Delta"),
    ({"use_delta": True, "delta_leg": "Leg 1", "exit_above_leg_delta": "30"}, "Above Delta"),
    ({"use_delta": True, "leg_deltas": [{"leg": "Leg 3", "below": "", "above": "30"}]}, "Above Delta"),
    ({"use_ratio": True, "exit_when_s_l_ratio_is_below": "6"}, "Below Short/Long Ratio"),
    ({"use_ratio": True, "exit_when_s_l_ratio_moves_up": "5"}, "Short/Long Ratio Move Up"),
    (
        {"use_time_actions": True, "time_actions": [{"days": "45", "days_unit": "MIT", "time": "15:00", "close": "100"}]},
        "Exited at Specified Time",
    ),
]


@pytest.mark.parametrize(("state", "reason"), EXITS, ids=[" ".join(exit_[0]) for exit_ in EXITS])
def test_exits_happen_for_their_reason(state: State, reason: str) -> None:
    held = replace(CONDOR, profit_target=None, stop_loss=None)
    assert {trade.reason for trade in trades(held)} == {"Expired"}
    ended = trades(held, **state)
    assert {trade.reason for trade in ended} <= {reason, "Expired"}
    found = [trade for trade in ended if trade.reason == reason]
    assert len(found) > 3
    assert all(trade.closed > trade.opened and trade.closing_fees > 0 for trade in found)


def test_the_conditions_of_an_exit_hold_when_it_happens() -> None:
    held = replace(CONDOR, profit_target=None, stop_loss=None)
    up = trades(held, use_underlying=True, exit_when_underlying_price_moves_up="0.3")
    assert all((trade.closing_price / trade.opening_price - 1) * 100 >= 0.3 - 1e-3 for trade in up if trade.reason != "Expired")
    tested = trades(held, use_underlying=True, put_tested=True, put_tested_value="10")
    assert all(trade.closing_price - trade.strikes[0] <= 10.005 for trade in tested if trade.reason != "Expired")
    fallen = trades(held, exit_use_vix=True, exit_when_vix_moves_down="0.3", exit_when_vix_moves_down_unit="pts")
    assert all(trade.opening_vix - trade.closing_vix >= 0.3 - 1e-6 for trade in fallen if trade.reason != "Expired")


def test_profit_actions_close_parts_and_move_the_stop() -> None:
    actions = [{"at": "25", "close": "50", "stop": "0"}]
    before, after = trades(CONDOR), trades(CONDOR, use_profit_actions=True, profit_actions=actions)
    assert [trade.opened for trade in before] == [trade.opened for trade in after]
    parted = [trade for trade in after if trade.reason == "Multiple Reasons"]
    assert len(parted) > 50
    assert any(not round(trade.cost * 100, 4).is_integer() for trade in parted)
    # Half of it was closed at a quarter of the premium; the rest cannot lose much more than that.
    assert min(trade.per_contract for trade in parted) > min(trade.per_contract for trade in before)


def test_consecutive_hits_come_later_and_caps_limit() -> None:
    before = trades(CONDOR)
    twice = trades(CONDOR, two_hits_loss=True, two_hits_profit=True)
    assert all(later.closed >= trade.closed for trade, later in zip(before, twice, strict=True))
    assert any(later.closed > trade.closed for trade, later in zip(before, twice, strict=True))
    capped = trades(CONDOR, cap_losses=True, cap_profits=True)
    for trade in capped:
        profit = (trade.premium - trade.cost) / trade.premium * 100
        assert -185.5 < profit < 55.5 or trade.premium < 1


def test_a_trailing_stop_follows_the_profit() -> None:
    form = replace(CONDOR, profit_target=None, stop_loss=40.0)
    trailed = trades(form, trailing_stop=True, trailing_basis="Fixed", trailing_start="20")
    stopped = [trade for trade in trailed if trade.reason == "Stop Loss" and trade.best >= 20]
    assert len(stopped) > 20
    assert all((trade.premium - trade.cost) / trade.premium * 100 <= trade.best - 40 + 0.01 for trade in stopped)


def test_the_oldest_makes_room() -> None:
    daily: State = {"frequency": "Daily", "max_open": "1", "stop_loss": "", "profit_target": "", "use_early_exit": False}
    kept, pruned = trades(WEEKLY, **daily), trades(WEEKLY, **daily, prune_oldest=True)
    assert len(pruned) > 2 * len(kept)
    assert "Pruned" in {trade.reason for trade in pruned}
    assert all(one.closed <= other.opened for one, other in pairwise(pruned))


def test_margin_can_be_ignored() -> None:
    poor: State = {"starting_funds": "1000", "max_contracts": "7"}
    assert trades(CONDOR, **poor) == ()
    assert {trade.contracts for trade in trades(CONDOR, **poor, ignore_margin=True)} == {7}


def test_leg_groups_end_each_by_itself() -> None:
    form = BY_NAME["Grouped Iron Condor"]
    made = figures(form).trades
    puts, calls = made[::2], made[1::2]
    assert [trade.opened for trade in puts] == [trade.opened for trade in calls]
    assert [trade.margin for trade in puts] == [trade.margin for trade in calls]
    assert {leg.right for trade in puts for leg in trade.legs} == {"Put"}
    assert {trade.reason for trade in puts} <= {"Profit Target", "Stop Loss", "Expired"}
    assert {trade.reason for trade in calls} == {"Call Tested", "Stop Loss", "Expired"}
    alone = form.group_forms()[0]
    assert (alone.profit_target, alone.stop_loss, len(alone.legs)) == (60.0, 150.0, 2)
    assert [trade.closed for trade in figures(alone).trades][:50] == [trade.closed for trade in puts][:50]


def test_a_group_is_checked_like_a_panel() -> None:
    state = BY_NAME["Grouped Iron Condor"].to_state()
    groups: list[State] = state["groups"]  # type: ignore[assignment]  # JSON values are objects
    with pytest.raises(ValueError, match=r"groups: Leg group 2: stop_loss: .*format"):
        Form.from_state({**state, "groups": [groups[0], {**groups[1], "stop_loss": "1.234"}]})
    with pytest.raises(ValueError, match="Leg group 1: legs: Add at least one leg"):
        Form.from_state({**state, "groups": [{**groups[0], "legs": []}]})

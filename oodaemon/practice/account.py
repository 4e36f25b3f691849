"""The account of a backtest: how many contracts each trade gets, and what the account is worth at each close."""

import math
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

import numpy as np

from oodaemon.practice.engine import REASONS, fees, simulate
from oodaemon.practice.form import Form, Leg
from oodaemon.practice.market import SCALES, Floats, Market
from oodaemon.practice.selection import Candidates, candidates, premiums, short_long_ratio
from oodaemon.practice.sizing import End, Play, Taken, sized


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """One closed trade. Dollar amounts are per contract, `profit` of the whole position, all net of fees."""

    opened: datetime
    closed: datetime
    opening_price: float
    closing_price: float
    strikes: tuple[float, ...]
    prices: tuple[float, ...]
    expiries: tuple[date, ...]
    premium: float  # points, credit positive
    cost: float  # points
    contracts: int
    per_contract: float
    profit: float
    reason: str
    funds: float  # realised funds once it is closed
    legs: tuple[Leg, ...]
    margin: float  # of the whole position
    gap: float  # points: open less close of the day before
    movement: float  # points: price at entry less open
    opening_vix: float
    closing_vix: float
    opening_fees: float  # of the whole position
    closing_fees: float
    opening_ratio: float | None  # short premium to long premium; None with one side only
    closing_ratio: float | None
    best: float  # largest profit on the way, in percent of the premium
    worst: float


@dataclass(frozen=True, slots=True, eq=False)
class Account:
    """The trades in order of entry, and the value of the account at the close of each day of the test."""

    trades: tuple[Trade, ...]
    days: tuple[date, ...]
    worth: Floats


def trade_through(form: Form, market: Market) -> Account:
    """Run the whole test. The form must be one without problems."""
    inside = (market.days >= np.datetime64(form.start_date)) & (market.days <= np.datetime64(form.end_date))
    index = np.flatnonzero(inside)
    if not len(index):
        return Account((), (), np.empty(0))
    entries = candidates(form, market)
    plays = _plays(form, market, entries, int(index[-1]))
    worth = np.zeros(len(index))
    trades = []
    for taken in sized(form, market, plays, entries.margin.tolist()):
        begin = int(entries.day[taken.number] - index[0])
        for play, end in zip(plays, taken.ends, strict=True):
            trade = _trade(play, market, taken, end)
            closed = int(end.day - index[0])
            worth[closed:] += trade.profit
            worth[begin:closed] += 100 * taken.contracts * play.outcomes.marks[taken.number, : closed - begin]
            trades.append(trade)
    days = tuple(market.days[index].tolist())
    return Account(_with_funds(trades, form.starting_funds), days, form.starting_funds + worth)


def _plays(form: Form, market: Market, entries: Candidates, last_day: int) -> list[Play]:
    if not form.groups:
        return [Play(form, entries, simulate(form, market, entries, last_day))]
    plays, first = [], 0
    for group in form.group_forms():
        legs = slice(first, first + len(group.legs))
        first = legs.stop
        price = entries.price[legs]
        part = replace(
            entries, expiry=entries.expiry[legs], strike=entries.strike[legs], price=price, premium=premiums(group, price)
        )
        plays.append(Play(group, part, simulate(group, market, part, last_day)))
    return plays


def _with_funds(trades: list[Trade], funds: float) -> tuple[Trade, ...]:
    """The trades with the realised funds after each, which grow in the order of closing."""
    after = {}
    for number in sorted(range(len(trades)), key=lambda at: (trades[at].closed, at)):
        funds = round(funds + trades[number].profit, 2)
        after[number] = funds
    return tuple(replace(trade, funds=after[number]) for number, trade in enumerate(trades))


def _trade(play: Play, market: Market, taken: Taken, end: End) -> Trade:
    form, entries, outcomes, number = play.form, play.entries, play.outcomes, taken.number
    scale, contracts = SCALES[form.ticker], taken.contracts
    day, minute = int(entries.day[number]), int(entries.minute[number])
    per_contract = round(end.profit, 2)
    prices = tuple(entries.price[:, number].tolist())
    return Trade(
        opened=_moment(market, day, minute),
        closed=_moment(market, end.day, end.minute),
        opening_price=round(float(market.price[day, minute]) * scale, 2),
        closing_price=round(float(market.price[end.day, end.minute]) * scale, 2),
        strikes=tuple(entries.strike[:, number].tolist()),
        prices=prices,
        expiries=tuple(market.days[entries.expiry[:, number]].tolist()),
        premium=float(entries.premium[number]),
        cost=end.cost,
        contracts=contracts,
        per_contract=per_contract,
        profit=round(contracts * per_contract, 2),
        reason=REASONS[end.reason],
        funds=0.0,
        legs=form.legs,
        margin=round(taken.margin, 2),
        gap=round(float(market.price[day, 0] - market.price[max(day - 1, 0), -1]) * scale, 2),
        movement=round(float(market.price[day, minute] - market.price[day, 0]) * scale, 2),
        opening_vix=round(float(market.vix_at(day, minute)), 2),
        closing_vix=round(float(market.vix_at(end.day, end.minute)), 2),
        opening_fees=round(fees(form)[0] * contracts, 2),
        closing_fees=round(end.fees * contracts, 2),
        opening_ratio=_opening_ratio(form, prices),
        closing_ratio=_ratio(float(outcomes.ratio[number])),
        best=round(float(outcomes.best[number]), 2),
        worst=round(float(outcomes.worst[number]), 2),
    )


def _opening_ratio(form: Form, prices: tuple[float, ...]) -> float | None:
    worth = {1: 0.0, -1: 0.0}
    for leg, price in zip(form.legs, prices, strict=True):
        worth[leg.sign] += leg.quantity * price
    return _ratio(float(short_long_ratio(form, np.array(worth[1]), np.array(worth[-1]))))


def _ratio(value: float) -> float | None:
    return None if math.isnan(value) else max(round(value, 2), 0.001)


def _moment(market: Market, day: int, minute: int) -> datetime:
    open_time = datetime.combine(market.days[day].item(), time(9, 30))
    return open_time + timedelta(minutes=minute)

"""The account of a backtest: how many contracts each trade gets, and what the account is worth at each close."""

import heapq
import math
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

import numpy as np

from oodaemon.practice.engine import REASONS, Outcomes, fees, short_long_ratio, simulate
from oodaemon.practice.form import Form, Leg
from oodaemon.practice.market import SCALES, Floats, Market
from oodaemon.practice.selection import Candidates, minute_of


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
    entries, outcomes = simulate(form, market, int(index[-1]))
    sized = _sizes(form, entries, outcomes)
    worth = np.zeros(len(index))
    trades = []
    for number, contracts in sized:
        begin, end = int(entries.day[number] - index[0]), int(outcomes.exit_day[number] - index[0])
        profit = round(contracts * float(outcomes.profit[number]), 2)
        worth[end:] += profit
        worth[begin:end] += 100 * contracts * outcomes.marks[number, : end - begin]
        trades.append(_trade(form, market, (entries, outcomes), number=number, contracts=contracts))
    days = tuple(market.days[index].tolist())
    return Account(_with_funds(trades, form.starting_funds), days, form.starting_funds + worth)


def _with_funds(trades: list[Trade], funds: float) -> tuple[Trade, ...]:
    """The trades with the realised funds after each, which grow in the order of closing."""
    after = {}
    for number in sorted(range(len(trades)), key=lambda at: (trades[at].closed, at)):
        funds = round(funds + trades[number].profit, 2)
        after[number] = funds
    return tuple(replace(trade, funds=after[number]) for number, trade in enumerate(trades))


def _sizes(form: Form, entries: Candidates, outcomes: Outcomes) -> list[tuple[int, int]]:
    """The entries that are taken, with their contracts: funds, margin in use and open positions decide."""
    funds, in_use = form.starting_funds, 0.0
    open_trades: list[tuple[int, int, float, float]] = []
    taken = []
    minute = minute_of(form)
    for number, day in enumerate(entries.day.tolist()):
        while open_trades and open_trades[0][:2] <= (day, minute):
            _, _, margin, profit = heapq.heappop(open_trades)
            funds += profit
            in_use -= margin
        if form.max_open is not None and len(open_trades) >= form.max_open:
            continue
        margin = float(entries.margin[number])
        budget = min(funds * form.allocation / 100, funds - in_use, form.max_allocation_amount or np.inf)
        contracts = int(budget // margin)
        if form.max_contracts is not None:
            contracts = min(contracts, form.max_contracts)
        if contracts >= 1:
            taken.append((number, contracts))
            profit = round(contracts * float(outcomes.profit[number]), 2)
            ends = (int(outcomes.exit_day[number]), int(outcomes.exit_minute[number]))
            heapq.heappush(open_trades, (*ends, contracts * margin, profit))
            in_use += contracts * margin
    return taken


def _trade(form: Form, market: Market, ended: tuple[Candidates, Outcomes], *, number: int, contracts: int) -> Trade:
    entries, outcomes = ended
    scale = SCALES[form.ticker]
    day, exit_day = int(entries.day[number]), int(outcomes.exit_day[number])
    minute, exit_minute = minute_of(form), int(outcomes.exit_minute[number])
    per_contract = round(float(outcomes.profit[number]), 2)
    prices = tuple(entries.price[:, number].tolist())
    opening_fees, closing_fees = fees(form)
    is_expired = REASONS[int(outcomes.reason[number])] == "Expired"
    return Trade(
        opened=_moment(market, day, minute),
        closed=_moment(market, exit_day, exit_minute),
        opening_price=round(float(market.price[day, minute]) * scale, 2),
        closing_price=round(float(market.price[exit_day, exit_minute]) * scale, 2),
        strikes=tuple(entries.strike[:, number].tolist()),
        prices=prices,
        expiries=tuple(market.days[entries.expiry[:, number]].tolist()),
        premium=float(entries.premium[number]),
        cost=float(outcomes.cost[number]),
        contracts=contracts,
        per_contract=per_contract,
        profit=round(contracts * per_contract, 2),
        reason=REASONS[int(outcomes.reason[number])],
        funds=0.0,
        legs=form.legs,
        margin=round(float(entries.margin[number]) * contracts, 2),
        gap=round(float(market.price[day, 0] - market.price[max(day - 1, 0), -1]) * scale, 2),
        movement=round(float(market.price[day, minute] - market.price[day, 0]) * scale, 2),
        opening_vix=round(float(market.vix_at(day, minute)), 2),
        closing_vix=round(float(market.vix_at(exit_day, exit_minute)), 2),
        opening_fees=round(opening_fees * contracts, 2),
        closing_fees=0.0 if is_expired else round(closing_fees * contracts, 2),
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

"""What becomes of each entry: profit target, stop loss, early exit or expiry, looked at minute by minute.

Trades that last longer than a day are looked at every five, those beyond three days every fifteen minutes.
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from oodaemon.practice import pricing
from oodaemon.practice.form import Form
from oodaemon.practice.market import MINUTES, SCALES, Floats, Market
from oodaemon.practice.selection import Candidates, Ints, candidates, minute_of

Flags = NDArray[np.bool_]

CHUNK = 64  # entries at a time: keeps the arrays in the processor's cache
REASONS = ("Expired", "Stop Loss", "Profit Target", "Exited at Specified Time", "Backtest Completed")
EXPIRED, STOPPED, PROFITED, TIMED, COMPLETED = range(5)


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """How the candidates ended, one value each; `marks` has the unrealised profit per share at each close before."""

    exit_day: Ints
    exit_minute: Ints
    cost: Floats  # to close, per contract and share, after slippage
    profit: Floats  # dollars per contract, net
    reason: Ints
    marks: Floats
    best: Floats  # largest profit and loss on the way, in percent of the premium
    worst: Floats
    ratio: Floats  # short premium to long premium at the end; not a number without both sides


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """The moments a trade is looked at: trading days after the entry, and minute of that day."""

    ahead: Ints
    minute: Ints


def simulate(form: Form, market: Market, last_day: int) -> tuple[Candidates, Outcomes]:
    """Every allowed entry with its end, on one contract each. `last_day` is the index of the test's last day."""
    entries = candidates(form, market)
    end = np.minimum(entries.expiry.min(axis=0), last_day) if len(entries.day) else entries.day
    span = int((end - entries.day).max()) if len(end) else 0
    steps = _steps(minute_of(form), span)
    chunks = []
    for start in range(0, max(len(end), 1), CHUNK):
        part = slice(start, start + CHUNK)
        chunks.append(_outcomes(form, market, _part(entries, part), end[part], steps))
    joined = {field.name: np.concatenate([getattr(chunk, field.name) for chunk in chunks]) for field in fields(Outcomes)}
    return entries, Outcomes(**joined)


def _part(entries: Candidates, part: slice) -> Candidates:
    return Candidates(*(getattr(entries, field.name)[..., part] for field in fields(Candidates)))


def _steps(entry: int, span: int) -> Steps:
    pace = 1 if span == 0 else 5 if span <= 3 else 15
    grid = np.arange(pace, MINUTES, pace)
    first = np.concatenate([[entry], grid[grid > entry]])
    ahead = np.concatenate([np.zeros(len(first)), np.repeat(np.arange(1, span + 1), len(grid))])
    return Steps(ahead.astype(np.int64), np.concatenate([first, np.tile(grid, span)]).astype(np.int64))


def _outcomes(form: Form, market: Market, entries: Candidates, end: Ints, steps: Steps) -> Outcomes:
    days = entries.day[:, None] + steps.ahead
    valid = days <= end[:, None]
    days = np.minimum(days, len(market.days) - 1)
    shorts, longs = _sides(form, market, entries, days, steps)
    cost = shorts - longs
    profit = entries.premium[:, None] - cost
    stop = _reached(form.stop_loss, form.stop_loss_unit, -profit, cost, entries.premium, is_target=False)
    target = _reached(form.profit_target, form.profit_target_unit, profit, cost, entries.premium, is_target=True)
    timed = _timed(form, market, entries, days, steps)
    hit = (stop | target | timed) & valid
    hit[:, :1] = False
    last = valid.sum(axis=1) - 1
    is_hit = hit.any(axis=1)
    at = np.where(is_hit, hit.argmax(axis=1), last)
    row = np.arange(len(at))
    ended = np.where(end < entries.expiry.min(axis=0), COMPLETED, EXPIRED)
    by_rule = np.where(stop[row, at], STOPPED, np.where(target[row, at], PROFITED, TIMED))
    reason = np.where(is_hit, by_rule, ended)
    paid = np.round(cost[row, at] + _slippage(form, reason), 2)
    net = np.round((entries.premium - paid) * 100, 2) - _fees(form, reason)
    closes = np.flatnonzero((steps.minute == MINUTES - 1) & (steps.ahead < steps.ahead.max()))
    best, worst = _excursions(profit, at, entries.premium)
    ratio = short_long_ratio(form, shorts[row, at], longs[row, at])
    return Outcomes(days[row, at], steps.minute[at], paid, net, reason, profit[:, closes], best, worst, ratio)


def _sides(form: Form, market: Market, entries: Candidates, days: Ints, steps: Steps) -> tuple[Floats, Floats]:
    """What the sold and the bought legs are worth at each step, per share."""
    level = market.price[days, steps.minute]
    spot = level * SCALES[form.ticker]
    atm = pricing.volatility(market.vix[days], np.log(level / market.price[days, 0]))
    worth = {1: np.zeros_like(spot), -1: np.zeros_like(spot)}
    for number, leg in enumerate(form.legs):
        years = market.variance_time(steps.minute, np.maximum(entries.expiry[number][:, None] - days, 0))
        strike = entries.strike[number][:, None]
        worth[leg.sign] += leg.quantity * pricing.quoted(pricing.price(spot, strike, atm, years, is_call=leg.right == "Call"))
    return worth[1], worth[-1]


def short_long_ratio(form: Form, shorts: Floats, longs: Floats) -> Floats:
    """Short premium over long premium; not a number for strategies with one side only."""
    if len({leg.sign for leg in form.legs}) < 2:
        return np.full_like(shorts, np.nan)
    return np.where(shorts + longs == 0, 1.0, shorts / np.maximum(longs, pricing.TICK))


def _excursions(profit: Floats, at: Ints, premium: Floats) -> tuple[Floats, Floats]:
    """The extremes of the profit up to the end of each trade, in percent of its premium."""
    before = np.arange(profit.shape[1]) <= at[:, None]
    scale = 100 / np.abs(premium)
    return np.where(before, profit, -np.inf).max(axis=1) * scale, np.where(before, profit, np.inf).min(axis=1) * scale


def _reached(limit: float | None, unit: str, gain: Floats, cost: Floats, premium: Floats, *, is_target: bool) -> Flags:
    """Where a profit target (`gain` is the profit) or a stop loss (`gain` is the loss) is reached."""
    if limit is None:
        return np.zeros(cost.shape, dtype=np.bool_)
    if unit == "CO":
        worth = np.where(premium > 0, cost.T, -cost.T).T
        falls = (premium > 0) == is_target
        return np.where(falls, (worth <= limit + 1e-9).T, (worth >= limit - 1e-9).T).T
    wanted = limit / 100 * np.abs(premium) if unit == "%" else np.full_like(premium, limit)
    return np.asarray(gain >= wanted[:, None] - 1e-9)


def _timed(form: Form, market: Market, entries: Candidates, days: Ints, steps: Steps) -> Flags:
    if not form.use_early_exit or form.early_exit_days is None:
        return np.zeros(days.shape, dtype=np.bool_)
    today = market.days[days]
    opened = market.days[entries.day][:, None]
    if form.early_exit_days_unit == "MIT":
        same_day = steps.minute - minute_of(form) >= form.early_exit_days
        return np.asarray((today > opened) | same_day)
    moment = form.early_exit_time
    minute = moment.hour * 60 + moment.minute - 570 if moment else 0
    if form.early_exit_days_unit == "DIT":
        due = (today - opened).astype(np.int64) >= form.early_exit_days
    else:
        expiry = market.days[entries.expiry.min(axis=0)][:, None]
        due = (expiry - today).astype(np.int64) <= form.early_exit_days
    return np.asarray(due & (steps.minute >= minute))


def _slippage(form: Form, reason: Ints) -> Floats:
    """Points per share that closing costs on top; options that expire are not traded."""
    exit_slip = (form.exit_slippage or 0.0) if form.use_slippage else 0.0
    stop_slip = (form.stop_loss_slippage or 0.0) if form.use_slippage else 0.0
    return np.where(reason == EXPIRED, 0.0, exit_slip) + np.where(reason == STOPPED, stop_slip, 0.0)


def fees(form: Form) -> tuple[float, float]:
    """Opening and closing fees in dollars per contract of the strategy: every option pays."""
    if not form.use_fees:
        return 0.0, 0.0
    options = sum(leg.quantity for leg in form.legs)
    return options * (form.opening_fees or 0.0), options * (form.closing_fees or 0.0)


def _fees(form: Form, reason: Ints) -> Floats:
    """Dollars per contract; options that expire are not closed."""
    opening, closing = fees(form)
    return opening + np.where(reason == EXPIRED, 0.0, closing)

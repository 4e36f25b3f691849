"""What becomes of each entry: profit target, stop loss, the other exits, or expiry, looked at minute by minute.

Trades that last longer than a day are looked at every five, those beyond three days every fifteen minutes.
"""

from dataclasses import dataclass, fields

import numpy as np

from oodaemon.practice import pricing
from oodaemon.practice.exits import Flags, Path, rules
from oodaemon.practice.form import Form
from oodaemon.practice.market import MINUTES, SCALES, Floats, Market
from oodaemon.practice.selection import Candidates, Ints, short_long_ratio
from oodaemon.practice.stages import Parts, Stage, adjusted, blended, parts, stages

CHUNK = 64  # entries at a time: keeps the arrays in the processor's cache
EXPIRED, STOPPED, PROFITED, COMPLETED, MULTIPLE, PRUNED, TIMED = range(7)
REASONS = (
    "Expired",
    "Stop Loss",
    "Profit Target",
    "Backtest Completed",
    "Multiple Reasons",
    "Pruned",
    "Exited at Specified Time",
    "VIX Move Up",
    "VIX Move Down",
    "VIX9D Move Up",
    "VIX9D Move Down",
    "Below VIX9D/VIX Ratio",
    "Above VIX9D/VIX Ratio",
    "Below RSI",
    "Above RSI",
    "Below SMA",
    "Above SMA",
    "Compare SMA",
    "Below EMA",
    "Above EMA",
    "Compare EMA",
    "Underlying Price Move Up",
    "Underlying Price Move Down",
    "Put Tested",
    "Call Tested",
    "Below Delta",
    "Above Delta",
    "Below Short/Long Ratio",
    "Above Short/Long Ratio",
    "Short/Long Ratio Move Down",
    "Short/Long Ratio Move Up",
)


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """How the candidates ended, one value each; `marks` has the unrealised profit per share at each close before."""

    exit_day: Ints
    exit_minute: Ints
    cost: Floats  # to close, per contract and share, after slippage
    profit: Floats  # dollars per contract, net
    fees: Floats  # dollars per contract for closing
    reason: Ints  # index into REASONS
    marks: Floats
    best: Floats  # largest profit and loss on the way, in percent of the premium
    worst: Floats
    ratio: Floats  # short premium to long premium at the end; not a number without both sides


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """The moments a trade is looked at: trading days after the entry, and minute of that day."""

    ahead: Ints
    minute: Ints


def simulate(form: Form, market: Market, entries: Candidates, last_day: int) -> Outcomes:
    """The end of every entry, on one contract each. `last_day` is the index of the test's last day."""
    end = np.minimum(entries.expiry.min(axis=0), last_day) if len(entries.day) else entries.day
    span = int((end - entries.day).max()) if len(end) else 0
    chunks, order = [], []
    for minute in np.unique(entries.minute) if len(end) else [0]:
        at = np.flatnonzero(entries.minute == minute)
        steps = _steps(int(minute), span)
        for start in range(0, max(len(at), 1), CHUNK):
            part = at[start : start + CHUNK]
            chunks.append(_outcomes(form, market, entries.part(part), end[part], steps))
            order.append(part)
    joined = {field.name: np.concatenate([getattr(chunk, field.name) for chunk in chunks]) for field in fields(Outcomes)}
    back = np.argsort(np.concatenate(order), kind="stable")
    return Outcomes(**{name: values[back] for name, values in joined.items()})


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
    path = Path(form, market, entries, days, steps.minute, shorts, longs, short_long_ratio)
    planned = stages(path, profit, valid)
    at, by_rule = _ends(path, profit, cost, planned, valid)
    closed = parts(planned, cost, at)
    row = np.arange(len(at))
    ended = np.where(end < entries.expiry.min(axis=0), COMPLETED, EXPIRED)
    reason = np.where(closed.part > 0, MULTIPLE, np.where(by_rule >= 0, by_rule, ended))
    reason = np.where((closed.end < at) & (closed.part == 0), np.where(closed.is_timed, TIMED, PROFITED), reason)
    is_traded = (by_rule >= 0) | (ended != EXPIRED) | (closed.end < at)
    at = closed.end
    last = _capped(form, entries, cost[row, at], np.where(is_traded, reason, EXPIRED))
    last = last + _slippage(form, np.where(is_traded, np.where(reason == EXPIRED, COMPLETED, reason), EXPIRED))
    paid = np.where(closed.part > 0, _averaged(form, closed, last), np.round(last, 2))
    closing = fees(form)[1] * np.where(is_traded, 1.0, closed.part)
    net = np.round((entries.premium - paid) * 100, 2) - np.round(fees(form)[0] + closing, 2)
    closes = np.flatnonzero((steps.minute == MINUTES - 1) & (steps.ahead < steps.ahead.max()))
    marks = (blended(planned, profit) if planned else profit)[:, closes]
    best, worst = _excursions(profit, at, entries.premium)
    ratio = short_long_ratio(form, shorts[row, at], longs[row, at])
    return Outcomes(days[row, at], steps.minute[at], paid, net, np.round(closing, 2), reason, marks, best, worst, ratio)


def _ends(path: Path, profit: Floats, cost: Floats, planned: list[Stage], valid: Flags) -> tuple[Ints, Ints]:
    """The step at which each trade ends, and the reason of the rule that ends it, -1 for none."""
    form, premium = path.form, path.entries.premium
    stop = _reached(form.stop_loss, form.stop_loss_unit, -profit, cost, premium, is_target=False)
    target = _reached(form.profit_target, form.profit_target_unit, profit, cost, premium, is_target=True)
    if form.is_on("trailing_stop"):
        stop = stop | _trailed(form, profit, premium)
    paid = np.abs(premium)
    stop = _twice(adjusted(stop, planned, -profit, paid, "stop"), is_on=form.is_on("two_hits_loss"))
    target = _twice(adjusted(target, planned, profit, paid, "target"), is_on=form.is_on("two_hits_profit"))
    every = [(REASONS[STOPPED], stop), (REASONS[PROFITED], target), *rules(path)]
    hit = np.any([flags for _, flags in every], axis=0) & valid
    hit[:, :1] = False
    is_hit = hit.any(axis=1)
    at = np.where(is_hit, hit.argmax(axis=1), valid.sum(axis=1) - 1)
    row = np.arange(len(at))
    reason = np.full(len(at), -1)
    for name, flags in reversed(every):
        reason = np.where(is_hit & flags[row, at], REASONS.index(name), reason)
    return at, reason


def _twice(flags: Flags, *, is_on: bool) -> Flags:
    """Only where a limit is reached at two steps in a row, if that is asked for."""
    if not is_on:
        return flags
    before = np.concatenate([np.zeros_like(flags[:, :1]), flags[:, :-1]], axis=1)
    return np.asarray(flags & before)


def _trailed(form: Form, profit: Floats, premium: Floats) -> Flags:
    """Where the profit has fallen from its peak by as much as the stop loss says, once the least profit was reached.

    Of a stop in percent, "Recalculated" takes the price at the peak, "Fixed" the premium.
    """
    if form.stop_loss is None:
        return np.zeros(profit.shape, dtype=np.bool_)
    peak = np.maximum.accumulate(profit, axis=1)
    allowed = np.full_like(profit, form.stop_loss)
    if form.text("trailing_mode") == "%":
        at_peak = np.abs(premium[:, None] - peak) if form.text("trailing_basis") == "Recalculated" else np.abs(premium)[:, None]
        allowed = form.stop_loss / 100 * np.broadcast_to(at_peak, profit.shape)
    least = (form.number("trailing_start") or 0.0) / 100 * np.abs(premium)[:, None]
    return np.asarray((peak >= least - 1e-9) & (peak > 0) & (peak - profit >= allowed - 1e-9))


def _capped(form: Form, entries: Candidates, cost: Floats, reason: Ints) -> Floats:
    """The cost to close where a limit holds for prices that jump over it; limits in percent or points only."""
    for key, at, limit, unit, sign in (
        ("cap_profits", PROFITED, form.profit_target, form.profit_target_unit, 1),
        ("cap_losses", STOPPED, form.stop_loss, form.stop_loss_unit, -1),
    ):
        if form.is_on(key) and limit is not None and unit != "CO":
            wanted = limit / 100 * np.abs(entries.premium) if unit == "%" else np.full_like(cost, limit)
            edge = entries.premium - sign * wanted
            cost = np.where(reason == at, np.maximum(cost, edge) if sign > 0 else np.minimum(cost, edge), cost)
    return cost


def _averaged(form: Form, closed: Parts, last: Floats) -> Floats:
    """The average cost of a position that was closed in parts, to a hundredth of a cent per share."""
    slip = (form.exit_slippage or 0.0) if form.use_slippage else 0.0
    return np.round(closed.cost + closed.part * slip + (1 - closed.part) * last, 4)


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


def pruned_at(form: Form, market: Market, entries: Candidates, now: tuple[int, int]) -> Outcomes:
    """The end of entries that are closed at a moment (index of the day, minute) to make room for others."""
    day, minute = now
    steps = Steps(np.zeros(1, dtype=np.int64), np.array([minute], dtype=np.int64))
    days = np.full((len(entries.day), 1), day, dtype=np.int64)
    shorts, longs = (side[:, 0] for side in _sides(form, market, entries, days, steps))
    reason = np.full(len(entries.day), PRUNED)
    paid = np.round(shorts - longs + _slippage(form, reason), 2)
    closing = np.full(len(paid), round(fees(form)[1], 2))
    net = np.round((entries.premium - paid) * 100, 2) - np.round(fees(form)[0] + closing, 2)
    nothing = np.zeros(len(paid))
    marks = np.zeros((len(paid), 0))
    minutes = np.full(len(paid), minute, dtype=np.int64)
    ratio = short_long_ratio(form, shorts, longs)
    return Outcomes(days[:, 0], minutes, paid, net, closing, reason, marks, nothing, nothing, ratio)

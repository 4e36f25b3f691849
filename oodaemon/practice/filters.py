"""The entry conditions of a form: at which minutes of which days it may enter."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from oodaemon.practice import indicators
from oodaemon.practice.form import Form
from oodaemon.practice.indicators import Index, Ints
from oodaemon.practice.market import Floats, Market

Flags = NDArray[np.bool_]


def allowed(form: Form, market: Market, day: Ints, minute: Index) -> Flags:
    """Whether the conditions hold; `day` and `minute` are indices of matching shapes."""
    found = np.ones(np.broadcast_shapes(np.shape(day), np.shape(minute)), dtype=np.bool_)
    for condition in _conditions(form, market, day, minute):
        found &= condition
    return found


def _conditions(form: Form, market: Market, day: Ints, minute: Index) -> Iterator[Flags]:
    price = market.price[day, minute]
    if form.is_on("use_vix"):
        yield from _vix(form, market, day, minute)
    if form.is_on("use_technical"):
        yield within(indicators.rsi(market, day, minute), form.number("min_rsi"), form.number("max_rsi"))
        yield from averages(form, "entry", price, day, minute)
    if form.is_on("use_gaps"):
        before = indicators.close_before(market, day)
        gap = (market.price[day, 0] / before - 1) * 100
        yield _directed(form, "gap", gap, gap)
    if form.is_on("use_intraday"):
        move = (price / market.price[day, 0] - 1) * 100
        yield _directed(form, "move", move, move)
    if form.is_on("use_breakout") and (end := form.moment("range_end")) is not None:
        yield _breakout(form, market, day, minute, end)


def _vix(form: Form, market: Market, day: Ints, minute: Index) -> Iterator[Flags]:
    now, opened = market.vix_at(day, minute), market.vix_at(day, 0)
    before = indicators.vix_close_before(market, day)
    yield within(now, form.number("min_vix"), form.number("max_vix"))
    yield _directed(form, "vix_overnight_move", (opened / before - 1) * 100, opened - before)
    yield _directed(form, "vix_intraday_move", (now / opened - 1) * 100, now - opened)
    ratio = indicators.vix9d_ratio(market, day, minute)
    yield within(ratio, form.number("min_vix9d_vix_ratio"), form.number("max_vix9d_vix_ratio"))


def within(values: Floats, low: float | None, high: float | None) -> Flags:
    """Where values lie between two bounds, both included; None is no bound."""
    found = np.ones(np.shape(values), dtype=np.bool_)
    if low is not None:
        found &= values >= low - 1e-9
    if high is not None:
        found &= values <= high + 1e-9
    return found


def _directed(form: Form, name: str, percent: Floats, points: Floats) -> Flags:
    """The four bounds of a move: Min and Max up, Min and Max down, each a positive number in its own unit.

    A move up must keep to the bounds up, a move down to those down; a Min in one direction alone rules the other out.
    """
    is_up = percent >= 0
    ways = {}
    for way, sign in (("up", 1), ("down", -1)):
        found = np.ones(np.shape(percent), dtype=np.bool_)
        for bound in ("min", "max"):
            key = f"{bound}_{name}_{way}"
            if (limit := form.number(key)) is not None:
                size = sign * (points if form.unit(key) == "pts" else percent)
                found &= size >= limit - 1e-9 if bound == "min" else size <= limit + 1e-9
        ways[way] = found
    demands = {way: form.number(f"min_{name}_{way}") is not None for way in ("up", "down")}
    refused = np.zeros(np.shape(percent), dtype=np.bool_)
    up = ways["up"] if demands["up"] or not demands["down"] else refused
    down = ways["down"] if demands["down"] or not demands["up"] else refused
    return np.where(is_up, up, down)


def averages(form: Form, side: str, price: Floats, day: Ints, minute: Index) -> Iterator[Flags]:
    """The moving-average conditions of `side` ("entry" or "exit") that are set."""
    for name in ("sma", "ema"):
        kind = form.text(f"{side}_{name}").split()[0]
        if kind == "None":
            continue
        first, second = (int(form.text(f"{side}_{name}_{period}")) for period in ("period", "period_slow"))
        one = _average(name, day, minute, first)
        if kind == "Compare":
            yield np.broadcast_to(one > _average(name, day, minute, second), np.shape(price))
        else:
            yield price < one if kind == "Below" else price > one


def _average(name: str, day: Ints, minute: Index, period: int) -> Floats:
    return indicators.sma(day, period) if name == "sma" else indicators.ema(day, minute, period)


def _breakout(form: Form, market: Market, day: Ints, minute: Index, end: int) -> Flags:
    low, high = indicators.opening_range(market, day, end)
    if not form.is_on("range_high_low"):
        first, last = market.price[day, 0], market.price[day, end]
        low, high = np.minimum(first, last), np.maximum(first, last)
    price = market.price[day, minute]
    broke = {
        "High and Low": (price > high) | (price < low),
        "High-Only": price > high,
        "Low-Only": price < low,
        "No Breakout": (price <= high) & (price >= low),
    }
    return np.asarray(broke[form.text("breakout_condition")] & (np.asarray(minute) >= end))

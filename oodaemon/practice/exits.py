"""The rules that end a trade besides its premium: VIX, technical indicators, the underlying, deltas, ratios, time."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oodaemon.practice import indicators, pricing
from oodaemon.practice.filters import averages
from oodaemon.practice.form import Form
from oodaemon.practice.market import SCALES, Floats, Market
from oodaemon.practice.selection import Candidates, Ints

Flags = NDArray[np.bool_]
Rule = tuple[str, Flags]


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """Some trades from entry to expiry: one row per trade, one column per moment it is looked at."""

    form: Form
    market: Market
    entries: Candidates
    days: Ints
    minute: Ints
    shorts: Floats  # worth of the sold legs, per share
    longs: Floats
    ratio: Callable[[Form, Floats, Floats], Floats]

    def level(self) -> Floats:
        """The index, before it is scaled to the ticker."""
        return np.asarray(self.market.price[self.days, self.minute])

    def entry_level(self) -> Floats:
        """The index at the entry, one column."""
        return np.asarray(self.market.price[self.entries.day, self.entries.minute][:, None])


def rules(path: Path) -> Iterator[Rule]:
    """Reason for closing, and where it holds, for every rule that the form sets; the first in order wins a moment."""
    form = path.form
    if form.is_on("exit_use_vix"):
        yield from _vix(path)
    if form.is_on("exit_use_technical"):
        yield from _technical(path)
    if form.is_on("use_underlying"):
        yield from _underlying(path)
    if form.is_on("use_delta"):
        yield from _deltas(path)
    if form.is_on("use_ratio"):
        yield from _ratios(path)
    yield from _timed(path)


def _moved(form: Form, key: str, now: Floats, then: Floats) -> Flags | None:
    """Where a value has moved up or down by what a field says, in its unit; None for a blank field."""
    limit = form.number(key)
    if limit is None:
        return None
    moved = now - then if form.unit(key) == "pts" else (now / then - 1) * 100
    return np.asarray((-moved if key.endswith("_down") else moved) >= limit - 1e-9)


def _vix(path: Path) -> Iterator[Rule]:
    form, market, entries = path.form, path.market, path.entries
    now, then = market.vix_at(path.days, path.minute), market.vix_at(entries.day, entries.minute)[:, None]
    ratio = indicators.vix9d_ratio(market, path.days, path.minute)
    first_ratio = indicators.vix9d_ratio(market, entries.day, entries.minute)[:, None]
    for name, value, before in (("VIX", now, then), ("VIX9D", now * ratio, then * first_ratio)):
        for way in ("Up", "Down"):
            found = _moved(form, f"exit_when_{name.lower()}_moves_{way.lower()}", value, before)
            if found is not None:
                yield f"{name} Move {way}", found
    yield from _beyond(form, "exit_{}_vix9d_vix_ratio", "{} VIX9D/VIX Ratio", ratio)


def _beyond(form: Form, key: str, reason: str, values: Floats) -> Iterator[Rule]:
    """The rules of a pair of fields, one for values below, one for values above."""
    if (low := form.number(key.format("below"))) is not None:
        yield reason.format("Below"), np.asarray(values < low)
    if (high := form.number(key.format("above"))) is not None:
        yield reason.format("Above"), np.asarray(values > high)


def _technical(path: Path) -> Iterator[Rule]:
    form = path.form
    strength = indicators.rsi(path.market, path.days, path.minute)
    if (low := form.number("exit_min_rsi")) is not None:
        yield "Below RSI", np.asarray(strength < low)
    if (high := form.number("exit_max_rsi")) is not None:
        yield "Above RSI", np.asarray(strength > high)
    set_ones = [name for name in ("sma", "ema") if form.text(f"exit_{name}") != "None"]
    found = averages(form, "exit", path.level(), path.days, path.minute)
    for name, flags in zip(set_ones, found, strict=True):
        yield form.text(f"exit_{name}"), flags


def _underlying(path: Path) -> Iterator[Rule]:
    form, scale = path.form, SCALES[path.form.ticker]
    spot = path.level() * scale
    for way in ("Up", "Down"):
        found = _moved(form, f"exit_when_underlying_price_moves_{way.lower()}", spot, path.entry_level() * scale)
        if found is not None:
            yield f"Underlying Price Move {way}", found
    for right, sign in (("Put", 1), ("Call", -1)):
        key = f"{right.lower()}_tested"
        offset = form.number(f"{key}_value")
        if not form.is_on(key) or offset is None:
            continue
        sold = [at for at, leg in enumerate(form.legs) if leg.side == "Sell" and leg.right == right]
        distances = [sign * (spot - path.entries.strike[at][:, None]) for at in sold]
        yield f"{right} Tested", np.any([distance <= offset + 1e-9 for distance in distances], axis=0)


def _deltas(path: Path) -> Iterator[Rule]:
    form, market = path.form, path.market
    level = path.level()
    spot = level * SCALES[form.ticker]
    atm = pricing.volatility(market.vix[path.days], np.log(level / market.price[path.days, 0]))
    sizes, position = [], np.zeros_like(spot)
    for number, leg in enumerate(form.legs):
        years = market.variance_time(path.minute, np.maximum(path.entries.expiry[number][:, None] - path.days, 0))
        size = pricing.delta(spot, path.entries.strike[number][:, None], atm, years, is_call=leg.right == "Call")
        sizes.append(size)
        position -= leg.sign * leg.quantity * (size if leg.right == "Call" else -size)
    yield from _beyond(form, "exit_{}_position_delta", "{} Delta", position)
    own = {"leg": form.text("delta_leg")} | {way: form.text(f"exit_{way}_leg_delta") for way in ("below", "above")}
    for row in (own, *form.rows("leg_deltas")):
        at = int(re.sub(r"\D", "", row["leg"]) or 1) - 1
        if at < len(sizes):
            for way in ("below", "above"):
                if row[way]:
                    limit = float(row[way])
                    yield f"{way.capitalize()} Delta", sizes[at] < limit if way == "below" else sizes[at] > limit


def _ratios(path: Path) -> Iterator[Rule]:
    form = path.form
    now = path.ratio(form, path.shorts, path.longs)
    if np.isnan(now).all():
        return
    then = now[:, :1]
    yield from _beyond(form, "exit_when_s_l_ratio_is_{}", "{} Short/Long Ratio", now)
    for way, moved in (("Down", then - now), ("Up", now - then)):
        if (limit := form.number(f"exit_when_s_l_ratio_moves_{way.lower()}")) is not None:
            yield f"Short/Long Ratio Move {way}", np.asarray(moved >= limit - 1e-9)


def _timed(path: Path) -> Iterator[Rule]:
    form = path.form
    if form.use_early_exit and form.early_exit_days is not None:
        moment = form.early_exit_time
        minute = moment.hour * 60 + moment.minute - 570 if moment else 0
        yield "Exited at Specified Time", due(path, form.early_exit_days, form.early_exit_days_unit, minute)


def due(path: Path, count: int, unit: str, minute: int) -> Flags:
    """Where a trade has reached so many days to expiry (DTE) or in trade (DIT), at a minute, or minutes in trade (MIT)."""
    entries, market = path.entries, path.market
    today, opened = market.days[path.days], market.days[entries.day][:, None]
    if unit == "MIT":
        return np.asarray((today > opened) | (path.minute - entries.minute[:, None] >= count))
    if unit == "DIT":
        reached = (today - opened).astype(np.int64) >= count
    else:
        expiry = market.days[entries.expiry.min(axis=0)][:, None]
        reached = (expiry - today).astype(np.int64) <= count
    return np.asarray(reached & (path.minute >= minute))

"""Which days a test enters on, and which options it picks there."""

from dataclasses import dataclass, fields
from datetime import time

import numpy as np
from numpy.typing import NDArray

from oodaemon.practice import pricing
from oodaemon.practice.entry_fields import MONTH_DAYS, ORDINALS
from oodaemon.practice.filters import allowed, within
from oodaemon.practice.form import FIRST_ENTRY, LAST_ENTRY, Form, Leg
from oodaemon.practice.market import GRIDS, SCALES, Days, Floats, Market
from oodaemon.practice.texts import parse_dates

Ints = NDArray[np.int64]

REACH = 4.6  # how far from the index strikes are listed, in standard deviations
MAX_STRIKES = 700


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """The entries of a test, one column each: index of the day, minute, and per leg index of its expiry day and strike."""

    day: Ints
    minute: Ints
    expiry: Ints
    strike: Floats
    price: Floats  # per leg, as traded
    premium: Floats  # per contract and share, credit positive, after slippage
    margin: Floats  # dollars per contract

    def part(self, which: Ints | NDArray[np.bool_] | slice) -> "Candidates":
        """Some of the entries."""
        return Candidates(*(getattr(self, one.name)[..., which] for one in fields(Candidates)))


def candidates(form: Form, market: Market) -> Candidates:
    """Every entry the form allows, in order, before funds and open positions have their say."""
    day, minute = _moments(form, market)
    parts = [_picked(form, market, day[minute == one], int(one)) for one in np.unique(minute)] or [_picked(form, market, day, 0)]
    joined = Candidates(*(np.concatenate([getattr(part, one.name) for part in parts], axis=-1) for one in fields(Candidates)))
    order = np.lexsort((joined.minute, joined.day))
    return joined.part(order)


def _moments(form: Form, market: Market) -> tuple[Ints, Ints]:
    """Index of day and minute of every moment at which the entry conditions hold."""
    day = _entry_days(form, market.days)
    if form.is_on("use_floating_entry"):
        first, last = (
            form.moment("min_entry_time") or minute_at(FIRST_ENTRY),
            form.moment("max_entry_time") or minute_at(LAST_ENTRY),
        )
        grid = np.arange(first, max(last, first) + 1)
        found = allowed(form, market, day[:, None], grid[None, :])
        has_one = found.any(axis=1)
        return day[has_one], grid[found.argmax(axis=1)][has_one]
    days, minutes = [], []
    for minute in sorted({minute_at(moment) for moment in form.entry_times()}):
        kept = day[allowed(form, market, day, minute)]
        days.append(kept)
        minutes.append(np.full(len(kept), minute, dtype=np.int64))
    return np.concatenate(days), np.concatenate(minutes)


def minute_at(moment: time) -> int:
    """Minutes from 9:30 to a time of day."""
    return moment.hour * 60 + moment.minute - 570


def _picked(form: Form, market: Market, day: Ints, minute: int) -> Candidates:
    """The options picked on some days at one minute, where they exist and cost what the form wants."""
    expiry, exists = _expiries(form, market.days, day)
    day, expiry = day[exists], expiry[:, exists]
    scale = SCALES[form.ticker]
    spot = market.price[day, minute] * scale
    atm = pricing.volatility(market.vix[day], np.log(market.price[day, minute] / market.price[day, 0]))
    strikes, prices = [], []
    parent = spot
    for number, leg in enumerate(form.legs):
        years = market.variance_time(minute, expiry[number] - day)
        strike = _strikes(leg, Quote(spot, atm, years), parent if leg.child else spot, _grid(form))
        parent = parent if leg.child else strike
        strikes.append(strike)
        prices.append(pricing.quoted(pricing.price(spot, strike, atm, years, is_call=leg.right == "Call")))
    strike, price = np.array(strikes), np.array(prices)
    premium = premiums(form, price)
    kept = (premium != 0) & _is_wanted(form, price, premium)
    margin = _margins(form, spot, strike, premium)
    minutes = np.full(len(day), minute, dtype=np.int64)
    return Candidates(day, minutes, expiry, strike, price, premium, margin).part(kept)


def premiums(form: Form, price: Floats) -> Floats:
    """What the legs bring per share after slippage, credit positive; `price` has one row per leg."""
    signs = np.array([leg.sign * leg.quantity for leg in form.legs], dtype=np.float64)[:, None]
    return np.asarray(np.round((signs * price).sum(axis=0) - ((form.entry_slippage or 0) if form.use_slippage else 0), 2))


def short_long_ratio(form: Form, shorts: Floats, longs: Floats) -> Floats:
    """Short premium over long premium; not a number for strategies with one side only."""
    if len({leg.sign for leg in form.legs}) < 2:
        return np.full_like(shorts, np.nan)
    return np.where(shorts + longs == 0, 1.0, shorts / np.maximum(longs, pricing.TICK))


def _is_wanted(form: Form, price: Floats, premium: Floats) -> NDArray[np.bool_]:
    """Whether premium and short/long ratio of the entries keep to the form's bounds."""
    kept = np.ones(len(premium), dtype=np.bool_)
    if form.is_on("use_entry_premium"):
        sign = 1 if form.text("premium_side") == "Credit" else -1
        kept &= (sign * premium > 0) & within(np.abs(premium), form.number("minimum_premium"), form.number("maximum_premium"))
    if form.is_on("use_entry_ratio"):
        sides = [
            sum((leg.quantity * price[at] for at, leg in enumerate(form.legs) if leg.sign == sign), np.zeros(len(premium)))
            for sign in (1, -1)
        ]
        ratio = short_long_ratio(form, *sides)
        kept &= within(np.nan_to_num(ratio, nan=0.0), form.number("minimum_ratio"), form.number("maximum_ratio"))
    return kept


@dataclass(frozen=True, slots=True, eq=False)
class Quote:
    """What an option price hangs on, apart from its strike; one value per entry."""

    spot: Floats
    atm: Floats
    years: Floats


def _grid(form: Form) -> float:
    if form.round_strikes and form.round_strikes_value:
        return form.round_strikes_value
    return GRIDS.get(form.ticker, 1.0)


def _entry_days(form: Form, days: Days) -> Ints:
    chosen = (days >= np.datetime64(form.start_date)) & (days <= np.datetime64(form.end_date))
    match form.frequency:
        case "Weekly":
            weekday = (days.astype("datetime64[D]").astype(np.int64) + 3) % 7 + 1  # 1970-01-01 was a Thursday
            chosen &= np.isin(weekday, form.weekdays)
        case "Monthly":
            chosen &= _monthly(form.text("month_ordinal"), form.text("month_day"), days)
        case "Specific Dates":
            chosen &= np.isin(days, np.array(sorted(parse_dates(form.specific_dates)), dtype="datetime64[D]"))
        case _:
            pass
    if form.is_on("use_blackout"):
        chosen &= ~np.isin(days, np.array(sorted(parse_dates(form.text("blackout_days"))), dtype="datetime64[D]"))
    return np.flatnonzero(chosen).astype(np.int64)


def _monthly(ordinal: str, name: str, days: Days) -> NDArray[np.bool_]:
    """The first, second ... or last of every month's trading days, or of its Mondays, Tuesdays ..."""
    weekday = (days.astype("datetime64[D]").astype(np.int64) + 3) % 7
    eligible = np.ones(len(days), dtype=np.bool_) if name == MONTH_DAYS[0] else weekday == MONTH_DAYS.index(name) - 1
    months = days.astype("datetime64[M]")[eligible]
    starts = np.flatnonzero(np.concatenate([[True], months[1:] != months[:-1]]))
    rank = np.arange(len(months)) - np.repeat(starts, np.diff(np.append(starts, len(months))))
    is_last = np.concatenate([months[1:] != months[:-1], [True]])
    chosen = np.zeros(len(days), dtype=np.bool_)
    chosen[np.flatnonzero(eligible)] = is_last if ordinal == ORDINALS[-1] else rank == ORDINALS.index(ordinal)
    return chosen


def _expiries(form: Form, days: Days, day: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    """Per leg the index of the expiry day; the mask tells the entries for which all of them exist."""
    exists = np.ones(len(day), dtype=np.bool_)
    rows = []
    for leg in form.legs:
        wanted = days[day] + np.timedelta64(leg.dte, "D")
        found = np.searchsorted(days, wanted)
        in_range = found < len(days)
        found = np.minimum(found, len(days) - 1)
        exists &= in_range & (~np.bool_(form.use_exact_dte) | (days[found] == wanted))
        rows.append(found)
    return np.array(rows, dtype=np.int64), exists


def _strikes(leg: Leg, quote: Quote, base: Floats, grid: float) -> Floats:
    """The listed strike each entry picks for a leg; `base` is what a ± offset counts from."""
    is_call = leg.right == "Call"
    match leg.unit:
        case "±":
            wanted = base + leg.value
        case "%":
            wanted = quote.spot * (1 + leg.value / 100 * (1 if is_call else -1))
        case "Δ" | "$":
            return _nearest(leg, quote, grid)
    return np.asarray(np.maximum(np.round(wanted / grid), 1) * grid)


def _nearest(leg: Leg, quote: Quote, grid: float) -> Floats:
    """The strike whose delta or price comes nearest to the wanted one."""
    if not len(quote.spot):
        return np.empty(0)
    width = REACH * float(np.max(quote.atm * np.sqrt(quote.years) * quote.spot)) / grid
    reach = min(int(width) + 3, MAX_STRIKES)
    steps = np.round(quote.spot / grid)[:, None] + np.arange(-reach, reach + 1)
    chain = np.maximum(steps, 1) * grid
    look = pricing.delta if leg.unit == "Δ" else pricing.price
    seen = look(quote.spot[:, None], chain, quote.atm[:, None], quote.years[:, None], is_call=leg.right == "Call")
    best = np.argmin(np.abs(seen - leg.value), axis=1)
    return np.asarray(chain[np.arange(len(chain)), best])


def _margins(form: Form, spot: Floats, strike: Floats, premium: Floats) -> Floats:
    """Dollars at risk per contract: the worst result at expiry within 20 % of the index."""
    ends = np.concatenate([strike, [spot * 0.8, spot * 1.2]])
    loss = np.zeros_like(ends)
    for leg, level in zip(form.legs, strike, strict=True):
        worth = np.maximum(ends - level if leg.right == "Call" else level - ends, 0.0)
        loss += leg.sign * leg.quantity * worth
    return np.asarray(np.maximum((loss.max(axis=0) - premium) * 100, 1.0))

"""Which days a test enters on, and which options it picks there."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oodaemon.practice import pricing
from oodaemon.practice.form import Form, Leg
from oodaemon.practice.market import GRIDS, SCALES, Days, Floats, Market
from oodaemon.practice.texts import parse_dates

Ints = NDArray[np.int64]

REACH = 4.6  # how far from the index strikes are listed, in standard deviations
MAX_STRIKES = 700


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """The entries of a test, one column each: index of the day, and per leg index of its expiry day and strike."""

    day: Ints
    expiry: Ints
    strike: Floats
    price: Floats  # per leg, as traded
    premium: Floats  # per contract and share, credit positive, after slippage
    margin: Floats  # dollars per contract


def minute_of(form: Form) -> int:
    """Minutes from 9:30 to the entry."""
    return form.entry_time.hour * 60 + form.entry_time.minute - 570


def candidates(form: Form, market: Market) -> Candidates:
    """Every entry the form allows, before funds and open positions have their say."""
    day = _entry_days(form, market.days)
    expiry, exists = _expiries(form, market.days, day)
    day, expiry = day[exists], expiry[:, exists]
    minute = minute_of(form)
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
    signs = np.array([leg.sign * leg.quantity for leg in form.legs], dtype=np.float64)[:, None]
    strike, price = np.array(strikes), np.array(prices)
    premium = np.round((signs * price).sum(axis=0) - ((form.entry_slippage or 0) if form.use_slippage else 0), 2)
    kept = premium != 0
    margin = _margins(form, spot, strike, premium)
    return Candidates(day[kept], expiry[:, kept], strike[:, kept], price[:, kept], premium[kept], margin[kept])


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
            months = days.astype("datetime64[M]")
            chosen &= np.concatenate([[True], months[1:] != months[:-1]])
        case "Specific Dates":
            chosen &= np.isin(days, np.array(sorted(parse_dates(form.specific_dates)), dtype="datetime64[D]"))
        case _:
            pass
    return np.flatnonzero(chosen).astype(np.int64)


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

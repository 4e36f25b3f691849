"""What every row of a trade log must add up to, in exact decimals."""

import dataclasses
from collections.abc import Callable, Sequence
from decimal import Decimal

from oodaemon.analysis.sheet import MalformedLog
from oodaemon.model.trades import Trade

CENT = Decimal("0.01")
TOLERANCE = CENT / 2 + Decimal("0.000001")
"""Half a cent, because the file rounds P/L, and what floating point leaves behind."""

_ROUNDING_OF_POINTS = Decimal("0.5")
"""Dollars per contract: half a cent of a price per share, times a hundred shares."""

_FEES_PER_OPTION = Decimal(20)
"""More than any broker takes for opening and closing one option, dollars."""

Gross = Callable[[Trade], Decimal]


def check_rows(trades: Sequence[Trade], lines: Sequence[int]) -> None:
    """Hold each row to `P/L = (Premium - Avg. Closing Cost) x contracts - opening fees - closing fees`, to the cent.

    Fees whose column is missing are zero. Raises MalformedLog naming the first line that breaks it, with both figures.
    """
    for trade, line in zip(trades, lines, strict=True):
        gross = _as_cost(trade)
        if gross is None:
            continue
        expected = gross - trade.fees
        if abs(expected - trade.pl) > TOLERANCE:
            raise MalformedLog(
                line,
                "P/L",
                f"is {money(trade.pl)}, but (Premium - Avg. Closing Cost) x contracts - fees makes {money(expected)}",
            )


def explained(trades: Sequence[Trade], lines: Sequence[int]) -> list[Trade]:
    """The trades of a live log with their fees, which the file leaves out: what is missing between gross and net.

    Live logs write the closing as a flow of money (received positive); a file that writes it as a cost is told by its sums. The
    costs that come back are paid positive. Raises MalformedLog naming the first line where gross and net differ by more than fees
    can explain, and the first that breaks the rule of `check_rows` where the file has fees after all.
    """
    as_flow = [_flipped(trade) for trade in trades]
    candidates = [as_flow, list(trades)]
    strange = [next((place for place, trade in enumerate(each) if not _is_explained(trade)), None) for each in candidates]
    if all(place is not None for place in strange):
        place = max(place for place in strange if place is not None)
        trade = trades[place]
        both = " or ".join(dict.fromkeys(money(_as_cost(each[place]) or Decimal(0)) for each in candidates))
        raise MalformedLog(lines[place], "P/L", f"is {money(trade.pl)}, but premium and closing make {both}, less fees")
    chosen = candidates[strange.index(None)]
    return [_with_fees(trade) for trade in chosen]


def _as_cost(trade: Trade) -> Decimal | None:
    if trade.premium is None or trade.closing_cost is None or trade.contracts is None:
        return None
    return (trade.premium - trade.closing_cost) * trade.contracts


def _flipped(trade: Trade) -> Trade:
    return trade if trade.closing_cost is None else dataclasses.replace(trade, closing_cost=-trade.closing_cost)


def _has_fees(trade: Trade) -> bool:
    return trade.opening_fees is not None or trade.closing_fees is not None


def _is_explained(trade: Trade) -> bool:
    gross = _as_cost(trade)
    if gross is None or trade.contracts is None:
        return True
    missing = gross - trade.pl
    if _has_fees(trade):
        return abs(missing - trade.fees) <= TOLERANCE
    options = max(trade.contracts, sum(leg.quantity for leg in trade.legs))
    return -TOLERANCE - _ROUNDING_OF_POINTS * trade.contracts <= missing <= _FEES_PER_OPTION * options


def _with_fees(trade: Trade) -> Trade:
    gross = _as_cost(trade)
    return trade if gross is None or _has_fees(trade) else dataclasses.replace(trade, implied_fees=gross - trade.pl)


def money(amount: Decimal) -> str:
    """Dollars with cents, sign first, as in `-$305.12`."""
    cents = amount.quantize(CENT)
    return f"{'-' if cents < 0 else ''}${abs(cents):,}"

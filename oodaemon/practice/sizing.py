"""Which entries are taken, and with how many contracts: funds, margin in use and open positions decide."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Self

import numpy as np

from oodaemon.practice.engine import Outcomes, pruned_at
from oodaemon.practice.form import Form
from oodaemon.practice.market import Market
from oodaemon.practice.selection import Candidates

Moment = tuple[int, int]  # index of the day, minute


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How a trade ends: cost in points, profit and fees for closing in dollars, all per contract."""

    day: int
    minute: int
    cost: float
    profit: float
    fees: float
    reason: int

    @classmethod
    def of(cls, outcomes: Outcomes, number: int) -> Self:
        """The end of one of several outcomes."""
        return cls(
            day=int(outcomes.exit_day[number]),
            minute=int(outcomes.exit_minute[number]),
            cost=float(outcomes.cost[number]),
            profit=float(outcomes.profit[number]),
            fees=float(outcomes.fees[number]),
            reason=int(outcomes.reason[number]),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Play:
    """One group of legs with its own exits, or the whole strategy: its part of the entries, and how they end."""

    form: Form
    entries: Candidates
    outcomes: Outcomes


@dataclass(slots=True, kw_only=True)
class Taken:
    """One entry that is taken, with the end of each play of it."""

    number: int
    contracts: int
    margin: float  # of the position, in dollars
    ends: list[End]

    def over(self) -> tuple[int, int, float, float]:
        """When the last play of it is closed; margin and profit put several of one moment in an order."""
        last = max((end.day, end.minute) for end in self.ends)
        return (*last, self.margin, self.profit())

    def profit(self) -> float:
        """Dollars of the whole position."""
        return sum(round(self.contracts * end.profit, 2) for end in self.ends)


@dataclass(slots=True)
class _Book:
    funds: float
    in_use: float = 0.0
    open: list[Taken] = field(default_factory=list)

    def settle(self, now: Moment) -> None:
        """Close what has ended by now."""
        for one in sorted((one for one in self.open if one.over()[:2] <= now), key=Taken.over):
            self.open.remove(one)
            self.funds += one.profit()
            self.in_use -= one.margin


def sized(form: Form, market: Market, plays: Sequence[Play], margins: Sequence[float]) -> list[Taken]:
    """The entries that are taken, in their order; `margins` in dollars per contract, for all plays of an entry together."""
    book = _Book(form.starting_funds)
    taken = []
    entries = plays[0].entries
    for number, now in enumerate(zip(entries.day.tolist(), entries.minute.tolist(), strict=True)):
        book.settle(now)
        if any(play.entries.premium[number] == 0 for play in plays):
            continue
        if form.max_open is not None and len(book.open) >= form.max_open:
            if not form.is_on("prune_oldest"):
                continue
            _prune(book.open[0], market, plays, now)
            book.settle(now)
        contracts = _contracts(form, book, margins[number])
        if contracts >= 1:
            one = Taken(number=number, contracts=contracts, margin=contracts * margins[number], ends=list(_ends(plays, number)))
            taken.append(one)
            book.open.append(one)
            book.in_use += one.margin
    return taken


def _ends(plays: Sequence[Play], number: int) -> Iterator[End]:
    return (End.of(play.outcomes, number) for play in plays)


def _prune(one: Taken, market: Market, plays: Sequence[Play], now: Moment) -> None:
    """Close whatever of a position is still open."""
    for at, (play, end) in enumerate(zip(plays, one.ends, strict=True)):
        if (end.day, end.minute) > now:
            only = play.entries.part(np.array([one.number]))
            one.ends[at] = End.of(pruned_at(play.form, market, only, now), 0)


def _contracts(form: Form, book: _Book, margin: float) -> int:
    if form.is_on("ignore_margin") and form.max_contracts is not None:
        return form.max_contracts
    budget = min(book.funds * form.allocation / 100, book.funds - book.in_use, form.max_allocation_amount or np.inf)
    contracts = int(budget // margin)
    return contracts if form.max_contracts is None else min(contracts, form.max_contracts)

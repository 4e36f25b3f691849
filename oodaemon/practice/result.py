"""The result of a backtest and its metric cards: displayed texts and displayed numbers are made here and nowhere else."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from oodaemon.practice.account import Trade

Colour = Literal["green", "red", "neutral"]

METRICS = (
    "pl",
    "cagr",
    "max_drawdown",
    "mar",
    "win_percentage",
    "total_premium",
    "capture_rate",
    "starting_capital",
    "ending_capital",
    "avg_per_trade",
    "avg_winner",
    "avg_loser",
    "max_winner",
    "max_loser",
    "avg_minutes_in_trade",
    "avg_days_in_trade",
    "total_trades",
    "winners",
)


@dataclass(frozen=True, slots=True)
class Card:
    """One metric card: `text` is what its dd reads, `number` the same as a number (None for N/A), `key` its metric.

    `block` is the row of cards it stands in, 1 or 2; neighbours with the same non-zero `pair` share a box.
    """

    key: str
    label: str
    text: str
    number: float | None
    colour: Colour = "neutral"
    block: int = 1
    pair: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The result of one backtest, exact; `metrics` and `cards` have it as the page shows it.

    Fractions are in percent, drawdown is negative, amounts per lot are dollars per contract. None means that there is
    no such number: no trades, no winners, no losers, no drawdown to divide by.
    """

    profit: float
    growth: float
    drawdown: float
    growth_to_drawdown: float | None
    win_rate: float
    total_premium: float
    capture_rate: float
    starting: float
    ending: float
    per_lot: float | None
    winner_per_lot: float | None
    loser_per_lot: float | None
    best_per_lot: float | None
    worst_per_lot: float | None
    time_in_trade: float | None  # minutes, or days when a leg lives longer than its first day
    is_multi_day: bool
    winners: int
    trades: tuple[Trade, ...]
    days: tuple[date, ...]
    worth: tuple[float, ...]

    def metrics(self) -> dict[str, float | None]:
        """The numbers as displayed, rounding included; None where the page has no such card or says N/A."""
        shown = {card.key: card.number for card in self.cards()}
        return {key: shown.get(key) for key in METRICS}

    def cards(self) -> list[Card]:
        """The metric cards in the order of the page."""
        return [*_first_block(self), *(_second_block(self) if self.trades else ())]


def _shown(value: float, digits: int) -> float:
    """The displayed number; never a negative zero."""
    return round(value, digits) + 0.0


def _plain(value: float) -> str:
    """One decimal at most, no trailing .0, thousands grouped."""
    return f"{_shown(value, 1):,.1f}".removesuffix(".0")


def _money(value: float) -> str:
    whole = _shown(value, 0)
    return f"{'-' if whole < 0 else ''}${abs(whole):,.0f}"


def _dollars(key: str, label: str, value: float, *, colour: Colour = "neutral", pair: int = 0) -> Card:
    return Card(key, label, _money(value), _shown(value, 0), colour, pair=pair)


def _percent(key: str, label: str, value: float, *, colour: Colour = "neutral", pair: int = 0) -> Card:
    return Card(key, label, f"{_plain(value)}%", _shown(value, 1), colour, pair=pair)


def _lot(key: str, label: str, value: float | None, *, colour: Colour, pair: int = 0) -> Card:
    if value is None:
        return Card(key, label, "N/A", None, colour, 2, pair)
    return Card(key, label, f"{_money(value)} / lot", _shown(value, 0), colour, 2, pair)


def _sign(value: float) -> Colour:
    return "red" if value < 0 else "green"


def _first_block(result: Figures) -> Iterator[Card]:
    yield _dollars("pl", "P/L", result.profit, colour=_sign(_shown(result.profit, 0)))
    yield _percent("cagr", "CAGR", result.growth, colour=_sign(_shown(result.growth, 1)))
    yield _percent("max_drawdown", "Max Drawdown", result.drawdown, colour="red")
    if (ratio := result.growth_to_drawdown) is not None and _shown(result.drawdown, 1):
        yield Card("mar", "MAR Ratio", _plain(ratio), _shown(ratio, 1), _sign(_shown(ratio, 1)))
    yield _percent("win_percentage", "Win Percentage", result.win_rate)
    if _shown(result.profit, 0) >= 0:
        yield _dollars("total_premium", "Total Premium", result.total_premium, pair=1)
        yield _percent("capture_rate", "Capture Rate", result.capture_rate, pair=1)
    yield _dollars("starting_capital", "Starting Capital", result.starting, pair=2)
    yield _dollars("ending_capital", "Ending Capital", result.ending, pair=2)


def _second_block(result: Figures) -> Iterator[Card]:
    yield _lot("avg_per_trade", "Avg Per Trade", result.per_lot, colour=_sign(_shown(result.per_lot or 0, 0)))
    yield _lot("avg_winner", "Avg Winner", result.winner_per_lot, colour="green", pair=1)
    yield _lot("avg_loser", "Avg Loser", result.loser_per_lot, colour="red", pair=1)
    yield _lot("max_winner", "Max Winner", result.best_per_lot, colour="green", pair=2)
    yield _lot("max_loser", "Max Loser", result.worst_per_lot, colour="red", pair=2)
    key, unit = ("avg_days_in_trade", "Days") if result.is_multi_day else ("avg_minutes_in_trade", "Minutes")
    time = result.time_in_trade or 0.0
    yield Card(key, f"Avg {unit} In Trade", _plain(time), _shown(time, 1), block=2)
    for key, label, count in (("total_trades", "Trades", len(result.trades)), ("winners", "Winners", result.winners)):
        yield Card(key, label, f"{count:,}", float(count), block=2, pair=3)

"""Trades: what an exported trade log or daily log says, row by row. Dollars; New York wall time without a zone."""

import datetime
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""Months as the site writes them, whatever the locale of the daemon."""


class LogKind(enum.StrEnum):
    """Where a log comes from."""

    BACKTEST = "backtest"
    PORTFOLIO = "portfolio"
    LIVE = "live"
    DAILY = "daily"


class Right(enum.StrEnum):
    """What an option gives a right to."""

    CALL = "call"
    PUT = "put"


class Side(enum.StrEnum):
    """What was done with a leg."""

    SELL = "sell"
    BUY = "buy"


@dataclass(frozen=True, slots=True)
class TradeLeg:
    """One leg as it was opened. `quantity` counts options of the whole position, `price` is in points per option.

    The file has month and day only; the year is that of the first such day on or after the opening.
    """

    quantity: int
    expires: datetime.date
    strike: Decimal
    right: Right
    side: Side
    price: Decimal

    def __str__(self) -> str:
        code = "STO" if self.side is Side.SELL else "BTO"
        day = f"{MONTHS[self.expires.month - 1]} {self.expires.day}"
        return f"{self.quantity} {day} {self.strike} {self.right.value[0].upper()} {code} {self.price}"


@dataclass(frozen=True, slots=True)
class Trade:
    """One row of a trade log. None stands for a value, or a whole column, that the file does not have.

    `premium` (credit positive) and `closing_cost` (paid positive) are dollars per contract with slippage inside, whatever the unit
    of the file; `pl`, fees, margin and funds are dollars of the whole position. `pl` is net of fees. `movement`, `gap` and prices
    are points of the underlying, `max_profit` and `max_loss` percent of premium. A live log tells no fees: `implied_fees` is what
    is missing there between gross and net. `extra` holds columns nobody knows, by name.
    """

    opened_at: datetime.datetime
    closed_at: datetime.datetime | None
    legs: tuple[TradeLeg, ...]
    pl: Decimal
    premium: Decimal | None = None
    closing_cost: Decimal | None = None
    contracts: int | None = None
    reason: str = ""
    opening_fees: Decimal | None = None
    closing_fees: Decimal | None = None
    implied_fees: Decimal | None = None
    strategy: str = ""
    underlying: str = ""
    pl_percent: Decimal | None = None
    opening_price: Decimal | None = None
    closing_price: Decimal | None = None
    days_in_trade: Decimal | None = None
    funds_at_close: Decimal | None = None
    margin: Decimal | None = None
    opening_ratio: Decimal | None = None
    closing_ratio: Decimal | None = None
    opening_vix: Decimal | None = None
    closing_vix: Decimal | None = None
    gap: Decimal | None = None
    movement: Decimal | None = None
    max_profit: Decimal | None = None
    max_loss: Decimal | None = None
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def settled_at(self) -> datetime.datetime:
        """When its profit or loss counts: the closing, or the opening of a trade whose closing the file does not tell."""
        return self.closed_at or self.opened_at

    @property
    def fees(self) -> Decimal:
        """All fees together; zero where the file has none and none follow from it."""
        if self.implied_fees is not None:
            return self.implied_fees
        return (self.opening_fees or Decimal(0)) + (self.closing_fees or Decimal(0))

    @property
    def pl_per_contract(self) -> Decimal | None:
        """Net profit or loss of one contract, which the result page calls a lot."""
        return None if self.contracts is None else self.pl / self.contracts


@dataclass(frozen=True, slots=True)
class TradeLog:
    """The trades of one file in its order. `columns` are the names of its header; `has_times` says that it tells times of day."""

    kind: LogKind
    columns: tuple[str, ...]
    trades: tuple[Trade, ...]
    has_times: bool = True


@dataclass(frozen=True, slots=True)
class Day:
    """One trading day of a portfolio. Dollars and percent; `drawdown_percent` is zero or negative."""

    date: datetime.date
    net_liquidity: Decimal
    current_funds: Decimal
    withdrawn: Decimal
    trading_funds: Decimal
    pl: Decimal
    pl_percent: Decimal
    drawdown_percent: Decimal


@dataclass(frozen=True, slots=True)
class DailyLog:
    """The days of a portfolio, ascending."""

    columns: tuple[str, ...]
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class LogFile:
    """An exported file that was read: its name, its bytes, what is in it, and the figures that follow from that."""

    name: str
    raw: bytes
    log: TradeLog | DailyLog
    derived: Mapping[str, float] = field(default_factory=dict)

    @property
    def kind(self) -> LogKind:
        """What kind of log it is."""
        return self.log.kind if isinstance(self.log, TradeLog) else LogKind.DAILY

    @property
    def trades(self) -> tuple[Trade, ...]:
        """Its trades; none in a daily log."""
        return self.log.trades if isinstance(self.log, TradeLog) else ()

    @property
    def entries(self) -> int:
        """How many rows it has: trades, or days."""
        return len(self.log.trades) if isinstance(self.log, TradeLog) else len(self.log.days)


@dataclass(frozen=True, slots=True)
class StoredLog:
    """A file that is kept, without its bytes and rows. It belongs to a task, or was imported under `import_id`."""

    log_id: int
    name: str
    kind: LogKind
    sha256: str
    columns: tuple[str, ...]
    has_times: bool
    entries: int
    derived: Mapping[str, float]
    recorded_at: datetime.datetime
    run_id: str = ""
    index: int | None = None
    import_id: str = ""


@dataclass(frozen=True, slots=True)
class StoredTrade:
    """A trade at its place in a kept file, from 0; `index` is that of the task, None for an imported file."""

    index: int | None
    place: int
    trade: Trade

"""Trade logs on the wire."""

from decimal import Decimal

from oodaemon.analysis.breakdowns import Slice
from oodaemon.analysis.columns import NUMBERS
from oodaemon.analysis.outcomes import Point
from oodaemon.api.v1 import trades_pb2
from oodaemon.model.trades import LogKind, StoredLog, StoredTrade, TradeLeg
from oodaemon.rpc.convert import timestamp


def log(value: StoredLog) -> trades_pb2.TradeLog:
    """A file that is kept."""
    wire = trades_pb2.TradeLog(
        run_id=value.run_id,
        import_id=value.import_id,
        name=value.name,
        kind=kind(value.kind),
        entries=value.entries,
        sha256=value.sha256,
        columns=value.columns,
        derived=value.derived,
        recorded_at=timestamp(value.recorded_at),
    )
    if value.index is not None:
        wire.index = value.index
    return wire


def kind(value: LogKind) -> trades_pb2.LogKind.ValueType:
    """A kind of log on the wire."""
    return trades_pb2.LogKind.Value(f"LOG_KIND_{value.name}")


def trade(value: StoredTrade, *, index: int | None = None) -> trades_pb2.Trade:
    """A trade, of the task with this index unless it knows its own."""
    of = value.trade
    wire = trades_pb2.Trade(
        place=value.place,
        opened_at=of.opened_at.isoformat(),
        legs=[_leg(leg) for leg in of.legs],
        pl=_text(of.pl),
        fees=_text(of.fees),
        reason=of.reason,
        strategy=of.strategy,
        underlying=of.underlying,
        figures={name: _text(number) for name in NUMBERS if (number := getattr(of, name)) is not None},
        extra=of.extra,
    )
    owner = index if value.index is None else value.index
    if owner is not None:
        wire.index = owner
    if of.closed_at is not None:
        wire.closed_at = of.closed_at.isoformat()
    if of.contracts is not None:
        wire.contracts = of.contracts
    if of.premium is not None:
        wire.premium = _text(of.premium)
    if of.closing_cost is not None:
        wire.closing_cost = _text(of.closing_cost)
    return wire


def part(value: Slice) -> trades_pb2.TradeSlice:
    """The trades that share something."""
    return trades_pb2.TradeSlice(key=value.key, trades=value.trades, winners=value.winners, pl=value.pl)


def point(value: Point) -> trades_pb2.EquityPoint:
    """A step of the closed equity."""
    return trades_pb2.EquityPoint(at=value.at.isoformat(), total=value.total)


def _leg(leg: TradeLeg) -> trades_pb2.TradeLeg:
    return trades_pb2.TradeLeg(
        quantity=leg.quantity,
        expires=leg.expires.isoformat(),
        strike=_text(leg.strike),
        right=leg.right.value,
        side=leg.side.value,
        price=_text(leg.price),
        text=str(leg),
    )


def _text(number: Decimal) -> str:
    """All digits, never an exponent."""
    return f"{number:f}"

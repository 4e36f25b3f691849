"""Trades and their logs as plain records; names, order and units are what `-o json` promises. Money is dollars."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from ooctl.records import Record
from oodaemon.api.v1 import trades_pb2

if TYPE_CHECKING:
    from collections.abc import Iterable

FIGURES: Final = (
    *("opening_price", "closing_price", "pl_percent", "days_in_trade", "opening_fees", "closing_fees", "margin", "funds_at_close"),
    *("opening_ratio", "closing_ratio", "opening_vix", "closing_vix", "gap", "movement", "max_profit", "max_loss"),
)
"""Further numbers of a trade, null where its file has none."""


def trade_record(trade: trades_pb2.Trade) -> Record:
    """A trade; premium and closing cost are dollars per contract, P/L and fees those of the position."""
    return {
        "index": trade.index if trade.HasField("index") else None,
        "place": trade.place,
        "opened_at": trade.opened_at,
        "closed_at": trade.closed_at if trade.HasField("closed_at") else None,
        "legs": " | ".join(leg.text for leg in trade.legs),
        "contracts": trade.contracts if trade.HasField("contracts") else None,
        "premium": _exact(trade.premium),
        "closing_cost": _exact(trade.closing_cost),
        "fees": _exact(trade.fees),
        "pl": _exact(trade.pl),
        "reason": trade.reason,
        "strategy": trade.strategy,
        "underlying": trade.underlying,
        **{name: _exact(trade.figures.get(name, "")) for name in FIGURES},
        "extra": dict(sorted(trade.extra.items())),
    }


def log_record(log: trades_pb2.TradeLog) -> Record:
    """A file that is kept, with the figures that follow from its rows."""
    return {
        "import_id": log.import_id or None,
        "run_id": log.run_id or None,
        "index": log.index if log.HasField("index") else None,
        "name": log.name,
        "kind": _kind(log.kind),
        "entries": log.entries,
        "sha256": log.sha256,
        "columns": list(log.columns),
        "derived": {name: _number(log.derived[name]) for name in sorted(log.derived)},
        "recorded_at": log.recorded_at.ToJsonString(),
    }


def analysis_record(analysis: trades_pb2.GetTradeAnalysisResponse) -> Record:
    """A file with what its trades add up to; `equity` is empty unless it was asked for."""
    return {
        **log_record(analysis.log),
        "by_weekday": _slices(analysis.by_weekday),
        "by_hour": _slices(analysis.by_hour),
        "by_reason": _slices(analysis.by_reason),
        "equity": [{"at": point.at, "total": _number(point.total)} for point in analysis.equity],
    }


def _slices(parts: Iterable[trades_pb2.TradeSlice]) -> list[Record]:
    return [{"key": part.key, "trades": part.trades, "winners": part.winners, "pl": _number(part.pl)} for part in parts]


def _kind(number: int) -> str | None:
    if number == trades_pb2.LOG_KIND_UNSPECIFIED:
        return None
    known = trades_pb2.LogKind.DESCRIPTOR.values_by_number.get(number)
    return known.name.removeprefix("LOG_KIND_") if known is not None else f"UNKNOWN_{number}"


def _exact(text: str) -> int | float | None:
    return _number(float(text)) if text else None


def _number(number: float) -> int | float | None:
    """Whole numbers as integers; sums of cents without what floating point leaves behind; what JSON cannot hold as null."""
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() else round(number, 10)

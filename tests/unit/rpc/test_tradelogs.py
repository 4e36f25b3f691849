"""Trades on the wire: exact, and absent where the file has nothing."""

import datetime
from decimal import Decimal

import pytest

from oodaemon.analysis.tradelog import parse
from oodaemon.api.v1 import trades_pb2
from oodaemon.model.trades import LogKind, StoredLog, StoredTrade, Trade
from oodaemon.rpc import tradelogs
from tests.unit.analysis.rows import OF_2026, ROW_OF_2026, at, file


def test_every_field_of_a_row() -> None:
    (trade,) = parse(file(OF_2026, ROW_OF_2026)).trades
    wire = tradelogs.trade(StoredTrade(None, 7, trade), index=3)
    assert (wire.index, wire.place, wire.contracts, wire.underlying) == (3, 7, 4, "SPX")
    assert (wire.premium, wire.closing_cost, wire.pl, wire.fees) == ("170", "0", "670.24", "9.76")
    assert dict(wire.figures) == {
        "opening_price": "7740.41",
        "closing_price": "7747.71",
        "days_in_trade": "0",
        "pl_percent": "98.56470588235294",
        "funds_at_close": "145107.76",
        "margin": "1320",
        "opening_fees": "9.76",
        "opening_ratio": "1.48",
        "closing_ratio": "1",
        "gap": "20.11",
        "movement": "53.7",
        "max_profit": "100",
        "max_loss": "-23.53",
    }
    leg = wire.legs[1]
    assert (leg.quantity, leg.expires, leg.strike, leg.right, leg.side, leg.price) == (
        4,
        "2026-09-03",
        "7735",
        "put",
        "buy",
        "3.75",
    )


def test_what_the_file_has_not_is_absent() -> None:
    bare = Trade(opened_at=at(2), closed_at=None, legs=(), pl=Decimal("1E-7"))
    wire = tradelogs.trade(StoredTrade(None, 0, bare))
    assert not any(wire.HasField(name) for name in ("index", "closed_at", "contracts", "premium", "closing_cost"))
    assert (wire.pl, wire.fees, wire.opened_at) == ("0.0000001", "0", "2026-03-02T10:00:00")


def test_a_trade_knows_its_own_task() -> None:
    bare = Trade(opened_at=at(2), closed_at=None, legs=(), pl=Decimal(0))
    assert tradelogs.trade(StoredTrade(0, 0, bare), index=5).index == 0


@pytest.mark.parametrize("kind", LogKind)
def test_every_kind_has_a_name_on_the_wire(kind: LogKind) -> None:
    assert trades_pb2.LogKind.Name(tradelogs.kind(kind)) == f"LOG_KIND_{kind.name}"


def test_a_log_of_a_task_and_of_an_import() -> None:
    now = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)
    log = StoredLog(1, "x.csv", LogKind.LIVE, "ab", ("P/L",), has_times=True, entries=2, derived={"sharpe": 1.5}, recorded_at=now)
    of_import = tradelogs.log(log)
    assert not of_import.HasField("index")
    assert (of_import.entries, dict(of_import.derived), list(of_import.columns)) == (2, {"sharpe": 1.5}, ["P/L"])
    assert of_import.recorded_at.ToDatetime(tzinfo=datetime.UTC) == now

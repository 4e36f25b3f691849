"""Trades as records and as text."""

import json

import pytest

from ooctl.render.trades import analysis_details, rows_of
from ooctl.trade_records import FIGURES, analysis_record, log_record, trade_record
from oodaemon.api.v1 import trades_pb2


def test_a_trade_has_exactly_the_promised_fields() -> None:
    record = trade_record(trades_pb2.Trade(place=1, opened_at="2025-11-21T10:15:00", pl="-305.12", fees="5.12"))

    assert list(record) == [
        *("index", "place", "opened_at", "closed_at", "legs", "contracts", "premium", "closing_cost", "fees", "pl", "reason"),
        *("strategy", "underlying", *FIGURES, "extra"),
    ]
    assert (record["index"], record["closed_at"], record["contracts"], record["premium"]) == (None, None, None, None)
    assert (record["pl"], record["margin"]) == (-305.12, None)
    json.dumps(record, allow_nan=False)


def test_every_figure_of_a_trade_has_a_place() -> None:
    wire = trades_pb2.Trade(pl="0", fees="0", figures=dict.fromkeys(FIGURES, "1.5"))

    assert [trade_record(wire)[name] for name in FIGURES] == [1.5] * len(FIGURES)


def test_figures_json_cannot_hold_are_null() -> None:
    log = trades_pb2.TradeLog(derived={"sharpe": float("inf"), "kelly_percent": 1e21, "calmar": 0.1 + 0.2})

    assert log_record(log)["derived"] == {"calmar": 0.3, "kelly_percent": 10**21, "sharpe": None}


def test_a_kind_of_a_newer_daemon_keeps_its_number() -> None:
    log = trades_pb2.TradeLog()
    log.ParseFromString(b"\x28\x63")

    assert log_record(log)["kind"] == "UNKNOWN_99"
    assert log_record(trades_pb2.TradeLog())["kind"] is None


@pytest.mark.parametrize(
    ("kind", "entries", "text"),
    [
        ("BACKTEST", 1, "1 trade of a backtest"),
        ("PORTFOLIO", 14_105, "14,105 trades of a portfolio"),
        ("LIVE", 0, "0 trades of live strategies"),
        ("DAILY", 1, "1 day of a portfolio"),
        ("DAILY", 965, "965 days of a portfolio"),
        (None, 2, "2 trades of a log"),
    ],
)
def test_what_a_file_holds(kind: str | None, entries: int, text: str) -> None:
    assert rows_of({"kind": kind, "entries": entries}) == text


def test_text_of_others_does_not_steer_the_terminal() -> None:
    part = trades_pb2.TradeSlice(key="Stop\x1b[31m Loss", trades=1, winners=0, pl=-1)
    log = trades_pb2.TradeLog(name="a\nb.csv", derived={"new\x07figure": 1})
    lines = list(analysis_details(analysis_record(trades_pb2.GetTradeAnalysisResponse(log=log, by_reason=[part]))))

    assert all(line.isprintable() for line in lines)
    assert lines[0] == "a b.csv: 0 trades of a log"

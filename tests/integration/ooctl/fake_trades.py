"""The trade logs of the scripted daemon."""

from __future__ import annotations

import hashlib

import grpc
from google.protobuf.timestamp_pb2 import Timestamp

from oodaemon.api.v1 import trades_pb2, trades_pb2_grpc
from tests.unit.ooctl.builders import RUN_ID

IMPORT_ID = "01JD0F7A0000000000000000AB"


def a_trade(place: int, *, index: int | None = 0, pl: str = "-305.12", reason: str = "Stop Loss") -> trades_pb2.Trade:
    trade = trades_pb2.Trade(
        place=place,
        opened_at="2025-11-21T10:15:00",
        closed_at="2025-11-21T11:57:41.410984",
        legs=[trades_pb2.TradeLeg(text="1 Nov 21 6650 C STO 3.15"), trades_pb2.TradeLeg(text="1 Nov 21 6730 C BTO 0.30")],
        contracts=1,
        premium="275",
        closing_cost="191.6666666666667",
        pl=pl,
        fees="5.12",
        reason=reason,
        figures={"margin": "7480", "pl_percent": "98.56470588235294"},
    )
    if index is not None:
        trade.index = index
    return trade


def a_log(
    index: int | None = None, *, name: str = "trade-log.csv", kind: int = trades_pb2.LOG_KIND_BACKTEST
) -> trades_pb2.TradeLog:
    log = trades_pb2.TradeLog(
        name=name,
        kind=kind,
        entries=2,
        sha256="ab" * 32,
        columns=["Date Opened", "P/L"],
        derived={"trades": 2, "net_profit": -73.68, "profit_factor": 0.7585, "sharpe": -1.5, "new_figure": 3},
        recorded_at=Timestamp(seconds=1_790_000_000),
    )
    if index is None:
        log.import_id = IMPORT_ID
    else:
        log.run_id, log.index = RUN_ID, index
    return log


def an_analysis(log: trades_pb2.TradeLog) -> trades_pb2.GetTradeAnalysisResponse:
    part = trades_pb2.TradeSlice(key="Friday", trades=2, winners=1, pl=-73.68)
    return trades_pb2.GetTradeAnalysisResponse(log=log, by_weekday=[part], by_hour=[part], by_reason=[part])


class FakeTrades(trades_pb2_grpc.TradeServiceServicer):
    """Answers from `self.state`: its trades, its logs, and its files by task."""

    def ListTrades(self, request, context):  # noqa: N802 - named by the wire format
        self.state.take(request, context)
        trades, token = self._page(self.state.trades, request.page_token)
        return trades_pb2.ListTradesResponse(trades=trades, next_page_token=token)

    def ListTradeLogs(self, request, context):  # noqa: N802 - named by the wire format
        self.state.take(request, context)
        logs, token = self._page(self.state.logs, request.page_token)
        return trades_pb2.ListTradeLogsResponse(logs=logs, next_page_token=token)

    def GetTradeLog(self, request, context):  # noqa: N802 - named by the wire format
        self.state.take(request, context)
        return trades_pb2.GetTradeLogResponse(log=self._log(request.log, context), content=b"\xef\xbb\xbfraw\r\n")

    def GetTradeAnalysis(self, request, context):  # noqa: N802 - named by the wire format
        self.state.take(request, context)
        analysis = an_analysis(self._log(request.log, context))
        if request.equity:
            analysis.equity.add(at="2025-11-21T11:57:00", total=-305.12)
        return analysis

    def ImportTradeLog(self, request, context):  # noqa: N802 - named by the wire format
        self.state.take(request, context)
        if request.content.startswith(b"bad"):
            self.state.refusals["ImportTradeLog"].abort(context)
        digest = hashlib.sha256(request.content).hexdigest()
        is_known = digest in self.state.imported
        self.state.imported.add(digest)
        return trades_pb2.ImportTradeLogResponse(log=a_log(name=request.name), is_known=is_known)

    def ListImports(self, request, context):  # noqa: N802 - named by the wire format
        self.state.take(request, context)
        found, token = self._page(self.state.logs, request.page_token)
        return trades_pb2.ListImportsResponse(imports=found, next_page_token=token)

    def _log(self, ref, context):
        if ref.import_id:
            return a_log()
        for log in self.state.logs:
            if log.index == ref.task.index:
                return log
        context.abort(grpc.StatusCode.NOT_FOUND, f"there is no trade log '{ref.task.run_id}/{ref.task.index}'")
        raise AssertionError

"""The exports of the scripted daemon."""

from __future__ import annotations

from typing import Any

from oodaemon.api.v1 import analysis_pb2, analysis_pb2_grpc, exports_pb2, exports_pb2_grpc, runs_pb2

K, R = exports_pb2.ColumnKind, exports_pb2.ColumnRole
NUMBER, TEXT, INTEGER = K.COLUMN_KIND_NUMBER, K.COLUMN_KIND_TEXT, K.COLUMN_KIND_INTEGER
FIGURE, PROVENANCE, PARAMETER = R.COLUMN_ROLE_FIGURE, R.COLUMN_ROLE_PROVENANCE, R.COLUMN_ROLE_PARAMETER
MORE = runs_pb2.DIRECTION_MAXIMIZE
FIELDS = {NUMBER: "numbers", INTEGER: "integers"}

RESULTS = (
    *(("index", INTEGER, R.COLUMN_ROLE_IDENTITY, "", 0), ("part", TEXT, R.COLUMN_ROLE_IDENTITY, "", 0)),
    *(("delta", NUMBER, PARAMETER, "", 0), ("profit_target", NUMBER, PARAMETER, "", 0), ("entry_time", TEXT, PARAMETER, "", 0)),
    *(("status", TEXT, PROVENANCE, "", 0), ("origin", TEXT, PROVENANCE, "", 0)),
    *(("pl", NUMBER, FIGURE, "USD", MORE), ("cagr", NUMBER, FIGURE, "%", MORE), ("max_drawdown", NUMBER, FIGURE, "%", MORE)),
    *(("mar", NUMBER, FIGURE, "", MORE), ("win_percentage", NUMBER, FIGURE, "%", MORE), ("total_trades", NUMBER, FIGURE, "", MORE)),
    *(("winners", NUMBER, FIGURE, "", MORE), ("avg_per_trade", NUMBER, FIGURE, "USD", MORE)),
    *(("capture_rate", NUMBER, FIGURE, "%", MORE), ("starting_capital", NUMBER, FIGURE, "USD", 0)),
    *(("ending_capital", NUMBER, FIGURE, "USD", MORE), ("trade_count", INTEGER, R.COLUMN_ROLE_DERIVED, "", 0)),
    *((name, TEXT, PROVENANCE, "", 0) for name in ("underlying", "start_date", "end_date")),
    *(("recorded_at", K.COLUMN_KIND_MOMENT, PROVENANCE, "", 0), ("reason", TEXT, PROVENANCE, "", 0)),
    ("ruling_reason", TEXT, PROVENANCE, "", 0),
)


def a_row(index: int, delta: float, target: float, pl: float | None, **rest: Any) -> dict[str, Any]:
    """A row of results; without a figure one that failed."""
    row: dict[str, Any] = {"index": index, "delta": delta, "profit_target": target, "entry_time": "09:45", **rest}
    if pl is None:
        return {"status": "FAILED", "reason": "the site refused it", **row}
    figures = {
        "pl": pl,
        "cagr": pl / 1000,
        "max_drawdown": -10.5,
        "mar": pl / 10_500,
        "win_percentage": 61.5,
        "total_trades": 880.0,
    }
    told = {"underlying": "SPX", "start_date": "2022-05-16", "end_date": "2025-11-21", "recorded_at": "2026-11-21T08:00:01.000000Z"}
    return {"status": "COMPLETED", "origin": "VERIFIED", "starting_capital": 100_000.0, **figures, **told, **row}


def a_batch(columns, rows) -> exports_pb2.ExportBatch:
    batch = exports_pb2.ExportBatch(rows=len(rows))
    for name, kind, *_ in columns:
        values = [row.get(name) for row in rows]
        wire = batch.columns.add(missing=[place for place, value in enumerate(values) if value is None])
        getattr(wire, FIELDS.get(kind, "texts")).extend(value for value in values if value is not None)
    return batch


class FakeExports(exports_pb2_grpc.ExportServiceServicer):
    """Streams `state.exported`, two rows at a time; `state.breaks` ends the stream with an error after the first batch."""

    def ExportResults(self, request, context):  # noqa: N802 - named by the wire format
        self.state.take(request, context)
        return self._stream(request, context, RESULTS, exports_pb2.ExportResultsResponse)

    def ExportTrades(self, request, context):  # noqa: N802 - named by the wire format
        self.state.take(request, context)
        return self._stream(request, context, RESULTS[:3], exports_pb2.ExportTradesResponse)

    def _stream(self, request, context, columns, frame):
        header = exports_pb2.ExportHeader(run=self._find(request.run_id, context))
        for name, kind, role, unit, better in columns:
            header.columns.add(name=name, kind=kind, role=role, unit=unit, better=better)
        yield frame(header=header)
        rows = self.state.exported
        for start in range(0, len(rows), 2):
            yield frame(batch=a_batch(columns, rows[start : start + 2]))
            if self.state.breaks is not None:
                self.state.breaks.abort(context)


class FakeCourses(analysis_pb2_grpc.AnalysisServiceServicer):
    """Other courses of the trades of any task, and the results with the highest figure."""

    def Best(self, request, context):  # noqa: N802 - named by the wire format
        self.state.take(request, context)
        run = self._find(request.run_id, context)
        metric = request.by[0].metric if request.by else "mar"
        found = sorted(self.state.results, key=lambda each: getattr(each.metrics, metric), reverse=True)
        answer = analysis_pb2.BestResponse(by=[runs_pb2.Objective(metric=metric)], matching=len(found))
        for each in found[: request.limit]:
            answer.best.add(run_id=run.run_id, index=each.index, parameters=each.parameters, metrics=each.metrics)
        return answer

    def MonteCarlo(self, request, context):  # noqa: N802 - named by the wire format
        self.state.take(request, context)
        answer = analysis_pb2.MonteCarloResponse(simulations=10_000, trades=113, seed=request.seed, probability_of_loss=0.0125)
        answer.resampling = request.resampling
        fall = answer.distributions.add(figure="max_drawdown_percent", actual=-4.5, mean=-6.1, rank=0.7)
        for percent, value in ((5, -12.25), (50, -6.0), (95, -3.1)):
            fall.percentiles.add(percent=percent, value=value)
        answer.notes.append("trades that overlap are taken as if they followed each other")
        return answer

"""ExportService: whole runs as streams of columns. A slow client holds up nobody: each batch is a short question to the store."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from oodaemon.api.v1 import exports_pb2, exports_pb2_grpc, runs_pb2
from oodaemon.bridge.loop import call_trio
from oodaemon.rpc import export_columns, export_values
from oodaemon.rpc.export_columns import Column
from oodaemon.rpc.export_survey import Survey
from oodaemon.rpc.presence import Presence
from oodaemon.store import exports, runs, trades
from oodaemon.store.store import Store
from oodaemon.store.transaction import Snapshot

ROWS = 2000
"""Indexes of a batch: a tenth of a megabyte to half of one, and ten milliseconds of the store's reader."""
VALUES = 5000
"""Tasks whose values are looked through at once before a stream begins."""


class ExportServicer(exports_pb2_grpc.ExportServiceServicer):
    """See exports.proto."""

    def __init__(self, store: Store, presence: Presence) -> None:
        self._store, self._presence = store, presence

    async def ExportResults(self, request: exports_pb2.ExportResultsRequest, context: Any) -> None:  # type: ignore[override]
        """See exports.proto. Writes its frames itself: the stubs expect an iterator."""
        run = await self._run(request.run_id)
        survey = await self._survey(run)
        parameters, names = export_values.parameters(survey.types, survey.is_silent)
        has_trades = bool(await call_trio(self._store.read, trades.of_run, run.run_id, limit=1))
        columns = export_columns.of_results(parameters, has_trades=has_trades or run.spec.trades)
        await context.write(exports_pb2.ExportResultsResponse(header=_header(run, columns)))
        make = partial(export_values.results, columns, run.run_id, parameters=names, takes_packed=request.takes_packed)
        for after in range(-1, run.tasks.total - 1, ROWS):
            batch = await call_trio(self._store.read, _results, run, make, after)
            if batch is not None:
                await context.write(exports_pb2.ExportResultsResponse(batch=batch))

    async def ExportTrades(self, request: exports_pb2.ExportTradesRequest, context: Any) -> None:  # type: ignore[override]
        """See exports.proto. Writes its frames itself: the stubs expect an iterator."""
        run = await self._run(request.run_id)
        await context.write(exports_pb2.ExportTradesResponse(header=_header(run, export_columns.TRADES)))
        after = (-1, -1)
        while True:
            batch, after = await call_trio(self._store.read, _trades, run, after)
            if not batch.rows:
                return
            await context.write(exports_pb2.ExportTradesResponse(batch=batch))

    async def _run(self, ref: str) -> runs_pb2.Run:
        return self._presence.run(await call_trio(self._store.read, runs.get, ref))

    async def _survey(self, run: runs_pb2.Run) -> Survey:
        survey, after = Survey(self._presence.converter.goes_without_saying), -1
        while True:
            last, lines = await call_trio(
                self._store.read, exports.values, run.run_id, after_index=after, before_index=run.tasks.total, limit=VALUES
            )
            if last < 0:
                return survey
            survey.look(lines)
            after = last


def _header(run: runs_pb2.Run, columns: tuple[Column, ...]) -> exports_pb2.ExportHeader:
    return exports_pb2.ExportHeader(run=run, columns=[column.wire() for column in columns])


def _results(
    db: Snapshot, run: runs_pb2.Run, make: Callable[[Mapping[str, Any]], exports_pb2.ExportBatch], after: int
) -> exports_pb2.ExportBatch | None:
    """The settled tasks among the next ROWS: made here, in the thread of the reader, and not on the loop. None without any."""
    rows = exports.settled(db, run.run_id, after_index=after, last_index=min(after + ROWS, run.tasks.total - 1))
    if not rows:
        return None
    heads = export_values.beginnings(rows, lambda index: exports.config_of(db, run.run_id, index))
    return make({**rows, **heads})


def _trades(db: Snapshot, run: runs_pb2.Run, after: tuple[int, int]) -> tuple[exports_pb2.ExportBatch, tuple[int, int]]:
    rows = exports.trade_rows(db, run.run_id, after=after, before_index=run.tasks.total, limit=ROWS)
    if not rows:
        return exports_pb2.ExportBatch(), after
    index, last = rows[-1]
    return export_values.trades(run.run_id, rows), (index, last["place"])

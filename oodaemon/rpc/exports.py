"""ExportService: whole runs as streams of columns. A slow client holds up nobody: each batch is a short question to the store."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from oodaemon.api.v1 import exports_pb2, exports_pb2_grpc, runs_pb2
from oodaemon.bridge.loop import call_trio
from oodaemon.rpc import export_columns, export_values
from oodaemon.rpc.export_columns import Column
from oodaemon.rpc.presence import Presence
from oodaemon.store import exports, runs, trades
from oodaemon.store.store import Store
from oodaemon.store.transaction import Snapshot

ROWS = 1000
"""Rows of a batch: about half a megabyte, and some milliseconds of the store's reader."""
VALUES = 5000
"""Tasks whose values are looked through at once before a stream begins."""


@dataclass(slots=True)
class Survey:
    """What is known of the values of a run: the types of each name, and the options that have another value than their default."""

    types: defaultdict[str, set[type]] = field(default_factory=lambda: defaultdict(set))
    telling: set[str] = field(default_factory=set)


class ExportServicer(exports_pb2_grpc.ExportServiceServicer):
    """See exports.proto."""

    def __init__(self, store: Store, presence: Presence) -> None:
        self._store, self._presence = store, presence

    async def ExportResults(self, request: exports_pb2.ExportResultsRequest, context: Any) -> None:  # type: ignore[override]
        """See exports.proto. Writes its frames itself: the stubs expect an iterator."""
        run = await self._run(request.run_id)
        survey = await self._survey(run)
        parameters, names = export_values.parameters(survey.types, lambda name: "." in name and name not in survey.telling)
        has_trades = bool(await call_trio(self._store.read, trades.of_run, run.run_id, limit=1))
        columns = export_columns.of_results(parameters, has_trades=has_trades or run.spec.trades)
        await context.write(exports_pb2.ExportResultsResponse(header=_header(run, columns)))
        after = -1
        while True:
            batch, last = await call_trio(self._store.read, _results, run, columns, names, after)
            if not batch.rows:
                return
            await context.write(exports_pb2.ExportResultsResponse(batch=batch))
            after = last

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
        survey, after = Survey(), -1
        while True:
            last, found = await call_trio(
                self._store.read, exports.values, run.run_id, after_index=after, before_index=run.tasks.total, limit=VALUES
            )
            if last < 0:
                return survey
            after = last
            for name, value in found:
                survey.types[name].add(type(value))
                if "." in name and name not in survey.telling and not self._presence.converter.goes_without_saying(name, value):
                    survey.telling.add(name)


def _header(run: runs_pb2.Run, columns: tuple[Column, ...]) -> exports_pb2.ExportHeader:
    return exports_pb2.ExportHeader(run=run, columns=[column.wire() for column in columns])


def _results(
    db: Snapshot, run: runs_pb2.Run, columns: tuple[Column, ...], names: dict[str, str], after: int
) -> tuple[exports_pb2.ExportBatch, int]:
    """Rows after an index, and the index of the last of them: made here, in the thread of the reader, and not on the loop."""
    rows = exports.settled(db, run.run_id, after_index=after, before_index=run.tasks.total, limit=ROWS)
    if not rows:
        return exports_pb2.ExportBatch(), after
    return export_values.results(columns, run.run_id, rows, names), rows["idx"][-1]


def _trades(db: Snapshot, run: runs_pb2.Run, after: tuple[int, int]) -> tuple[exports_pb2.ExportBatch, tuple[int, int]]:
    rows = exports.trade_rows(db, run.run_id, after=after, before_index=run.tasks.total, limit=ROWS)
    if not rows:
        return exports_pb2.ExportBatch(), after
    index, last = rows[-1]
    return export_values.trades(run.run_id, rows), (index, last["place"])

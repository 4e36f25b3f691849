"""The tables of the runs that people look at, read from the stream of an export and kept for a while."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

import trio

from oodaemon.api.v1 import exports_pb2, runs_pb2
from oodaemon.clock import SECONDS
from oodaemon.console.result_table import Table
from oodaemon.console.service import CLIENT, Services

KEPT, ROWS = 4, 400_000
"""Tables that are kept, and rows of all of them."""
REST: Final = 20
"""A table of a run that goes on is read again after so many times what reading it took, so that looking costs the daemon little."""
LEAST = 1 * SECONDS


@dataclass(frozen=True, slots=True)
class _Kept:
    table: Table
    revision: int
    read_at: float
    cost: float


class Tables:
    """Result tables by run."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._one_at_a_time = trio.Lock()

    async def of(self, run: runs_pb2.Run) -> Table:
        """The table of a run; that of one that goes on may be some seconds old. Raises OODaemonError."""
        async with self._one_at_a_time:
            kept = self._kept.get(run.run_id)
            if kept is None or (kept.revision != run.revision and _is_due(kept)):
                began = trio.current_time()
                table = await self._read(run.run_id)
                kept = _Kept(table, run.revision, trio.current_time(), trio.current_time() - began)
                self._kept[run.run_id] = kept
            self._kept.move_to_end(run.run_id)
            while len(self._kept) > KEPT or (len(self._kept) > 1 and sum(k.table.size for k in self._kept.values()) > ROWS):
                self._kept.popitem(last=False)
            return kept.table

    async def _read(self, run_id: str) -> Table:
        table = Table()
        request = exports_pb2.ExportResultsRequest(run_id=run_id)
        async with self._services.stream("ExportService.ExportResults", request, client=CLIENT) as frames:
            async for frame in frames:
                await trio.to_thread.run_sync(table.take, frame)
        return table


def _is_due(kept: _Kept) -> bool:
    return trio.current_time() - kept.read_at > max(LEAST, REST * kept.cost)

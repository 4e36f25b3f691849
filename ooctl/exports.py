"""Whole runs as tables of columns, batch by batch as the daemon sends them. Importing this module imports grpc."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import grpc

from ooctl.exits import ClientError, ExitStatus
from ooctl.owners import RUN_HINT
from ooctl.pacing import MINUTES
from ooctl.records import run_record
from ooctl.writers.table import Cells, Column, Kind, Numbers, Role, Table
from oodaemon.api.v1 import exports_pb2, exports_pb2_grpc, runs_pb2

if TYPE_CHECKING:
    from ooctl.tradelogs import Ask

PATIENCE: Final = 60 * MINUTES
"""For a stream as a whole; a daemon that is gone is noticed long before."""

_FIELD: Final = {Kind.INTEGER: "integers", Kind.NUMBER: "numbers", Kind.BOOLEAN: "flags"}
_SIGN: Final = {runs_pb2.DIRECTION_MAXIMIZE: 1, runs_pb2.DIRECTION_MINIMIZE: -1}
Explain = Callable[[grpc.RpcError], ClientError]


class Exports:
    """The exports of a daemon. Every method, and every table while it is read, raises ClientError."""

    def __init__(self, channel: grpc.Channel, ask: Ask, explain: Explain) -> None:
        self._stub, self._ask, self._explain = exports_pb2_grpc.ExportServiceStub(channel), ask, explain

    def results(self, run_id: str, *, to_write: bool = False) -> Table:
        """The settled tasks of a run with their figures, by index; `to_write` when numbers are only written, as text."""
        request = exports_pb2.ExportResultsRequest(run_id=run_id, takes_packed=to_write)
        return self._ask(self._opened(self._stub.ExportResults), request, timeout=PATIENCE, not_found=RUN_HINT)

    def trades(self, run_id: str) -> Table:
        """The trades of a run whose trade logs were kept: by task, then in the order of the log."""
        request = exports_pb2.ExportTradesRequest(run_id=run_id)
        return self._ask(self._opened(self._stub.ExportTrades), request, timeout=PATIENCE, not_found=RUN_HINT)

    def _opened(self, method: Any) -> Callable[..., Table]:  # noqa: ANN401 - a method of the stub
        """The method as one that returns once the header is there, so that a lost first try can be repeated."""

        def opened(request: Any, timeout: float | None = None, metadata: Any = None) -> Table:  # noqa: ANN401 - as stubs are called
            stream = method(request, timeout=timeout, metadata=metadata)
            header = next(stream).header  # an empty stream is an error of the daemon, and ends as one of ours
            columns = tuple(_column(each) for each in header.columns)
            return Table(run_record(header.run), columns, self._batches(stream, columns))

        return opened

    def _batches(self, stream: Any, columns: Sequence[Column]) -> Iterator[Sequence[Cells]]:  # noqa: ANN401 - a call of grpc
        try:
            for frame in stream:
                if frame.WhichOneof("frame") == "batch":
                    yield _decoded(frame.batch, columns)
        except grpc.RpcError as error:
            raise self._explain(error) from None
        finally:
            stream.cancel()


def _column(wire: exports_pb2.ExportColumn) -> Column:
    kind = exports_pb2.ColumnKind.DESCRIPTOR.values_by_number.get(wire.kind)
    role = exports_pb2.ColumnRole.DESCRIPTOR.values_by_number.get(wire.role)
    if kind is None or kind.number == 0 or role is None:
        raise ClientError(f"the daemon sends a column {wire.name} of a kind that this ooctl does not know", ExitStatus.FAILED)
    name = role.name.removeprefix("COLUMN_ROLE_")
    return Column(wire.name, Kind[kind.name.removeprefix("COLUMN_KIND_")], Role[name], wire.unit, _SIGN.get(wire.better, 0))


def _decoded(batch: exports_pb2.ExportBatch, columns: Sequence[Column]) -> list[Cells]:
    if len(batch.columns) != len(columns):
        raise _broken()
    fields = [_FIELD.get(column.kind, "texts") for column in columns]
    cells = [_cells(field, wire, batch.rows) for field, wire in zip(fields, batch.columns, strict=True)]
    if batch.HasField("packed"):
        _unpack(batch.packed, columns, cells, batch.rows)
    return cells


def _unpack(packed: exports_pb2.PackedNumbers, columns: Sequence[Column], cells: list[Cells], rows: int) -> None:
    places = list(packed.columns)
    if len({*places}) != len(places) or not all(_is_open(place, columns, cells) for place in places):
        raise _broken()
    try:
        numbers = Numbers.listed(packed.numbers)
    except ValueError:
        raise _broken() from None
    if len(numbers) != rows * len(places):
        raise _broken()
    for number, place in enumerate(places):
        cells[place] = Cells(rows, numbers[number :: len(places)])


def _is_open(place: int, columns: Sequence[Column], cells: Sequence[Cells]) -> bool:
    """Whether packed numbers can stand in a column: it is one of numbers, without any of its own."""
    return place < len(columns) and columns[place].kind is Kind.NUMBER and not cells[place].count


def _cells(field: str, wire: exports_pb2.ColumnValues, rows: int) -> Cells:
    present: Sequence[Any] = getattr(wire, field)
    if not present and not wire.missing:
        return Cells(rows, (), range(rows))
    missing = sorted({*wire.missing})
    if len(missing) != len(wire.missing) or (missing and missing[-1] >= rows):
        raise _broken()
    count = rows - len(missing)
    if len(present) != (1 if wire.is_same and count else count):
        raise _broken()
    return Cells(rows, list(present), missing)


def _broken() -> ClientError:
    return ClientError("the daemon sent rows that do not add up; nothing of them is used", ExitStatus.FAILED)

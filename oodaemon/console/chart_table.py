"""The settled tasks of a run as columns, read from the stream of an export: of each batch only what a chart needs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final

from oodaemon.api.v1 import exports_pb2, runs_pb2
from oodaemon.errors import InvalidArgument

ACCEPTED: Final = "ACCEPTED"
_FIELD: Final[Mapping[int, str]] = {
    exports_pb2.COLUMN_KIND_INTEGER: "integers",
    exports_pb2.COLUMN_KIND_NUMBER: "numbers",
    exports_pb2.COLUMN_KIND_BOOLEAN: "flags",
}
_SIGN: Final[Mapping[int, int]] = {runs_pb2.DIRECTION_MAXIMIZE: 1, runs_pb2.DIRECTION_MINIMIZE: -1}
_FIGURES: Final = frozenset({exports_pb2.COLUMN_ROLE_FIGURE, exports_pb2.COLUMN_ROLE_DERIVED})
_NUMERIC: Final = frozenset({exports_pb2.COLUMN_KIND_INTEGER, exports_pb2.COLUMN_KIND_NUMBER})
_ALWAYS: Final = frozenset({"index", "origin"})


@dataclass(frozen=True, slots=True)
class Column:
    """A parameter or a figure. `sign` is 1 where more is better, -1 where less is, 0 where neither is."""

    name: str
    unit: str = ""
    sign: int = 0


@dataclass(slots=True)
class ChartTable:
    """The parameters of a run, its figures, and the values of those that were asked for: one per settled task, None without one."""

    parameters: tuple[Column, ...] = ()
    metrics: tuple[Column, ...] = ()
    values: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Settled tasks."""
        return len(self.values.get("index", ()))

    def metric(self, name: str) -> Column:
        """The figure with this name, with or without `derived_`. Raises InvalidArgument."""
        known = {column.name: column for column in self.metrics}
        found = known.get(name) or known.get(f"derived_{name}")
        if found is None:
            near = get_close_matches(name, known, n=1)
            raise InvalidArgument.of("metric", f"there is no figure {name!r}" + (f"; did you mean {near[0]}?" if near else ""))
        return found

    def check_parameters(self, names: Sequence[str]) -> None:
        """Raise InvalidArgument for a name the run has no parameter of."""
        known = [column.name for column in self.parameters]
        for name in names:
            if name not in known:
                raise InvalidArgument.of("by", f"the run has no parameter {name!r}; it has {', '.join(known) or 'none'}")


class Intake:
    """Takes up the frames of an export one by one; the figure that is wanted is checked with the first."""

    def __init__(self, metric: str) -> None:
        self._asked = metric
        self._places: list[tuple[int, str, int]] = []
        self.table = ChartTable()

    def take(self, frame: exports_pb2.ExportResultsResponse) -> None:
        """The header, or a batch. Raises InvalidArgument when the run has no such figure."""
        if frame.WhichOneof("frame") == "header":
            self._begin(frame.header.columns)
        else:
            for place, name, kind in self._places:
                self.table.values[name] += decoded(frame.batch.columns[place], kind, frame.batch.rows)

    def _begin(self, columns: Iterable[exports_pb2.ExportColumn]) -> None:
        kept = list(columns)
        self.table.parameters = tuple(_column(each) for each in kept if each.role == exports_pb2.COLUMN_ROLE_PARAMETER)
        self.table.metrics = tuple(_column(each) for each in kept if each.role in _FIGURES and each.kind in _NUMERIC)
        wanted = {*_ALWAYS, self.table.metric(self._asked).name, *(each.name for each in self.table.parameters)}
        self._places = [(place, each.name, each.kind) for place, each in enumerate(kept) if each.name in wanted]
        self.table.values = {name: [] for _, name, _ in self._places}


def table_of(frames: Iterable[exports_pb2.ExportResultsResponse], metric: str) -> ChartTable:
    """The table of a whole stream. Raises InvalidArgument when the run has no such figure."""
    intake = Intake(metric)
    for frame in frames:
        intake.take(frame)
    return intake.table


def _column(wire: exports_pb2.ExportColumn) -> Column:
    return Column(wire.name, wire.unit, _SIGN.get(wire.better, 0))


def decoded(wire: exports_pb2.ColumnValues, kind: int, rows: int) -> list[Any]:
    """The values of a column in a batch, None where a row has none; whole numbers are ints."""
    present: list[Any] = list(getattr(wire, _FIELD.get(kind, "texts")))
    if not present and not wire.missing:
        return [None] * rows
    if kind == exports_pb2.COLUMN_KIND_NUMBER:
        present = [int(value) if value.is_integer() else value for value in present]
    if wire.is_same:
        present *= rows - len(wire.missing)
    if not wire.missing:
        return present
    missing, rest = set(wire.missing), iter(present)
    return [None if place in missing else next(rest) for place in range(rows)]

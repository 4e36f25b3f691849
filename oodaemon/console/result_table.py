"""The settled tasks of a run as columns: filtered, sorted, coloured and paged, for runs of 100,000 as for runs of 10."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from oodaemon.analysis import where
from oodaemon.analysis.candidates import Candidate
from oodaemon.api.v1 import exports_pb2, runs_pb2
from oodaemon.errors import InvalidArgument

PAGE: Final = 100
STEPS: Final = 10
ANSWERS: Final = 32
"""Queries whose answers are kept with a table."""
_FIELD: Final[Mapping[int, str]] = {
    exports_pb2.COLUMN_KIND_INTEGER: "integers",
    exports_pb2.COLUMN_KIND_NUMBER: "numbers",
    exports_pb2.COLUMN_KIND_BOOLEAN: "flags",
}
NUMERIC: Final = frozenset({exports_pb2.COLUMN_KIND_INTEGER, exports_pb2.COLUMN_KIND_NUMBER})
_SIGN: Final[Mapping[int, int]] = {runs_pb2.DIRECTION_MAXIMIZE: 1, runs_pb2.DIRECTION_MINIMIZE: -1}
DERIVED: Final = "derived_"
USUAL: Final = ("pl", "cagr", "max_drawdown", "mar", "win_percentage", "capture_rate", "total_trades")
"""Figures that are shown when not all of them are."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `sign` is 1 where more is better, -1 where less is, 0 where neither is; `kind` and `role` as on the wire."""

    name: str
    kind: int
    role: int
    unit: str = ""
    sign: int = 0

    @property
    def is_numeric(self) -> bool:
        """Whether its values are numbers."""
        return self.kind in NUMERIC


@dataclass(slots=True)
class Table:
    """All columns of an export with their values, one per settled task in the order of the tasks; None without one."""

    columns: tuple[Column, ...] = ()
    values: dict[str, list[Any]] = field(default_factory=dict)
    _found: "dict[Query, Found]" = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Settled tasks."""
        return len(self.values.get("index", ()))

    def take(self, frame: exports_pb2.ExportResultsResponse) -> None:
        """Take up a frame of an export: the header first, then every batch."""
        if frame.WhichOneof("frame") == "header":
            self.columns = tuple(
                Column(each.name, each.kind, each.role, each.unit, _SIGN.get(each.better, 0)) for each in frame.header.columns
            )
            self.values = {column.name: [] for column in self.columns}
            return
        for column, wire in zip(self.columns, frame.batch.columns, strict=True):
            self.values[column.name] += decoded(column.kind, wire, frame.batch.rows)

    def find(self, query: "Query") -> "Found":
        """See `find`; live pages ask for the same again and again."""
        found = self._found.get(query)
        if found is None:
            found = find(self, query)
            if len(self._found) >= ANSWERS:
                self._found.clear()
            self._found[query] = found
        return found

    def column(self, name: str) -> Column | None:
        """The column with this name."""
        return next((column for column in self.columns if column.name == name), None)

    def of_role(self, *roles: int) -> list[Column]:
        """The columns that are about something, in their order."""
        return [column for column in self.columns if column.role in roles]


@dataclass(frozen=True, slots=True)
class Query:
    """Which rows, in which order. `place` is the number of the first row."""

    sort: str = "index"
    is_descending: bool = False
    where: str = ""
    status: str = ""
    place: int = 0
    size: int = PAGE


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of a page by their place in the table, and how many there are on all pages."""

    rows: Sequence[int]
    total: int
    scales: Mapping[str, tuple[float, float]]
    """Least and largest value of each figure over all rows that were found."""


def find(table: Table, query: Query) -> Found:
    """The rows of a query; rows without a value to sort by come last. Raises InvalidArgument. For a thread: it takes a while."""
    kept = _kept(table, query)
    column = table.column(query.sort)
    if column is None:
        raise InvalidArgument.of("sort", f"there is no column {query.sort[:60]!r}")
    cells = table.values[column.name]
    present = [row for row in kept if cells[row] is not None]
    key = (lambda row: cells[row]) if column.is_numeric else (lambda row: str(cells[row]))
    present.sort(key=key, reverse=query.is_descending)
    ordered = [*present, *(row for row in kept if cells[row] is None)]
    scales = {each.name: span for each in table.columns if each.sign and (span := _span(table.values[each.name], kept))}
    return Found(ordered[query.place : query.place + query.size], len(kept), scales)


def step(value: float | None, span: tuple[float, float] | None, sign: int) -> str:
    """The class of a colour for a figure, s0 the worst to s10 the best; nothing where there is nothing to tell apart."""
    if value is None or span is None or not sign or span[0] == span[1]:
        return ""
    share = (value - span[0]) / (span[1] - span[0])
    return f"s{round(STEPS * (share if sign > 0 else 1 - share))}"


def records(table: Table, rows: Iterable[int]) -> list[dict[str, Any]]:
    """Rows by column name, for JSON: not a number is no value."""
    names = list(table.values)
    return [{name: _plain(table.values[name][row]) for name in names} for row in rows]


def decoded(kind: int, wire: exports_pb2.ColumnValues, rows: int) -> list[Any]:
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


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _span(cells: Sequence[Any], rows: Sequence[int]) -> tuple[float, float] | None:
    present = [cells[row] for row in rows if cells[row] is not None]
    return (min(present), max(present)) if present else None


def _kept(table: Table, query: Query) -> list[int]:
    rows: Iterable[int] = range(table.size)
    if query.status:
        statuses = table.values["status"]
        rows = [row for row in rows if statuses[row] == query.status]
    if not query.where.strip():
        return list(rows)
    try:
        condition = where.read(query.where)
    except where.MalformedCondition as error:
        raise InvalidArgument.of("where", f"{query.where[:80]!r} cannot be read: {error}") from None
    known = {column.name.removeprefix(DERIVED) for column in table.columns} | {column.name for column in table.columns}
    if sentence := condition.unknown(known):
        raise InvalidArgument.of("where", sentence)
    return [row for row in rows if condition.keeps(_candidate(table, row, condition.names))]


def _candidate(table: Table, row: int, names: Iterable[str]) -> Candidate:
    """What a condition needs to know of a row: the columns that it names, of the page before those of the trade log."""
    values: dict[str, Any] = {}
    figures: dict[str, float] = {}
    for name in names:
        column = table.column(name) or table.column(DERIVED + name)
        cell = None if column is None else table.values[column.name][row]
        if column is None or cell is None:
            continue
        if column.role in (exports_pb2.COLUMN_ROLE_FIGURE, exports_pb2.COLUMN_ROLE_DERIVED):
            figures[name] = cell
        else:
            values[name] = cell
    return Candidate("", row, values, figures, figures)

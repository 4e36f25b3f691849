"""A table as it comes in: its columns at first, then its rows in batches. Knows neither grpc nor a format of files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from typing import Any, Final, TypeVar, overload

from ooctl.exits import ClientError, ExitStatus

Record = dict[str, Any]
_OF_NUMBERS: Final = b"0123456789.-,"
T = TypeVar("T")
B = TypeVar("B")


class Kind(Enum):
    """What the values of a column are; see exports.proto."""

    INTEGER = "whole number"
    NUMBER = "number"
    BOOLEAN = "true or false"
    TEXT = "text"
    DECIMAL = "decimal"
    MOMENT = "moment (UTC)"
    WALL_TIME = "wall time (New York)"
    JSON = "JSON"


NUMERIC: Final = frozenset({Kind.INTEGER, Kind.NUMBER, Kind.DECIMAL})
MOMENTS: Final = frozenset({Kind.MOMENT, Kind.WALL_TIME})


class Role(Enum):
    """What a column is about; see exports.proto."""

    UNSPECIFIED = ""
    IDENTITY = "which row it is"
    PARAMETER = "what was asked for"
    FIGURE = "figure"
    DERIVED = "figure of the trade log"
    PROVENANCE = "how it came to be"


@dataclass(frozen=True)
class Column:
    """A column; `unit` is empty for a value without one. `sign` is 1 where more is better, -1 where less is, 0 where neither is."""

    name: str
    kind: Kind
    role: Role
    unit: str = ""
    sign: int = 0


class Numbers(Sequence[float]):
    """Finite numbers that came as text and mostly leave as text: `texts` are as Python writes them, whole ones without a point."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts

    @classmethod
    def listed(cls, numbers: bytes) -> Numbers:
        """JSON numbers without exponents, with commas between them. Raises ValueError for anything else."""
        listed = b",%b," % numbers
        if numbers.translate(None, _OF_NUMBERS) or b",," in listed:
            raise ValueError("these are no plain numbers")
        listed = listed.replace(b"-0.0,", b"0,").replace(b".0,", b",")
        return cls(listed.decode()[1:-1].split(","))

    def __len__(self) -> int:
        """How many."""
        return len(self.texts)

    def __iter__(self) -> Iterator[float]:
        """The numbers."""
        return map(float, self.texts)

    @overload
    def __getitem__(self, place: int) -> float: ...
    @overload
    def __getitem__(self, place: slice) -> Numbers: ...
    def __getitem__(self, place: int | slice) -> float | Numbers:
        """One of them, or several."""
        return Numbers(self.texts[place]) if isinstance(place, slice) else float(self.texts[place])


@dataclass(frozen=True, slots=True)
class Cells:
    """One column of one batch, packed as it is sent.

    `present` are the values of those of the `rows` that have one, in their order; one that stands alone for several is that of all
    of these. `missing` are the other rows, from 0, ascending. NUMBER values are floats, DECIMAL values exact text, MOMENT and
    WALL_TIME ISO 8601 text, JSON values JSON text.
    """

    rows: int
    present: Sequence[Any]
    missing: Sequence[int] = ()

    @classmethod
    def of(cls, values: Sequence[Any]) -> Cells:
        """The cells of a column, None where a row has no value."""
        present = [value for value in values if value is not None]
        return cls(len(values), present, [place for place, value in enumerate(values) if value is None])

    @property
    def count(self) -> int:
        """How many rows have a value."""
        return self.rows - len(self.missing)

    @property
    def is_same(self) -> bool:
        """Whether all rows are alike: all of them have the same value, or none has one."""
        return not self.present or (len(self.present) == 1 and not self.missing)

    def spread(self, shown: Sequence[T], blank: B) -> list[T | B]:
        """What is shown for each value that is present, row by row, with `blank` for rows that have none."""
        cells: list[T | B] = [*shown] if len(shown) == self.count else [*shown] * self.count
        for place in self.missing:
            cells.insert(place, blank)
        return cells

    def values(self) -> list[Any]:
        """The values row by row, None where a row has none; whole numbers are int."""
        shown = self.present
        if shown and isinstance(shown[0], float):
            shown = [int(value) if isinstance(value, float) and value.is_integer() else value for value in shown]
        return self.spread(shown, None)


@dataclass(frozen=True)
class Table:
    """`batches` can be read once: each holds the cells of every column."""

    run: Record
    columns: tuple[Column, ...]
    batches: Iterator[Sequence[Cells]]

    def only(self, names: Sequence[str]) -> Table:
        """The same rows with these columns, in this order. Raises ClientError (USAGE) for a name there is not, and without any."""
        if not names:
            hint = "the columns are " + ", ".join(column.name for column in self.columns)
            raise ClientError("no column is named", ExitStatus.USAGE, hint=hint)
        places = [self._place(name) for name in names]
        picked = tuple(self.columns[place] for place in places)
        return Table(self.run, picked, ([batch[place] for place in places] for batch in self.batches))

    def records(self) -> Iterator[Record]:
        """The rows one by one, by name."""
        names = [column.name for column in self.columns]
        for batch in self.batches:
            for row in zip(*(cells.values() for cells in batch), strict=True):
                yield dict(zip(names, row, strict=True))

    def _place(self, name: str) -> int:
        names = [column.name for column in self.columns]
        if name in names:
            return names.index(name)
        near = get_close_matches(name, names, n=1)
        raise ClientError(
            f"there is no column {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""),
            ExitStatus.USAGE,
            hint="the columns are " + ", ".join(names),
        )

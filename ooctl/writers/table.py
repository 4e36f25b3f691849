"""A table as it comes in: its columns at first, then its rows in batches. Knows neither grpc nor a format of files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from typing import Any, Final

from ooctl.exits import ClientError, ExitStatus

Record = dict[str, Any]


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


@dataclass(frozen=True)
class Table:
    """`batches` can be read once: each holds a list of values per column, None where a row has none.

    DECIMAL values are exact text, MOMENT and WALL_TIME ISO 8601 text, JSON values JSON text.
    """

    run: Record
    columns: tuple[Column, ...]
    batches: Iterator[list[list[Any]]]

    def only(self, names: Sequence[str]) -> Table:
        """The same rows with these columns, in this order. Raises ClientError (USAGE) for a name there is not."""
        places = [self._place(name) for name in names]
        picked = tuple(self.columns[place] for place in places)
        return Table(self.run, picked, ([batch[place] for place in places] for batch in self.batches))

    def records(self) -> Iterator[Record]:
        """The rows one by one, by name."""
        names = [column.name for column in self.columns]
        for batch in self.batches:
            for row in zip(*batch, strict=True):
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

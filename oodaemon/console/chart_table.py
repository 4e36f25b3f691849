"""The settled tasks of a run as charts need them: parameters, figures, and their values. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final, Protocol

from oodaemon.api.v1 import exports_pb2
from oodaemon.errors import InvalidArgument

ACCEPTED: Final = "ACCEPTED"


class TableColumn(Protocol):
    """A column of a result table, as `result_table.Column` is one."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def role(self) -> int:
        """As on the wire."""

    @property
    def unit(self) -> str:
        """Of its values; empty without one."""

    @property
    def sign(self) -> int:
        """1 where more is better, -1 where less is, 0 where neither is."""

    @property
    def is_numeric(self) -> bool:
        """Whether its values are numbers."""


@dataclass(frozen=True, slots=True)
class Column:
    """A parameter or a figure. `sign` is 1 where more is better, -1 where less is, 0 where neither is."""

    name: str
    unit: str = ""
    sign: int = 0


@dataclass(frozen=True, slots=True)
class ChartTable:
    """The parameters of a run, its figures, and their values with `index` and `origin`: one per settled task, None without one."""

    parameters: tuple[Column, ...] = ()
    metrics: tuple[Column, ...] = ()
    values: Mapping[str, Sequence[Any]] = field(default_factory=dict)

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
            raise InvalidArgument.of("metric", f"there is no figure {name[:60]!r}" + (f"; did you mean {near[0]}?" if near else ""))
        return found

    def check_parameters(self, names: Sequence[str]) -> None:
        """Raise InvalidArgument for a name the run has no parameter of."""
        known = [column.name for column in self.parameters]
        for name in names:
            if name not in known:
                raise InvalidArgument.of("by", f"the run has no parameter {name[:60]!r}; it has {', '.join(known) or 'none'}")


def chart_table(columns: Sequence[TableColumn], values: Mapping[str, Sequence[Any]]) -> ChartTable:
    """What charts need of a result table."""
    figures = (exports_pb2.COLUMN_ROLE_FIGURE, exports_pb2.COLUMN_ROLE_DERIVED)
    return ChartTable(
        tuple(Column(each.name, each.unit, each.sign) for each in columns if each.role == exports_pb2.COLUMN_ROLE_PARAMETER),
        tuple(Column(each.name, each.unit, each.sign) for each in columns if each.role in figures and each.is_numeric),
        values,
    )

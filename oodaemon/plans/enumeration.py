"""Runs whose tasks are all known at once: sweep, grid and list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from oodaemon.api.v1 import runs_pb2
from oodaemon.errors import InvalidArgument
from oodaemon.parameters.registry import Registry
from oodaemon.plans import axes, rows, wire
from oodaemon.plans.axes import MAX_TASKS, Swept
from oodaemon.plans.plan import Batch, Extension, Outcome
from oodaemon.plans.points import Points, Product

_NAMES_IN_TITLE = 4


@dataclass(frozen=True, slots=True)
class Enumeration:
    """A plan with one batch that nothing follows."""

    test: str
    title: str
    points: Points

    @property
    def is_growing(self) -> Literal[False]:
        """All tasks are there from the beginning."""
        return False

    @property
    def planned_tasks(self) -> int:
        """As many as there are points."""
        return self.points.size

    def first(self) -> tuple[Batch, ...]:
        """The one batch."""
        return (Batch(self.points),)

    def later(self) -> tuple[Batch, ...]:
        """No part follows."""
        return ()

    def extend(self, outcomes: Sequence[Outcome], room: int) -> Extension:
        """Nothing follows."""
        del outcomes, room
        return Extension(is_last=True)


def sweep(spec: runs_pb2.RunSpec, registry: Registry) -> Enumeration:
    """One parameter over its values. Raises InvalidArgument naming each field at fault."""
    return _enumeration(spec.sweep.test, [wire.swept(spec.sweep.parameter)], spec, registry)


def grid(spec: runs_pb2.RunSpec, registry: Registry) -> Enumeration:
    """Every combination of the values of several parameters. Raises InvalidArgument naming each field at fault."""
    return _enumeration(spec.grid.test, list(map(wire.swept, spec.grid.parameters)), spec, registry)


def listed(spec: runs_pb2.RunSpec, registry: Registry) -> Enumeration:
    """Sets of values one by one. Raises InvalidArgument naming each field at fault."""
    points = rows.read(spec.list.columns, [row.values for row in spec.list.rows], wire.fixed(spec.fixed), registry)
    return Enumeration(spec.list.test, title_of([column.name for column in spec.list.columns]), points)


def _enumeration(test: str, swept: Sequence[Swept], spec: runs_pb2.RunSpec, registry: Registry) -> Enumeration:
    points = axes.product(swept, wire.fixed(spec.fixed), registry)
    check_size(points)
    return Enumeration(test, title_of([one.name for one in swept]), points)


def title_of(names: Sequence[str]) -> str:
    """Parameters in a few words, such as `delta x profit_target`; options go without saying."""
    plain = [name for name in names if "." not in name]
    more = f" and {len(plain) - _NAMES_IN_TITLE} more" if len(plain) > _NAMES_IN_TITLE else ""
    return " x ".join(plain[:_NAMES_IN_TITLE]) + more


def check_size(points: Product) -> None:
    """Raise InvalidArgument for a product that no run can hold, with its shape."""
    if points.size > MAX_TASKS:
        shape = " x ".join(f"{length:,}" for length in points.shape)
        advice = "take larger steps or fewer parameters"
        raise InvalidArgument.of(
            "parameters", f"{shape} makes {points.size:,} tasks, and a run has at most {MAX_TASKS:,}; {advice}"
        )

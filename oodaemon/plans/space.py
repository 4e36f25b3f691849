"""The space of a search: a grid by the places on its axes, and what is known of the points that were tried. Pure."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

from oodaemon.model.values import Value
from oodaemon.plans.objectives import Constraint, Goal
from oodaemon.plans.points import Product

Places = tuple[int, ...]
"""The place of a point on each axis, from 0."""


@dataclass(frozen=True, slots=True)
class Space:
    """A grid and what is looked for in it. `ordered` says of each axis whether neighbours on it are alike, as numbers are."""

    points: Product
    ordered: tuple[bool, ...]
    goals: tuple[Goal, ...]
    bounds: tuple[Constraint, ...] = ()

    @property
    def shape(self) -> tuple[int, ...]:
        """The length of each axis."""
        return self.points.shape

    def point(self, places: Places) -> dict[str, Value]:
        """The values at some places."""
        return self.points.at(self.points.index_of(places))

    def places(self, values: Mapping[str, Value]) -> Places:
        """The places of a point of the grid. Raises ValueError for a value that is on none."""
        return tuple(known.index(values[name]) for name, known in self.points.axes)

    def around(self, places: Places, stride: int = 1, *, axes: Collection[int] | None = None) -> Iterator[Places]:
        """Points one stride away along one axis each: both ways where it is ordered, any other value where it is not."""
        for axis, length in enumerate(self.shape):
            if axes is None or axis in axes:
                for other in self._others(axis, places[axis], stride, length):
                    yield (*places[:axis], other, *places[axis + 1 :])

    def _others(self, axis: int, place: int, stride: int, length: int) -> list[int]:
        if not self.ordered[axis]:
            return [other for other in range(length) if other != place]
        return [other for other in sorted({max(0, place - stride), min(length - 1, place + stride)}) if other != place]

    def lattice(self, stride: int) -> Iterator[Places]:
        """Every point at multiples of a stride and at the ends of ordered axes, at every value of others."""
        return product(*(self._marks(axis, stride) for axis in range(len(self.shape))))

    def marks(self, stride: int) -> list[int]:
        """How many places of each axis the lattice takes."""
        return [len(self._marks(axis, stride)) for axis in range(len(self.shape))]

    def _marks(self, axis: int, stride: int) -> list[int]:
        length = self.shape[axis]
        return sorted({*range(0, length, stride), length - 1}) if self.ordered[axis] else list(range(length))


@dataclass(frozen=True, slots=True)
class Seen:
    """A point that was tried. `worths` are by goal, more being better, None while it has no usable result.

    `missed` says by how much each bound is missed, 0 or less when it is kept.
    """

    places: Places
    worths: tuple[float, ...] | None = None
    missed: Mapping[str, float] = field(default_factory=dict)
    is_open: bool = False

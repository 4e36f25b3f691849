"""Points that are made when they are asked for, so that a run of 100,000 tasks costs what its axes cost."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from math import prod
from typing import overload

from oodaemon.model.batches import Point
from oodaemon.model.values import Value


class Points(Sequence[Point], ABC):
    """A sequence that makes its points by their index, each time anew. What an index means never changes."""

    @property
    @abstractmethod
    def size(self) -> int:
        """How many points there are; may be more than `len` can say."""

    @abstractmethod
    def at(self, index: int) -> Point:
        """The point at an index from 0 to `size` - 1."""

    def __len__(self) -> int:
        return self.size

    @overload
    def __getitem__(self, index: int) -> Point: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Point, ...]: ...

    def __getitem__(self, index: int | slice) -> Point | tuple[Point, ...]:
        if isinstance(index, slice):
            return tuple(self.at(i) for i in range(*index.indices(self.size)))
        place = index + self.size if index < 0 else index
        if not 0 <= place < self.size:
            raise IndexError(f"there are {self.size} points, and none at {index}")
        return self.at(place)

    def __iter__(self) -> Iterator[Point]:
        return map(self.at, range(self.size))


class Product(Points):
    """Every combination of the values of some axes, beside values that stay the same; the last axis changes fastest.

    An index is a number in mixed radix: its digits are the places on the axes.
    """

    def __init__(self, axes: Sequence[tuple[str, Sequence[Value]]], shared: Point) -> None:
        """`axes` are key and values; `shared` holds everything else, and a place for each key where it is to stand."""
        self._axes = tuple((name, tuple(values)) for name, values in axes)
        self._shared = dict(shared)
        self._size = prod(len(values) for _, values in self._axes)

    @property
    def size(self) -> int:
        """The product of the lengths of the axes."""
        return self._size

    @property
    def shape(self) -> tuple[int, ...]:
        """The length of each axis."""
        return tuple(len(values) for _, values in self._axes)

    @property
    def axes(self) -> tuple[tuple[str, tuple[Value, ...]], ...]:
        """Key and values of each axis."""
        return self._axes

    def at(self, index: int) -> dict[str, Value]:
        """The combination of this number."""
        point = self._shared.copy()
        for name, values in reversed(self._axes):
            index, place = divmod(index, len(values))
            point[name] = values[place]
        return point

    def places(self, index: int) -> tuple[int, ...]:
        """The place on each axis of the combination of this number."""
        found: list[int] = []
        for length in reversed(self.shape):
            index, place = divmod(index, length)
            found.append(place)
        return tuple(reversed(found))

    def index_of(self, places: Sequence[int]) -> int:
        """The number of the combination at these places of the axes."""
        number = 0
        for place, length in zip(places, self.shape, strict=True):
            number = number * length + place
        return number


class Rows(Points):
    """Points given one by one: rows of values for the same keys, beside values that stay the same in all of them."""

    def __init__(self, keys: Sequence[str], rows: Sequence[tuple[Value, ...]], shared: Point) -> None:
        """`shared` holds everything else, and a place for each key where it is to stand."""
        self._keys, self._rows, self._shared = tuple(keys), rows, dict(shared)

    @property
    def size(self) -> int:
        """The number of rows."""
        return len(self._rows)

    def at(self, index: int) -> dict[str, Value]:
        """The row of this number."""
        return {**self._shared, **dict(zip(self._keys, self._rows[index], strict=True))}

"""A grid that is looked at coarsely first, and finely only where it may be better than what is known. Pure and without dice.

A point that was tried promises as much as it is worth and half of the steepest change to a neighbour: so much can be gained on
half of the way if the figures run straight. When a known result is better than that promise, nothing around the point is looked at.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import prod

from oodaemon.plans.space import Places, Seen, Space

SHARE = 0.5
"""Of the budget, what the first look takes at most."""


@dataclass(frozen=True, slots=True)
class PrunedGrid:
    """The method for a search of at most `limit` points."""

    limit: int

    def begin(self, space: Space) -> list[Places]:
        """The finest lattice that leaves half of the points for a closer look; some points where even the coarsest is too much."""
        stride = self._stride(space)
        return list(space.lattice(stride)) if stride else _some(space, self._most)

    def choose(self, space: Space, seen: Sequence[Seen], room: int) -> list[Places] | None:
        """Neighbours of the points that promise most, once everything so far has its result.

        First half as far apart as the lattice, then closer and closer.
        """
        if any(point.is_open for point in seen):
            return None
        taken = {point.places for point in seen}
        known = {point.places: point for point in seen if point.worths is not None}
        stride = (self._stride(space) or 2 * _longest(space)) // 2
        while stride:
            promising = _promising(space, known, 2 * stride)
            found = dict.fromkeys(other for places in promising for other in space.around(places, stride) if other not in taken)
            if found:
                return sorted(found, key=lambda places: _distance_from_use(space, known, places, stride))[:room]
            stride //= 2
        return []

    @property
    def _most(self) -> int:
        return max(1, int(self.limit * SHARE))

    def _stride(self, space: Space) -> int:
        """The smallest power of two whose lattice is small enough; 0 when there is none."""
        stride = 1
        while stride <= 2 * _longest(space):
            if prod(space.marks(stride)) <= self._most:
                return stride
            stride *= 2
        return 0


def _longest(space: Space) -> int:
    """The largest power of two that is a distance on an ordered axis; 1 at least."""
    longest = max((length - 1 for length, is_ordered in zip(space.shape, space.ordered, strict=True) if is_ordered), default=1)
    return 1 << max(0, longest.bit_length() - 1)


def _some(space: Space, most: int) -> list[Places]:
    """Points evenly apart in the order of the grid."""
    size = space.points.size
    return [space.points.places(place * size // most) for place in range(most)]


def _distance_from_use(space: Space, known: Mapping[Places, Seen], places: Places, stride: int) -> float:
    """By how much the neighbours of a point miss their bounds, all of them: beside one that keeps them, 0."""
    near = [known[other] for other in space.around(places, stride) if other in known]
    return min((max(0.0, *point.missed.values(), 0.0) for point in near), default=0.0)


@dataclass(frozen=True, slots=True)
class _Promise:
    """What a region may hold at best: by goal, and by how much each bound would be missed."""

    places: Places
    worths: tuple[float, ...]
    missed: float


def _promising(space: Space, known: Mapping[Places, Seen], reach: int) -> list[Places]:
    """Points whose surroundings may hold something that no known result is better than; the most promising first."""
    fit = [point for point in known.values() if all(excess <= 0 for excess in point.missed.values())]
    promises = [_promise(space, known, point, reach) for point in known.values()]
    open_ = [one for one in promises if one.missed <= 0 and not any(_dominates(point, one) for point in fit)]
    return [one.places for one in sorted(open_, key=lambda one: (*(-worth for worth in one.worths), one.places))]


def _promise(space: Space, known: Mapping[Places, Seen], point: Seen, reach: int) -> _Promise:
    near = [known[other] for stride in _halves(reach) for other in space.around(point.places, stride) if other in known]
    worths = tuple(
        worth + max((abs(worth - (other.worths or ())[goal]) for other in near), default=0.0) / 2
        for goal, worth in enumerate(point.worths or ())
    )
    missed = [
        excess - max((abs(excess - other.missed[name]) for other in near), default=0.0) / 2 for name, excess in point.missed.items()
    ]
    return _Promise(point.places, worths, max(missed, default=0.0))


def _halves(reach: int) -> Iterable[int]:
    while reach:
        yield reach
        reach //= 2


def _dominates(point: Seen, promise: _Promise) -> bool:
    """Whether a result is at least as good by every goal, and better by one, than what a region promises."""
    pairs = list(zip(point.worths or (), promise.worths, strict=True))
    return all(mine >= theirs for mine, theirs in pairs) and any(mine > theirs for mine, theirs in pairs)

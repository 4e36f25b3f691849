"""What is best: by one figure, ties by the next, and what no other result beats in all of several."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from oodaemon.analysis.candidates import Candidate
from oodaemon.model.directions import BETTER, Better


@dataclass(frozen=True, slots=True)
class Objective:
    """A figure and which way is better."""

    metric: str
    better: Better

    def gain(self, value: float) -> float:
        """The value, turned so that more is better."""
        return value if self.better == "more" else -value

    def of(self, candidate: Candidate) -> float | None:
        """The gain of a candidate; None where it has no such figure."""
        value = candidate.figure(self.metric)
        return None if value is None else self.gain(value)


def natural(metric: str) -> Objective | None:
    """The objective of a figure with its natural direction; None where it has none."""
    return Objective(metric, BETTER[metric]) if metric in BETTER else None


def ranked(candidates: Iterable[Candidate], by: Sequence[Objective]) -> list[Candidate]:
    """The candidates that have the first figure, best first. Ties go to the next figure, and at last to the lower index.

    Where one of several that tie has no next figure, it comes after those that have it.
    """
    first = by[0]
    return sorted((each for each in candidates if first.of(each) is not None), key=lambda each: _key(each, by))


def front(candidates: Sequence[Candidate], by: Sequence[Objective]) -> list[Candidate]:
    """The Pareto front: candidates with all figures that no other beats, as good in each and better in one; by the first figure.

    Equals do not beat each other, so all of them are in it.
    """
    complete = [(gains, each) for each in candidates if (gains := _gains(each, by)) is not None]
    complete.sort(key=lambda pair: (*(-gain for gain in pair[0]), pair[1].run_id, pair[1].index))
    points = [gains for gains, _ in complete]
    keep = _front_of_two(points) if len(by) == 2 else _front_of_many(points)
    return [each for (_, each), is_kept in zip(complete, keep, strict=True) if is_kept]


def _key(candidate: Candidate, by: Sequence[Objective]) -> tuple[float | bool | str, ...]:
    key: list[float | bool | str] = []
    for objective in by:
        gain = objective.of(candidate)
        key += [gain is None, 0.0 if gain is None else -gain]
    return (*key, candidate.run_id, candidate.index)


def _gains(candidate: Candidate, by: Sequence[Objective]) -> tuple[float, ...] | None:
    gains = [objective.of(candidate) for objective in by]
    found = tuple(gain for gain in gains if gain is not None)
    return found if len(found) == len(by) else None


def _front_of_two(points: Sequence[tuple[float, ...]]) -> list[bool]:
    """Points descending: one is beaten by an earlier point with another first gain that has at least its second, or by the first
    of its own group."""
    keep: list[bool] = []
    before = group = float("-inf")
    current: float | None = None
    for first, second in points:
        if first != current:
            before, current, group = max(before, group), first, second
        keep.append(second > before and second == group)
    return keep


def _front_of_many(points: Sequence[tuple[float, ...]]) -> list[bool]:
    """Points descending: whatever beats a point comes before it, so the first that is left is always on the front."""
    import numpy as np  # noqa: PLC0415 - a daemon that is asked nothing does without

    keep = np.zeros(len(points), dtype=bool)
    gains, places = np.array(points, dtype=float), np.arange(len(points))
    while len(places):
        best = gains[0]
        keep[places[0]] = True
        is_beaten = (gains <= best).all(axis=1) & (gains < best).any(axis=1)
        is_beaten[0] = True
        gains, places = gains[~is_beaten], places[~is_beaten]
    return [bool(each) for each in keep]

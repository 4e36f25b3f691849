"""Runs beside each other: what each came to, and where they say something about the same values."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from oodaemon.analysis.candidates import Candidate
from oodaemon.analysis.ranking import Objective, ranked
from oodaemon.model.values import Value, canonical


@dataclass(frozen=True, slots=True)
class Summary:
    """One figure over the results of a run; None where no result has it."""

    metric: str
    count: int
    best: float | None = None
    median: float | None = None
    worst: float | None = None


@dataclass(frozen=True, slots=True)
class Shared:
    """A set of values that at least two runs have the figure of: a candidate and its value per run, in the order of the runs."""

    values: Mapping[str, Value]
    figures: tuple[tuple[Candidate, float], ...]

    @property
    def gap(self) -> float:
        """The largest less the smallest value."""
        found = [value for _, value in self.figures]
        return max(found) - min(found)


def summary(candidates: Sequence[Candidate], objective: Objective) -> Summary:
    """A figure over the results of a run."""
    values = [value for each in candidates if (value := each.figure(objective.metric)) is not None]
    if not values:
        return Summary(objective.metric, 0)
    best, worst = (max(values), min(values)) if objective.better == "more" else (min(values), max(values))
    return Summary(objective.metric, len(values), best, statistics.median(values), worst)


def best(candidates: Sequence[Candidate], by: Sequence[Objective]) -> Candidate | None:
    """The best result; None when none has the first figure."""
    found = ranked(candidates, by)
    return found[0] if found else None


def shared(runs: Sequence[Sequence[Candidate]], metric: str) -> list[Shared]:
    """The sets of values that at least two runs have the figure of, those that differ most first, then in the order of the first
    run.

    Values are the same only when all of them are. Of several tasks of a run with the same values, the first counts.
    """
    points: dict[str, dict[int, tuple[Candidate, float]]] = {}
    for place, candidates in enumerate(runs):
        for each in candidates:
            value = each.figure(metric)
            if value is not None:
                points.setdefault(canonical(each.values), {}).setdefault(place, (each, value))
    found = [Shared(next(iter(by_run.values()))[0].values, tuple(by_run.values())) for by_run in points.values() if len(by_run) > 1]
    return sorted(found, key=lambda point: -point.gap)

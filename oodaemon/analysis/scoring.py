"""Scores of results for a goal: 0 to 100, made of parts that add up.

Each figure is put on a scale from 0 (the worst of the run) to 1 (the best), its part is weight x place on the scale x 100. The part
`stability` is what the neighbours reach on average by the other parts, at most what the result reaches itself.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from oodaemon.analysis.candidates import Candidate
from oodaemon.analysis.neighbourhood import LEAST_NEIGHBOURS, Grid, Neighbourhood
from oodaemon.analysis.ranking import Objective, natural
from oodaemon.errors import OODaemonError

STABILITY = "stability"
UNKNOWN_STABILITY = 0.5
"""The share of its own score that a result without neighbours gets for its stability."""

GOALS: Mapping[str, Mapping[str, float]] = {
    "returns": {"cagr": 0.5, "mar": 0.2, "max_drawdown": 0.1, STABILITY: 0.2},
    "capital": {"max_drawdown": 0.4, "mar": 0.2, "win_percentage": 0.1, "cagr": 0.1, STABILITY: 0.2},
    "balanced": {"mar": 0.3, "cagr": 0.2, "max_drawdown": 0.2, "win_percentage": 0.1, STABILITY: 0.2},
}
"""Weights by figure for each goal, where the settings do not say otherwise."""


class UnusableWeights(OODaemonError):
    """Weights that no score can be made of; the message is a clause that says why."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one figure adds to a score. `value` is that of the figure; for stability the mean score of the neighbours, or None."""

    metric: str
    weight: float
    value: float | None
    points: float


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its score, and how its neighbours do by the score without stability, 0 to 1."""

    candidate: Candidate
    score: float
    around: Neighbourhood


@dataclass(frozen=True, slots=True)
class Scale:
    """A figure with its weight, and its worst and best gain of the run."""

    objective: Objective
    weight: float
    worst: float
    best: float

    def place(self, candidate: Candidate) -> float:
        """0 for the worst, 1 for the best and where all are the same."""
        gain = self.objective.of(candidate)
        assert gain is not None
        return (gain - self.worst) / (self.best - self.worst) if self.best > self.worst else 1.0


@dataclass(frozen=True, slots=True)
class Scoring:
    """The scored candidates, best first, the weights that were used (they add up to 1), and what could not be used."""

    scored: tuple[Scored, ...]
    weights: Mapping[str, float]
    scales: tuple[Scale, ...] = ()
    missing: tuple[str, ...] = ()
    incomplete: int = 0

    def parts(self, scored: Scored) -> tuple[Part, ...]:
        """What a score is made of; the points add up to it."""
        share = self.weights.get(STABILITY, 0.0)
        parts = [
            Part(
                scale.objective.metric,
                scale.weight * (1 - share),
                scored.candidate.figure(scale.objective.metric),
                100 * scale.weight * (1 - share) * scale.place(scored.candidate),
            )
            for scale in self.scales
        ]
        if share:
            around = scored.around
            value = 100 * around.mean if around.mean is not None and around.count >= LEAST_NEIGHBOURS else None
            parts.append(Part(STABILITY, share, value, 100 * share * _reached(around)))
        return tuple(parts)


def checked(weights: Mapping[str, float]) -> Mapping[str, float]:
    """The weights as they are. Raises UnusableWeights for a figure without a natural direction and for numbers that are no
    weights."""
    for name, weight in weights.items():
        if name != STABILITY and natural(name) is None:
            raise UnusableWeights(f"{name!r} is no figure with a better and a worse")
        if not math.isfinite(weight) or weight < 0:
            raise UnusableWeights(f"{name} = {weight} is no weight; it must be 0 or more")
    if not any(weight > 0 for name, weight in weights.items() if name != STABILITY):
        raise UnusableWeights("no figure has a weight above 0")
    return weights


def read_weights(value: object) -> Mapping[str, Mapping[str, float]]:
    """The weights of a setting: a table of figures for each goal, or that as JSON. Raises ValueError with a clause for people."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError as error:
            raise ValueError(f"it is neither a table nor JSON: {error}") from error
    if not isinstance(value, Mapping):
        raise ValueError("it is no table of goals")
    found: dict[str, Mapping[str, float]] = {}
    for goal, weights in value.items():
        if goal not in GOALS:
            raise ValueError(f"there is no goal {goal!r}; there are {', '.join(GOALS)}")
        if not isinstance(weights, Mapping) or not all(isinstance(each, int | float) for each in weights.values()):
            raise ValueError(f"{goal} is no table of figures with a number each")
        try:
            found[goal] = checked({str(name): float(weight) for name, weight in weights.items()})
        except UnusableWeights as error:
            raise ValueError(f"{goal}: {error}") from error
    return found


def score(candidates: Sequence[Candidate], weights: Mapping[str, float]) -> Scoring:
    """Score the candidates that have all figures with a weight; ties go to the lower index.

    A figure that no candidate has is left out, and the other weights grow to make up for it; so does stability where nobody has
    neighbours. Candidates without one of the other figures are not scored, but counted.
    """
    used = {name: weight for name, weight in weights.items() if weight > 0}
    missing = tuple(name for name in used if name != STABILITY and not any(each.figure(name) is not None for each in candidates))
    wanted = {name: weight for name, weight in used.items() if name not in (*missing, STABILITY)}
    complete = [each for each in candidates if all(each.figure(name) is not None for name in wanted)]
    if not complete or not wanted:
        return Scoring((), {}, missing=missing, incomplete=len(candidates) - len(complete) if wanted else len(candidates))
    scales = _scales(complete, wanted)
    base = _bases(complete, scales)
    around = Grid(complete).around_all(base)
    has_stability = STABILITY in used and any(each.count >= LEAST_NEIGHBOURS for each in around)
    share = used[STABILITY] / (math.fsum(wanted.values()) + used[STABILITY]) if has_stability else 0.0
    scored = [
        Scored(each, 100 * ((1 - share) * near.own + share * _reached(near)), near)
        for each, near in zip(complete, around, strict=True)
    ]
    scored.sort(key=lambda each: (-round(each.score, 9), each.candidate.run_id, each.candidate.index))
    effective = {scale.objective.metric: scale.weight * (1 - share) for scale in scales}
    if has_stability:
        effective[STABILITY] = share
    elif STABILITY in used:
        missing = (*missing, STABILITY)
    return Scoring(tuple(scored), effective, scales, missing, len(candidates) - len(complete))


def _reached(around: Neighbourhood) -> float:
    """What the neighbours reach, at most what the result does; half of that where there are too few to tell."""
    if around.mean is None or around.count < LEAST_NEIGHBOURS:
        return UNKNOWN_STABILITY * around.own
    return min(around.own, around.mean)


def _scales(candidates: Sequence[Candidate], weights: Mapping[str, float]) -> tuple[Scale, ...]:
    total = math.fsum(weights.values())
    scales = []
    for name, weight in weights.items():
        objective = natural(name)
        assert objective is not None
        gains = [gain for each in candidates if (gain := objective.of(each)) is not None]
        scales.append(Scale(objective, weight / total, min(gains), max(gains)))
    return tuple(scales)


def _bases(candidates: Sequence[Candidate], scales: Sequence[Scale]) -> list[float]:
    """The scores without stability, 0 to 1."""
    columns = [[scale.weight * scale.place(each) for each in candidates] for scale in scales]
    return [math.fsum(row) for row in zip(*columns, strict=True)]

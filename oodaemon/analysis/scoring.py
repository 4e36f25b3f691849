"""Scores of results for a goal: 0 to 100, made of parts that add up.

Each figure is put on a scale from 0 (the worst of the run) to 1 (the best), its part is weight x place on the scale x 100. The part
`stability` is what the neighbours reach on average by the other parts, at most what the result reaches itself.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from oodaemon.analysis.candidates import Candidate
from oodaemon.analysis.neighbourhood import LEAST_NEIGHBOURS, Grid, Neighbourhood, spread
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
    """A candidate with its score, what that is made of, and how its neighbours score."""

    candidate: Candidate
    score: float
    parts: tuple[Part, ...]
    around: Neighbourhood | None


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
    grid: Grid | None = None


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
    grid = Grid(complete)
    base = {(each.run_id, each.index): _base(each, scales) for each in complete}

    def of(candidate: Candidate) -> float:
        return base[candidate.run_id, candidate.index]

    width = spread(complete, of)
    around = [grid.around(each, of, width) for each in complete]
    has_stability = STABILITY in used and any(each.count >= LEAST_NEIGHBOURS for each in around)
    share = used[STABILITY] / (math.fsum(wanted.values()) + used[STABILITY]) if has_stability else 0.0
    scored = [_scored(each, scales, near, share) for each, near in zip(complete, around, strict=True)]
    scored.sort(key=lambda each: (-round(each.score, 9), each.candidate.run_id, each.candidate.index))
    effective = {scale.objective.metric: scale.weight * (1 - share) for scale in scales}
    if has_stability:
        effective[STABILITY] = share
    elif STABILITY in used:
        missing = (*missing, STABILITY)
    return Scoring(tuple(scored), effective, scales, missing, len(candidates) - len(complete), grid)


def _scales(candidates: Sequence[Candidate], weights: Mapping[str, float]) -> tuple[Scale, ...]:
    total = math.fsum(weights.values())
    scales = []
    for name, weight in weights.items():
        objective = natural(name)
        assert objective is not None
        gains = [gain for each in candidates if (gain := objective.of(each)) is not None]
        scales.append(Scale(objective, weight / total, min(gains), max(gains)))
    return tuple(scales)


def _base(candidate: Candidate, scales: Sequence[Scale]) -> float:
    """The score without stability, 0 to 1."""
    return math.fsum(scale.weight * scale.place(candidate) for scale in scales)


def _scored(candidate: Candidate, scales: Sequence[Scale], around: Neighbourhood, share: float) -> Scored:
    parts = [
        Part(
            scale.objective.metric,
            scale.weight * (1 - share),
            candidate.figure(scale.objective.metric),
            100 * scale.weight * (1 - share) * scale.place(candidate),
        )
        for scale in scales
    ]
    if share:
        is_known = around.count >= LEAST_NEIGHBOURS and around.mean is not None
        reached = min(around.own, around.mean) if is_known and around.mean is not None else UNKNOWN_STABILITY * around.own
        value = 100 * around.mean if is_known and around.mean is not None else None
        parts.append(Part(STABILITY, share, value, 100 * share * reached))
    return Scored(candidate, math.fsum(part.points for part in parts), tuple(parts), around)

"""Is a result a plateau or a spike? Looks at those one step away in one parameter, all others equal.

An optimum that is real stands among results that are nearly as good; one that is alone was probably found by trying often enough
(R. Pardo, *The Evaluation and Optimization of Trading Strategies*, on the optimisation profile).
"""

import enum
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from oodaemon.analysis.candidates import DATES, Candidate, varying
from oodaemon.model.values import Value

LEAST_NEIGHBOURS = 2
PLATEAU, SPIKE = 0.8, 0.6
"""From this stability on it is a plateau, below that a spike."""

_TIME = re.compile(r"\d{2}:\d{2}", re.ASCII)
_Key = tuple[Value | None, ...]

Score = Callable[[Candidate], float | None]
"""What is looked at: more is better, None where a candidate has none."""


class Shape(enum.StrEnum):
    """What a result looks like among its neighbours."""

    PLATEAU = "plateau"
    SLOPE = "slope"
    SPIKE = "spike"


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """How the neighbours of a result do. `own`, `mean` and `worst` are scores, more is better; `edges` are parameters in which the
    result has the first or the last of at least three values, so that the best may lie beyond.

    `stability` is 1 - (own - mean) / (best - worst of all), held to 0..1; None for fewer than two neighbours.
    """

    own: float
    count: int = 0
    mean: float | None = None
    worst: float | None = None
    stability: float | None = None
    edges: tuple[str, ...] = ()

    @property
    def shape(self) -> Shape | None:
        """Plateau from a stability of 0.8 on, spike below 0.6; None where there is none."""
        if self.stability is None:
            return None
        return Shape.PLATEAU if self.stability >= PLATEAU else Shape.SPIKE if self.stability < SPIKE else Shape.SLOPE


class Grid:
    """The candidates of one part of a run by their values.

    Parameters with numbers or times of day are axes: their values in the run, ascending, are their steps. Others (choices, flags,
    dates, options) must be equal for two candidates to be neighbours.
    """

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self._names = varying(candidates)
        self._axes = {name: axis for name in self._names if name not in DATES and (axis := _axis(name, candidates))}
        self._steps = {name: {value: place for place, value in enumerate(axis)} for name, axis in self._axes.items()}
        self._by_key = {self._key(each): each for each in reversed(candidates)}

    @property
    def names(self) -> list[str]:
        """The parameters that differ, in the order of their first use."""
        return self._names

    @property
    def has_axes(self) -> bool:
        """Whether there is anything to take a step in."""
        return bool(self._axes)

    def neighbours(self, candidate: Candidate) -> list[Candidate]:
        """The candidates one step away in one parameter, in the order of the parameters, the lower step first."""
        key = self._key(candidate)
        found = []
        for place, name in enumerate(self._names):
            if name not in self._axes:
                continue
            step = self._steps[name].get(candidate.values.get(name, ""))
            if step is None:
                continue
            for other in (step - 1, step + 1):
                if 0 <= other < len(self._axes[name]):
                    neighbour = self._by_key.get((*key[:place], self._axes[name][other], *key[place + 1 :]))
                    found += [neighbour] if neighbour is not None else []
        return found

    def edges(self, candidate: Candidate) -> tuple[str, ...]:
        """The axes of at least three steps at whose first or last one the candidate stands."""
        ends = []
        for name, axis in self._axes.items():
            if len(axis) > LEAST_NEIGHBOURS and candidate.values.get(name) in (axis[0], axis[-1]):
                ends.append(name)
        return tuple(ends)

    def around(self, candidate: Candidate, score: Score, spread: float) -> Neighbourhood:
        """How the neighbours of a candidate that has a score do; `spread` is best - worst of all scores."""
        own = score(candidate)
        assert own is not None
        scores = [other for each in self.neighbours(candidate) if (other := score(each)) is not None]
        edges = self.edges(candidate)
        if not scores:
            return Neighbourhood(own, edges=edges)
        mean = math.fsum(scores) / len(scores)
        stability = None
        if len(scores) >= LEAST_NEIGHBOURS:
            stability = min(1.0, max(0.0, 1 - (own - mean) / spread)) if spread > 0 else 1.0
        return Neighbourhood(own, len(scores), mean, min(scores), stability, edges)

    def _key(self, candidate: Candidate) -> _Key:
        return tuple(candidate.values.get(name) for name in self._names)


def spread(candidates: Sequence[Candidate], score: Score) -> float:
    """Best - worst of all scores; zero without any."""
    scores = [each for candidate in candidates if (each := score(candidate)) is not None]
    return max(scores) - min(scores) if scores else 0.0


def _axis(name: str, candidates: Sequence[Candidate]) -> tuple[Value, ...]:
    """The values of a parameter, ascending, if they can be ordered; empty otherwise."""
    values = {each.values[name] for each in candidates if name in each.values}
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return tuple(sorted(values, key=float))
    if all(isinstance(value, str) and _TIME.fullmatch(value) for value in values):
        return tuple(sorted(values, key=str))
    return ()

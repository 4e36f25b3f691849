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
from oodaemon.model.values import Value, Values

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
    dates, options) must be equal for two candidates to be neighbours. Of several candidates with the same values the first counts.
    """

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self._candidates, self._names = candidates, varying(candidates)
        self._axes = {name: axis for name in self._names if name not in DATES and (axis := _axis(name, candidates))}
        self._rest = [name for name in self._names if name not in self._axes]
        self._steps = [(name, {value: place for place, value in enumerate(axis)}, len(axis)) for name, axis in self._axes.items()]
        self._kinds: dict[_Key, int] = {}
        self._coded = [self._code(each.values) for each in candidates]
        self._by_code: dict[int, int] = {}
        for place, (code, _) in enumerate(self._coded):
            self._by_code.setdefault(code, place)
        self._places = {(each.run_id, each.index): place for place, each in enumerate(candidates)}

    @property
    def names(self) -> list[str]:
        """The parameters that differ, in the order of their first use."""
        return self._names

    def neighbours(self, candidate: Candidate) -> list[Candidate]:
        """The candidates one step away in one parameter, in the order of the parameters, the lower step first."""
        return [self._candidates[place] for place in self._near(self._places[candidate.run_id, candidate.index])]

    def edges(self, candidate: Candidate) -> tuple[str, ...]:
        """The axes of at least three steps at whose first or last one the candidate stands."""
        return tuple(
            name
            for name, axis in self._axes.items()
            if len(axis) > LEAST_NEIGHBOURS and candidate.values.get(name) in (axis[0], axis[-1])
        )

    def around(self, candidate: Candidate, score: Score, spread: float) -> Neighbourhood:
        """How the neighbours of a candidate that has a score do; `spread` is best - worst of all scores."""
        own = score(candidate)
        assert own is not None
        scores = [other for each in self.neighbours(candidate) if (other := score(each)) is not None]
        return _neighbourhood(own, scores, spread, self.edges(candidate))

    def around_all(self, scores: Sequence[float]) -> list[Neighbourhood]:
        """The same for all candidates by a score for each, without edges: a second for 100,000 of them."""
        width = max(scores) - min(scores) if scores else 0.0
        return [_neighbourhood(own, [scores[other] for other in self._near(place)], width) for place, own in enumerate(scores)]

    def _code(self, values: Values) -> tuple[int, tuple[int, ...]]:
        """A number for a set of values, and its steps on the axes. Numbers of neighbours differ by the stride of one axis."""
        kind: list[Value | None] = [values.get(name) for name in self._rest]
        code, steps = 0, []
        for name, places, length in self._steps:
            value = values.get(name)
            step = places[value] if value is not None else 0
            kind += [] if value is not None else [name]
            steps.append(step)
            code = code * length + step
        total = math.prod(length for _, _, length in self._steps)
        return self._kinds.setdefault(tuple(kind), len(self._kinds)) * total + code, tuple(steps)

    def _near(self, place: int) -> list[int]:
        """Places of the neighbours of a place; the last axis has the stride 1."""
        code, steps = self._coded[place]
        found: list[int] = []
        stride = 1
        for (_, _, length), step in zip(reversed(self._steps), reversed(steps), strict=True):
            near = []
            if step > 0 and (other := self._by_code.get(code - stride)) is not None:
                near.append(other)
            if step < length - 1 and (other := self._by_code.get(code + stride)) is not None:
                near.append(other)
            found = near + found
            stride *= length
        return found


def _neighbourhood(own: float, scores: Sequence[float], spread: float, edges: tuple[str, ...] = ()) -> Neighbourhood:
    if not scores:
        return Neighbourhood(own, edges=edges)
    mean = math.fsum(scores) / len(scores)
    stability = None
    if len(scores) >= LEAST_NEIGHBOURS:
        stability = min(1.0, max(0.0, 1 - (own - mean) / spread)) if spread > 0 else 1.0
    return Neighbourhood(own, len(scores), mean, min(scores), stability, edges)


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

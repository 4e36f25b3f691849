"""What was chosen in-sample against what it did out of sample.

Walk-forward efficiency is the out-of-sample rate of return divided by the in-sample one (R. Pardo, *The Evaluation and
Optimization of Trading Strategies*, 2nd ed. 2008, ch. 11); he takes a strategy seriously from about one half on.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from oodaemon.analysis.candidates import DATES, Candidate
from oodaemon.analysis.ranking import Objective, natural, ranked
from oodaemon.model.values import Value, canonical

SOUND = 0.5
"""The efficiency from which on a strategy is taken seriously."""

RATES = frozenset({"cagr", "mar", "sharpe", "sortino", "calmar", "cagr_percent", "avg_per_trade", "expectancy"})
"""Figures that do not grow with the length of the span, so that their quotient is an efficiency."""

USUAL = ("cagr", "max_drawdown", "mar", "win_percentage")
_PART = re.compile(r"(?P<fold>.+) (?P<side>in-sample|out-of-sample)")


@dataclass(frozen=True, slots=True)
class Side:
    """A figure in-sample and out of sample; over several folds these are means. None where there is none."""

    metric: str
    inside: float | None
    outside: float | None
    folds: int = 1

    @property
    def degradation(self) -> float | None:
        """How much worse it is out of sample, in its own unit; positive means worse, by the natural direction of the figure."""
        if self.inside is None or self.outside is None:
            return None
        objective = natural(self.metric) or Objective(self.metric, "more")
        return objective.gain(self.inside) - objective.gain(self.outside)

    @property
    def efficiency(self) -> float | None:
        """Out of sample / in-sample; only for a rate that is above zero in-sample."""
        if self.metric not in RATES or self.inside is None or self.outside is None or self.inside <= 0:
            return None
        return self.outside / self.inside


@dataclass(frozen=True, slots=True)
class Fold:
    """One fold: what was chosen, from how many, and what it did afterwards."""

    name: str
    inside: Candidate | None
    outside: Candidate | None
    chosen_from: int
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """All folds in their order, and each figure over the folds that have both sides of it."""

    folds: tuple[Fold, ...]
    sides: tuple[Side, ...]

    @property
    def complete(self) -> list[Fold]:
        """The folds that have both sides."""
        return [fold for fold in self.folds if fold.inside is not None and fold.outside is not None]

    @property
    def profits(self) -> list[float]:
        """P/L of the out-of-sample results in dollars."""
        return [pl for fold in self.complete if fold.outside is not None and (pl := fold.outside.figure("pl")) is not None]

    def verdict(self) -> str:
        """One sentence about what it means."""
        if not self.complete:
            return "No fold has run out of sample yet, so nothing can be said."
        gained = sum(profit > 0 for profit in self.profits)
        start = f"{gained} of {len(self.profits)} folds earn money out of sample"
        efficiency = next((side.efficiency for side in self.sides if side.metric == "cagr"), None)
        if efficiency is None:
            return f"{start}; an efficiency cannot be told, because the growth in-sample is not above zero or not known."
        word = "holds up" if efficiency >= SOUND and 2 * gained > len(self.profits) else "does not hold up"
        return f"{start}, at {100 * efficiency:.0f}% of the growth that was seen in-sample: the choice {word}."


def is_walk_forward(parts: Iterable[str]) -> bool:
    """Whether the parts of a run are those of walk-forward folds."""
    return any(_PART.fullmatch(part) for part in parts)


def last_inside(parts: Iterable[str]) -> str | None:
    """The last in-sample part; None when there is none."""
    found = [part for part in parts if (match := _PART.fullmatch(part)) and match["side"] == "in-sample"]
    return found[-1] if found else None


def report(candidates: Sequence[Candidate], parts: Sequence[str], by: Sequence[Objective], metrics: Sequence[str] = ()) -> Report:
    """The report over candidates with the part they belong to; `parts` are the names of all parts of the run in their order.

    What was chosen is what ran out of sample; where nothing did, the best by `by` of the in-sample part.
    """
    names = list(dict.fromkeys([*(metrics or [*(each.metric for each in by), *USUAL])]))
    by_part: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        by_part.setdefault(candidate.part, []).append(candidate)
    order = list(dict.fromkeys(match["fold"] for part in parts if (match := _PART.fullmatch(part))))
    folds = tuple(_fold(name, by_part, by, names) for name in order)
    return Report(folds, tuple(_over(name, folds) for name in names))


def _fold(name: str, by_part: Mapping[str, Sequence[Candidate]], by: Sequence[Objective], metrics: Sequence[str]) -> Fold:
    inside, outside = by_part.get(f"{name} in-sample", []), by_part.get(f"{name} out-of-sample", [])
    best = ranked(inside, by)
    tried = {_strategy(each): each for each in reversed(outside)}
    pairs = [(each, tried[_strategy(each)]) for each in best if _strategy(each) in tried]
    chosen = pairs[0][0] if pairs else best[0] if best and not outside else None
    after = pairs[0][1] if pairs else outside[0] if outside else None
    sides = tuple(Side(metric, _figure(chosen, metric), _figure(after, metric)) for metric in metrics)
    return Fold(name, chosen, after, len(best), sides)


def _figure(candidate: Candidate | None, metric: str) -> float | None:
    return None if candidate is None else candidate.figure(metric)


def _strategy(candidate: Candidate) -> str:
    """The values without the span of time."""
    values: dict[str, Value] = {name: value for name, value in candidate.values.items() if name.partition(".")[0] not in DATES}
    return canonical(values)


def _over(metric: str, folds: Sequence[Fold]) -> Side:
    pairs = [
        (side.inside, side.outside)
        for fold in folds
        for side in fold.sides
        if side.metric == metric and side.inside is not None and side.outside is not None
    ]
    if not pairs:
        return Side(metric, None, None, 0)
    inside, outside = (math.fsum(values) / len(pairs) for values in zip(*pairs, strict=True))
    return Side(metric, inside, outside, len(pairs))

"""What is better, and what is good enough: goals and constraints over the figures of results. Pure."""

import difflib
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from oodaemon.api.v1 import runs_pb2
from oodaemon.errors import InvalidArgument
from oodaemon.model.directions import BETTER
from oodaemon.model.tasks import METRICS
from oodaemon.plans.axes import each
from oodaemon.plans.plan import Outcome

NAMES = tuple(dict.fromkeys([*METRICS, *BETTER]))
"""What can be asked for: the figures of the page, then those derived from a trade log."""

_CONSTRAINT = re.compile(r"^\s*([A-Za-z_]+)\s*(>=|<=|>|<)\s*\$?([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,2})?)\s*%?\s*$", re.ASCII)
_HAIRLINE = 1e-9
"""By how much a strict bound is missed that is met exactly."""

Figures = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure and which way is better."""

    metric: str
    is_more: bool

    def worth(self, figures: Figures | None) -> float | None:
        """How good: more is always better. None for a figure that is not there, or that is no number."""
        value = None if figures is None else figures.get(self.metric)
        if value is None or not math.isfinite(value):
            return None
        return value if self.is_more else -value


@dataclass(frozen=True, slots=True)
class Constraint:
    """A bound on a figure; `text` is as the user wrote it."""

    metric: str
    is_least: bool
    is_strict: bool
    bound: float
    text: str

    def excess(self, figures: Figures | None) -> float | None:
        """By how much the bound is missed; 0 or less when it is kept. None for a figure that is not there, or no number."""
        value = None if figures is None else figures.get(self.metric)
        if value is None or not math.isfinite(value):
            return None
        missed = self.bound - value if self.is_least else value - self.bound
        return _HAIRLINE if self.is_strict and missed == 0 else missed


def goals(asked: Iterable[runs_pb2.Objective], *, has_trades: bool) -> tuple[Goal, ...]:
    """Goals as they come over the wire, in their order. Raises InvalidArgument for a figure that nobody knows, that has no natural
    direction and is given none, that only a trade log tells (`has_trades` is False), or that is named twice.
    """
    found = tuple(each(lambda one: _goal(one, has_trades=has_trades), asked))
    names = [goal.metric for goal in found]
    if twice := next((name for name in names if names.count(name) > 1), ""):
        raise InvalidArgument.of("optimize_by", f"{twice} is named twice")
    return found


def _goal(asked: runs_pb2.Objective, *, has_trades: bool) -> Goal:
    name = _known(asked.metric, "optimize_by", has_trades=has_trades)
    if asked.direction == runs_pb2.DIRECTION_UNSPECIFIED:
        if name not in BETTER:
            raise InvalidArgument.of("optimize_by", f"{name} has no natural direction; say {name}:max or {name}:min")
        return Goal(name, BETTER[name] == "more")
    return Goal(name, asked.direction == runs_pb2.DIRECTION_MAXIMIZE)


def constraints(texts: Iterable[str], *, has_trades: bool) -> tuple[Constraint, ...]:
    """Bounds such as `max_drawdown >= -15`. Raises InvalidArgument for what cannot be read, and as `goals` for the figure."""
    return tuple(each(lambda text: _constraint(text, has_trades=has_trades), texts))


def _constraint(text: str, *, has_trades: bool) -> Constraint:
    found = _CONSTRAINT.match(text)
    if found is None:
        raise InvalidArgument.of("constraints", f"{text!r} is no bound on a figure; write one such as max_drawdown >= -15")
    name, relation, bound = found.groups()
    metric = _known(name, "constraints", has_trades=has_trades)
    return Constraint(metric, relation[0] == ">", len(relation) == 1, float(bound), text.strip())


def _known(name: str, field: str, *, has_trades: bool) -> str:
    if name not in NAMES:
        near = difflib.get_close_matches(name.lower(), NAMES, n=1)
        advice = f"did you mean {near[0]}?" if near else f"known: {', '.join(NAMES)}"
        raise InvalidArgument.of(field, f"there is no figure called {name!r}; {advice}" if name else "names no figure")
    if name not in METRICS and not has_trades:
        raise InvalidArgument.of(field, f"{name} is derived from trade logs; ask for them with --trades")
    return name


def best(outcomes: Iterable[Outcome], wanted: Sequence[Goal], bounds: Sequence[Constraint] = ()) -> Outcome | None:
    """The task whose figures are best by the first goal, ties by the next ones, then by the lower index; None when there is none.

    A task without figures is never best, nor one that lacks the figure of the first goal or of a bound, or misses a bound; the lack
    of another figure loses a tie.
    """
    fit = [found for found in outcomes if is_fit(found, wanted, bounds)]
    return min(fit, key=lambda found: (*(_rank(goal, found) for goal in wanted), found.index), default=None)


def is_fit(found: Outcome, wanted: Sequence[Goal], bounds: Sequence[Constraint] = ()) -> bool:
    """Whether a task can be best: it has the figure of the first goal, and keeps every bound."""
    if wanted[0].worth(found.metrics) is None:
        return False
    return all((missed := bound.excess(found.metrics)) is not None and missed <= 0 for bound in bounds)


def _rank(goal: Goal, found: Outcome) -> float:
    worth = goal.worth(found.metrics)
    return math.inf if worth is None else -worth

"""A search: the best point of a grid without running all of it. Pure: the same results always lead to the same next points."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from oodaemon.api.v1 import runs_pb2
from oodaemon.errors import InvalidArgument
from oodaemon.model.values import Value
from oodaemon.parameters.registry import Registry
from oodaemon.plans import axes, objectives, pruned_grid, telling, tpe, wire
from oodaemon.plans.enumeration import title_of
from oodaemon.plans.plan import Batch, Extension, Outcome
from oodaemon.plans.points import Points
from oodaemon.plans.space import Places, Seen, Space

BUDGET = 5000
"""The largest budget: each point is chosen by looking at all before it, which takes seconds with so many."""

GIVE_UP = 10
"""A search whose first so many points all came to nothing waits for a person."""


class Method(Protocol):
    """How points are chosen. It has no state: everything it may go by is handed to it."""

    def begin(self, space: Space) -> list[Places]:
        """The first points, at least one."""

    def choose(self, space: Space, seen: Sequence[Seen], room: int) -> list[Places] | None:
        """At most so many further ones; empty when there are none worth trying, None while it waits for those that are open."""


class Chosen(Points):
    """Points of a grid by their places on its axes."""

    def __init__(self, space: Space, places: Sequence[Places]) -> None:
        self._space, self._places = space, tuple(places)

    @property
    def size(self) -> int:
        """As many as were chosen."""
        return len(self._places)

    def at(self, index: int) -> dict[str, Value]:
        """The point at the places of this number."""
        return self._space.point(self._places[index])


@dataclass(frozen=True, slots=True)
class Search:
    """A plan that asks for points and is told what became of them. Its whole state are the outcomes."""

    test: str
    title: str
    space: Space
    budget: int
    method: Method

    @property
    def is_growing(self) -> bool:
        """True unless the first points are all."""
        return len(self._first()) < self.planned_tasks

    @property
    def planned_tasks(self) -> int:
        """The budget, or the whole grid if that is smaller."""
        return min(self.budget, self.space.points.size)

    def first(self) -> tuple[Batch, ...]:
        """Points spread over the grid."""
        return (Batch(Chosen(self.space, self._first())),)

    def _first(self) -> list[Places]:
        return self.method.begin(self.space)

    def later(self) -> tuple[Batch, ...]:
        """None: later points set what the first ones do."""
        return ()

    def extend(self, outcomes: Sequence[Outcome], room: int) -> Extension | None:
        """So many points as there is room for, never one that is there already."""
        left = self.planned_tasks - len(outcomes)
        if left <= 0:
            return Extension(is_last=True)
        if self._is_hopeless(outcomes):
            return None if any(map(telling.is_open, outcomes)) else self._stuck(outcomes)
        seen = [self._seen(found) for found in outcomes]
        chosen = self.method.choose(self.space, seen, min(room, left))
        if chosen is None:
            return None
        if not chosen:
            return Extension(is_last=True, why=f"nothing is left that could be better; {self._told(outcomes)}")
        why = f"{len(chosen)} of {left} further points; {self._told(outcomes)}"
        return Extension((Batch(Chosen(self.space, chosen)),), is_last=len(chosen) == left, why=why)

    def _seen(self, found: Outcome) -> Seen:
        places = self.space.places(found.values)
        if telling.is_open(found):
            return Seen(places, is_open=True)
        worths = tuple(goal.worth(found.metrics) for goal in self.space.goals)
        missed = {bound.text: bound.excess(found.metrics) for bound in self.space.bounds}
        if any(worth is None for worth in worths) or any(excess is None for excess in missed.values()):
            return Seen(places)
        kept = {name: excess for name, excess in missed.items() if excess is not None}
        return Seen(places, tuple(worth for worth in worths if worth is not None), kept)

    def _is_hopeless(self, outcomes: Sequence[Outcome]) -> bool:
        closed = sum(not telling.is_open(found) for found in outcomes)
        return closed >= GIVE_UP and all(found.metrics is None for found in outcomes)

    def _stuck(self, outcomes: Sequence[Outcome]) -> Extension:
        losses = telling.losses(outcomes, self.space.goals[0])
        why = f"none of the first {len(outcomes)} points has a result ({losses}); retry them or cancel the run"
        return Extension(is_stuck=True, why=why)

    def _told(self, outcomes: Sequence[Outcome]) -> str:
        best = objectives.best(outcomes, self.space.goals, self.space.bounds)
        goal, names = self.space.goals[0], [name for name, _ in self.space.points.axes]
        told = "no result keeps every bound yet" if best is None else f"best so far: {telling.choice(best, names, goal)}"
        losses = telling.losses(outcomes, goal)
        return told + (f"; {losses}" if losses else "")


_METHODS: Mapping[int, Callable[[int, int], Method]] = {
    runs_pb2.SEARCH_METHOD_UNSPECIFIED: tpe.Tpe,
    runs_pb2.SEARCH_METHOD_TPE: tpe.Tpe,
    runs_pb2.SEARCH_METHOD_PRUNED_GRID: lambda _, limit: pruned_grid.PrunedGrid(limit),
}


def read(spec: runs_pb2.RunSpec, registry: Registry) -> Search:
    """The plan of a search. Raises InvalidArgument naming each field at fault."""
    asked = spec.search
    if asked.method not in _METHODS:
        raise InvalidArgument.of("method", f"this daemon has no search method {asked.method}")
    if not 1 <= asked.budget <= BUDGET:
        raise InvalidArgument.of("budget", f"{asked.budget} is no number of backtests a search can have; give 1 to {BUDGET:,}")
    swept = list(map(wire.swept, asked.parameters))
    used = axes.read(swept, wire.fixed(spec.fixed), registry)
    goals = objectives.goals(asked.optimize_by, has_trades=spec.trades)
    if not goals:
        raise InvalidArgument.of("optimize_by", "a search must know what is best; give a figure, such as mar")
    bounds = objectives.constraints(asked.constraints, has_trades=spec.trades)
    points = axes.product(swept, wire.fixed(spec.fixed), registry)
    ordered = tuple(axes.is_plain(axis.parameter) for axis in used[: len(swept)])
    space = Space(points, ordered, goals, bounds)
    method = _METHODS[asked.method](asked.seed, min(asked.budget, points.size))
    return Search(asked.test, title_of([one.name for one in swept]), space, asked.budget, method)

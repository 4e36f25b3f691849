"""Stages: grids one after the other, each with the best values of an earlier one. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from oodaemon.api.v1 import runs_pb2
from oodaemon.errors import InvalidArgument
from oodaemon.model.values import Value
from oodaemon.parameters.registry import Registry
from oodaemon.plans import axes, objectives, telling, wire
from oodaemon.plans.axes import MAX_TASKS, Axis
from oodaemon.plans.enumeration import title_of
from oodaemon.plans.objectives import Goal
from oodaemon.plans.plan import Batch, Extension, Outcome
from oodaemon.plans.points import Points, Product

STAGES = 50
"""So many stages a run may have."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A grid. `source` is the stage whose best values it takes over, None for the first; `own` are the parameters that have values
    of its own; `goals` say what is best in it, and are there when a later stage takes over from it.
    """

    name: str
    points: Product
    swept: tuple[str, ...]
    own: frozenset[str]
    source: int | None
    goals: tuple[Goal, ...]

    def taken_over(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """Those of the values of a point of its source that it keeps."""
        return {key: value for key, value in values.items() if key.partition(".")[0] not in self.own}


class Inherited(Points):
    """The points of a grid, each beside values that were found to be best."""

    def __init__(self, points: Points, inherited: Mapping[str, Value]) -> None:
        self._points, self._inherited = points, dict(inherited)

    @property
    def size(self) -> int:
        """As many as the grid has."""
        return self._points.size

    def at(self, index: int) -> dict[str, Value]:
        """The point of the grid; where it has a value, that one counts."""
        return {**self._inherited, **self._points.at(index)}


@dataclass(frozen=True, slots=True)
class Staged:
    """A plan whose stages begin when those before have settled: a failed task does not hold it up, and is never best."""

    test: str
    title: str
    stages: tuple[Stage, ...]

    @property
    def is_growing(self) -> bool:
        """True when there is a second stage."""
        return len(self.stages) > 1

    @property
    def planned_tasks(self) -> int:
        """The sizes of all grids."""
        return sum(stage.points.size for stage in self.stages)

    def first(self) -> tuple[Batch, ...]:
        """The first stage."""
        return (Batch(self.stages[0].points, self.stages[0].name),)

    def later(self) -> tuple[Batch, ...]:
        """A point of each later stage."""
        points = [self.stages[0].points.at(0)]
        for stage in self.stages[1:]:
            points.append(Inherited(stage.points, stage.taken_over(points[stage.source or 0])).at(0))
        return tuple(Batch((point,), stage.name) for point, stage in zip(points[1:], self.stages[1:], strict=True))

    def extend(self, outcomes: Sequence[Outcome], room: int) -> Extension | None:
        """The next stage, once every task there is has settled or failed."""
        del room
        if any(telling.is_open(found) for found in outcomes):
            return None
        ends = list(accumulate(stage.points.size for stage in self.stages))
        done = ends.index(len(outcomes)) + 1
        if done == len(self.stages):
            return Extension(is_last=True)
        stage = self.stages[done]
        assert stage.source is not None
        begin = ends[stage.source] - self.stages[stage.source].points.size
        return self._follow(stage, self.stages[stage.source], outcomes[begin : ends[stage.source]])

    def _follow(self, stage: Stage, source: Stage, outcomes: Sequence[Outcome]) -> Extension:
        chosen = objectives.best(outcomes, source.goals)
        losses = telling.losses(outcomes, source.goals[0])
        if chosen is None:
            why = f"{stage.name} cannot begin: {source.name} has no result to go on from ({losses}); retry or cancel"
            return Extension(is_stuck=True, why=why)
        inherited = stage.taken_over(chosen.values)
        told = telling.choice(chosen, self._lineage(source), source.goals[0])
        why = f"{stage.name} goes on from the best of {source.name}: {told}" + (f"; never best: {losses}" if losses else "")
        return Extension((Batch(Inherited(stage.points, inherited), stage.name, why),), is_last=stage is self.stages[-1], why=why)

    def _lineage(self, stage: Stage) -> tuple[str, ...]:
        """What was varied to come to a result of this stage."""
        before = () if stage.source is None else self._lineage(self.stages[stage.source])
        return tuple(dict.fromkeys([*before, *stage.swept]))


def read(spec: runs_pb2.RunSpec, registry: Registry) -> Staged:
    """The plan of a staged run. Raises InvalidArgument naming each stage and field at fault."""
    asked = spec.staged.stages
    if not 1 <= len(asked) <= STAGES:
        raise InvalidArgument.of("stages", f"there are {len(asked)} stages; give 1 to {STAGES}")
    called = names(asked)
    sources = [_source(called, index, stage.use_best_from) for index, stage in enumerate(asked)]
    stages: list[Stage] = []
    used: list[tuple[Axis, ...]] = []
    for index, stage in enumerate(asked):
        inherited = () if sources[index] is None else used[sources[index] or 0]
        try:
            made, own = _stage(spec, stage, registry, called[index], sources[index], inherited)
            if index in sources and not made.goals:
                advice = "a later stage takes over the best of this one; say what is best, such as mar"
                raise InvalidArgument.of("optimize_by", advice)
        except InvalidArgument as error:
            raise InvalidArgument.of(called[index], str(error)) from None
        stages.append(made)
        used.append(own)
    plan = Staged(spec.staged.test, " then ".join(title_of(stage.swept) for stage in stages), tuple(stages))
    if plan.planned_tasks > MAX_TASKS:
        raise InvalidArgument.of("stages", f"they make {plan.planned_tasks:,} tasks, and a run has at most {MAX_TASKS:,}")
    return plan


def _stage(
    spec: runs_pb2.RunSpec,
    asked: runs_pb2.Stage,
    registry: Registry,
    name: str,
    source: int | None,
    inherited: Sequence[Axis],
) -> tuple[Stage, tuple[Axis, ...]]:
    """The stage, and every axis that its tasks have a value of."""
    swept = list(map(wire.swept, asked.parameters))
    fixed = (*wire.fixed(spec.fixed), *wire.fixed(asked.fixed))
    own = axes.read(swept, fixed, registry)
    used = frozenset(axis.name for axis in own)
    every = (*own, *(axis for axis in inherited if axis.name not in used))
    axes.check_apart(every)
    goals = objectives.goals(asked.optimize_by or spec.staged.optimize_by, has_trades=spec.trades)
    return Stage(name, axes.product(swept, fixed, registry), tuple(one.name for one in swept), used, source, goals), every


def names(asked: Sequence[runs_pb2.Stage]) -> list[str]:
    """What the stages are called; `stage 2` for a second one without a name. Raises InvalidArgument when two have one name."""
    found = [stage.name.strip() or f"stage {number}" for number, stage in enumerate(asked, start=1)]
    if twice := next((name for name in found if found.count(name) > 1), ""):
        raise InvalidArgument.of("stages", f"two are called {twice!r}; give each a name of its own")
    return found


def _source(called: Sequence[str], index: int, asked: str) -> int | None:
    """The stage whose best is taken over: by its name or its number, else the one before."""
    if not asked:
        return index - 1 if index else None
    before = called[:index]
    if asked in before:
        return before.index(asked)
    if asked.isascii() and asked.isdigit() and 0 < int(asked) <= index:
        return int(asked) - 1
    known = ", ".join(before) or "none"
    raise InvalidArgument.of(called[index], f"use_best_from: {asked!r} is no earlier stage (earlier ones: {known})")

"""Walk-forward: another plan in the in-sample span of each fold, and the best of each fold out of sample. Pure.

R. Pardo: The Evaluation and Optimization of Trading Strategies, 2nd edition, 2008, chapter 11.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from oodaemon.api.v1 import runs_pb2
from oodaemon.errors import InvalidArgument
from oodaemon.model.values import Value
from oodaemon.parameters.registry import Registry
from oodaemon.plans import axes, objectives, spans, telling
from oodaemon.plans.axes import MAX_TASKS
from oodaemon.plans.objectives import Goal
from oodaemon.plans.plan import Batch, Extension, Outcome, Plan
from oodaemon.plans.points import Points
from oodaemon.plans.spans import Fold, Span

START, END = "start_date", "end_date"


class Dated(Points):
    """Points, each over the same span of days."""

    def __init__(self, points: Sequence[Mapping[str, Value]], dates: Mapping[str, Value]) -> None:
        self._points, self._dates = points, dict(dates)

    @property
    def size(self) -> int:
        """As many as there are points."""
        return len(self._points)

    def at(self, index: int) -> dict[str, Value]:
        """The point with its dates."""
        return {**self._points[index], **self._dates}


@dataclass(frozen=True, slots=True)
class Window:
    """A fold with the values that set its dates, and the names of its two parts."""

    fold: Fold
    inside: Mapping[str, Value]
    outside: Mapping[str, Value]
    number: int

    @property
    def in_sample(self) -> str:
        """The part in which the best is looked for."""
        return f"fold {self.number} in-sample"

    @property
    def out_of_sample(self) -> str:
        """The part in which it is tried."""
        return f"fold {self.number} out-of-sample"


@dataclass(frozen=True, slots=True)
class WalkForward:
    """A plan that runs `inner` once per fold, as if it were alone, and then what was best in it."""

    inner: Plan
    windows: tuple[Window, ...]
    goals: tuple[Goal, ...]
    bounds: tuple[objectives.Constraint, ...]

    @property
    def test(self) -> str:
        """That of the plan within."""
        return self.inner.test

    @property
    def title(self) -> str:
        """The plan within, and the number of folds."""
        return f"{self.inner.title}, walk-forward over {len(self.windows)} fold{'s' if len(self.windows) > 1 else ''}"

    @property
    def is_growing(self) -> bool:
        """The best is known later."""
        return True

    @property
    def planned_tasks(self) -> int | None:
        """Those of the plan within and one more, for every fold."""
        inner = self.inner.planned_tasks
        return None if inner is None else (inner + 1) * len(self.windows)

    def first(self) -> tuple[Batch, ...]:
        """What the plan within begins with, in sample, fold by fold."""
        return tuple(_in_sample(window, batch) for window in self.windows for batch in self.inner.first())

    def later(self) -> tuple[Batch, ...]:
        """A point of each later part of each fold in sample, then one out of sample."""
        inner, last = self.inner.later(), [*self.inner.first(), *self.inner.later()][-1].points[0]
        found: list[Batch] = []
        for window in self.windows:
            found += [Batch(Dated(batch.points, window.inside), f"{window.in_sample}, {batch.part}") for batch in inner]
            found.append(Batch(Dated([last], window.outside), window.out_of_sample))
        return tuple(found)

    def extend(self, outcomes: Sequence[Outcome], room: int) -> Extension | None:
        """What follows in any fold; the best of a fold out of sample once nothing follows in it and everything in it has ended."""
        batches: list[Batch] = []
        missing: list[str] = []
        is_waiting = False
        for window in self.windows:
            if any(found.part == window.out_of_sample for found in outcomes):
                continue
            step = self._step(window, outcomes, room)
            if step is None:
                is_waiting = True
            elif step.is_stuck:
                missing.append(step.why)
            else:
                batches += step.batches
                is_waiting = is_waiting or not step.is_last
        if batches:
            is_last = not is_waiting and not missing
            return Extension(tuple(batches), is_last=is_last, why="; ".join(batch.why for batch in batches if batch.why))
        if is_waiting or any(map(telling.is_open, outcomes)):
            return None
        return Extension(is_stuck=bool(missing), is_last=not missing, why="; ".join(missing))

    def _step(self, window: Window, outcomes: Sequence[Outcome], room: int) -> Extension | None:
        """What follows in one fold; `is_last` once its best goes out of sample, `is_stuck` when it has none."""
        mine = [found for found in outcomes if found.part == window.in_sample]
        step = self.inner.extend(_alone(mine), room) if self.inner.is_growing else Extension(is_last=True)
        if step is not None and step.batches:
            return replace(step, batches=tuple(_in_sample(window, batch) for batch in step.batches), is_last=False)
        if step is None or any(map(telling.is_open, mine)):
            return None
        return self._try_out(window, mine)

    def _try_out(self, window: Window, mine: Sequence[Outcome]) -> Extension:
        chosen, losses = objectives.best(mine, self.goals, self.bounds), telling.losses(mine, self.goals[0])
        if chosen is None:
            lost = f" ({losses})" if losses else ""
            why = f"{window.in_sample} has no result that could be tried out of sample{lost}; retry its tasks or cancel the run"
            return Extension(is_stuck=True, why=why)
        told = telling.choice(chosen, _names(chosen), self.goals[0])
        why = f"the best of {window.in_sample} is {told}" + (f"; never best: {losses}" if losses else "")
        point = Dated([chosen.values], window.outside)
        return Extension((Batch(point, window.out_of_sample, why),), is_last=True)


def _in_sample(window: Window, batch: Batch) -> Batch:
    return Batch(Dated(batch.points, window.inside), window.in_sample, batch.why or f"in sample {window.fold.in_sample}")


def _alone(mine: Sequence[Outcome]) -> list[Outcome]:
    """The tasks of a fold as the plan within knows them: counted from 0, without the dates."""
    return [
        replace(found, index=index, values={name: value for name, value in found.values.items() if not _is_date(name)}, part="")
        for index, found in enumerate(mine)
    ]


def _is_date(key: str) -> bool:
    return key.partition(".")[0].partition("@")[0] in {START, END}


def _names(found: Outcome) -> list[str]:
    return [name for name in found.values if "." not in name and not _is_date(name)]


def wrap(plan: Plan, spec: runs_pb2.RunSpec, registry: Registry) -> WalkForward:
    """The plan of a walk-forward run over another plan. Raises InvalidArgument naming each field at fault."""
    asked = spec.walk_forward
    points = [batch.points[0] for batch in plan.first()]
    if clash := next((name for point in points for name in point if _is_date(name)), ""):
        raise InvalidArgument.of(clash, "the windows of walk_forward set the dates; leave it out")
    goals = objectives.goals(asked.optimize_by or _objectives(spec), has_trades=spec.trades)
    if not goals:
        raise InvalidArgument.of("optimize_by", "walk_forward takes the best of each span; say what is best, such as mar")
    bounds = objectives.constraints(spec.search.constraints, has_trades=spec.trades)
    windows = tuple(
        Window(fold, _dates(fold.in_sample, registry), _dates(fold.out_of_sample, registry), number)
        for number, fold in enumerate(spans.folds(asked), start=1)
    )
    wrapped = WalkForward(plan, windows, goals, bounds)
    if (wrapped.planned_tasks or 0) > MAX_TASKS:
        told = f"{len(windows)} folds make {wrapped.planned_tasks:,} tasks, and a run has at most {MAX_TASKS:,}"
        raise InvalidArgument.of("walk_forward", told)
    return wrapped


def _objectives(spec: runs_pb2.RunSpec) -> Sequence[runs_pb2.Objective]:
    """What the plan within calls best at its end."""
    if spec.HasField("search"):
        return spec.search.optimize_by
    if spec.HasField("staged"):
        return spec.staged.stages[-1].optimize_by or spec.staged.optimize_by
    return ()


def _dates(span: Span, registry: Registry) -> dict[str, Value]:
    return {
        **axes.axis_of(START, [span.first.isoformat()], {}, registry).point(),
        **axes.axis_of(END, [span.last.isoformat()], {}, registry).point(),
    }


def needs_dates(spec: runs_pb2.RunSpec) -> bool:
    """Whether the windows want a first or a last day that only the saved test can tell."""
    if not spec.HasField("walk_forward") or spec.walk_forward.WhichOneof("windows") != "rolling":
        return False
    return not (spec.walk_forward.rolling.start_date and spec.walk_forward.rolling.end_date)


def with_dates(spec: runs_pb2.RunSpec, first: str, last: str) -> runs_pb2.RunSpec:
    """The specification with the first and the last day (ISO 8601) of the saved test where it names none."""
    dated = runs_pb2.RunSpec()
    dated.CopyFrom(spec)
    rolling = dated.walk_forward.rolling
    rolling.start_date, rolling.end_date = rolling.start_date or first, rolling.end_date or last
    return dated

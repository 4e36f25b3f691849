"""A plan played to its end without a daemon: every point gets figures or fails, as the test says."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from oodaemon.api.v1 import runs_pb2
from oodaemon.model.tasks import TaskState
from oodaemon.model.values import canonical
from oodaemon.parameters.registry import discover
from oodaemon.plans.plan import Batch, Extension, Outcome, Plan

REGISTRY = discover([])
Site = Callable[[Mapping[str, Any]], Mapping[str, float] | TaskState]
"""The figures of a point, or the state in which it ends without any."""


class Player:
    """The tasks of a run, by index, as a store would keep them."""

    def __init__(self, plan: Plan, site: Site) -> None:
        self.plan, self.site = plan, site
        self.outcomes: list[Outcome] = []
        self.extensions: list[Extension] = []
        self.add(plan.first())

    def add(self, batches: Iterable[Batch]) -> None:
        for batch in batches:
            for point in batch.points:
                self.outcomes.append(Outcome(len(self.outcomes), dict(point), TaskState.READY, batch.part))

    def settle(self, *indexes: int) -> None:
        """Some tasks end, in this order; without any, all that are open."""
        for index in indexes or [found.index for found in self.outcomes if found.state is TaskState.READY]:
            found = self.outcomes[index]
            told = self.site(found.values)
            state, metrics = (told, None) if isinstance(told, TaskState) else (TaskState.SUCCEEDED, told)
            self.outcomes[index] = Outcome(index, found.values, state, found.part, metrics)

    def extend(self, room: int = 1) -> Extension | None:
        """Ask, and add what comes of it. The plan must have nothing in mind: a second one, just read, says the same."""
        extension = self.plan.extend(self.outcomes, room)
        if extension is not None:
            self.extensions.append(extension)
            self.add(extension.batches)
        return extension

    def play(self, room: int = 1) -> list[Outcome]:
        """Settle and extend until there will be no more; what became of all tasks."""
        while self.plan.is_growing:
            self.settle()
            extension = self.extend(room)
            assert extension is not None, "nothing is open, and the plan still waits"
            if extension.is_last or extension.is_stuck:
                break
        self.settle()
        return self.outcomes

    def points(self) -> list[str]:
        """Every point, in one text each."""
        return [canonical(found.values) for found in self.outcomes]


def swept(name: str, values: Sequence[object] | str, **options: str) -> runs_pb2.SweptParameter:
    """A parameter over a list, or over a range written start:end:step."""
    if isinstance(values, str):
        start, end, step = values.split(":")
        return runs_pb2.SweptParameter(name=name, range=runs_pb2.ValueRange(start=start, end=end, step=step), options=options)
    return runs_pb2.SweptParameter(name=name, list=runs_pb2.ValueList(values=[str(value) for value in values]), options=options)


def by(*metrics: str) -> list[runs_pb2.Objective]:
    """Objectives, `mar` or `total_trades:min`."""
    found = []
    for one in metrics:
        metric, _, way = one.partition(":")
        direction = {"": 0, "max": runs_pb2.DIRECTION_MAXIMIZE, "min": runs_pb2.DIRECTION_MINIMIZE}[way]
        found.append(runs_pb2.Objective(metric=metric, direction=direction))  # type: ignore[arg-type]
    return found

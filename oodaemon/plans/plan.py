"""What every kind of run has in common: it asks for tasks, at first and, for some kinds, after the outcomes of earlier ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from oodaemon.model.batches import Batch, Point
from oodaemon.model.tasks import TaskState

__all__ = ["Batch", "Extension", "Outcome", "Plan", "Point"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A task of the run as it stands; `metrics` is None unless it has a result (also an accepted or a reused one).

    `metrics` holds the figures of the page by their names in `model.tasks.METRICS` and those derived from the trade log; they are
    proven unless a user accepted them as they were.
    """

    index: int
    values: Point
    state: TaskState
    part: str = ""
    metrics: Mapping[str, float] | None = None
    is_proven: bool = True


@dataclass(frozen=True, slots=True)
class Extension:
    """What a run gets further: batches, in the order of their indexes, perhaps none. With `is_last` there will be no more;

    with `is_stuck` there are none for now, because nothing succeeded that the next ones could follow from. `why` is one sentence.
    """

    batches: tuple[Batch, ...] = ()
    is_last: bool = False
    is_stuck: bool = False
    why: str = ""


class Plan(Protocol):
    """A specification that was checked as a whole. Pure: the same outcomes always give the same extension."""

    @property
    def test(self) -> str:
        """The saved test, as the user named it."""

    @property
    def title(self) -> str:
        """What the run does in a few words, such as `delta x profit_target`."""

    @property
    def is_growing(self) -> bool:
        """True when tasks may follow those of `first`."""

    @property
    def planned_tasks(self) -> int | None:
        """How many tasks there will be at most; None when nobody can tell."""

    def first(self) -> tuple[Batch, ...]:
        """The tasks the run begins with; their indexes count on from 0 through the batches, and stay for ever."""

    def later(self) -> tuple[Batch, ...]:
        """One point of each part that is going to follow and whose name is known: what it sets does not depend on results.

        What it takes over from an earlier part stands there with the value of the first point of that part.
        """

    def extend(self, outcomes: Sequence[Outcome], room: int) -> Extension | None:
        """What follows from the tasks so far (all of them, by index); None while the plan waits for more of them.

        `room` is how many tasks could begin at once, at least 1.
        """

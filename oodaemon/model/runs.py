"""Runs: what is desired, what is derived from it, and what a user sees."""

import datetime
import enum
from dataclasses import dataclass, field, fields
from typing import Any

from oodaemon.model.batches import Batch


class Desired(enum.StrEnum):
    """What the user wants of a run. CANCEL absorbs."""

    RUN = "run"
    PAUSE = "pause"
    CANCEL = "cancel"


class Mode(enum.StrEnum):
    """What a pause or a cancellation does with attempts in flight: let them finish, or interrupt them. NOW holds until a resume."""

    DRAIN = "drain"
    NOW = "now"


@dataclass(frozen=True, slots=True)
class Author:
    """Who asked for a change, as user@host (empty for the daemon itself), and why."""

    client: str = ""
    reason: str = ""

    def body(self) -> dict[str, str]:
        """What an event says of it."""
        return {"reason": self.reason, **self.named()}

    def named(self) -> dict[str, Any]:
        """Who it is, for an event; nothing for the daemon itself."""
        return {"client": self.client} if self.client else {}


class RunPhase(enum.StrEnum):
    """What a run is doing, in the public words."""

    PENDING = "pending"
    RUNNING = "running"
    PAUSING = "pausing"
    PAUSED = "paused"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    COMPLETED = "completed"
    NEEDS_REVIEW = "needs_review"


AT_REST = frozenset({RunPhase.CANCELLED, RunPhase.COMPLETED, RunPhase.NEEDS_REVIEW})
"""Phases in which nothing more happens by itself."""


@dataclass(frozen=True, slots=True)
class TaskCounts:
    """Tasks of a run by public status; they add up to `total`. Of the completed ones `cached` have the result of another task."""

    pending: int = 0
    running: int = 0
    completed: int = 0
    failed: int = 0
    skipped: int = 0
    cancelled: int = 0
    cached: int = 0

    @property
    def total(self) -> int:
        """All tasks."""
        return self.pending + self.running + self.completed + self.failed + self.skipped + self.cancelled

    def by_status(self) -> dict[str, int]:
        """All of them by name."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


class Growth(enum.StrEnum):
    """Whether a run gets further tasks: it has all of them, it may get more, or it cannot go on from the results it has.

    A run that is stuck grows again with the next change of one of its tasks.
    """

    COMPLETE = "complete"
    GROWING = "growing"
    STUCK = "stuck"


def derive_phase(desired: Desired, counts: TaskCounts, *, is_expanded: bool = True, growth: Growth = Growth.COMPLETE) -> RunPhase:
    """The phase that follows from the facts; the first row that matches wins.

    A growing run without an open task is about to get its next ones; one that is stuck waits for a person.
    """
    in_flight, is_open = counts.running > 0, counts.pending + counts.running > 0 or growth is Growth.GROWING
    table = (
        (not is_expanded, RunPhase.PENDING),
        (desired is Desired.CANCEL and in_flight, RunPhase.CANCELLING),
        (desired is Desired.CANCEL, RunPhase.CANCELLED),
        (not is_open and counts.failed == 0 and growth is Growth.COMPLETE, RunPhase.COMPLETED),
        (not is_open, RunPhase.NEEDS_REVIEW),
        (desired is Desired.PAUSE and in_flight, RunPhase.PAUSING),
        (desired is Desired.PAUSE, RunPhase.PAUSED),
    )
    return next((phase for holds, phase in table if holds), RunPhase.RUNNING)


NOBODY = Author()


class Place(enum.StrEnum):
    """Where a saved test is changed: on the site, or in our own list alone."""

    SITE = "site"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class SavedTest:
    """A saved backtest of the site. `path` is below the site's address, such as /test/<id>.

    `name` is the site's own, `alias` another one in our list alone. `removed_from` is where it was taken away; None: it is listed.
    """

    test_id: str
    name: str
    path: str
    last_seen_at: datetime.datetime
    last_used_at: datetime.datetime | None = None
    alias: str = ""
    removed_from: Place | None = None

    @property
    def called(self) -> str:
        """The name people see: the alias, if there is one."""
        return self.alias or self.name


@dataclass(frozen=True, slots=True)
class Condition:
    """Why something does not go on: a constant kind and one sentence."""

    kind: str
    message: str
    since: datetime.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Wants:
    """What is asked for beside the figures of each task."""

    trades: bool = False
    charts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What of the store explains why a run that is not at rest does or does not go on.

    `ready` tasks could be leased at once; the first of those that wait is due at `due_at`, None while its clock stands still.
    `moved_at` is when a task of the run was last leased or given back, or when it was submitted. `others` are the attempts that
    other runs have in flight, by run, and `rivals` how many tasks each of them has waiting. `started` are the attempts in flight of
    all runs: when they began, and whether they are of this one. `same_test` are those of `others` whose results this run may take.
    """

    ready: int = 0
    due_at: datetime.datetime | None = None
    moved_at: datetime.datetime
    others: tuple[tuple[str, int], ...] = ()
    rivals: tuple[int, ...] = ()
    started: tuple[tuple[datetime.datetime, bool], ...] = ()
    same_test: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """One submission as it stands. `spec` is the wire form of the specification (proto3 JSON).

    `planned_tasks` is how many it will have at most, None when nobody can tell; `part` names where it works or worked last.
    `typical_task_seconds` is what a backtest of it is expected to take, None when nothing like it was ever measured.
    """

    run_id: str
    name: str
    revision: int
    desired: Desired
    phase: RunPhase
    test: SavedTest
    spec: str
    counts: TaskCounts
    created_at: datetime.datetime
    ended_at: datetime.datetime | None
    median_task_seconds: float | None
    mode: Mode = Mode.DRAIN
    standing: Standing | None = None
    growth: Growth = Growth.COMPLETE
    planned_tasks: int | None = None
    part: str = ""
    typical_task_seconds: float | None = None

    @property
    def is_growing(self) -> bool:
        """True while further tasks may follow."""
        return self.growth is not Growth.COMPLETE

    @property
    def progress(self) -> float:
        """The part of its tasks, those yet to be chosen included as far as is known, that is settled: 0 to 1."""
        settled = self.counts.total - self.counts.pending - self.counts.running
        expected = max(self.counts.total, (self.planned_tasks or 0) if self.phase not in AT_REST else 0)
        return settled / expected if expected else 0.0


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run about to be stored: the batches its tasks are in, whose indexes count on from 0.

    `is_growing` says that further tasks may follow from the results, up to `planned_tasks` in all (None: nobody can tell), and
    `is_fresh` that results of earlier runs are not to be taken.
    """

    run_id: str
    name: str
    test_id: str
    spec: str
    batches: tuple[Batch, ...]
    wants: Wants = field(default_factory=Wants)
    is_growing: bool = False
    planned_tasks: int | None = None
    is_fresh: bool = False
    """Run everything, also what an earlier run has a result of."""

    @property
    def size(self) -> int:
        """How many tasks it begins with."""
        return sum(len(batch.points) for batch in self.batches)

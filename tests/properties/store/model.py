"""What a store should hold, in a few dictionaries. Written from the rules, not from the code."""

import datetime
from collections import Counter
from dataclasses import dataclass, field

from oodaemon.model.runs import Desired, RunPhase
from oodaemon.model.tasks import FailureClass, Token

COUNTED = {
    FailureClass.TIMING: 6,
    FailureClass.MODAL: 3,
    FailureClass.BROWSER: 2,
    FailureClass.SITE_ERROR: 0,
    FailureClass.DRIFT: 1,
    FailureClass.MISMATCH: 0,
    FailureClass.BUG: 2,
}
"""Classes that count, and how many failures a task survives."""

WAITS = {FailureClass.TIMING, FailureClass.MODAL, FailureClass.RATE_LIMITED, FailureClass.DRIFT, FailureClass.BUG}
"""Classes after which a task that survives waits for its time."""


@dataclass
class ModelTask:
    """A task: its state, when it is due, who holds it, and its history."""

    state: str = "ready"
    due: datetime.datetime | None = None
    holder: Token | None = None
    strikes: Counter[FailureClass] = field(default_factory=Counter)
    browsers: set[tuple[int, str, int]] = field(default_factory=set)
    tries: int = 0
    result: float | None = None


@dataclass
class ModelRun:
    """A run: what is desired, its tasks, and when it last had a turn."""

    tasks: list[ModelTask]
    desired: Desired = Desired.RUN
    last_turn: int = 0

    def in_flight(self) -> int:
        return sum(task.holder is not None for task in self.tasks)

    def phase(self) -> RunPhase:
        flying, states = self.in_flight() > 0, {task.state for task in self.tasks}
        if self.desired is Desired.CANCEL:
            return RunPhase.CANCELLING if flying else RunPhase.CANCELLED
        if not flying and not states & {"ready", "retry_wait"}:
            return RunPhase.NEEDS_REVIEW if "held" in states else RunPhase.COMPLETED
        if self.desired is Desired.PAUSE:
            return RunPhase.PAUSING if flying else RunPhase.PAUSED
        return RunPhase.RUNNING

    def is_over(self) -> bool:
        return self.phase() in (RunPhase.CANCELLED, RunPhase.COMPLETED, RunPhase.NEEDS_REVIEW)

    def next_index(self, now: datetime.datetime) -> int | None:
        for index, task in enumerate(self.tasks):
            if task.state == "ready" or (task.state == "retry_wait" and task.due is not None and task.due <= now):
                return index
        return None

    def lease(self, index: int, token: Token) -> None:
        task = self.tasks[index]
        task.state, task.due, task.holder = "leased", None, token
        self.last_turn = token.attempt_id

    def give_back(self, task: ModelTask) -> None:
        task.holder = None
        task.state = "cancelled" if self.desired is Desired.CANCEL else "ready"

    def fail(self, task: ModelTask, failure_class: FailureClass, due: datetime.datetime) -> None:
        """What a failure of a counted or a free class does to the task; `due` is used when it waits."""
        before = task.strikes[failure_class]
        if failure_class is FailureClass.BROWSER and task.holder is not None:
            this = (task.holder.boot, task.holder.actor, task.holder.incarnation)
            before = len(task.browsers - {this})
            task.browsers.add(this)
        is_spent = failure_class in COUNTED and before >= COUNTED[failure_class]
        task.holder = None
        task.tries += 1
        if failure_class in COUNTED:
            task.strikes[failure_class] += 1
            task.strikes[FailureClass.BROWSER] = len(task.browsers)
        if is_spent and failure_class is FailureClass.SITE_ERROR:
            task.state = "invalid"
        elif self.desired is Desired.CANCEL:
            task.state = "cancelled"
        elif is_spent:
            task.state = "held"
        elif failure_class in WAITS:
            task.state, task.due = "retry_wait", due
        else:
            task.state = "ready"

    def cancel(self) -> None:
        self.desired = Desired.CANCEL
        for task in self.tasks:
            if task.state in ("ready", "retry_wait", "held"):
                task.state, task.due = "cancelled", None

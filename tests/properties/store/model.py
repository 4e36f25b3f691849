"""What a store should hold, in a few dictionaries. Written from the rules, not from the code."""

from collections import Counter
from dataclasses import dataclass, field

from oodaemon.model.runs import Desired, Mode, RunPhase
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
    """A task: its state, how long it still waits, who holds it, and its history. `left` is in seconds, from `since` on."""

    state: str = "ready"
    left: float | None = None
    holder: Token | None = None
    strikes: Counter[FailureClass] = field(default_factory=Counter)
    browsers: set[tuple[int, str, int]] = field(default_factory=set)
    tries: int = 0
    result: float | None = None
    origin: str | None = None
    ruling: str | None = None
    last_failure: FailureClass | None = None
    shown: float | None = None
    taken: set[int] = field(default_factory=set)
    asked: set[int] = field(default_factory=set)
    interrupted: set[int] = field(default_factory=set)
    failed: set[int] = field(default_factory=set)

    def wait_for(self, seconds: float) -> None:
        """Time passes for a task whose clock goes."""
        if self.left is not None:
            self.left -= seconds


@dataclass
class ModelRun:
    """A run: what is desired, its tasks, and when it last had a turn."""

    tasks: list[ModelTask]
    desired: Desired = Desired.RUN
    mode: Mode = Mode.DRAIN
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

    def next_index(self) -> int | None:
        for index, task in enumerate(self.tasks):
            if task.state == "ready" or (task.state == "retry_wait" and task.left is not None and task.left <= 0):
                return index
        return None

    def lease(self, index: int, token: Token) -> None:
        task = self.tasks[index]
        task.state, task.left, task.holder = "leased", None, token
        task.taken.add(token.attempt_id)
        self.last_turn = token.attempt_id

    def give_back(self, task: ModelTask) -> None:
        assert task.holder is not None
        task.interrupted.add(task.holder.attempt_id)
        task.holder = None
        task.state = "cancelled" if self.desired is Desired.CANCEL else "ready"

    def fail(self, task: ModelTask, failure_class: FailureClass, delay: float) -> None:
        """What a failure of a counted or a free class does to the task; `delay` is used when it waits."""
        assert task.holder is not None
        task.failed.add(task.holder.attempt_id)
        task.last_failure = failure_class
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
            task.state, task.left = "retry_wait", delay
        else:
            task.state = "ready"

    def reopen(self, *, force: bool, failure_class: FailureClass | None) -> list[int]:
        """What is tried again; the indexes."""
        found = [
            index
            for index, task in enumerate(self.tasks)
            if task.state in ({"held", "invalid"} if force else {"held"}) and failure_class in (None, task.last_failure)
        ]
        for index in found:
            task = self.tasks[index]
            task.state, task.ruling = "ready", None
            task.strikes.clear()
        return found

    def cancel(self) -> None:
        self.desired = Desired.CANCEL
        for task in self.tasks:
            if task.state in ("ready", "retry_wait", "held"):
                task.state, task.left = "cancelled", None

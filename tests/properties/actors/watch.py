"""An observer that checks the rules of supervision at every change."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import trio

from oodaemon.actors.specs import ChildSpec
from oodaemon.actors.states import TRANSITIONS, ChildState
from oodaemon.actors.strategy import Strategy
from oodaemon.actors.supervisor import Supervisor
from oodaemon.actors.tree import Transition, Unstoppable
from oodaemon.actors.validation import ranks

S = ChildState


@dataclass
class Seen:
    """What the events told about one child so far."""

    spec: ChildSpec
    needs: frozenset[str]
    rank: int
    family: str
    state: ChildState = S.DOWN
    incarnation: int = 0
    entered_at: float = 0.0
    delay: float = 0.0
    is_completed: bool = False
    is_given_up: bool = False
    failures: dict[str, list[float]] = field(default_factory=dict)

    @property
    def is_met(self) -> bool:
        return self.state is S.UP or self.is_completed


class Watch:
    """Keeps broken rules in `violations`; the kernel swallows what an observer raises."""

    def __init__(self) -> None:
        self.violations: list[str] = []
        self.children: dict[str, Seen] = {}
        self.events = 0
        self._now = 0.0

    def know(self, supervisor: Supervisor, strategy: Strategy) -> None:
        """Learn the children of a supervisor."""
        specs = supervisor.specs()
        for spec in specs:
            path = supervisor.child_path(spec.id)
            needs = spec.needs if strategy is Strategy.REST_FOR_ONE else frozenset()
            self.children[path] = Seen(
                spec=spec,
                needs=frozenset(supervisor.child_path(need) for need in needs),
                rank=ranks(specs)[spec.id],
                family=supervisor.child_path(""),
            )

    def __call__(self, event: Transition | Unstoppable) -> None:
        self.events += 1
        if trio.current_time() > self._now:
            self._check_instant()
            self._now = trio.current_time()
        child = self.children[event.path]
        if isinstance(event, Unstoppable):
            self._check_overrun(event, child)
            return
        self._check_step(event, child)
        child.state, child.incarnation, child.entered_at = event.target, event.incarnation, self._now
        child.is_given_up = False
        child.delay = event.delay or 0.0
        if event.target is S.STARTING:
            child.is_completed = False
            self._forget_failures_below(event.path)
        elif event.target is S.DOWN and event.source is S.UP and event.failure is None:
            child.is_completed = True
        self._check_budget(event, child)

    def _forget_failures_below(self, path: str) -> None:
        """A supervisor that starts again begins with fresh budgets."""
        for other, child in self.children.items():
            if other.startswith(f"{path}/"):
                child.failures.clear()
                child.is_completed = False

    def _expect(self, is_so: object, rule: str) -> None:
        if not is_so:
            self.violations.append(f"at {self._now}: {rule}")

    def _check_step(self, event: Transition, child: Seen) -> None:
        where = f"{event.path} {event.source} -> {event.target}"
        self._expect(event.source is child.state, f"{where}, but it was {child.state}")
        self._expect(event.target in TRANSITIONS[event.source], f"{where} is not in the table")
        if event.target is S.STARTING:
            self._expect(event.incarnation == child.incarnation + 1, f"{where} re-uses an incarnation")
            if event.source is S.BACKOFF:
                self._expect(self._now >= child.entered_at + child.delay, f"{where} too early")
        else:
            self._expect(event.incarnation == child.incarnation, f"{where} of another incarnation")
        if event.target in (S.STARTING, S.UP):
            unmet = [need for need in child.needs if not self.children[need].is_met]
            self._expect(not unmet, f"{where} without {unmet}")
        if event.target is S.STOPPING:
            self._expect(event.stop is not None, f"{where} without a reason")

    def _check_instant(self) -> None:
        """Between two instants a child without its needs is on the way down, or waits for a higher rank to end."""
        stopping = [child for child in self.children.values() if child.state is S.STOPPING and not child.is_given_up]
        for path, child in self.children.items():
            unmet = [need for need in child.needs if not self.children[need].is_met]
            if unmet and child.state in (S.STARTING, S.UP):
                is_in_turn = any(other.family == child.family and other.rank > child.rank for other in stopping)
                self._expect(child.state is S.UP and is_in_turn, f"{path} stays {child.state} without {unmet}")

    def _check_overrun(self, event: Unstoppable, child: Seen) -> None:
        bound = child.spec.stop_bound()
        self._expect(event.after == bound, f"{event.path} has another bound")
        self._expect(not child.is_given_up, f"{event.path} is reported twice")
        self._expect(child.state in (S.STARTING, S.STOPPING), f"{event.path} overruns although {child.state}")
        if child.state is S.STOPPING and child.spec.start_bound() > bound:
            self._expect(self._now <= child.entered_at + bound, f"{event.path} is reported late")
        child.is_given_up = True

    def _check_budget(self, event: Transition, child: Seen) -> None:
        """Counted again from the events: a budget is exceeded exactly when a child is set aside."""
        if event.target not in (S.BACKOFF, S.QUARANTINED) or event.failure is None:
            if event.source is S.QUARANTINED:
                child.failures.clear()
            return
        budget, name = child.spec.budget, event.failure.failure_class
        moments = child.failures.setdefault(name, [])
        if name != "Auth":
            moments.append(self._now)
        windows = (budget.burst, budget.sustained)
        is_over = any(sum(at > self._now - w.seconds for at in moments) > w.limit for w in windows)
        self._expect(is_over == (event.target is S.QUARANTINED), f"{event.path} {event.target} with {moments} of {name}")


def not_running(children: Mapping[str, Seen]) -> list[str]:
    """Paths that are neither UP nor completed, with their state."""
    return [f"{path} is {child.state}" for path, child in children.items() if not child.is_met]

"""What every supervisor of a tree shares: how to judge failures, whom to tell, and where time and chance come from."""

import random
from dataclasses import dataclass, field

from oodaemon.actors.exits import Classify
from oodaemon.actors.tree import Observe, Transition, Unstoppable
from oodaemon.clock import WallClock, utc_now


def _nobody(_: Transition | Unstoppable) -> None:
    """The observer of a tree that nobody observes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """Injected into each supervisor.

    `classify` names the failure class of an exception and must be pure; what it raises makes the class BUG. Classes in
    `free_classes` never count against a budget. `observe` is called synchronously for every change, before anything
    else happens; it must be quick and must not call the supervisor.
    """

    classify: Classify
    free_classes: frozenset[str] = frozenset()
    observe: Observe = _nobody
    rng: random.Random = field(default_factory=random.Random)
    wall_clock: WallClock = utc_now


class Reporter:
    """Tells the observer of one supervisor, and survives it."""

    def __init__(self, observe: Observe) -> None:
        self._observe = observe
        self._failures = 0

    @property
    def failures(self) -> int:
        """How often the observer raised."""
        return self._failures

    def report(self, event: Transition | Unstoppable) -> None:
        """Pass `event` on."""
        try:
            self._observe(event)
        except Exception:  # noqa: BLE001 - watching the tree must not be able to bring it down
            self._failures += 1

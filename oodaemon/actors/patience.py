"""What a child may still cost: its budgets, its backoff and its probes, and when it is tried again. The caller brings the time."""

import math
import random

from oodaemon.actors.backoff import Backoff, Probing, Retries
from oodaemon.actors.budget import Budget, Ledger, Usage, Window


class Patience:
    """With one child, over all its incarnations. `retry_at` is when it is tried next; infinity when time alone does not do it."""

    def __init__(self, *, budget: Budget, backoff: Backoff, probing: Probing | None, rng: random.Random) -> None:
        self._ledger = Ledger(budget)
        self._retries = Retries(backoff, rng)
        self._probing = probing
        self._failed_probes = 0
        self.retry_at = math.inf

    def clear(self) -> None:
        """Forget every failure."""
        self._ledger.clear()
        self._retries.reset()
        self._failed_probes = 0

    def usage(self, now: float) -> Usage:
        """What is used of both windows."""
        return self._ledger.usage(now)

    def overdrawn(self, failure_class: str, now: float) -> Window | None:
        """Count one failure; return the window whose limit it went over, if any."""
        return self._ledger.record(failure_class, now)

    def wait(self, now: float, *, has_progressed: bool, up_for: float) -> float:
        """Count a failure in a row, and return the seconds until the next start."""
        delay = self._retries.next_delay(has_progressed=has_progressed, up_for=up_for)
        self.retry_at = now + delay
        return delay

    def set_aside(self, now: float, *, after_probe: bool) -> float | None:
        """The seconds until the next probe; None when there is to be none."""
        self._failed_probes += after_probe
        delay = None if self._probing is None else self._probing.delay(self._failed_probes)
        self.retry_at = math.inf if delay is None else now + delay
        return delay

    def time_left(self, now: float) -> float | None:
        """Seconds until the next try; None when time alone does not bring one."""
        return None if self.retry_at == math.inf else max(0.0, self.retry_at - now)

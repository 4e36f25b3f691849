"""A circuit breaker of one step of the site. Pure: the caller brings the time, on a monotonic clock in seconds."""

import enum
from dataclasses import dataclass, replace

from oodaemon.clock import MINUTES
from oodaemon.model.tasks import FailureClass

Key = tuple[str, int]
"""A run id and the index of a task."""

REMEMBERED, IN_A_ROW, SHARE = 20, 5, 0.5
DISTINCT_TASKS = 3
"""So many tasks must be among those that failed: one alone is no sign of a broken site, however often it is tried."""

FIRST_PAUSE, LONGEST_PAUSE = 1 * MINUTES, 30 * MINUTES
LATELY = 10 * MINUTES

COUNTED = frozenset({FailureClass.TIMING, FailureClass.MODAL})
"""Classes that are samples. Drift has a rule of its own, a site that is away is noticed at once, and the rest is not the site's."""


class BreakerState(enum.StrEnum):
    """CLOSED: all is well. OPEN: nothing is asked. HALF_OPEN: one probe may find out."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True)
class Sample:
    """How the step ended once, for which task."""

    at: float
    task: Key
    is_failure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    """Closed until 5 in a row, or half of the last 20, failed, over at least 3 tasks.

    Open, it lets one probe through after 60 s; each one that fails doubles the wait, up to 30 min, and one that succeeds closes it.
    `due` is when the next probe may start, `reason` the last error.
    """

    state: BreakerState = BreakerState.CLOSED
    samples: tuple[Sample, ...] = ()
    pause: float = FIRST_PAUSE
    due: float = 0.0
    reason: str = ""
    worked_at: float = -float("inf")

    def failed(self, now: float, task: Key, reason: str) -> "Breaker":
        """After a failure. An open one stays as it is: what was under way when it opened says nothing new."""
        if self.state is BreakerState.OPEN:
            return self
        if self.state is BreakerState.HALF_OPEN:
            pause = min(LONGEST_PAUSE, 2 * self.pause)
            return replace(self, state=BreakerState.OPEN, pause=pause, due=now + pause, reason=reason)
        after = self.counted(now, task, reason)
        return after.opened(now, reason) if after.is_tripped else after

    def counted(self, now: float, task: Key, reason: str) -> "Breaker":
        """With one more failure, and still closed: whoever asks decides, by `is_tripped`."""
        return replace(self, samples=_latest((*self.samples, Sample(now, task, is_failure=True))), reason=reason)

    def succeeded(self, now: float, task: Key) -> "Breaker":
        """After a success: a probe that gets through closes it, and nothing but a probe does."""
        if self.state is BreakerState.OPEN:
            return self
        if self.state is BreakerState.HALF_OPEN:
            return Breaker(worked_at=now)
        return replace(self, samples=_latest((*self.samples, Sample(now, task, is_failure=False))), worked_at=now)

    def opened(self, now: float, reason: str) -> "Breaker":
        """Open, whatever was counted; the first probe is due in 60 s."""
        return replace(self, state=BreakerState.OPEN, pause=FIRST_PAUSE, due=now + FIRST_PAUSE, reason=reason)

    def refuted(self, now: float) -> "Breaker":
        """The site was found to work: what was counted was not its fault."""
        return Breaker(worked_at=now)

    def probing(self, now: float) -> "Breaker":
        """Half-open, if a probe is due."""
        is_due = self.state is BreakerState.OPEN and now >= self.due
        return replace(self, state=BreakerState.HALF_OPEN) if is_due else self

    @property
    def streak(self) -> tuple[Sample, ...]:
        """The failures since the last success."""
        last = max((place for place, sample in enumerate(self.samples) if not sample.is_failure), default=-1)
        return self.samples[last + 1 :]

    @property
    def failures(self) -> tuple[Sample, ...]:
        """Every failure that is remembered."""
        return tuple(sample for sample in self.samples if sample.is_failure)

    @property
    def is_tripped(self) -> bool:
        """True when what is remembered says that the step is broken."""
        is_row = len(self.streak) >= IN_A_ROW and _is_broad(self.streak)
        is_share = len(self.samples) >= REMEMBERED and len(self.failures) >= SHARE * REMEMBERED and _is_broad(self.failures)
        return is_row or is_share

    def worked_lately(self, now: float) -> bool:
        """True when the step succeeded within the last 10 minutes."""
        return now - self.worked_at <= LATELY


def _latest(samples: tuple[Sample, ...]) -> tuple[Sample, ...]:
    return samples[-REMEMBERED:]


def _is_broad(failures: tuple[Sample, ...]) -> bool:
    return len({failure.task for failure in failures}) >= DISTINCT_TASKS

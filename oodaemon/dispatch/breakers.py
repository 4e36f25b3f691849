"""Circuit breakers over all browsers, one a step: a step that fails for everybody stops the leasing, and no task pays."""

import datetime
import enum
from collections.abc import Awaitable, Callable, Mapping

import structlog
import trio

from oodaemon.clock import SECONDS, WallClock
from oodaemon.dispatch.site import BREAKER, SITE_BLOCKED, SiteDesk
from oodaemon.failures.breaker import COUNTED, Breaker, BreakerState, Key
from oodaemon.failures.policy import POLICIES
from oodaemon.failures.site import SiteFailure, classify, is_of_the_site
from oodaemon.model.tasks import FailureClass, Lease
from oodaemon.store import attempts, drift
from oodaemon.store.store import Store

log = structlog.get_logger()

EARLIER = 1 * SECONDS
"""Failures are recorded a moment after they were noticed: so much earlier are they looked for, to be on the safe side."""

NEVER_RETRIED = frozenset({FailureClass.RATE_LIMITED, FailureClass.INTERRUPTED})
"""Ends of a probe that say nothing of its step: the site is away, or asks for time."""


class Step(enum.StrEnum):
    """The steps of an attempt that the site must answer."""

    OPEN = "open and fill"
    RUN = "run"
    KEEP = "trade log and charts"


class Finding(enum.Enum):
    """What became of trying the saved test as it stands: the step works, or nobody can tell now."""

    WORKS = enum.auto()
    UNKNOWN = enum.auto()


Control = Callable[[Step], Awaitable[SiteFailure | Finding]]
"""Does a step with the saved test as it stands, nothing set, nothing recorded; the failure of the site it met, or a Finding."""


class Breakers:
    """Decides whether the site is to blame for a step that failed.

    Counting alone cannot tell a broken site from tasks that ask for too much. So before the site is blamed, and before a task is
    held although nobody got through lately, the saved test is tried as it stands: only if that fails as well, it is the site.
    """

    def __init__(self, desk: SiteDesk, store: Store, wall_clock: WallClock) -> None:
        self._desk, self._store, self._wall_clock = desk, store, wall_clock
        self._steps = {step: Breaker() for step in Step}
        self._judging = trio.Lock()

    @property
    def states(self) -> Mapping[Step, BreakerState]:
        """How each step stands."""
        return {step: breaker.state for step, breaker in self._steps.items()}

    @property
    def is_closed(self) -> bool:
        """True when no step is broken."""
        return all(breaker.state is BreakerState.CLOSED for breaker in self._steps.values())

    def lanes(self) -> int | None:
        """How many tasks may be in flight: None for as many as there are browsers, 0 for none, 1 for a probe or a slow site."""
        if self._desk.blocks(besides=(BREAKER,)):
            return 0
        now = trio.current_time()
        self._steps = {step: breaker.probing(now) for step, breaker in self._steps.items()}
        states = set(self.states.values())
        if states == {BreakerState.CLOSED}:
            return self._desk.pacer.browsers
        return 0 if BreakerState.OPEN in states else 1

    def patience(self) -> float:
        """Seconds until a probe is due; infinite when none will be, or something else is in the way."""
        if self._desk.blocks(besides=(BREAKER,)):
            return float("inf")
        dues = [breaker.due for breaker in self._steps.values() if breaker.state is BreakerState.OPEN]
        return max(0.0, max(dues) - trio.current_time()) if dues else float("inf")

    async def passed(self, lease: Lease, step: Step) -> None:
        """A step got through."""
        was = self._steps[step]
        self._steps[step] = was.succeeded(trio.current_time(), _key(lease))
        if was.state is BreakerState.HALF_OPEN:
            await self._tell()

    async def settle(self, lease: Lease, step: Step, error: Exception, control: Control) -> bool:
        """Take up an attempt that failed at a step. True: it was settled here, at no cost. False: it fails as any other."""
        if not is_of_the_site(error) or classify(error) in NEVER_RETRIED:
            return False
        async with self._judging:
            if not self.is_closed:
                return await self._settle_blocked(lease, step, error, control)
            if classify(error) not in COUNTED:
                return False
            return await self._settle_closed(lease, step, error, control)

    async def forget(self, why: str) -> None:
        """Nobody waits for a probe any more, or the site is known to have changed."""
        if not self.is_closed:
            log.info("the site is tried again", reason=why)
            self._steps = {step: Breaker() for step in Step}
            await self._tell()

    async def _settle_closed(self, lease: Lease, step: Step, error: Exception, control: Control) -> bool:
        now = trio.current_time()
        counted = self._steps[step] = self._steps[step].counted(now, _key(lease), str(error))
        is_doubted = _is_last(lease, classify(error)) and not counted.worked_lately(now)
        if not counted.is_tripped and not is_doubted:
            return False
        found = await control(step)
        now = trio.current_time()
        if found is Finding.WORKS:
            self._steps[step] = counted.refuted(now)
            return False
        if found is Finding.UNKNOWN:
            await self._give_back(lease, f"it is not known whether the site works: {error}")
        else:
            await self._open(lease, step, counted.opened(now, str(found)))
        return True

    async def _settle_blocked(self, lease: Lease, step: Step, error: Exception, control: Control) -> bool:
        """The failure of a probe, or of what was in flight when the site was blocked: free, unless a probe finds it at work."""
        probed = [name for name, breaker in self._steps.items() if breaker.state is BreakerState.HALF_OPEN]
        if not probed:
            self._steps[step] = self._steps[step].failed(trio.current_time(), _key(lease), str(error))
            return await self._give_back(lease, self._message())
        found = await control(max(probed, key=list(Step).index))
        now = trio.current_time()
        if found is Finding.WORKS:
            self._steps = {name: Breaker(worked_at=now) for name in Step}
            await self._tell()
            return False
        if found is not Finding.UNKNOWN:
            self._steps.update({name: self._steps[name].failed(now, _key(lease), str(found)) for name in probed})
            await self._tell()
        return await self._give_back(lease, self._message())

    async def _give_back(self, lease: Lease, reason: str) -> bool:
        await self._store.write(attempts.release, lease.token, reason)
        return True

    async def _open(self, lease: Lease, step: Step, opened: Breaker) -> None:
        """Block the site, give the task back, and excuse every task whose failures led here."""
        was, now = self._steps[step], trio.current_time()
        self._steps[step] = opened
        samples = opened.failures
        tasks = tuple(dict.fromkeys((*(sample.task for sample in samples), _key(lease))))
        age = now - min((sample.at for sample in samples), default=now) + EARLIER
        since = self._wall_clock() - datetime.timedelta(seconds=age)
        message = self._message()
        self._desk.impose(BREAKER, SITE_BLOCKED, message)
        log.error("a step of the site is broken", step=step.value, reason=opened.reason, tasks=len(tasks))
        try:
            await self._store.write(drift.block, lease.token, drift.Block(SITE_BLOCKED, message, tasks, since, COUNTED))
        except BaseException:
            self._steps[step] = was
            self._desk.withdraw(BREAKER)
            raise

    async def _tell(self) -> None:
        if self.is_closed:
            await self._desk.leave(BREAKER)
        else:
            await self._desk.enter(SITE_BLOCKED, self._message(), key=BREAKER)

    def _message(self) -> str:
        broken = [(step, breaker) for step, breaker in self._steps.items() if breaker.state is not BreakerState.CLOSED]
        return "; ".join(f"the step {step.value!r} fails for every task: {breaker.reason}" for step, breaker in broken)


def _key(lease: Lease) -> Key:
    return lease.run_id, lease.index


def _is_last(lease: Lease, failure_class: FailureClass) -> bool:
    """True when one more failure of the class gives the task up."""
    budget = POLICIES[failure_class].budget
    return budget is not None and lease.strikes.get(failure_class, 0) >= budget

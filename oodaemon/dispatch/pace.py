"""Politeness: a pause before actions the site must answer, and a distance between Run clicks over all browsers."""

import enum
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import trio

from oodaemon.clock import MINUTES, SECONDS
from oodaemon.failures.quota import Limits, Quota
from oodaemon.failures.tempo import DELAYS, ONE_BROWSER, WARNING, Tempo


class Pace(enum.StrEnum):
    """How considerate we are. `fast` is for the practice site and benchmarks."""

    POLITE = "polite"
    FAST = "fast"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """Seconds before an action, seconds between two Run clicks of the account, and Run clicks in any minute (None: no limit).

    `eases_off`: whether trouble makes all of it slower; see `tempo`.
    """

    before_action: float = 0.5 * SECONDS
    between_runs: float = 6 * SECONDS
    per_minute: int | None = 10
    eases_off: bool = True


MANNERS = {Pace.POLITE: Manners(), Pace.FAST: Manners(before_action=0, between_runs=0, per_minute=None)}

LOOK_AGAIN = 1 * MINUTES
"""What is allowed comes back while a turn is waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceStatistics:
    """Recent failures (0 to 3), seconds before an action, runs that may start this minute, and the allowed part of the setting."""

    failures: int
    delay: float
    tokens: float
    share: float


class Pacer:
    """Shared by all browsers of an account."""

    def __init__(self, manners: Manners) -> None:
        self._manners = manners
        self._quota = Quota(Limits(between=manners.between_runs, per_minute=manners.per_minute))
        self._tempo = Tempo()
        self._turn = trio.Lock()

    @property
    def failures(self) -> int:
        """Recent failures that speak of the site, 0 to 3."""
        return self._tempo.at(trio.current_time())

    @property
    def distance(self) -> float:
        """Seconds between two Run clicks of the account on average, as the manners have it."""
        per_minute = self._manners.per_minute
        return max(self._manners.between_runs, MINUTES / per_minute if per_minute else 0)

    @property
    def current_distance(self) -> float:
        """The same as the site allows it now: more after it asked to slow down."""
        return self.distance / self._quota.share(trio.current_time())

    @property
    def delay(self) -> float:
        """Seconds before an action that the site must answer: those of the manners, more after trouble."""
        return max(self._manners.before_action, DELAYS[self.failures])

    @property
    def browsers(self) -> int | None:
        """How many may work at the same time; None for all there are."""
        return 1 if self.failures >= ONE_BROWSER else None

    @property
    def warning(self) -> str:
        """What the user must know; empty unless the site had trouble three times."""
        if self.failures < WARNING:
            return ""
        return f"the site had trouble again and again; one browser asks it, {self.delay:g} s before each action"

    def failed(self) -> None:
        """A failure that speaks of the site: everything becomes slower by a step."""
        if self._manners.eases_off:
            self._tempo = self._tempo.failed(trio.current_time())

    def settled(self) -> None:
        """A backtest got through: a step back."""
        self._tempo = self._tempo.succeeded(trio.current_time())

    def slow_down(self) -> None:
        """The site was asked too often: half as many backtests are allowed, and +10 % of the setting a minute from then on."""
        self._quota.halve(trio.current_time())

    def recall(self, ages: Iterable[float]) -> None:
        """Take up Run clicks of an older boot, by their age in seconds."""
        now = trio.current_time()
        self._quota.recall(now - max(0.0, age) for age in ages)

    @property
    def until_turn(self) -> float:
        """In how many seconds the next Run click may be made; not positive when at once."""
        now = trio.current_time()
        return self._quota.earliest(now) - now

    async def before_action(self) -> None:
        """Wait before something the site must answer. Cancellation leaves nothing behind."""
        await trio.sleep(self.delay)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """The block is what comes before pressing Run: it begins when this browser may, one at a time, first come first served.

        A block that ends well is a Run click now; one that raises is none, and its turn goes to the next.
        """
        await self.before_action()
        async with self._turn:
            await self._wait()
            yield
            self._quota.spend(trio.current_time())

    async def _wait(self) -> None:
        while True:
            now = trio.current_time()
            at = self._quota.earliest(now)
            if at <= now:
                return
            await trio.sleep_until(min(at, now + LOOK_AGAIN))

    def statistics(self) -> PaceStatistics:
        """What holds now."""
        now = trio.current_time()
        return PaceStatistics(
            failures=self.failures, delay=self.delay, tokens=self._quota.tokens(now), share=self._quota.share(now)
        )

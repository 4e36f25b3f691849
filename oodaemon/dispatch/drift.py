"""Drift of the site: noticed over all browsers, told once, at no cost to any task; over when a locator is found again."""

import datetime
from dataclasses import dataclass

import structlog
import trio

from oodaemon.browser.backtest import Order
from oodaemon.clock import MINUTES, WallClock
from oodaemon.dispatch.site import DRIFT, SITE_BLOCKED, SiteDesk
from oodaemon.failures.drift import WINDOW, Sighting, concerned, within_window
from oodaemon.failures.site import Drifted
from oodaemon.model.tasks import Lease
from oodaemon.store import attempts, drift
from oodaemon.store.store import Store

log = structlog.get_logger()

TOLD = "drift: "
"""How the message of the condition begins; the locator follows."""
FIRST_PROBE, LONGEST_PROBE = 1 * MINUTES, 30 * MINUTES


@dataclass(frozen=True, slots=True)
class Blocked:
    """What holds the site up: the locator, the tasks that missed it, and what a probe must be able to prepare."""

    locator: str
    tasks: tuple[drift.Key, ...]
    path: str
    order: Order


class DriftWatch:
    """Decides when a locator that is gone stops the leasing of the whole site; shared by all browsers of an account."""

    def __init__(self, desk: SiteDesk, store: Store, wall_clock: WallClock) -> None:
        self._desk, self._store, self._wall_clock = desk, store, wall_clock
        self._sightings: tuple[Sighting, ...] = ()
        self._earlier: list[drift.Missed] | None = None
        self._delay = FIRST_PROBE
        self.blocked: Blocked | None = None

    @property
    def delay(self) -> float:
        """Seconds until the site is probed: longer each time the locator is missed again."""
        return self._delay

    async def settle(self, lease: Lease, order: Order, error: Drifted) -> bool:
        """Take up an attempt that missed a locator. True: it was settled here, at no cost. False: it fails as any other.

        The third distinct task within the window is drift of the site: nothing more is leased, and every task concerned is pending
        again as if it had never been tried.
        """
        if self.blocked is not None:
            await self._store.write(attempts.release, lease.token, _message(self.blocked.locator))
            return True
        now = trio.current_time()
        seen = Sighting(now, (lease.run_id, lease.index), error.locator)
        self._sightings = within_window((*await self._recall(error.locator), *self._sightings, seen), now)
        tasks = concerned(self._sightings, error.locator, now)
        if not tasks:
            return False
        await self._block(lease, Blocked(error.locator, tasks, lease.test_path, order))
        return True

    async def _recall(self, locator: str) -> list[Sighting]:
        """Who missed a locator in older boots: a daemon that was killed goes on counting. Messages begin with the locator."""
        if self._earlier is None:
            since = self._wall_clock() - datetime.timedelta(seconds=WINDOW)
            self._earlier = await self._store.read(drift.missed_before, self._store.boot, since)
        now, wall = trio.current_time(), self._wall_clock()
        mine = [missed for missed in self._earlier if missed.message.startswith(locator)]
        return [Sighting(now - (wall - missed.failed_at).total_seconds(), missed.task, locator) for missed in mine]

    async def _block(self, lease: Lease, found: Blocked) -> None:
        message = _message(found.locator)
        since = self._wall_clock() - datetime.timedelta(seconds=WINDOW)
        self.blocked = found
        self._desk.impose(DRIFT, SITE_BLOCKED, message)
        log.error("the site drifted", locator=found.locator, tasks=len(found.tasks))
        try:
            await self._store.write(drift.block, lease.token, drift.Block(SITE_BLOCKED, message, found.tasks, since))
        except BaseException:
            self.blocked = None
            self._desk.withdraw(DRIFT)
            raise

    async def clear(self, why: str) -> None:
        """The site is to be tried again; what was seen so far is forgotten."""
        self._sightings, self._earlier = (), []
        if self.blocked is not None:
            log.info("drift is over", locator=self.blocked.locator, reason=why)
            self.blocked = None
            await self._desk.leave(DRIFT)

    def missed_again(self) -> None:
        """A probe did not find the locator: the next one comes later."""
        self._delay = min(LONGEST_PROBE, 2 * self._delay)

    def settled(self) -> None:
        """A backtest got through."""
        self._delay = FIRST_PROBE

    async def is_wanted(self) -> bool:
        """True while a run that is to go on has a task that missed the locator."""
        return self.blocked is not None and await self._store.read(drift.are_wanted, self.blocked.tasks)


def _message(locator: str) -> str:
    return f"{TOLD}{locator}"

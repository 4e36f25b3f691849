"""A browser actor: one browser that leases tasks and runs errands until it is stopped or dies."""

import datetime
from typing import NoReturn

import structlog
import trio

from oodaemon.actors.child import Child
from oodaemon.browser import processes
from oodaemon.browser.driver import Chromium, open_chromium
from oodaemon.browser.session import Site
from oodaemon.browser.tab import Tab, open_tab
from oodaemon.clock import MINUTES, SECONDS
from oodaemon.dispatch.attempt import Attempt, NotStarted
from oodaemon.dispatch.entry import Entry
from oodaemon.dispatch.site import Errand
from oodaemon.dispatch.workshop import Workshop
from oodaemon.errors import OODaemonError, StoreUnusable, Unavailable
from oodaemon.failures.site import BrowserLost, RateLimited, SignedOut, SiteFailure, SiteUnreachable, classify
from oodaemon.model.tasks import FailureClass, Lease
from oodaemon.store import leases

log = structlog.get_logger()

TASKS_PER_TAB = 300
ERRAND_TRIES = 2
LOOK_AGAIN = 1 * MINUTES
AT_ONCE, ONE_BY_ONE = 0.05 * SECONDS, 1 * SECONDS
"""How soon a task that is due is looked for again: it may be that another browser must be done first."""


class BrowserActor:
    """Owns one browser process. Trouble with the site it rides out itself; only the loss of its browser ends it."""

    def __init__(self, workshop: Workshop) -> None:
        self._shop = workshop
        self._entry = Entry(workshop.desk, workshop.rng)
        self._served = 0

    async def start(self, child: Child, /, *, task_status: trio.TaskStatus[None]) -> None:
        """Start a browser, acknowledge, work until cancelled. Raises BrowserLost when the browser dies or does not answer."""
        shop = self._shop
        async with open_chromium(shop.driver.driver, shop.choose()) as chromium, trio.open_nursery() as nursery:
            nursery.start_soon(self._watch, chromium)
            child.progress(f"pid {chromium.pid}")
            task_status.started()
            nursery.start_soon(self._run_errands, chromium)
            while True:
                site = shop.desk.site
                async with open_tab(chromium, site, shop.desk.stored) as tab:
                    await self._serve(child, tab, site)

    async def _watch(self, chromium: Chromium) -> NoReturn:
        await processes.wait_gone(chromium.pid)
        raise BrowserLost("the browser died")

    async def _serve(self, child: Child, tab: Tab, site: Site) -> None:
        """Take tasks until the page must be replaced: after a failure, after many tasks, or when the recordings changed."""
        shop, self._served = self._shop, 0
        if shop.desk.stored.storage is None:
            await self._entry.sign_in(tab)
        while self._served < TASKS_PER_TAB:
            lease = await self._next_lease(child, site)
            if lease is None:
                return
            self._served += 1
            child.progress(f"run {lease.run_id} task {lease.index}")
            if not await self._attempt(child, tab, lease):
                return

    async def _next_lease(self, child: Child, site: Site) -> Lease | None:
        """The next task, however long that takes; None once the site is known to look otherwise than the tab believes."""
        shop = self._shop
        child.progress("waiting for a task")
        while True:
            ring = shop.desk.bell.listen()
            if shop.desk.site is not site:
                return None
            lanes = shop.breakers.lanes()
            if lanes != 0:
                lease = await shop.store.write(leases.lease, child.path, child.incarnation, lanes)
                if lease is not None:
                    return lease
            due = await shop.store.read(leases.next_due) if lanes != 0 else None
            patience = _patience(due, shop.wall_clock(), least=AT_ONCE if lanes is None else ONE_BY_ONE)
            with trio.move_on_after(min(patience, shop.breakers.patience())):
                await ring.wait()

    async def _attempt(self, child: Child, tab: Tab, lease: Lease) -> bool:
        """True when the page can serve another task."""
        attempt = Attempt(lease, self._shop, is_stopping=lambda: child.stop_request is not None)
        try:
            await self._one_by_one(attempt, tab)
        except NotStarted:
            return True
        except BrowserLost:
            raise
        except SignedOut:
            await self._entry.renew(tab)
            return True
        except SiteUnreachable as error:
            await self._entry.wait_reachable(tab, error)
            return False
        except RateLimited as error:
            await self._entry.wait_allowed(error)
            return False
        except SiteFailure as error:
            log.warning("attempt failed", run=lease.run_id, task=lease.index, failure=error.failure_class.value, reason=str(error))
            return False
        except Exception as error:
            if classify(error) is not FailureClass.BUG or isinstance(error, StoreUnusable):
                raise
            return False  # recorded and logged by the attempt; a defect in one task must not cost the others their browser
        self._entry.settled()
        return True

    async def _one_by_one(self, attempt: Attempt, tab: Tab) -> None:
        """Carry out an attempt, and wake those that had to wait for it."""
        before = self._shop.breakers.lanes()
        try:
            await attempt.run(tab)
        finally:
            if {before, self._shop.breakers.lanes()} != {None}:
                self._shop.desk.bell.ring()

    async def _run_errands(self, chromium: Chromium) -> NoReturn:
        desk = self._shop.desk
        while True:
            errand = await desk.next_errand()
            try:
                await self._run_errand(chromium, errand)
            finally:
                errand.settle(error=Unavailable("the browser went away while the site was asked; try again"))

    async def _run_errand(self, chromium: Chromium, errand: Errand) -> None:
        desk = self._shop.desk
        try:
            async with open_tab(chromium, desk.site, desk.stored) as tab:
                for _ in range(ERRAND_TRIES):
                    try:
                        await desk.pacer.before_action()
                        errand.settle(await errand.work(tab))
                        return
                    except SignedOut:
                        await self._entry.sign_in_once(tab)
        except BrowserLost:
            raise
        except OODaemonError as error:
            errand.settle(
                error=error
                if not isinstance(error, SiteFailure)
                else Unavailable(desk.redaction.text(f"the site could not be asked: {error}"))
            )


def _patience(due: datetime.datetime | None, now: datetime.datetime, *, least: float) -> float:
    return LOOK_AGAIN if due is None else min(LOOK_AGAIN, max(least, (due - now).total_seconds()))

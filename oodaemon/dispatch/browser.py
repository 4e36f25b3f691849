"""A browser actor: one browser that leases tasks and runs errands until it is stopped or dies."""

import datetime
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NoReturn

import structlog
import trio

from oodaemon.actors.child import Child
from oodaemon.browser import processes
from oodaemon.browser.driver import Chromium, open_chromium
from oodaemon.browser.session import Site
from oodaemon.browser.tab import Tab, open_tab
from oodaemon.clock import MINUTES
from oodaemon.dispatch import stopping
from oodaemon.dispatch.attempt import Attempt, NotStarted, Superseded
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


class BrowserActor:
    """Owns one browser process. Trouble with the site it rides out itself; only the loss of its browser ends it."""

    def __init__(self, workshop: Workshop) -> None:
        self._shop = workshop
        self._entry = Entry(workshop.desk, workshop.rng)
        self._served = self._pid = 0
        self._held: tuple[Attempt, int] | None = None

    async def start(self, child: Child, /, *, task_status: trio.TaskStatus[None]) -> None:
        """Start a browser, acknowledge, work until cancelled. Raises BrowserLost when the browser dies or does not answer."""
        shop = self._shop
        browser = open_chromium(shop.driver.driver, shop.choose())
        async with self._closing_last(), browser as chromium, trio.open_nursery() as nursery:
            self._pid = chromium.pid
            nursery.start_soon(self._watch, chromium)
            child.progress(f"pid {chromium.pid}")
            task_status.started()
            nursery.start_soon(self._run_errands, chromium)
            while True:
                site = shop.desk.site
                async with open_tab(chromium, site, shop.desk.stored) as tab:
                    await self._serve(child, tab, site)

    @asynccontextmanager
    async def _closing_last(self) -> AsyncIterator[None]:
        """An attempt that was cut off is closed when its browser is gone, not before; if need be by a later incarnation."""
        await self._close_held()
        try:
            yield
        finally:
            with trio.CancelScope(shield=True):
                await self._close_held()

    async def _close_held(self) -> None:
        if self._held is not None:
            await stopping.close_if_gone(*self._held)

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
            if shop.desk.is_open:
                lease = await shop.store.write(leases.lease, child.path, child.incarnation, shop.desk.ramp.limits())
                if lease is not None:
                    return lease
            due = await shop.store.read(leases.next_due) if shop.desk.is_open else None
            with trio.move_on_after(_patience(due, shop.wall_clock(), shop.desk.ramp.next_rise())):
                await ring.wait()

    async def _attempt(self, child: Child, tab: Tab, lease: Lease) -> bool:
        """True when the page can serve another task."""
        attempt = Attempt(lease, self._shop, is_stopping=lambda: child.stop_request is not None)
        self._held = attempt, self._pid
        try:
            if await stopping.run(attempt, tab, self._shop):
                await stopping.end(attempt, tab, self._pid)
                return False
        except NotStarted:
            return True
        except Superseded:
            return False
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
                error=error if not isinstance(error, SiteFailure) else Unavailable(f"the site could not be asked: {error}")
            )


def _patience(due: datetime.datetime | None, now: datetime.datetime, rise: float | None) -> float:
    waits = [LOOK_AGAIN if due is None else (due - now).total_seconds(), LOOK_AGAIN if rise is None else rise]
    return min(LOOK_AGAIN, max(0.05, min(waits)))

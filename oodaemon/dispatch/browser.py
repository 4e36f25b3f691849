"""A browser actor: one browser that leases tasks and runs errands until it is stopped or dies."""

import math
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import NoReturn

import structlog
import trio

from oodaemon.actors.child import Child
from oodaemon.browser import processes
from oodaemon.browser.driver import Chromium, open_chromium
from oodaemon.browser.session import Site
from oodaemon.browser.tab import Tab, open_tab
from oodaemon.clock import MINUTES, SECONDS
from oodaemon.dispatch import errands, line, stopping
from oodaemon.dispatch.attempt import Attempt, Superseded
from oodaemon.dispatch.custody import Custody, custody
from oodaemon.dispatch.entry import Entry
from oodaemon.dispatch.held import Held
from oodaemon.dispatch.recycling import Service
from oodaemon.dispatch.silence import Stalled, StalledPanel
from oodaemon.dispatch.site import AUTH_REQUIRED
from oodaemon.dispatch.turns import Turn, Turns
from oodaemon.dispatch.waiting import NotStarted
from oodaemon.dispatch.workshop import Workshop
from oodaemon.errors import StoreUnusable, Unavailable
from oodaemon.failures.site import BrowserLost, RateLimited, SignedOut, SiteFailure, SiteUnreachable, classify
from oodaemon.model.tasks import FailureClass, Lease
from oodaemon.store import leases

log = structlog.get_logger()

TASKS_PER_TAB = 300
AT_ONCE, ONE_BY_ONE = 0.05 * SECONDS, 1 * SECONDS
"""How soon a task that is due is looked for again: it may be that another browser must be done first."""
LOOK_AGAIN = 30 * SECONDS
PROOF, HEALTH = 5 * SECONDS, 15 * SECONDS
"""A page that was idle for longer must answer before it takes a task, and within so many seconds."""

WEIGH = 1 * MINUTES
"""How often the memory of a browser is looked at: the system is slow to tell."""


@dataclass(frozen=True, slots=True)
class At:
    """Where the pages of a browser work."""

    child: Child
    chromium: Chromium
    service: Service
    turns: Turns
    scope: trio.CancelScope


class BrowserActor:
    """Owns one browser process at a time. Trouble with the site it rides out itself; only the loss of its browser ends it."""

    def __init__(self, workshop: Workshop) -> None:
        self._shop = workshop
        self._entry = Entry(workshop.desk, workshop.rng)
        self._errands = self._pages = 0
        self._held = Held(workshop.caution, workshop.desk.bell)
        self._doubts = workshop.desk.doubts

    async def start(self, child: Child, /, *, task_status: trio.TaskStatus[None]) -> None:  # noqa: ASYNC128 - `_work` does
        """Start a browser, acknowledge, work until cancelled; a browser that served long enough is replaced between two tasks.

        Raises BrowserLost when the browser dies or does not answer, Unkillable when it cannot be ended.
        """
        while True:
            try:
                async with self._closing_last(), custody(self._shop.store, child, "browser") as held:
                    await self._work(child, task_status, held)
            finally:
                self._shop.services.pop(child.path, None)
            task_status = trio.TASK_STATUS_IGNORED

    @asynccontextmanager
    async def _closing_last(self) -> AsyncIterator[None]:
        """An attempt that was cut off is closed when its browser is gone, not before; if need be by a later incarnation."""
        await self._held.close()
        try:
            yield
        finally:
            with trio.CancelScope(shield=True):
                await self._held.close()

    async def _work(self, child: Child, task_status: trio.TaskStatus[None], held: Custody) -> None:
        """Work with one browser until it retires."""
        shop = self._shop
        async with open_chromium(shop.driver.driver, shop.choose()) as chromium:
            await held.take(chromium.pid, chromium.profile)
            shop.driver.used()
            async with chromium.guard(), trio.open_nursery() as nursery:
                nursery.start_soon(self._watch, chromium)
                child.note(f"pid {chromium.pid}")
                task_status.started()
                service = shop.services[child.path] = Service(shop.limits, shop.rng, began=trio.current_time())
                at = At(child, chromium, service, Turns(), nursery.cancel_scope)
                self._pages = shop.pages
                nursery.start_soon(self._held.close_left)
                nursery.start_soon(self._run_errands, at)
                for number in range(shop.pages):
                    nursery.start_soon(self._turn_pages, at, number)

    async def _turn_pages(self, at: At, number: int) -> None:
        """Serve with one page after the other until the browser retires.

        A further page, whose number is not 0, is opened when it is of use, and closed when it was of none for long.
        """
        while not at.turns.is_over and (not number or await at.turns.wait_until_needed(number)):
            site = self._shop.desk.site
            with at.turns.opened(), self._sparing(at):
                async with open_tab(at.chromium, site, self._shop.desk.stored) as tab:
                    await self._serve(at, tab, site, is_further=number > 0)
        self._pages -= 1
        self._leave(at)

    @contextmanager
    def _sparing(self, at: At) -> Iterator[None]:
        """A browser that is alive, and lost by something that belongs to no attempt, is lost because of none of them."""
        try:
            yield
        except BrowserLost:
            if processes.is_alive(at.chromium.pid):
                self._held.spare_all()
            raise

    def _leave(self, at: At) -> None:
        """A browser that retires is left when its last page is done, and its last errand."""
        if at.turns.is_over and not self._pages and not self._errands:
            at.scope.cancel()

    async def _watch(self, chromium: Chromium) -> NoReturn:
        await processes.wait_gone(chromium.pid)
        raise BrowserLost("the browser died")

    async def _retirement(self, at: At) -> str | None:
        """Why the browser is to be replaced now; None while it is not, or while it runs an errand."""
        if trio.current_time() - at.service.weighed_at >= WEIGH:
            at.service.weighed(trio.current_time(), await self._shop.reading.run(at.chromium.resident))
        return None if self._errands else at.service.reason(trio.current_time())

    async def _serve(self, at: At, tab: Tab, site: Site, *, is_further: bool) -> None:
        """Take tasks until the page must be replaced: after a failure, after many tasks, or when the recordings changed."""
        shop, child = self._shop, at.child
        if shop.desk.stored.storage is None:
            await self._entry.sign_in(tab)
            child.progress("signed in")
        for _ in range(TASKS_PER_TAB):
            proven = trio.current_time()
            turn = await line.next_turn(at.turns, is_further=is_further)
            if turn is None:
                return
            try:
                lease = await self._next_lease(at, tab, site, proven, turn)
                if lease is None or not await self._attempt(at, tab, lease, turn):
                    return
            finally:
                turn.end()

    async def _next_lease(self, at: At, tab: Tab, site: Site, proven: float, turn: Turn) -> Lease | None:
        """The next task, however long that takes; None once the page or the browser is to be replaced first.

        While it waits, and before it takes a task after a wait, the page must answer: a browser that hangs takes none. It was
        `proven` to answer then.
        """
        try:
            return await self._wait_for_lease(at, tab, site, proven, turn)
        finally:
            self._shop.looks.pop(at.child.path, None)

    async def _wait_for_lease(self, at: At, tab: Tab, site: Site, proven: float, turn: Turn) -> Lease | None:
        shop, child = self._shop, at.child
        if self._held.is_empty:
            child.note("waiting for a task")
        while True:
            shop.looks[child.path] = trio.current_time()
            ring, moved = shop.desk.bell.listen(), at.turns.listen()
            if shop.desk.site is not site:
                return None
            if (reason := await self._retirement(at)) is not None:
                log.info("browser retires", actor=child.path, reason=reason)
                at.turns.end()
                return None
            if trio.current_time() - proven >= PROOF:
                await tab.round_trip(HEALTH)
                proven = trio.current_time()
            if self._doubts != shop.desk.doubts or AUTH_REQUIRED in shop.desk.conditions:
                await self._get_in(at, tab)
                continue
            lanes, head_start = shop.breakers.lanes(), at.turns.head_start()
            may_lease = lanes != 0 and self._held.may_take and at.turns.may_lease(turn, is_calm=line.is_calm(shop))
            if may_lease:
                with shop.profiles.leasing(child.path):
                    lease = await shop.store.write(
                        leases.lease,
                        child.path,
                        child.incarnation,
                        lanes,
                        limits=shop.desk.ramp.limits(),
                        spare=(len(shop.services) - 1) * (at.turns.before(turn) + 1) if at.turns.is_ahead(turn) else 0,
                    )
                if lease is not None:
                    return lease
            due = await shop.store.read(leases.next_due) if may_lease else None
            least = AT_ONCE if lanes is None and not at.turns.is_ahead(turn) else ONE_BY_ONE
            patience = line.patience(due, shop.wall_clock(), shop.desk.ramp.next_rise(), least=least, most=LOOK_AGAIN)
            with trio.move_on_after(min(patience, shop.breakers.patience(), head_start or math.inf)):
                await line.either(ring, moved)

    async def _get_in(self, at: At, tab: Tab) -> None:
        """Make sure of the session, however long the site or a person takes: meanwhile nobody expects it to look for a task."""
        desk = self._shop.desk
        self._shop.looks.pop(at.child.path, None)
        if self._doubts != desk.doubts:
            self._doubts = desk.doubts
            await self._entry.verify(tab)
        if AUTH_REQUIRED in desk.conditions:  # an errand was refused: somebody must see when a person has signed in
            await self._entry.sign_in(tab)

    async def _attempt(self, at: At, tab: Tab, lease: Lease, turn: Turn) -> bool:
        """True when the page can serve another task."""
        at.service.tasks += 1
        at.child.note(f"run {lease.run_id} task {lease.index}")
        turn.begin()
        attempt = Attempt(lease, self._shop, is_stopping=lambda: at.child.stop_request is not None, turn=turn)
        self._held.add(attempt, at.chromium.pid)
        try:
            is_good = await self._carry_out(at, tab, attempt, turn)
            if is_good:
                at.child.progress(at.child.detail)
            return is_good
        finally:
            self._held.leave(attempt)
            at.turns.ring()  # a page that looks for a task looked before this one was done

    async def _carry_out(self, at: At, tab: Tab, attempt: Attempt, turn: Turn) -> bool:
        lease = attempt.lease
        try:
            if await self._one_by_one(attempt, tab, turn):
                await self._held.end(attempt, tab, at.chromium.pid)
                return False
        except NotStarted:
            return True
        except Superseded:
            return False
        except BrowserLost:
            raise
        except (Stalled, StalledPanel) as error:
            self._held.spare_others(attempt)
            raise BrowserLost(f"{error}; the browser is replaced") from error
        except SignedOut:
            return await self._entry.renew(tab)
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
        self._held.got_through()
        return True

    async def _one_by_one(self, attempt: Attempt, tab: Tab, turn: Turn) -> bool:
        """Carry out an attempt, and wake those that had to wait for it. True: see `stopping.run`."""
        before = self._shop.breakers.lanes()
        try:
            return await stopping.run(attempt, tab, self._shop)
        finally:
            turn.end()
            if {before, self._shop.breakers.lanes()} != {None}:
                self._shop.desk.bell.ring()

    async def _run_errands(self, at: At) -> NoReturn:
        desk = self._shop.desk
        while True:
            errand = await desk.next_errand()
            self._errands += 1
            try:
                with self._sparing(at):
                    await errands.carry_out(errand, desk, self._entry, partial(open_tab, at.chromium, desk.site))
                at.child.progress(at.child.detail)
            finally:
                self._errands -= 1
                errand.settle(error=Unavailable("the browser went away while the site was asked; try again"))
            self._leave(at)

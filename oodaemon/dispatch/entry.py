"""Getting into the site and staying in: signing in, waiting for a person, waiting for the network."""

import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

import structlog
import trio

from oodaemon.browser.admission import refused
from oodaemon.browser.session import Site
from oodaemon.browser.tab import Tab
from oodaemon.clock import MINUTES, SECONDS
from oodaemon.dispatch.site import AUTH_REQUIRED, RATE_LIMITED, SITE_BLOCKED, SiteDesk
from oodaemon.errors import SignInRefused
from oodaemon.failures.policy import POLICIES
from oodaemon.failures.site import (
    BrowserLost,
    Maintenance,
    RateLimited,
    SignedOut,
    SignInUnclear,
    SiteFailure,
    SiteUnreachable,
)
from oodaemon.model.tasks import FailureClass

log = structlog.get_logger()

RETRY, RETRY_CAP = 2 * SECONDS, 1 * MINUTES
ENOUGH, ENOUGH_CAP = POLICIES[FailureClass.RATE_LIMITED].delay, 5 * MINUTES
"""For how long a site that has enough of us is left alone at least, unless it says so itself."""

UNCLEAR_TRIES = 3
"""Sign-ins in a row that may have been refused or not, before they count as refused: more could lock the account."""

PERSON_POLL = 5 * SECONDS
FAREWELL = 5 * SECONDS
"""What telling the end of a condition may take although the browser was stopped."""


class Entry:
    """How one browser gets in. Nothing here costs a task anything: while the site does not let us in, no task is leased."""

    def __init__(self, desk: SiteDesk, rng: random.Random) -> None:
        self._desk, self._rng = desk, rng
        self._expired = self._outages = 0

    async def sign_in(self, tab: Tab) -> None:
        """Return when the tab is signed in, however long that takes, or must be replaced by one that knows newer recordings.

        Raises BrowserLost only.
        """
        site = self._desk.site
        while self._desk.site is site:
            try:
                if await self._get_in(tab):
                    return
            except SignInRefused as error:
                if await self._wait_for_person(tab, error):
                    return

    async def _get_in(self, tab: Tab) -> bool:
        """Sign in, or wait until that works again; False says: try once more. Raises SignInRefused, BrowserLost."""
        try:
            await self.sign_in_once(tab)
        except BrowserLost:
            raise
        except SiteFailure as error:
            what = f"signing in at {self._desk.site.base_url} does not work"
            return await self._ride_out(error, f"{what}: {error}", what, partial(self.sign_in_once, tab))
        return True

    async def verify(self, tab: Tab) -> None:
        """Make sure that the session still holds, and sign in again if it does not. Raises BrowserLost only."""
        try:
            await tab.list_tests()
        except SignedOut:
            await self.sign_in(tab)
        except BrowserLost:
            raise
        except SiteUnreachable as error:
            await self.wait_reachable(tab, error)
        except SiteFailure:
            return  # it says nothing about the session; the next task will tell

    async def renew(self, tab: Tab) -> bool:
        """Sign in again after the session was lost. A session that is lost again and again makes this slower and slower.

        False when another page has signed in meanwhile: a fresh one takes its session.
        """
        if tab.is_outdated:
            return False
        if self._expired:
            await self._back_off(self._expired)
        self._expired += 1
        await self.sign_in(tab)
        return True

    def settled(self) -> None:
        """A backtest got through: the session holds, and the site works."""
        self._expired = self._outages = 0

    async def sign_in_once(self, tab: Tab) -> None:
        """One try, one at a time over all tabs. Raises SignInRefused (also at once, once the site refused us), or a SiteFailure."""
        async with self._desk.sign_in_lock:
            self._desk.check_sign_in()
            if self._desk.credentials is None:
                raise await self._refused(SignInRefused(self._desk.no_account))
            await self._desk.pacer.before_action()
            try:
                await tab.sign_in(self._desk.credentials)
            except SignInRefused as error:
                raise await self._refused(error) from None
            except SignInUnclear as error:
                self._desk.unclear_sign_ins += 1
                if self._desk.unclear_sign_ins >= UNCLEAR_TRIES:
                    raise await self._refused(refused(self._desk.site.base_url)) from error
                raise
            self._desk.unclear_sign_ins = 0

    async def wait_reachable(self, tab: Tab, error: SiteUnreachable) -> None:
        """Return when the site answers again, however long that takes. Raises BrowserLost only.

        A site under maintenance answers all the same, so it is tried again later and later until a backtest gets through.
        """
        is_maintenance = isinstance(error, Maintenance)
        what = "is under maintenance" if is_maintenance else "cannot be reached"
        failures = self._outages if is_maintenance else 0
        self._outages += is_maintenance
        base_url = self._desk.site.base_url
        await self._ride_out(error, f"{base_url} {what}: {error}", f"{base_url} cannot be reached", tab.probe, failures=failures)

    async def _ride_out(
        self, error: SiteFailure, message: str, later: str, probe: Callable[[], Awaitable[None]], *, failures: int = 0
    ) -> bool:
        """Wait until a probe gets through: True. False when another browser found out, or the site is known to look otherwise.

        One browser asks, at growing distances. Raises what a probe raises that is no failure of the site, and BrowserLost.
        """
        desk, site = self._desk, self._desk.site
        if desk.outage.locked():
            async with desk.outage:
                return False
        async with desk.outage, self._condition(SITE_BLOCKED, message):
            while await self._is_still(site, max(self._distance(failures), _left_alone(error, failures))):
                failures += 1
                try:
                    await probe()
                except BrowserLost:
                    raise
                except SiteFailure as found:
                    error = found
                    await desk.enter(SITE_BLOCKED, f"{later}: {found}")
                else:
                    return True
        return False

    async def _is_still(self, site: Site, seconds: float) -> bool:
        """Wait so long; False as soon as the site is known to look otherwise, or to belong to another account."""
        with trio.move_on_after(seconds):
            while self._desk.site is site:
                await self._desk.bell.listen().wait()
        return self._desk.site is site

    async def wait_allowed(self, error: RateLimited) -> None:
        """Return when the site may be asked again: after the time it asked for, or that of the class of failure."""
        desk = self._desk
        desk.slow_down(POLICIES[FailureClass.RATE_LIMITED].delay if error.retry_after is None else error.retry_after)
        await desk.enter(RATE_LIMITED, desk.silence_message())
        while True:
            left = desk.silence
            if left <= 0:
                break
            await trio.sleep(left)
        await desk.leave(RATE_LIMITED)

    @asynccontextmanager
    async def _condition(self, kind: str, message: str) -> AsyncIterator[None]:
        """While the block runs, a condition holds. Its end is told whatever ends the block: nobody else would."""
        try:
            await self._desk.enter(kind, message)
            yield
        finally:
            with trio.move_on_after(FAREWELL, shield=True):
                await self._desk.leave(kind)

    async def _refused(self, error: SignInRefused) -> SignInRefused:
        self._desk.unclear_sign_ins = 0  # nobody tries again before a person did something
        log.error("sign-in refused", reason=str(error))
        await self._desk.enter(AUTH_REQUIRED, str(error))
        self._desk.refuse_errands(error)
        return error

    async def _wait_for_person(self, tab: Tab, error: SignInRefused) -> bool:
        """The site is not asked again until a person signs in in a window of ours. True when it was the window of this tab."""
        await self._refused(error)
        while AUTH_REQUIRED in self._desk.conditions:
            if await tab.is_signed_in():
                await tab.share_session()
                await self._desk.leave(AUTH_REQUIRED)
                return True
            with trio.move_on_after(PERSON_POLL):
                await self._desk.bell.listen().wait()
        return False

    async def _back_off(self, failures: int) -> None:
        await trio.sleep(self._distance(failures))

    def _distance(self, failures: int) -> float:
        return self._rng.uniform(RETRY / 2, min(RETRY_CAP, RETRY * 2 ** min(failures, 16)))


def _left_alone(error: SiteFailure, failures: int) -> float:
    """Seconds for which a site is left alone that has enough of us, as it asked itself or at growing distances; else none."""
    if not isinstance(error, RateLimited):
        return 0.0
    return min(ENOUGH_CAP, ENOUGH * 2 ** min(failures, 16)) if error.retry_after is None else error.retry_after

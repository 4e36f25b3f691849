"""The site as the daemon sees it: its conditions, whether tasks may be leased, and errands that need a browser."""

import datetime
from collections.abc import Awaitable, Callable, Container, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import trio

from oodaemon.browser.backtest import Cards
from oodaemon.browser.recordings import Recordings
from oodaemon.browser.session import Credentials, Site
from oodaemon.browser.tab import StoredSession, Tab
from oodaemon.clock import SECONDS, WallClock
from oodaemon.dispatch.bell import Bell
from oodaemon.dispatch.pace import Pacer
from oodaemon.dispatch.ramp import Ramp
from oodaemon.errors import SignInRefused, Unavailable
from oodaemon.failures.redaction import Redaction
from oodaemon.model.config import TestConfig
from oodaemon.model.reuse import Look
from oodaemon.model.runs import NOBODY, Author, Condition
from oodaemon.store import attempts, journal, results
from oodaemon.store.store import Store

AUTH_REQUIRED, SITE_BLOCKED, RATE_LIMITED, DRAINING = "AuthRequired", "SiteBlocked", "RateLimited", "DaemonDraining"
DRIFT = "SiteBlocked by drift"
"""Where drift stands among the conditions: it is a SiteBlocked too, but does not end when the site answers."""

BREAKER, BROWSERS = "SiteBlocked by breaker", "SiteBlocked by browsers"
"""Two more of this kind: a step of the site that fails for everybody, and browsers none of which can be started."""

SITE_SLOW, DISK_LOW = "SiteSlow", "DiskLow"
WARNINGS = frozenset({SITE_SLOW})
"""Conditions that are told, and stop nothing."""

NO_ACCOUNT = "no account is set; sign in with `ooctl login`, or set OO_EMAIL and OO_PASSWORD and start the daemon again"
SIGNED_OUT = "nobody is signed in since `ooctl logout`; sign in with `ooctl login`"
REMEMBERED = 32
ERRAND_TIMEOUT = 90 * SECONDS
ERRANDS_WAITING = 16
TELLING = 5 * SECONDS
"""For how long a condition that begins or ends is told at once, cancelled or not."""


Work = Callable[[Tab], Awaitable[Any]]


@dataclass(slots=True)
class Errand:
    """Something a browser should find out between or beside its tasks, with a session of its own where one is given."""

    work: Work
    stored: StoredSession | None = None
    done: trio.Event = field(default_factory=trio.Event)
    answer: Any = None
    error: Exception | None = None

    def settle(self, answer: Any = None, error: Exception | None = None) -> None:  # noqa: ANN401 - whatever `work` returns
        """Answer it; a second answer is ignored."""
        if not self.done.is_set():
            self.answer, self.error = answer, error
            self.done.set()


@dataclass(frozen=True, slots=True)
class Seen:
    """What a saved test was when it was last opened, and by shape what filling it laid open and when that was noted."""

    config: TestConfig
    look: Look | None
    reveals: Mapping[str, tuple[str, datetime.datetime]] = field(default_factory=dict)


class SiteDesk:
    """What the browsers of one account share."""

    def __init__(self, site: Site, credentials: Credentials | None, pacer: Pacer, store: Store, wall_clock: WallClock) -> None:
        self.site, self.credentials, self.pacer = site, credentials, pacer
        self.redaction = Redaction((credentials.password, credentials.email) if credentials else ())
        self.stored = StoredSession(redaction=self.redaction)
        self.configs: dict[str, TestConfig] = {}
        self.no_account = NO_ACCOUNT
        """What people are told while no account is known."""
        self.seen: dict[str, Seen] = {}
        self.sign_in_lock = trio.Lock()
        self.unclear_sign_ins = 0
        """Sign-ins since the last that worked which the site may have refused."""
        self.outage = trio.Lock()
        """Held by the one browser that finds out when the site works again."""
        self.doubts = 0
        self.bell = Bell()
        self.ramp = Ramp()
        self._store, self._wall_clock = store, wall_clock
        self._conditions: dict[str, Condition] = {}
        self._untold: set[str] = set()
        self.open_since = wall_clock()
        """When a condition last ended."""
        self._recent: list[Cards] = []
        self._silent_until = -float("inf")
        self._send, self._receive = trio.open_memory_channel[Errand](ERRANDS_WAITING)

    def now(self) -> datetime.datetime:
        """The wall time."""
        return self._wall_clock()

    @property
    def conditions(self) -> Mapping[str, Condition]:
        """What is in the way, by kind (drift by DRIFT); empty when all is well."""
        return MappingProxyType(self._conditions)

    @property
    def is_open(self) -> bool:
        """True when tasks may be leased."""
        return not self.blocks()

    def blocks(self, *, besides: Container[str] = ()) -> tuple[Condition, ...]:
        """The conditions that stop the leasing of tasks, without some of them, by key."""
        return tuple(found for key, found in self._conditions.items() if key not in WARNINGS and key not in besides)

    async def tell_pace(self) -> None:
        """Warn the user of a site that has trouble again and again, or take the warning back; a blocked site is told of as such."""
        if (warning := self.pacer.warning) and self.is_open:
            await self.enter(SITE_SLOW, warning)
        else:
            await self.leave(SITE_SLOW)

    @property
    def suspects(self) -> tuple[Cards, ...]:
        """Figures of the last results, whoever read them: a page that shows one of them again may be stale."""
        return tuple(self._recent)

    def remember(self, cards: Any) -> None:  # noqa: ANN401 - `Cards`, or the same read back from JSON
        """Note the figures of a result, or of what may become one."""
        if cards in self._recent:
            self._recent.remove(cards)
        self._recent = [*self._recent[-(REMEMBERED - 1) :], cards]

    async def recall(self) -> None:
        """Take up what older boots left: figures of the last results, the last Run clicks, until when the site wants silence."""
        for figures in await self._store.read(results.latest, REMEMBERED):
            self.remember(figures.proof.get("cards") or ())
        now = self._wall_clock()
        self.pacer.recall((now - click).total_seconds() for click in await self._store.read(attempts.latest_clicks))
        until = await self._store.read(attempts.limited_until)
        if until is not None and until > now:
            self.slow_down((until - now).total_seconds())
            await self.enter(RATE_LIMITED, self.silence_message())

    async def enter(self, kind: str, message: str, *, key: str = "", author: Author = NOBODY) -> None:
        """A condition holds from now on, as `key` where several of a kind are possible; told again only with other words. `author`
        is who brought it about, if it was a person.

        Secrets in the message are not told.
        """
        message = self.redaction.text(message)
        known = self._conditions.get(key or kind)
        if known is not None and known.message == message:
            return
        since: datetime.datetime = known.since if known else self._wall_clock()
        self._conditions[key or kind] = Condition(kind, message, since)
        await self._tell(kind, message, author)
        self.bell.ring()

    async def leave(self, key: str) -> None:
        """A condition no longer holds. Another one of its kind that still does is told again instead of its end."""
        gone = self._conditions.pop(key, None)
        if gone is not None:
            self.open_since = self._wall_clock()
            await self._tell(gone.kind, self._message(gone.kind))
            self.bell.ring()

    async def tell_again(self) -> None:
        """Tell what the store had no time for: else a clock that was stopped would never go on, or one never be stopped."""
        for kind in tuple(self._untold):
            await self._tell(kind, self._message(kind))

    async def _tell(self, kind: str, message: str, author: Author = NOBODY) -> None:
        """What is known and what is told must not part: a cancellation waits for the store, within bounds."""
        with trio.move_on_after(TELLING, shield=True) as scope:
            await self._store.write(journal.condition, kind, message, author=author)
        (self._untold.add if scope.cancelled_caught else self._untold.discard)(kind)

    def _message(self, kind: str) -> str:
        """Why a kind of condition holds; empty when it does not."""
        return next((condition.message for condition in self._conditions.values() if condition.kind == kind), "")

    def impose(self, key: str, kind: str, message: str) -> None:
        """A condition holds from now on that is told of elsewhere, in the transaction that belongs to it."""
        self._conditions[key] = Condition(kind, message, self._wall_clock())
        self.bell.ring()

    def withdraw(self, key: str) -> None:
        """A condition that was imposed was never told."""
        self._conditions.pop(key, None)
        self.bell.ring()

    def use(self, known: Recordings) -> None:
        """From now on the site looks like this; tabs that are open are replaced before their next task."""
        self.site = replace(self.site, recordings=known)
        self.bell.ring()

    def doubt(self) -> None:
        """Time went by without us: each browser makes sure that it is still signed in before it takes another task."""
        self.doubts += 1
        self.bell.ring()

    def slow_down(self, seconds: float) -> None:
        """The site wants to be left alone for so long, and backtests further apart from then on.

        Several browsers that are told so at once are told so once.
        """
        if self.silence <= 0:
            self.pacer.slow_down()
        self._silent_until = max(self._silent_until, trio.current_time() + seconds)

    @property
    def silence(self) -> float:
        """Seconds for which the site still wants to be left alone; not positive when it does not."""
        return self._silent_until - trio.current_time()

    def silence_message(self) -> str:
        """Until when the site wants to be left alone, as a sentence."""
        until = (self._wall_clock() + datetime.timedelta(seconds=max(0.0, self.silence))).strftime("%H:%M:%S")
        return f"{self.site.base_url} asked to slow down; it is asked again at {until} UTC"

    async def wait_open(self) -> None:
        """Return when tasks may be leased."""
        while not self.is_open:
            await self.bell.listen().wait()

    async def use_account(self, credentials: Credentials | None, storage: Mapping[str, Any] | None) -> None:
        """From now on this is the account, signed in with that state; None: nobody until another one is given.

        Tabs that are open are replaced before their next task; what is in flight ends in the session that it began with.
        """
        self.credentials, self.stored.storage = credentials, storage
        self.unclear_sign_ins = 0
        self.no_account = SIGNED_OUT
        if credentials is not None:
            self.redaction.learn(credentials.password, credentials.email)
        self.use(self.site.recordings)
        if credentials is None:
            await self.enter(AUTH_REQUIRED, SIGNED_OUT)
            self.refuse_errands(SignInRefused(SIGNED_OUT))
        else:
            await self.leave(AUTH_REQUIRED)

    async def ask(self, work: Work, *, stored: StoredSession | None = None) -> Any:  # noqa: ANN401 - whatever `work` returns
        """Have a browser do something and return its answer; with `stored` in a session of its own, also while nobody is signed in.

        Raises what `work` raises; SignInRefused at once while a person has to act; Unavailable when no browser answers in time.
        """
        if stored is None:
            self.check_sign_in()
        errand = Errand(work, stored)
        try:
            self._send.send_nowait(errand)
        except trio.WouldBlock:
            raise Unavailable("too many questions to the site are waiting; try again in a minute") from None
        with trio.move_on_after(ERRAND_TIMEOUT):
            await errand.done.wait()
        if not errand.done.is_set():
            errand.settle()
            why = "; ".join(condition.message for condition in self._conditions.values()) or "no browser is ready"
            raise Unavailable(f"the site could not be asked within {ERRAND_TIMEOUT:g} s: {why}; see `ooctl status`")
        if errand.error is not None:
            raise errand.error
        return errand.answer

    def check_sign_in(self) -> None:
        """Raise SignInRefused while a person has to act."""
        if AUTH_REQUIRED in self._conditions:
            raise SignInRefused(self._conditions[AUTH_REQUIRED].message)

    async def next_errand(self) -> Errand:
        """The next errand somebody still waits for."""
        while True:
            errand = await self._receive.receive()
            if not errand.done.is_set():
                return errand

    def refuse_errands(self, error: Exception) -> None:
        """Answer every errand that waits with an error, but for those that bring a session of their own."""
        own: list[Errand] = []
        while True:
            try:
                errand = self._receive.receive_nowait()
            except trio.WouldBlock:
                break
            if errand.stored is None:
                errand.settle(error=error)
            else:
                own.append(errand)
        for errand in own:
            self._send.send_nowait(errand)

"""A site, its network and its people in virtual time: slow, broken and moody by a seed, with one right answer for every order."""

import random
import zlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Protocol

import trio

from oodaemon.browser.backtest import UNFOLLOWED, Outcome
from oodaemon.browser.catalog import Listed
from oodaemon.browser.session import Credentials
from oodaemon.errors import SignInRefused
from oodaemon.failures import site as failures
from tests.unit.dispatch.bench import ACCOUNT, SAVED_PAGE, FakeSite, FakeTab, outcome

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
HANG = 45.0
ANSWERED = 0.8
"""How often it is seen that the site answered before the answer is proven."""
"""Until a step that hangs is given up with its browser."""

TESTS = tuple(Listed(f"{n:020d}", f"Test {n}", f"/test/{n:020d}") for n in range(8))


_CONTENT = {
    "entries": [["Dates", "Start Date", "01/03/2023", False], ["Dates", "End Date", "11/28/2025", False]],
    "legs": [{"buttons": {}, "cells": [{"value": "30", "unit": "Δ"}]}],
}
PANEL = {"before": _CONTENT, "after": _CONTENT}
"""What every panel holds."""


def key_of(order: Any) -> int:
    """The same for the same order, and for no other one that a simulation makes."""
    return zlib.crc32(repr(order.actions).encode())


def truth(order: Any) -> float:
    """The one right profit of an order."""
    return key_of(order) % 1_000_003 / 100


def is_refused(order: Any) -> bool:
    """Some values the site never takes."""
    return key_of(order) % 13 == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Moods:
    """Chances per step, and mean virtual hours between troubles of the whole site (0: never)."""

    slow: float = 0.03
    stuck: float = 0.02
    limited: float = 0.01
    logout: float = 0.01
    mismatch: float = 0.004
    defect: float = 0.003
    hang: float = 0.003
    stubborn: float = 0.2
    stale: float = 0.2
    outage: float = 40.0
    maintenance: float = 90.0
    drift: float = 150.0
    captcha: float = 300.0


CALM = Moods(
    slow=0,
    stuck=0,
    limited=0,
    logout=0,
    mismatch=0,
    defect=0,
    hang=0,
    stubborn=0,
    stale=0,
    outage=0,
    maintenance=0,
    drift=0,
    captcha=0,
)


@dataclass
class SimSite(FakeSite):
    """The site over all lives of the daemon. `driven` counts the pages of a test on which Run was pressed without an answer yet."""

    rng: random.Random = field(default_factory=random.Random)
    moods: Moods = field(default_factory=Moods)
    is_session_valid: bool = False
    needs_person: bool = False
    is_drifted: bool = False
    trouble: type[failures.SiteFailure] | None = None
    driven: Counter[str] = field(default_factory=Counter)
    struck: Counter[str] = field(default_factory=Counter)
    clicks: int = 0

    async def live(self) -> None:
        """Troubles of the whole site come and go, for ever."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._come_and_go, "outage", failures.SiteUnreachable)
            nursery.start_soon(self._come_and_go, "maintenance", failures.Maintenance)
            nursery.start_soon(self._drift_now_and_then)
            nursery.start_soon(self._ask_for_a_person)

    def calm_down(self) -> None:
        """From now on everything works."""
        self.moods, self.trouble, self.is_drifted, self.needs_person = CALM, None, False, False

    async def _wait(self, mood: str) -> None:
        mean = 0.0
        while not mean:
            mean = getattr(self.moods, mood)
            await trio.sleep(self.rng.expovariate(1 / mean) * HOUR if mean else 30 * DAY)
        self.struck[mood] += bool(getattr(self.moods, mood))

    async def _come_and_go(self, mood: str, kind: type[failures.SiteFailure]) -> None:
        while True:
            await self._wait(mood)
            self.trouble = kind if self.moods is not CALM else None
            await trio.sleep(self.rng.choice([30.0, 10 * MINUTE, 2 * HOUR]))
            self.trouble = None

    async def _drift_now_and_then(self) -> None:
        while True:
            await self._wait("drift")
            self.is_drifted = self.moods is not CALM
            await trio.sleep(self.rng.uniform(1, 12) * HOUR)
            self.is_drifted = False

    async def _ask_for_a_person(self) -> None:
        while True:
            await self._wait("captcha")
            self.needs_person, self.is_session_valid = self.moods is not CALM, False
            await trio.sleep(self.rng.uniform(0.1, 1) * HOUR)
            self.needs_person = False

    def strikes(self, mood: str) -> bool:
        """By chance."""
        found = self.rng.random() < getattr(self.moods, mood)
        self.struck[mood] += found
        return found


class Browser(Protocol):
    """What a page knows of its browser."""

    gone: trio.Event

    def die(self) -> None:
        """With all its pages."""


class SimTab(FakeTab):
    """A page of a simulated site in a simulated browser, which may be gone."""

    site: SimSite

    def __init__(self, site: SimSite, browser: Browser) -> None:
        super().__init__(site)
        self.browser = browser
        self._at_work = ""

    def leave(self) -> None:
        """The page is gone, or its backtest is over: nothing of it is driven any more."""
        self.site.driven[self._at_work] -= bool(self._at_work)
        self._at_work = ""

    def _press_run(self, path: str) -> None:
        self._at_work = path
        self.site.driven[path] += 1
        self.site.clicks += 1

    async def discard(self) -> bool:
        """Close the page; one that does not answer is not closed."""
        with trio.CancelScope(shield=True):
            await trio.sleep(self.site.rng.uniform(0.05, 2))
        if not self.browser.gone.is_set() and self.site.strikes("stubborn"):
            return False
        self.leave()
        return True

    async def round_trip(self, patience: float) -> None:
        await trio.lowlevel.checkpoint()
        if self.browser.gone.is_set():
            raise failures.BrowserLost("the page does not answer")

    async def sign_in(self, credentials: Credentials) -> None:
        assert credentials == ACCOUNT
        await self._step(2.0)
        if self.site.needs_person:
            raise SignInRefused("the site shows a challenge")
        self.site.is_session_valid = True
        self.site.stored.storage = self.session = {"cookies": []}

    async def prepare(self, path: str, order: Any) -> Any:
        self.paths.append(path)
        self.orders.append(order)
        await self._open()
        await self._step(1.0)
        if self.site.is_drifted:
            raise failures.Drifted("there is no Profit Target", locator='"Profit Target" in "Profit & Loss"')
        return {"path": path, "order": order, **SAVED_PAGE, "panel": PANEL}

    async def is_as_prepared(self, order: Any, saved: Any) -> bool:
        await self._step(0.1)
        return not self.site.strikes("stale")

    async def _open(self) -> None:
        await self._step(2.0)
        self._check_session()
        if self.site.strikes("stuck"):
            raise failures.PanelStuck("the panel does not open")

    async def run(self, order: Any, saved: Any, suspects: Any, following: Any = UNFOLLOWED) -> Outcome:
        assert saved["order"] == order == self.orders[-1], "a page that was prepared for something else"
        self._press_run(self.paths[-1])
        following.pressed()
        await self._step(self.site.rng.choice([3.0, 20.0, 120.0]), at_work=True)
        self.leave()
        if self.site.rng.random() < ANSWERED:
            following.answered(outcome(truth(order)).cards)
            await self._step(1.5)
        self._check_session()
        if is_refused(order):
            raise failures.Refused("the site does not take these values")
        found = outcome(truth(order))
        if self.site.strikes("mismatch"):
            raise failures.Mismatched("the page does not prove this backtest", figures=found.figures)
        if self.site.strikes("defect"):
            raise ZeroDivisionError("a defect of ours")
        return found

    async def probe(self) -> None:
        await self._step(1.0)

    async def is_signed_in(self) -> bool:
        await self._step(0.1)
        if not self.site.needs_person:
            self.site.is_session_valid = True
        return not self.site.needs_person

    async def share_session(self) -> None:
        self.site.stored.storage = self.session = {"cookies": []}

    async def list_tests(self) -> list[Listed]:
        await self._step(2.0)
        self._check_session()
        return list(TESTS)

    async def look_up(self, path: str) -> Listed | None:
        await self._step(2.0)
        self._check_session()
        return next((test for test in TESTS if test.path == path), None)

    def _check_session(self) -> None:
        if self.site.strikes("logout"):
            self.site.is_session_valid = False
        if not self.site.is_session_valid:
            raise failures.SignedOut("the site asks to sign in")

    async def _step(self, seconds: float, *, at_work: bool = False) -> None:
        """What every step can meet. A page that is at work goes on with it when nobody waits any more."""
        site = self.site
        with trio.move_on_after(site.rng.uniform(seconds / 2, 2 * seconds)):
            await self.browser.gone.wait()
        if site.strikes("hang"):
            await trio.sleep(HANG)
            self.browser.die()
        if at_work:
            self.leave()
        if self.browser.gone.is_set():
            raise failures.BrowserLost("the browser does not answer")
        if site.trouble is not None:
            raise site.trouble("it answers 503")
        if site.strikes("limited"):
            raise failures.RateLimited("429", retry_after=site.rng.choice([None, 5.0, 120.0]))
        if site.strikes("slow"):
            raise failures.TooSlow("the step took too long")

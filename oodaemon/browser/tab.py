"""A tab: one page in a context of its own, driven from trio. Every step has a deadline, every error is translated."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar, cast
from urllib.parse import urlsplit

import structlog
import trio
from playwright.async_api import BrowserContext, Error, Page

from oodaemon.bridge.loop import call
from oodaemon.browser import (
    admission,
    backtest,
    catalog,
    evidence,
    exports,
    locate,
    moved,
    preparing,
    removal,
    saved_test,
    session,
    state,
)
from oodaemon.browser.answers import Answers
from oodaemon.browser.backtest import UNFOLLOWED, Cards, Following, Order, Outcome
from oodaemon.browser.driver import Chromium
from oodaemon.browser.evidence import Gathered, Witness
from oodaemon.browser.moved import PULSE_TIMEOUT
from oodaemon.browser.profile import Part, part
from oodaemon.browser.session import Credentials, Site
from oodaemon.browser.trace import Tracing
from oodaemon.clock import SECONDS
from oodaemon.failures.explain import explain
from oodaemon.failures.redaction import NOTHING_SECRET, Redaction
from oodaemon.failures.site import BrowserLost, Drifted, Mismatched, PanelStuck, SignedOut, SiteFailure, TooSlow

log = structlog.get_logger()

P = ParamSpec("P")
T = TypeVar("T")

OPEN_TIMEOUT, CLOSE_TIMEOUT = 15 * SECONDS, 3 * SECONDS
HURRY = 1 * SECONDS
LOADS = 50
"""After so many backtests a page collects its garbage: by itself it lets some hundred MiB gather first."""
SLACK = 10 * SECONDS
"""Added to the deadlines inside the page: ours must be the later one, it can only say that the browser does not answer."""


@dataclass
class StoredSession:
    """The signed-in state of one account, shared by its tabs. `redaction` knows its secrets, `keep` is told of each new state."""

    storage: Mapping[str, Any] | None = None
    redaction: Redaction = NOTHING_SECRET
    keep: Callable[[Mapping[str, Any]], Awaitable[object]] | None = None


@asynccontextmanager
async def open_tab(chromium: Chromium, site: Site, stored: StoredSession) -> AsyncIterator["Tab"]:
    """A fresh context, signed in if the account is, with one page. Closed, or given up after 3 s, when the block ends."""
    try:
        with trio.fail_after(OPEN_TIMEOUT):
            context = await call(partial(_new_context, chromium, site, stored))
            page = await call(context.new_page)
            heard, witness = Answers(urlsplit(site.base_url).netloc), Witness(Tracing(context), stored.redaction, chromium.blocked)
            await call(_listen, heard, witness, page)
    except (trio.TooSlowError, Error) as error:
        raise BrowserLost("the browser does not open a page") from error
    patience = CLOSE_TIMEOUT
    try:
        yield Tab(context, page, site, stored, heard, witness)
    except trio.Cancelled:
        patience = HURRY  # the browser goes as well
        raise
    finally:
        with trio.move_on_after(patience, shield=True), suppress(Error):
            await call(context.close)


def _nobody(_seconds: float) -> None:
    """Follows no progress."""


async def _new_context(chromium: Chromium, site: Site, stored: StoredSession) -> BrowserContext:
    width, height = site.recordings.viewport
    storage: Any = stored.storage
    return await chromium.browser.new_context(viewport={"width": width, "height": height}, locale="en-US", storage_state=storage)


async def _listen(heard: Answers, witness: Witness, page: Page) -> None:
    heard.watch(page)
    witness.watch(page)


@dataclass
class Tab:
    """What a browser actor can ask of the site. Used by one task at a time."""

    context: BrowserContext
    page: Page
    site: Site
    stored: StoredSession
    heard: Answers
    witness: Witness
    step: str = field(default="", init=False)
    last_step: str = field(default="", init=False)
    on_progress: Callable[[float], None] = field(default_factory=lambda: _nobody, init=False)
    """Called when a step begins, with the seconds it may take, and when it is done, with 0."""
    _session: Mapping[str, Any] | None = field(default=None, init=False)
    _loads: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._session = self.stored.storage

    @property
    def is_outdated(self) -> bool:
        """True when the account has another session by now than this tab was opened with: a new tab would have that."""
        return self.stored.storage is not self._session

    async def sign_in(self, credentials: Credentials) -> None:
        """Sign in and share the session with later tabs. Raises what `admission.sign_in` does, and BrowserLost."""
        await self.end_recording()
        deadline = self.site.recordings.deadline("sign_in", "signed_in")
        await self._do("sign in", deadline, admission.sign_in, credentials)
        await self.share_session()

    async def share_session(self) -> None:
        """Give later tabs the signed-in state of this one. Raises BrowserLost."""
        signed_in = await self._call("sign in", OPEN_TIMEOUT, partial(self.context.storage_state, indexed_db=True))
        self.stored.storage = self._session = storage = cast("Mapping[str, Any]", signed_in)
        if self.stored.keep is not None:
            await self.stored.keep(storage)

    async def prepare(self, path: str, order: Order) -> state.State:
        """Open the test and its panel, fill the panel, read it back. See `preparing.prepare`."""
        deadline = self.site.recordings.deadline("open_test", "open_panel")
        timing = self.site.recordings.timing
        self._loads += 1
        if self._loads % LOADS == 0:
            await self._call("collect garbage", OPEN_TIMEOUT, self.page.request_gc)
        return await self._do("open and fill", deadline + timing["list"] + timing["fill"], preparing.prepare, path, order)

    async def is_as_prepared(self, order: Order, saved: state.State) -> bool:
        """True when the page still shows what `prepare` left. Raises BrowserLost."""
        try:
            return await self._do("look at the page", OPEN_TIMEOUT, preparing.is_as_prepared, order, saved)
        except BrowserLost:
            raise
        except SiteFailure as error:
            log.info("a page that was filled ahead is of no use any more", reason=str(error))
            return False

    async def run(self, order: Order, saved: state.State, suspects: Sequence[Cards], following: Following = UNFOLLOWED) -> Outcome:
        """Press Run and return proven figures. See `backtest.run`."""
        deadline = self.site.recordings.deadline("run", "result") + self.site.recordings.timing["fill"]
        return await self._do("run", deadline, backtest.run, order, saved, suspects, following)

    async def trade_log(self, outcome: Outcome) -> exports.Export:
        """Download the trade log of the result on the page. See `exports.trade_log`."""
        timing = self.site.recordings.timing
        deadline = exports.TRIES * (timing["export"] + 3 * timing["field"])
        with part(Part.DOWNLOAD):
            return await self._do("download the trade log", deadline, exports.trade_log, outcome)

    async def charts(self, outcome: Outcome) -> dict[str, bytes]:
        """Pictures of the charts of the result on the page. See `exports.charts`."""
        with part(Part.CHARTS):
            return await self._do("read the charts", 2 * self.site.recordings.timing["charts"], exports.charts, outcome)

    async def list_tests(self) -> list[catalog.Listed]:
        """The saved tests of the account."""
        deadline = self.site.recordings.deadline("open_tests") + 2 * self.site.recordings.timing["list"]
        return await self._do("list tests", deadline, catalog.read_list)

    async def look_up(self, path: str) -> catalog.Listed | None:
        """The saved test at a path, or None."""
        deadline = session.REDIRECTS * self.site.recordings.deadline("open_test")
        return await self._do("look up the test", deadline, catalog.look_up, path)

    async def rename_test(self, path: str, name: str, new_name: str) -> str:
        """Give a saved test another name on the site. See `saved_test.rename`."""
        return await self._do("rename the test", self._change_deadline(), saved_test.rename, path, name, new_name)

    async def remove_test(self, path: str, name: str) -> str:
        """Remove a saved test from the site. See `removal.remove`."""
        return await self._do("remove the test", self._change_deadline(), removal.remove, path, name)

    def _change_deadline(self) -> float:
        timing = self.site.recordings.timing
        opening = 2 * session.REDIRECTS * self.site.recordings.deadline("open_test")
        return opening + 6 * timing["field"] + self.site.recordings.deadline("open_tests") + 2 * timing["list"]

    async def probe(self) -> None:
        """Ask the site for the page of its tests. Raises SiteUnreachable, RateLimited, TooSlow, BrowserLost."""
        await self._do("reach the site", self.site.recordings.deadline("open_tests"), session.reach)

    async def is_signed_in(self) -> bool:
        """True when the page shows a part of the site that needs an account. Raises BrowserLost."""
        try:
            shown = await self._call("look at the page", OPEN_TIMEOUT, partial(state.read, self.page, self.site.recordings))
        except SignedOut:
            return False
        return bool(str(shown["path"]).startswith(("/dashboard", "/test")) and not shown["isSignIn"] and not shown["challenge"])

    async def round_trip(self, patience: float = PULSE_TIMEOUT) -> None:
        """Prove that the page answers, within so many seconds. Raises BrowserLost."""
        try:
            with trio.fail_after(patience):
                await call(self.page.evaluate, "1")
        except (trio.TooSlowError, Error) as error:
            raise BrowserLost("the browser does not answer") from error

    async def discard(self) -> bool:
        """Close the page; True when the browser confirmed that within 2 s. Not cancellable; the tab is of no use afterwards."""
        with trio.move_on_after(PULSE_TIMEOUT, shield=True), suppress(Error):
            await call(self.page.close)
            return True
        return False

    async def screenshot(self) -> bytes:
        """The page as a PNG. Raises TooSlow, BrowserLost."""
        return await self._call("take a picture", OPEN_TIMEOUT, self.page.screenshot)

    async def begin_attempt(self, *, is_recorded: bool) -> None:
        """What is heard from now on belongs to a new attempt; with `is_recorded` Playwright records it. Never raises."""
        self.witness.forget()
        if is_recorded:
            with suppress(Error), trio.move_on_after(PULSE_TIMEOUT):
                await call(self.witness.tracing.start)

    async def end_recording(self) -> None:
        """Forget the recording of an attempt, if there is one. Never raises."""
        if self.witness.tracing.is_recording:
            with suppress(Error), trio.move_on_after(PULSE_TIMEOUT):
                await call(self.witness.tracing.discard)

    async def gather(self, into: Gathered, *, is_lost: bool) -> None:
        """What can be told of the page now, put into `into`. See `evidence.gather`."""
        await evidence.gather(self.page, self.witness, into, is_lost=is_lost)

    async def _do(
        self,
        step: str,
        deadline: float,
        work: Callable[Concatenate[Page, Site, P], Awaitable[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        return await self._call(step, deadline + SLACK, partial(work, self.page, self.site, *args, **kwargs))

    async def _call(self, step: str, deadline: float, work: Callable[[], Awaitable[T]]) -> T:
        self.step = self.last_step = self.witness.step = step
        self.on_progress(deadline)
        self.heard.forget()
        try:
            with trio.fail_after(deadline):
                done = await call(locate.guarded, step, work)
            self.on_progress(0)
            return done
        except trio.TooSlowError as error:
            await self.round_trip()
            raise await self._explained(TooSlow(f"the step {step!r} took longer than {deadline:g} s"), step) from error
        except SignedOut as error:
            raise await moved.why(self.page, self.site, error) from error
        except (Drifted, PanelStuck, TooSlow, Mismatched) as error:
            found = await self._explained(error, step)
            if found is error:
                raise
            raise found from error
        finally:
            self.step = ""

    async def _explained(self, error: SiteFailure, step: str) -> SiteFailure:
        """The failure with what the page and the server say of the reason; see `failures.explain`."""
        heard = replace(self.heard.facts(), is_locator_there=moved.is_locator_there(error))
        return explain(error, await moved.facts(self.page, self.site, heard), step=step)

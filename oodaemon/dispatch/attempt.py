"""One attempt: from a lease to a recorded outcome."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import partial

import structlog
import trio

from oodaemon.browser.backtest import Cards, Following, Order, Outcome
from oodaemon.browser.evidence import Gathered
from oodaemon.browser.profile import Part, part
from oodaemon.browser.state import State
from oodaemon.browser.tab import Tab
from oodaemon.clock import SECONDS
from oodaemon.dispatch.acquaintance import Acquaintance, basis_of
from oodaemon.dispatch.breakers import Step
from oodaemon.dispatch.control import Control
from oodaemon.dispatch.keeping import keep
from oodaemon.dispatch.silence import Silence
from oodaemon.dispatch.turns import Turn, Turns
from oodaemon.dispatch.waiting import NotStarted, Waiting
from oodaemon.dispatch.workshop import Workshop
from oodaemon.errors import StoreUnusable
from oodaemon.failures.site import (
    BrowserLost,
    Drifted,
    Interrupted,
    Mismatched,
    NotApplicable,
    RateLimited,
    Refused,
    SiteFailure,
    classify,
    slows_down,
)
from oodaemon.model.reuse import Basis
from oodaemon.model.tasks import FailureClass, Lease, Verdict
from oodaemon.parameters.registry import Registry
from oodaemon.store import attempts
from oodaemon.store.attempts import StaleToken
from oodaemon.store.transaction import Transaction

log = structlog.get_logger()

FAREWELL = 5 * SECONDS
"""What recording an outcome may take although the attempt itself was cancelled."""


class Superseded(Interrupted):
    """Others closed the attempt: its task has a result, or somebody else tries it."""


def order_of(lease: Lease, registry: Registry) -> Order:
    """What the form must be given and what the result must show. Raises PluginError for a parameter that is gone."""
    return Order(registry.actions(lease.values), registry.expectations(lease.values))


class Attempt:
    """Carries one lease to its outcome. `is_stopping` says whether a cancellation was asked for by us, `turn` is its page's."""

    def __init__(self, lease: Lease, workshop: Workshop, *, is_stopping: Callable[[], bool], turn: Turn | None = None) -> None:
        self.lease, self._is_stopping, self._turn = lease, is_stopping, turn or Turn(Turns())
        self._desk, self._store, self._registry = workshop.desk, workshop.store, workshop.registry
        self._tally, self._reading = workshop.tally, workshop.reading
        self._profile = workshop.profiles.leased(lease)
        self._drift, self._breakers, self._evidence = workshop.drift, workshop.breakers, workshop.evidence
        self._step = Step.OPEN
        self._order = Order((), ())
        self._acquaintance = Acquaintance(workshop.desk, workshop.store, workshop.registry)
        self._basis: Basis | None = None
        self.waiting = Waiting(lease, self._turn, workshop.desk, workshop.store, workshop.breakers)
        self.silence = Silence()
        self._began = trio.current_time()
        self._is_settled = False
        self._tab: Tab | None = None
        self.loss: BrowserLost | None = None
        """What it noticed itself of the end of its browser."""
        self._overlaps = workshop.pages > 1
        self.is_announced = False
        """Set once the site may have been asked."""
        self.is_stopped = self.is_bystander = False
        """Set by whoever cancels it because nobody wants it any more; by whoever knows that its browser went for another's sake."""

    async def run(self, tab: Tab) -> None:
        """Do the backtest and record what came of it.

        A failure is recorded with its class and raised again. After a cancellation and a lost browser the page may still be driven,
        so the attempt stays open until `close`. Superseded says that it was closed by others.
        """
        with self._profile.current():
            await self._run(tab)

    async def _run(self, tab: Tab) -> None:
        self._tab, tab.on_progress = tab, self.silence.advance
        try:
            if self._evidence is not None:
                await self._evidence.begin(tab)
            await self.silence.limit(partial(self._do, tab), in_panel=lambda: tab.last_step == "open and fill")
        except BrowserLost as error:
            self.loss = error
            raise
        except StaleToken as error:
            self._is_settled = True
            raise Superseded(str(error)) from error
        except StoreUnusable:
            self._is_settled = True  # nothing can be recorded any more; the next boot finds it open
            raise
        except Exception as error:
            await self._fail(error, tab)
            await self._desk.tell_pace()
            raise
        if self._evidence is not None:
            await tab.end_recording()

    async def close(self) -> None:
        """See `settle`; not cancellable, and given up after some seconds."""
        with trio.move_on_after(FAREWELL, shield=True):
            await self.settle()

    async def settle(self) -> None:
        """Record an attempt that `run` left open, once its page is closed or its processes are gone; nothing for any other.

        It counts as interrupted when we asked for its end or it was for another's sake, and as a lost browser otherwise. A
        cancellation leaves it as it was.
        """
        tab = self._tab
        if self.is_settled or tab is None:
            return
        gathered = Gathered()
        try:
            if self.excuse:
                await self._record(FailureClass.INTERRUPTED, self.excuse, gathered)
            else:
                await self._gather(FailureClass.BROWSER, self.loss, tab, gathered)
                await self._record(FailureClass.BROWSER, str(self.loss or "the browser went away"), gathered, self.loss)
        except StaleToken:
            self._is_settled = True  # others closed it

    @property
    def is_settled(self) -> bool:
        """True once its outcome is recorded, or others closed it."""
        return self._is_settled or self.waiting.is_given_back

    @property
    def excuse(self) -> str:
        """Why its task is charged nothing if its browser is gone; empty when it is."""
        if self.is_stopped:
            return "the run was stopped at once"
        if self.loss is None and self._is_stopping():
            return "the daemon stopped the browser"
        return "its browser went away, and not over this backtest" if self.is_bystander else ""

    async def _do(self, tab: Tab) -> None:
        order = self._order = order_of(self.lease, self._registry)
        saved = await self._prepare(tab)
        async with AsyncExitStack() as stack:
            with self.silence.excused():
                with part(Part.LINE):
                    await self.waiting.until(self._turn.take)
                with part(Part.TURN):
                    await self.waiting.until(lambda: stack.enter_async_context(self._desk.pacer.turn()))
            if self.waiting.is_stale or (self.waiting.is_long and not await tab.is_as_prepared(order, saved)):
                saved = await self._prepare(tab)
            with part(Part.ANNOUNCE):
                await self._announce()
        self._step = Step.RUN
        following = Following(self._turn.pressed, self._answered)
        outcome: Outcome = await tab.run(order, saved, self._desk.suspects, following)
        self._turn.answered()
        with part(Part.STORE):
            await self._breakers.passed(self.lease, Step.RUN)
        self._desk.remember(outcome.cards)
        self._step = Step.KEEP
        kept = await keep(tab, outcome, self.lease.wants, self._reading, basis=basis_of(self._basis, outcome.figures.config))
        with trio.CancelScope(shield=True), part(Part.STORE):
            spared = self._spared()
            verdict = await self._store.write(attempts.succeed, self.lease.token, outcome.figures, kept, spared=spared)
            self._is_settled, self._profile.outcome = True, verdict.value
            if verdict not in {Verdict.RECORDED, Verdict.ADOPTED}:
                log.warning("a late result was not needed", run=self.lease.run_id, task=self.lease.index, verdict=verdict.value)
                return
            if self._desk.ramp.succeeded(self.lease.run_id) or verdict is Verdict.ADOPTED:
                self._desk.bell.ring()
            self._tally.succeeded(trio.current_time() - self._began - spared)
            self._drift.settled()
            self._desk.pacer.settled()
            await self._desk.tell_pace()

    def _spared(self) -> float:
        """For how many seconds it did not keep its browser from others: it waited for them, or they went on while it was proven."""
        return max(0.0, trio.current_time() - self._began - self._turn.busy) if self._overlaps else 0.0

    async def _prepare(self, tab: Tab) -> State:
        self.waiting.filling()
        with part(Part.PAUSE):
            await self._desk.pacer.before_action()
        saved = await tab.prepare(self.lease.test_path, self._order)
        with part(Part.STORE):
            await self._breakers.passed(self.lease, Step.OPEN)
            self._basis = await self._acquaintance.note(self.lease, saved)
        return saved

    def _answered(self, cards: Cards) -> None:
        """What the site answered is on the page; whoever asks it next must know these figures when they come again."""
        self._desk.remember(cards)
        self._turn.answered()

    async def _announce(self) -> None:
        """Record the intent; from here on the site may have been asked."""
        self.waiting.check()
        if not await self._store.write(attempts.intent, self.lease.token):
            self._is_settled = True
            raise NotStarted("the run was paused or cancelled")
        self.is_announced = True

    async def _fail(self, error: Exception, tab: Tab) -> None:
        if self.is_settled:
            return
        try:
            await self._settle_failure(error, tab)
        except BrowserLost as lost:
            self.loss = lost
            raise
        except StaleToken:
            self._is_settled = True  # its task was settled meanwhile: whatever failed here does not matter any more

    async def _settle_failure(self, error: Exception, tab: Tab) -> None:
        if isinstance(error, (Refused, Mismatched)):
            await self._breakers.passed(self.lease, self._step)  # the site answered, if not as it should
        if slows_down(error):
            self._desk.pacer.failed()
        if isinstance(error, Drifted) and await self._drift.settle(self.lease, self._order, error):
            self._is_settled = True
            self._tally.failed(FailureClass.DRIFT)
            self._profile.outcome = FailureClass.DRIFT.value
            return
        failure_class = classify(error)
        gathered = Gathered()
        try:
            await self._gather(failure_class, error, tab, gathered)  # now: the control of the experiment uses the same page
        except trio.Cancelled:
            with trio.move_on_after(FAREWELL, shield=True):
                await self._conclude(failure_class, error, gathered)
            raise
        self._turn.failed()
        control = Control(self.lease, tab, self._desk, self._store, self._turn.turns)
        if await self._breakers.settle(self.lease, self._step, error, control):
            self._settled_as(failure_class)
            return
        await self._conclude(failure_class, error, gathered)

    async def _gather(self, failure_class: FailureClass, error: Exception | None, tab: Tab, into: Gathered) -> None:
        if self._evidence is not None and failure_class is not FailureClass.INTERRUPTED:
            await self._evidence.gather(tab, error, into)

    async def _conclude(self, failure_class: FailureClass, error: Exception, gathered: Gathered) -> None:
        """Record a failure that is the task's own."""
        message = str(error) if isinstance(error, SiteFailure) else f"{type(error).__name__}: {error}"
        if failure_class is FailureClass.BUG:
            log.error("attempt failed by a defect", run=self.lease.run_id, task=self.lease.index, exc_info=error)
        if isinstance(error, NotApplicable):
            if error.saved is not None:
                await self._acquaintance.note_page(self.lease.test_id, error.saved)
            refuse = partial(attempts.refuse_test, token=self.lease.token, message=self._desk.redaction.text(message))
            await self._close(failure_class, refuse, gathered, error)
            return
        if isinstance(error, Refused) and self._step is Step.RUN and self._basis is not None:
            told = self._desk.redaction.text(message)
            refused = partial(attempts.refuse, token=self.lease.token, message=told, basis=self._basis)
            await self._close(failure_class, refused, gathered, error)
            return
        await self._record(failure_class, message, gathered, error)

    async def _record(self, failure_class: FailureClass, message: str, gathered: Gathered, error: Exception | None = None) -> None:
        asked = error.retry_after if isinstance(error, RateLimited) else None
        told = self._desk.redaction.text(message)
        fail = partial(attempts.fail, token=self.lease.token, failure_class=failure_class, message=told, asked=asked)
        await self._close(failure_class, fail, gathered, error)

    async def _close(
        self, failure_class: FailureClass, settle: Callable[[Transaction], object], gathered: Gathered, error: Exception | None
    ) -> None:
        """Let `settle` close the attempt; with the evidence of its failure, unless we interrupted it ourselves."""
        if self._evidence is None or failure_class is FailureClass.INTERRUPTED:
            await self._store.write(settle)
        else:
            await self._evidence.keep(self.lease.token.attempt_id, settle, gathered, error)
        self._settled_as(failure_class)

    def _settled_as(self, failure_class: FailureClass) -> None:
        self._is_settled, self._profile.outcome = True, failure_class.value
        self._tally.failed(failure_class)

"""One attempt: from a lease to a recorded outcome."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial

import structlog
import trio

from oodaemon.analysis import files
from oodaemon.analysis.agreement import disagreements
from oodaemon.analysis.sheet import MalformedLog
from oodaemon.browser.backtest import Order, Outcome
from oodaemon.browser.config import read_config
from oodaemon.browser.tab import Tab
from oodaemon.clock import SECONDS
from oodaemon.dispatch.workshop import Workshop
from oodaemon.failures.site import BrowserLost, Drifted, Interrupted, Mismatched, NotApplicable, RateLimited, SiteFailure, classify
from oodaemon.model.config import TestConfig
from oodaemon.model.tasks import FailureClass, Kept, Lease, Verdict
from oodaemon.model.trades import LogFile, TradeLog
from oodaemon.parameters.registry import Registry
from oodaemon.store import attempts, tests
from oodaemon.store.attempts import StaleToken

log = structlog.get_logger()

FAREWELL = 5 * SECONDS
"""What recording an outcome may take although the attempt itself was cancelled."""


class Superseded(Interrupted):
    """Others closed the attempt: its task has a result, or somebody else tries it."""


class NotStarted(Interrupted):
    """The run was paused or cancelled, or the daemon drains: the lease was given back before the Run click."""


def order_of(lease: Lease, registry: Registry) -> Order:
    """What the form must be given and what the result must show. Raises PluginError for a parameter that is gone."""
    return Order(registry.actions(lease.values), registry.expectations(lease.values))


class Attempt:
    """Carries one lease to its outcome. `is_stopping` says whether a cancellation was asked for by us."""

    def __init__(self, lease: Lease, workshop: Workshop, *, is_stopping: Callable[[], bool]) -> None:
        self.lease, self._is_stopping = lease, is_stopping
        self._desk, self._store, self._registry = workshop.desk, workshop.store, workshop.registry
        self._tally, self._reading = workshop.tally, workshop.reading
        self._drift = workshop.drift
        self._order = Order((), ())
        self._began = trio.current_time()
        self._is_settled = False
        self._loss: BrowserLost | None = None
        self.is_stopped = False
        """Set by whoever cancels it because nobody wants it any more."""

    async def run(self, tab: Tab) -> None:
        """Do the backtest and record what came of it.

        A failure is recorded with its class and raised again. After a cancellation and a lost browser the page may still be driven,
        so the attempt stays open until `close`. Superseded says that it was closed by others.
        """
        try:
            await self._do(tab)
        except BrowserLost as error:
            self._loss = error
            raise
        except StaleToken as error:
            self._is_settled = True
            raise Superseded(str(error)) from error
        except Exception as error:
            await self._fail(error)
            raise

    async def close(self) -> None:
        """Record an attempt that `run` left open, once its page is closed or its processes are gone; nothing for any other.

        It counts as interrupted when we asked for its end, and as a lost browser otherwise. Not cancellable; bounded.
        """
        if self._is_settled:
            return
        with trio.move_on_after(FAREWELL, shield=True), suppress(StaleToken):
            if self.is_stopped:
                await self._record(FailureClass.INTERRUPTED, "the run was stopped at once")
            elif self._loss is None and self._is_stopping():
                await self._record(FailureClass.INTERRUPTED, "the daemon stopped the browser")
            else:
                await self._record(FailureClass.BROWSER, str(self._loss or "the browser went away"))

    @property
    def is_settled(self) -> bool:
        """True once its outcome is recorded, or others closed it."""
        return self._is_settled

    async def _do(self, tab: Tab) -> None:
        order = self._order = order_of(self.lease, self._registry)
        await self._desk.pacer.before_action()
        saved = await tab.prepare(self.lease.test_path, order)
        await self._note_test(read_config(saved))
        await self._desk.pacer.before_run()
        await self._announce()
        outcome: Outcome = await tab.run(order, saved, self._desk.suspects)
        self._desk.remember(outcome.cards)
        kept = await self._keep(tab, outcome)
        with trio.CancelScope(shield=True):
            verdict = await self._store.write(attempts.succeed, self.lease.token, outcome.figures, kept)
            self._is_settled = True
            if verdict not in {Verdict.RECORDED, Verdict.ADOPTED}:
                log.warning("a late result was not needed", run=self.lease.run_id, task=self.lease.index, verdict=verdict.value)
                return
            if self._desk.ramp.succeeded(self.lease.run_id) or verdict is Verdict.ADOPTED:
                self._desk.bell.ring()
            self._tally.succeeded(trio.current_time() - self._began)
            self._drift.settled()
            self._desk.pacer.settled()

    async def _note_test(self, config: TestConfig) -> None:
        """Remember what the saved test says of itself: the next submission is checked against it."""
        if self._desk.configs.get(self.lease.test_id) != config:
            await self._store.write(tests.note_config, self.lease.test_id, config)
            self._desk.configs[self.lease.test_id] = config

    async def _keep(self, tab: Tab, outcome: Outcome) -> Kept:
        """What the run wants beside the figures, from the page that still shows them."""
        charts = await tab.charts(outcome) if self.lease.wants.charts and outcome.cards else {}
        log = (
            await self._trade_log(tab, outcome) if self.lease.wants.trades and outcome.figures.metrics.get("total_trades") else None
        )
        return Kept(charts, log)

    async def _trade_log(self, tab: Tab, outcome: Outcome) -> LogFile:
        """The trade log of the result, read and held against the page. Raises Mismatched when they do not agree."""
        export, shown = await tab.trade_log(outcome), outcome.figures.metrics
        read = partial(files.read, export.content, export.name, starting_capital=shown.get("starting_capital"))
        try:
            file = await self._reading.run(read)
        except MalformedLog as error:
            raise Mismatched(f"the trade log {export.name} cannot be believed: {error}") from error
        if not isinstance(file.log, TradeLog):
            raise Mismatched(f"the site gave the daily log {export.name} instead of a trade log")
        if reasons := disagreements(file.log, shown):
            raise Mismatched(f"the trade log {export.name} is not that of the page: {'; '.join(reasons)}")
        return file

    async def _announce(self) -> None:
        """Record the intent; from here on the site may have been asked."""
        if not self._desk.is_open:
            raise NotStarted("; ".join(condition.message for condition in self._desk.conditions.values()))
        if not await self._store.write(attempts.intent, self.lease.token):
            self._is_settled = True
            raise NotStarted("the run was paused or cancelled")

    async def _fail(self, error: Exception) -> None:
        if self._is_settled:
            return
        try:
            await self._settle_failure(error)
        except StaleToken:
            self._is_settled = True  # its task was settled meanwhile: whatever failed here does not matter any more

    async def _settle_failure(self, error: Exception) -> None:
        if isinstance(error, Drifted) and await self._drift.settle(self.lease, self._order, error):
            self._is_settled = True
            self._tally.failed(FailureClass.DRIFT)
            return
        failure_class = classify(error)
        message = str(error) if isinstance(error, SiteFailure) else f"{type(error).__name__}: {error}"
        if failure_class is FailureClass.BUG:
            log.error("attempt failed by a defect", run=self.lease.run_id, task=self.lease.index, exc_info=error)
        if isinstance(error, NotApplicable):
            if error.saved is not None:
                await self._note_test(read_config(error.saved))
            await self._store.write(attempts.refuse_test, self.lease.token, message)
            self._is_settled = True
            self._tally.failed(failure_class)
            return
        await self._record(failure_class, message, error.retry_after if isinstance(error, RateLimited) else None)

    async def _record(self, failure_class: FailureClass, message: str, asked: float | None = None) -> None:
        await self._store.write(attempts.fail, self.lease.token, failure_class, message, asked)
        self._is_settled = True
        self._tally.failed(failure_class)

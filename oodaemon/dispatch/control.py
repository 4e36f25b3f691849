"""The control of an experiment: the saved test as it stands, tried in the place of a task that failed."""

from oodaemon.browser.backtest import Following, Order, Outcome
from oodaemon.browser.tab import Tab
from oodaemon.dispatch import line
from oodaemon.dispatch.breakers import Finding, Step
from oodaemon.dispatch.site import BREAKER, SiteDesk
from oodaemon.dispatch.turns import Turns
from oodaemon.failures.site import BrowserLost, SignedOut, SiteFailure, is_of_the_site
from oodaemon.model.tasks import Lease
from oodaemon.store import holding
from oodaemon.store.store import Store

NOTHING = Order((), ())


class _Unwanted(Exception):
    """The run is not to run any more, or the site is blocked: no backtest may be started."""


class Control:
    """Tries the saved test of a lease in the same tab, with nothing set. What comes of it is recorded nowhere."""

    def __init__(self, lease: Lease, tab: Tab, desk: SiteDesk, store: Store, turns: Turns) -> None:
        self._lease, self._tab, self._desk, self._store, self._turns = lease, tab, desk, store, turns

    async def __call__(self, step: Step) -> SiteFailure | Finding:
        """Go as far as the step. Raises BrowserLost.

        A page that answers, whatever it answers, works; of a lost session nobody can tell. A backtest takes its turn as any other.
        """
        try:
            await self._go(step)
        except (BrowserLost, SignedOut, _Unwanted) as error:
            if isinstance(error, BrowserLost):
                raise
            return Finding.UNKNOWN
        except SiteFailure as error:
            return error if is_of_the_site(error) else Finding.WORKS
        return Finding.WORKS

    async def _go(self, step: Step) -> None:
        if step is Step.OPEN:
            await self._desk.pacer.before_action()
            await self._tab.prepare(self._lease.test_path, NOTHING)
            return
        await self._wait_quiet()
        with self._turns.apart():
            outcome = await self._run()
        if step is Step.KEEP and self._lease.wants.charts and outcome.cards:
            await self._tab.charts(outcome)
        if step is Step.KEEP and self._lease.wants.trades and outcome.figures.metrics.get("total_trades"):
            await self._tab.trade_log(outcome)

    async def _run(self) -> Outcome:
        await self._desk.pacer.before_action()
        saved = await self._tab.prepare(self._lease.test_path, NOTHING)
        async with self._desk.pacer.turn():
            await self._check_wanted()
        outcome = await self._tab.run(NOTHING, saved, self._desk.suspects, Following(answered=self._desk.remember))
        self._desk.remember(outcome.cards)
        return outcome

    async def _wait_quiet(self) -> None:
        """Until no other page of the browser asks the site, or nothing may be started any more."""
        while not self._turns.is_quiet:
            ring, moved = self._desk.bell.listen(), self._turns.listen()
            await self._check_wanted()
            if not self._turns.is_quiet:
                await line.either(ring, moved)

    async def _check_wanted(self) -> None:
        if self._desk.blocks(besides=(BREAKER,)) or not await self._store.read(holding.is_to_run, self._lease.token):
            raise _Unwanted

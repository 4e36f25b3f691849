"""An attempt that is ready to press Run waits: its browser asks the site for another backtest, or the account must not yet."""

from collections.abc import Awaitable, Callable

import trio

from oodaemon.clock import MINUTES, SECONDS
from oodaemon.dispatch.breakers import Breakers
from oodaemon.dispatch.site import SiteDesk
from oodaemon.dispatch.turns import Turn
from oodaemon.failures.site import Interrupted
from oodaemon.model.tasks import Lease
from oodaemon.store import attempts, holding
from oodaemon.store.store import Store

PROOF, FRESH = 5 * SECONDS, 10 * MINUTES
"""A page that was filled ahead is looked at again before Run is pressed in it, or opened afresh, when it waited for longer."""


class NotStarted(Interrupted):
    """The run was paused or cancelled, or the daemon drains: the lease was given back before the Run click."""


class Waiting:
    """Of one attempt."""

    def __init__(self, lease: Lease, turn: Turn, desk: SiteDesk, store: Store, breakers: Breakers) -> None:
        self._lease, self._turn = lease, turn
        self._desk, self._store, self._breakers = desk, store, breakers
        self._scope: trio.CancelScope | None = None
        self._filled, self._doubts, self._was_called_off = 0.0, desk.doubts, False
        self.is_given_back = False
        """Set once the lease is over."""

    def filling(self) -> None:
        """The page is about to be opened and filled: what was before does not matter to it."""
        self._turn.refresh()
        self._filled, self._doubts, self._was_called_off = trio.current_time(), self._desk.doubts, False

    @property
    def is_stale(self) -> bool:
        """True when what the page shows may not be so any more: it is old, the machine slept, others asked meanwhile in vain, or
        the run was stopped in between, so that its test may have been edited.
        """
        is_doubted = self._turn.is_suspect or self._doubts != self._desk.doubts or self._was_called_off
        return is_doubted or trio.current_time() - self._filled >= FRESH

    @property
    def is_long(self) -> bool:
        """True when the page must be looked at again, as it was filled a while ago."""
        return trio.current_time() - self._filled >= PROOF

    async def until(self, entry: Callable[[], Awaitable[object]]) -> None:
        """Wait for an entry. Raises NotStarted once nothing may be started any more, without waiting longer."""
        is_in = False
        while not is_in:
            self._scope = trio.CancelScope()
            with self._scope:
                try:
                    await self.give_way()  # it may have been stopped before anybody could know that this one waits
                    await entry()
                    is_in = True
                finally:
                    self._scope = None
            if not await self._may_run():
                await self._give_back()

    async def give_way(self) -> None:
        """Take note if nothing may be started any more, and end its waiting."""
        if await self._may_run():
            return
        self._was_called_off = True
        if self._scope is not None:
            self._scope.cancel()

    def check(self) -> None:
        """Raises NotStarted while the site is not to be asked."""
        if self._breakers.lanes() == 0:
            raise NotStarted("; ".join(condition.message for condition in self._desk.conditions.values()))

    async def _may_run(self) -> bool:
        return self._breakers.lanes() != 0 and await self._store.read(holding.is_to_run, self._lease.token)

    async def _give_back(self) -> None:
        self.check()
        self.is_given_back = await self._store.write(attempts.give_back, self._lease.token)
        if self.is_given_back:
            raise NotStarted("the run was paused or cancelled")

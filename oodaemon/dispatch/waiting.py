"""An attempt that is ready to press Run waits while its browser asks the site for another backtest."""

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
    """Of one attempt. `seconds` is how long it waited so far."""

    def __init__(self, lease: Lease, turn: Turn, desk: SiteDesk, store: Store, breakers: Breakers) -> None:
        self._lease, self._turn = lease, turn
        self._desk, self._store, self._breakers = desk, store, breakers
        self._scope: trio.CancelScope | None = None
        self._last = self.seconds = 0.0

    @property
    def is_stale(self) -> bool:
        """True when what the page shows may not be so any more: it waited for very long, or others asked meanwhile in vain."""
        return self._turn.is_suspect or self._last >= FRESH

    @property
    def is_long(self) -> bool:
        """True when the page must be looked at again, after it waited for long."""
        return self._last >= PROOF

    async def until_turn(self) -> None:
        """Return when no other page of the browser asks the site. Raises NotStarted once nothing may be started any more."""
        began, is_ours = trio.current_time(), False
        while not is_ours:
            self._scope = trio.CancelScope()
            with self._scope:
                try:
                    await self.give_way()  # it may have been stopped before anybody could know that this one waits
                    await self._turn.take()
                    is_ours = True
                finally:
                    self._scope = None
            if not await self._may_run():
                await self._give_back()
        self._last = trio.current_time() - began
        self.seconds += self._last

    async def give_way(self) -> None:
        """If it waits and nothing may be started any more, end that."""
        scope = self._scope
        if scope is not None and not await self._may_run():
            scope.cancel()

    def check(self) -> None:
        """Raises NotStarted while the site is not to be asked."""
        if self._breakers.lanes() == 0:
            raise NotStarted("; ".join(condition.message for condition in self._desk.conditions.values()))

    async def _may_run(self) -> bool:
        return self._breakers.lanes() != 0 and await self._store.read(holding.is_to_run, self._lease.token)

    async def _give_back(self) -> None:
        self.check()
        if await self._store.write(attempts.give_back, self._lease.token):
            raise NotStarted("the run was paused or cancelled")

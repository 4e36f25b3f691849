"""The attempts of one browser that are open, and which of them is held to account when it goes."""

import structlog
import trio

from oodaemon.browser.tab import Tab
from oodaemon.clock import SECONDS
from oodaemon.dispatch import stopping
from oodaemon.dispatch.attempt import Attempt
from oodaemon.dispatch.bell import Bell
from oodaemon.dispatch.caution import Caution
from oodaemon.failures.site import BrowserLost

log = structlog.get_logger()

LOOK_AGAIN = 30 * SECONDS
"""How often it is looked whether a browser that could not be ended is gone after all."""


class Held:
    """Over all incarnations of a browser. It takes all its pages along when it goes, and nobody tells which of them did it.

    So who was not asked for yet is not held to account where another was; and after a loss of several there is `caution`, so that
    the next time it is plain. Nobody is, for once, where the browser was still alive when something failed that belongs to none.
    """

    def __init__(self, caution: Caution, bell: Bell) -> None:
        """The bell rings when one is over: other browsers may have passed over the same backtest of another run."""
        self._caution, self._bell = caution, bell
        self._open: list[tuple[Attempt, int]] = []
        self._left: list[tuple[Attempt, int]] = []
        """Of browsers before this one: those could not be ended, or the store had no time for the attempt."""

    @property
    def is_empty(self) -> bool:
        """True when none is open in the browser that is up."""
        return not self._open

    @property
    def may_take(self) -> bool:
        """True while another attempt may be begun beside those that are open."""
        return self.is_empty or not self._caution.holds(self)

    def add(self, attempt: Attempt, pid: int) -> None:
        """An attempt begins, in the browser with this process."""
        self._open.append((attempt, pid))

    def leave(self, attempt: Attempt) -> None:
        """An attempt is over, if its outcome is recorded."""
        if attempt.is_settled:
            self._open = [each for each in self._open if each[0] is not attempt]
            self._bell.ring()

    def got_through(self) -> None:
        """A backtest did not take the browser along."""
        self._caution.got_through(self)

    def spare_others(self, attempt: Attempt) -> None:
        """The browser goes because of this attempt."""
        for other, _ in self._open:
            other.is_bystander |= other is not attempt

    def spare_all(self) -> None:
        """The browser goes because of something that belongs to no attempt, unless one of them noticed it as well.

        What makes a browser hang may be noticed by another page first. So the next ones are done one by one, and one that is alone
        when it happens again is held to account.
        """
        is_plain = len(self._open) == 1 and self._caution.holds(self)
        if is_plain or self.is_empty or any(attempt.loss for attempt, _ in self._open):
            return
        self._caution.begin(len(self._open))
        for attempt, _ in self._open:
            attempt.is_bystander = True

    async def end(self, attempt: Attempt, tab: Tab, pid: int) -> None:
        """See `stopping.end`; if the browser has to go for it, that is not the fault of the others."""
        try:
            await stopping.end(attempt, tab, pid)
        except BrowserLost:
            self.spare_others(attempt)
            raise

    async def close(self) -> None:
        """Close those whose browser is gone; the others are left to `close_left`. Not cancellable where it matters."""
        gone, self._open = self._open, []
        suspects = [attempt for attempt, _ in gone if not attempt.is_settled and not attempt.excuse]
        if len(suspects) > 1:
            self._caution.begin(len(suspects))
        is_asked = any(attempt.is_announced for attempt, _ in gone)
        for attempt in suspects:
            attempt.is_bystander |= is_asked and not attempt.is_announced
        self._left += gone
        for attempt, pid in self._left:
            await stopping.close_if_gone(attempt, pid)
        self._forget()
        for attempt, pid in self._left:
            log.error("an attempt stays in flight: its browser lives, or the store is busy", run=attempt.lease.run_id, pid=pid)

    async def close_left(self) -> None:
        """Close what is left of browsers before this one as soon as that can be done. Returns when nothing is left."""
        while self._left:
            await trio.sleep(LOOK_AGAIN)
            for attempt, pid in self._left:
                await stopping.settle_if_gone(attempt, pid)
            self._forget()

    def _forget(self) -> None:
        self._left = [each for each in self._left if not each[0].is_settled]
        self._bell.ring()

"""The attempts of one browser that are open, and which of them is held to account when it goes."""

from oodaemon.browser.tab import Tab
from oodaemon.dispatch import stopping
from oodaemon.dispatch.attempt import Attempt
from oodaemon.failures.site import BrowserLost


class Held:
    """Over all incarnations of a browser. It takes all its pages along when it goes, and nobody tells which of them did it.

    So who was not asked for yet is not held to account where another was; and after a loss of several, backtests are done one by
    one until twice as many got through, so that the next time it is plain.
    """

    def __init__(self) -> None:
        self._alone = 0
        self._open: list[tuple[Attempt, int]] = []

    @property
    def is_empty(self) -> bool:
        """True when none is open."""
        return not self._open

    @property
    def may_take(self) -> bool:
        """True while another attempt may be begun beside those that are open."""
        return self.is_empty or not self._alone

    def add(self, attempt: Attempt, pid: int) -> None:
        """An attempt begins, in the browser with this process."""
        self._open.append((attempt, pid))

    def leave(self, attempt: Attempt) -> None:
        """An attempt is over, if its outcome is recorded."""
        if attempt.is_settled:
            self._open = [each for each in self._open if each[0] is not attempt]

    def got_through(self) -> None:
        """A backtest did not take the browser along."""
        self._alone = max(0, self._alone - 1)

    def spare_others(self, attempt: Attempt) -> None:
        """The browser goes because of this attempt."""
        for other, _ in self._open:
            other.is_bystander |= other is not attempt

    async def end(self, attempt: Attempt, tab: Tab, pid: int) -> None:
        """See `stopping.end`; if the browser has to go for it, that is not the fault of the others."""
        try:
            await stopping.end(attempt, tab, pid)
        except BrowserLost:
            self.spare_others(attempt)
            raise

    async def close(self) -> None:
        """Close those whose browser is gone; the others are left to a later incarnation. Not cancellable where it matters."""
        is_asked = any(attempt.is_announced for attempt, _ in self._open)
        if len(self._open) > 1:
            self._alone = 2 * len(self._open)
        for attempt, pid in self._open:
            attempt.is_bystander |= is_asked and not attempt.is_announced
            await stopping.close_if_gone(attempt, pid)
        self._open = [each for each in self._open if not each[0].is_settled]

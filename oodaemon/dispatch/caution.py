"""After a browser went away with backtests of which none is known to be the reason, each does one at a time for a while."""


class Caution:
    """Nobody tells which of them did it, and whichever browser takes them together next goes the same way and charges all again.

    So every browser works one by one until twice as many got through in it: the next loss is then that of one.
    """

    def __init__(self) -> None:
        self._length = 0
        self._left: dict[object, int] = {}

    def begin(self, lost: int) -> None:
        """A browser went away with so many backtests, any of which may be the reason."""
        self._length, self._left = 2 * lost, {}

    def holds(self, browser: object) -> bool:
        """True while this browser is to do one at a time."""
        return self._left.get(browser, self._length) > 0

    def got_through(self, browser: object) -> None:
        """A backtest did not take this browser along."""
        self._left[browser] = max(0, self._left.get(browser, self._length) - 1)

"""Politeness: a pause before actions the site must answer, and a distance between Run clicks over all browsers."""

import enum
from dataclasses import dataclass

import trio

from oodaemon.clock import SECONDS


class Pace(enum.StrEnum):
    """How considerate we are. `fast` is for the practice site and benchmarks."""

    POLITE = "polite"
    FAST = "fast"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """Seconds before an action, and between two Run clicks of the account."""

    before_action: float = 0.5 * SECONDS
    between_runs: float = 6 * SECONDS


SLOWEST = 16.0
"""The distance of backtests grows to so many times that of the manners at most."""

MANNERS = {Pace.POLITE: Manners(), Pace.FAST: Manners(before_action=0, between_runs=0)}


class Pacer:
    """Shared by all browsers of an account."""

    def __init__(self, manners: Manners) -> None:
        self._manners = manners
        self._next_run = -float("inf")
        self._slowness = 1.0

    def slow_down(self) -> None:
        """The site was asked too often: backtests come half as often, down to a sixteenth."""
        self._slowness = min(SLOWEST, 2 * self._slowness)

    def settled(self) -> None:
        """A backtest got through: their distance comes back by a tenth."""
        self._slowness = max(1.0, self._slowness / 1.1)

    @property
    def turn(self) -> float:
        """In how many seconds the next Run click may be made; not positive when at once."""
        return self._next_run - trio.current_time()

    async def before_action(self) -> None:
        """Wait before something the site must answer. Cancellation leaves nothing behind."""
        await trio.sleep(self._manners.before_action)

    async def before_run(self) -> None:
        """Wait for this browser's turn to press Run. A turn that is cancelled while it waits is lost, not given to another."""
        await self.before_action()
        turn = max(trio.current_time(), self._next_run)
        self._next_run = turn + self._slowness * self._manners.between_runs
        await trio.sleep_until(turn)

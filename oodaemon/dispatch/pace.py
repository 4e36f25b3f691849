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


MANNERS = {Pace.POLITE: Manners(), Pace.FAST: Manners(before_action=0, between_runs=0)}


class Pacer:
    """Shared by all browsers of an account."""

    def __init__(self, manners: Manners) -> None:
        self._manners = manners
        self._next_run = -float("inf")

    async def before_action(self) -> None:
        """Wait before something the site must answer. Cancellation leaves nothing behind."""
        await trio.sleep(self._manners.before_action)

    async def before_run(self) -> None:
        """Wait for this browser's turn to press Run. A turn that is cancelled while it waits is lost, not given to another."""
        await self.before_action()
        turn = max(trio.current_time(), self._next_run)
        self._next_run = turn + self._manners.between_runs
        await trio.sleep_until(turn)

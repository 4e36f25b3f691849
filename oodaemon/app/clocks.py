"""The clock gap: the machine slept, or the wall clock was set. Nothing may time out because of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import NoReturn

import structlog
import trio

from oodaemon.actors.child import Child
from oodaemon.clock import SECONDS, WallClock
from oodaemon.store import leases, os_processes
from oodaemon.store.transaction import Transaction

log = structlog.get_logger()

LOOK, GAP = 5 * SECONDS, 30 * SECONDS


@dataclass(frozen=True, slots=True)
class ClockStatistics:
    """How many gaps were noticed, and how many seconds they were together, forwards and backwards alike."""

    gaps: int
    seconds: float


class ClockWatch:
    """Compares the wall clock with trio's, which stands still while the machine sleeps.

    Deadlines of steps are on trio's clock and so last longer by themselves. What is kept in wall time is shifted.
    """

    def __init__(self, wall_clock: WallClock, on_gap: Callable[[float], Awaitable[object]]) -> None:
        self._wall_clock, self._on_gap = wall_clock, on_gap
        self._gaps, self._seconds = 0, 0.0

    def statistics(self) -> ClockStatistics:
        """The gaps of this boot."""
        return ClockStatistics(self._gaps, self._seconds)

    async def start(self, child: Child, /, *, task_status: trio.TaskStatus[None]) -> NoReturn:
        """Look until cancelled. A gap that cannot be dealt with is looked at again."""
        task_status.started()
        before = self._difference()
        while True:
            await trio.sleep(LOOK)
            gap = self._difference() - before
            if abs(gap) > GAP:
                log.warning("the clock made a jump", seconds=round(gap, 1))
                self._gaps += 1
                self._seconds += abs(gap)
                await self._on_gap(gap)
                child.progress(f"last gap {gap:.0f} s")
                before += gap
            else:
                before = self._difference()

    def _difference(self) -> float:
        return self._wall_clock().timestamp() - trio.current_time()


def bridge(tx: Transaction, seconds: float) -> None:
    """Tell of a gap, and let what waits wait as much longer."""
    leases.shift_waiting(tx, seconds)
    os_processes.clock_gap(tx, seconds)

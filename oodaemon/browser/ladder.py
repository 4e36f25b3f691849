"""The kill ladder: from asking a browser to close to being sure that nothing of it is left. Bounded, whatever hangs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Protocol

import trio

from oodaemon.actors.errors import SlotLost
from oodaemon.clock import SECONDS

LET_GO, CLOSE, TERMINATE, CONFIRM = 2 * SECONDS, 3 * SECONDS, 2 * SECONDS, 1 * SECONDS
TOTAL = LET_GO + CLOSE + TERMINATE + CONFIRM
"""The longest way down, from the cancellation of the work to the last look."""


class Rungs(Protocol):
    """What the ladder does to one process and all that belong to it."""

    async def close(self) -> None:
        """Ask it to end by itself. May hang, may raise."""
        ...

    def terminate(self) -> None:
        """SIGTERM."""
        ...

    def kill(self) -> None:
        """SIGKILL."""
        ...

    async def wait_gone(self) -> None:
        """Return when nothing of it runs."""
        ...

    def survivors(self) -> tuple[int, ...]:
        """Pids that still run; zombies do not."""
        ...


class Unkillable(SlotLost):
    """Processes outlived SIGKILL. `pids` names them."""

    def __init__(self, pids: tuple[int, ...]) -> None:
        self.pids = pids
        super().__init__(f"process {', '.join(map(str, pids))} cannot be killed; the system may be stuck, look at `ps`")


class Ladder:
    """The way down of one process. Whoever comes first climbs, everybody else waits for the end of it."""

    def __init__(self, rungs: Rungs) -> None:
        self._rungs = rungs
        self._has_let_go, self._is_down = trio.Event(), trio.Event()
        self._is_climbed = False
        self.is_hung = False
        """Whether it did not end by itself when it was asked to."""

    @asynccontextmanager
    async def guard(self) -> AsyncIterator[None]:
        """Work with the process in this block: when that is cancelled and does not let go within 2 s, the ladder begins anyway.

        An exception of the block comes out in a group.
        """
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._insist)
            try:
                yield
            finally:
                self._has_let_go.set()
                nursery.cancel_scope.cancel()

    async def _insist(self) -> None:
        try:
            await trio.sleep_forever()
        finally:
            with trio.move_on_after(LET_GO, shield=True):
                await self._has_let_go.wait()
            if not self._has_let_go.is_set():
                await self.climb()  # noqa: ASYNC102 - shields and bounds itself

    async def climb(self) -> None:
        """End the process for sure, within 6 s, cancelled or not. Raises Unkillable when it cannot be done."""
        with trio.CancelScope(shield=True):
            if self._is_climbed:
                await self._is_down.wait()
            else:
                self._is_climbed = True
                try:
                    await self._climb()
                finally:
                    self._is_down.set()
        if left := self._rungs.survivors():
            raise Unkillable(left)

    async def _climb(self) -> None:
        rungs = self._rungs
        with trio.move_on_after(CLOSE) as asking:
            with suppress(Exception):  # a connection that is gone raises whatever it likes; the next rungs do not need it
                await rungs.close()
                await rungs.wait_gone()
        self.is_hung = asking.cancelled_caught
        for signal_it, patience in ((rungs.terminate, TERMINATE), (rungs.kill, CONFIRM)):
            if not rungs.survivors():
                return
            signal_it()
            with trio.move_on_after(patience):
                await rungs.wait_gone()

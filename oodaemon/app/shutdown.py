"""The end of a daemon, in phases. Each has a deadline, and the next one begins whether it was met or not."""

import signal
from collections.abc import AsyncIterator, Awaitable, Callable

import structlog
import trio

from oodaemon.actors.supervisor import Supervisor
from oodaemon.app.notify import Notifier
from oodaemon.app.parts import Parts
from oodaemon.app.pulse import end_process
from oodaemon.app.tree import LAST_RESORT, arm_last_resort
from oodaemon.clock import SECONDS
from oodaemon.dispatch.site import DRAINING
from oodaemon.store import attempts

log = structlog.get_logger()

OK, ENDED_AT_ONCE = 0, 130
STOP_LEASING, INTERRUPT, FAREWELL, STOP, CLOSE = 2 * SECONDS, 10 * SECONDS, 2 * SECONDS, 5 * SECONDS, 4 * SECONDS
SITE = "site/oo"


class Shutdown:
    """Listens to signals: the first begins the end, the second ends the drain, the third ends the process."""

    def __init__(self, parts: Parts, root: Supervisor, notifier: Notifier, *, end: Callable[[int], object] = end_process) -> None:
        self._parts, self._root, self._notifier, self._end = parts, root, notifier, end
        self._drain = trio.CancelScope()
        self._signals = 0
        self.scope = trio.CancelScope()
        """Ends the tree."""
        self.is_over = trio.Event()
        """To be set when the tree has ended."""

    async def listen(self, signals: AsyncIterator[int]) -> None:
        """Act on signals until cancelled."""
        async with trio.open_nursery() as nursery:
            async for number in signals:
                if number == signal.SIGUSR1:
                    self._parts.dump_tasks()
                    continue
                self._signals += 1
                if self._signals == 1:
                    nursery.start_soon(self.run)
                elif self._signals == 2:
                    log.warning("stopping at once")
                    self._drain.cancel()
                else:
                    self._end(ENDED_AT_ONCE)

    async def run(self) -> None:
        """All phases. Returns when the tree was told to end and did, or was left behind with the store closed."""
        parts = self._parts
        drain = parts.settings.drain
        arm_last_resort(OK, drain + LAST_RESORT)
        self._notifier.stopping(drain + LAST_RESORT)
        parts.gate.close("the daemon is shutting down; start it again, then repeat the command")
        await _phase("P2 stop leasing", STOP_LEASING, self._stop_leasing)
        with self._drain:
            await _phase("P3 drain", drain, self._wait_idle)
        await _phase("P4 interrupt, P5 end browsers", INTERRUPT, self._stop_site)
        parts.journal.close()
        parts.logs.close()
        await _phase("P6 farewell", FAREWELL, self._wait_alone)
        self.scope.cancel()
        with trio.CancelScope(shield=True):
            await _phase("P7 stop", STOP, self.is_over.wait)
            if not self.is_over.is_set():
                await _phase("P7 close", CLOSE, parts.store.close)
                log.error("something does not stop; the process ends without it", code=OK)
                self._end(OK)

    async def _stop_leasing(self) -> None:
        await self._parts.desk.enter(DRAINING, "the daemon is shutting down")

    async def _wait_idle(self) -> None:
        """Let what is in flight finish."""
        parts = self._parts
        head = parts.store.head
        while await parts.store.read(attempts.in_flight):
            await parts.journal.wait_beyond(head)
            head = parts.store.head

    async def _wait_alone(self) -> None:
        """Let whoever follows something read its last words."""
        await self._parts.watch.wait_idle()
        await self._parts.logs.wait_idle()

    async def _stop_site(self) -> None:
        """Give back what is in flight, and bring every browser and the driver down, all at once."""
        await self._root.stop_child(SITE, canceller="shutdown", reason="the daemon is shutting down")


async def _phase(name: str, seconds: float, work: Callable[[], Awaitable[object]]) -> None:
    log.info("shutdown", phase=name, up_to_seconds=seconds)
    with trio.move_on_after(seconds) as scope:
        try:
            await work()
        except Exception as error:  # noqa: BLE001 - a phase that fails is over; the next one does not depend on it
            log.error("a phase of the shutdown failed", phase=name, reason=repr(error))
    if scope.cancelled_caught:
        log.warning("a phase of the shutdown missed its deadline", phase=name)

"""The pulse: a sign of life that is given only after real round-trips through everything that must work."""

import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import NoReturn

import structlog
import trio

from oodaemon.actors.child import Child
from oodaemon.app.notify import Notifier
from oodaemon.clock import SECONDS
from oodaemon.errors import StoreUnusable

log = structlog.get_logger()

PERIOD, PATIENCE, STALE = 20 * SECONDS, 10 * SECONDS, 120 * SECONDS
GIVE_UP = 3
"""Passes in a row that fail before a daemon without a service manager ends itself, if it is told to."""
GAVE_UP = 71


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """What must work. The functions return when it does and raise when it does not.

    `looks` is when each browser that waits last looked for a task, on trio's clock.
    """

    commit: Callable[[], Awaitable[object]]
    answer: Callable[[], Awaitable[object]]
    looks: Mapping[str, float]


class Pulse:
    """Checks the vitals for ever, and tells the service manager only when all of them held in one pass.

    `give_up` ends the process with 71 after some failed passes in a row; None leaves that to the service manager.
    """

    def __init__(self, vitals: Vitals, notifier: Notifier, *, give_up: Callable[[int], object] | None = None) -> None:
        self._vitals, self._notifier, self._give_up = vitals, notifier, give_up
        self._failed = 0

    @property
    def period(self) -> float:
        """Seconds between two passes: a third of what the service manager grants."""
        return PERIOD if self._notifier.watchdog is None else self._notifier.watchdog / 3

    async def start(self, child: Child, /, *, task_status: trio.TaskStatus[None]) -> NoReturn:
        """Check until cancelled."""
        task_status.started()
        while True:
            reason = await self._pass()
            if reason is None:
                self._failed = 0
                self._notifier.send(WATCHDOG=1)
                child.progress("all well")
            else:
                self._failed += 1
                child.note(reason)
                log.error("no pulse", reason=reason, failed=self._failed)
                if self._give_up is not None and self._failed >= GIVE_UP:
                    self._give_up(GAVE_UP)
            await trio.sleep(self.period)

    async def _pass(self) -> str | None:
        """What does not work; None when everything does."""
        for name, vital in (("the store", self._vitals.commit), ("the service", self._vitals.answer)):
            try:
                with trio.fail_after(min(PATIENCE, self.period)):
                    await vital()
            except trio.TooSlowError:
                return f"{name} takes too long"
            except StoreUnusable as error:
                self._notifier.send(WATCHDOG="trigger")
                return str(error)
            except Exception as error:  # noqa: BLE001 - whatever is wrong, there is no pulse
                return f"{name}: {error}"
        now = trio.current_time()
        stale = [path for path, at in self._vitals.looks.items() if now - at > STALE]
        return f"{', '.join(stale)} looks for no task any more" if stale else None


def end_process(code: int) -> None:
    """End the process at once; the next boot puts things right."""
    os._exit(code)

"""Half-open probes: a child that was set aside is tried again, ever more rarely, for ever."""

from typing import NoReturn

import trio

from oodaemon.actors.child import Child
from oodaemon.actors.states import ChildState
from oodaemon.actors.supervisor import Supervisor
from oodaemon.clock import HOURS, MINUTES

FIRST, LONGEST = 5 * MINUTES, 1 * HOURS


class Prober:
    """Starts the quarantined children of a supervisor again: after 5 minutes, then after twice as long each time, up to an hour."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor

    async def start(self, child: Child, /, *, task_status: trio.TaskStatus[None]) -> NoReturn:
        """Probe until cancelled. A probe that fails leaves its child where it was."""
        task_status.started()
        delay = FIRST
        while True:
            await trio.sleep(delay)
            aside = [found.id for found in self._supervisor.children() if found.state is ChildState.QUARANTINED]
            delay = min(LONGEST, 2 * delay) if aside else FIRST
            for child_id in aside:
                child.progress(f"probing {child_id}")
                await self._supervisor.restart_child(child_id, canceller=child.path, reason="half-open probe")

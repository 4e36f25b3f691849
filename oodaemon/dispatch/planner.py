"""The planner: gives growing runs their next tasks, from the results that are on disk and nothing else."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NoReturn

import structlog
import trio

from oodaemon.actors.child import Child
from oodaemon.clock import MINUTES, WallClock
from oodaemon.dispatch.explain import CANNOT_PLAN
from oodaemon.dispatch.site import Bell
from oodaemon.errors import OODaemonError
from oodaemon.model.runs import Condition
from oodaemon.plans.plan import Extension, Outcome, Plan
from oodaemon.store import growth
from oodaemon.store.growth import Growing, Standing
from oodaemon.store.lanes import Lane
from oodaemon.store.store import Store

log = structlog.get_logger()

LOOK_AGAIN = 5 * MINUTES
"""After a plan that could not be read or carried on, unless its run changes before."""

Read = Callable[[str], Plan]
"""From a specification as it is stored to its plan. Raises InvalidArgument."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What was made of a run as it stood then; nothing new comes of looking again before something happened."""

    standing: Standing
    room: int


class Planner:
    """Looks after every commit. It remembers nothing that matters: killed at any moment, the next one goes on from the store.

    `slots` tells how many tasks can be in flight at once; a run gets further ones only while it has fewer open. `lane` is where
    plans think, which may take seconds.
    """

    def __init__(
        self, store: Store, bell: Bell, *, read: Read, slots: Callable[[], int], lane: Lane, wall_clock: WallClock
    ) -> None:
        self._store, self._bell, self._read, self._slots, self._lane = store, bell, read, slots, lane
        self._wall_clock = wall_clock
        self._plans: dict[str, Plan] = {}
        self._known: dict[str, _Known] = {}
        self._troubles: dict[str, Condition] = {}
        self._news = trio.Event()
        store.on_commit(lambda _: self._news.set())

    def troubles(self) -> dict[str, Condition]:
        """Why the plan of a run cannot be carried on, by run; empty when all can."""
        return dict(self._troubles)

    async def start(self, child: Child, /, *, task_status: trio.TaskStatus[None]) -> NoReturn:
        """Look now and after every commit, until cancelled."""
        task_status.started()
        while True:
            self._news = trio.Event()
            if told := await self.look():
                child.progress(told)
                continue
            with trio.move_on_after(LOOK_AGAIN if self._troubles else math.inf) as patience:
                await self._news.wait()
            if patience.cancelled_caught:
                self._known.clear()

    async def look(self) -> str:
        """Extend each growing run that has room for more, at most once; what was done, empty for nothing."""
        found = await self._store.read(growth.growing)
        self._forget({run.run_id for run in found})
        done = [run.run_id for run in found if await self._look_at(run)]
        if done:
            self._bell.ring()
        return f"extended {', '.join(done)}" if done else ""

    def _forget(self, growing: set[str]) -> None:
        """Of runs that do not grow any more, or not now."""
        for known in (self._plans, self._known, self._troubles):
            for run_id in known.keys() - growing:
                del known[run_id]

    async def _look_at(self, run: Growing) -> bool:
        room = self._slots() - run.standing.open
        if room < 1 or self._known.get(run.run_id) == _Known(run.standing, room):
            return False
        self._known[run.run_id] = _Known(run.standing, room)
        seen, outcomes = await self._store.read(growth.outcomes, run.run_id)
        try:
            extension = await self._lane.run(partial(self._think, run, outcomes, room))
        except OODaemonError as error:
            self._complain(run.run_id, str(error))
            return False
        except Exception as error:
            log.exception("a plan is broken", run=run.run_id)
            self._complain(run.run_id, str(error) or type(error).__name__)
            return False
        self._troubles.pop(run.run_id, None)
        if extension is None or not (extension.batches or extension.is_last or extension.is_stuck):
            return False
        return await self._store.write(growth.extend, run.run_id, seen, extension)

    def _think(self, run: Growing, outcomes: list[Outcome], room: int) -> Extension | None:
        plan = self._plans.get(run.run_id)
        if plan is None:
            plan = self._plans[run.run_id] = self._read(run.spec)
        return plan.extend(outcomes, room)

    def _complain(self, run_id: str, reason: str) -> None:
        """The run waits, and says why: its parameters may be those of a plug-in that is not there any more."""
        log.warning("a run cannot be carried on", run=run_id, reason=reason)
        message = f"its next tasks cannot be chosen: {reason}; mend that, or cancel the run"
        if run_id not in self._troubles:
            self._troubles[run_id] = Condition(CANNOT_PLAN, message, self._wall_clock())

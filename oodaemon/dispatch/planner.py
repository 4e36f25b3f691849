"""The planner: gives growing runs their next tasks, from the results that are on disk and nothing else."""

import datetime
import math
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import NoReturn

import structlog
import trio

from oodaemon.actors.child import Child
from oodaemon.clock import MINUTES
from oodaemon.dispatch.explain import CANNOT_PLAN
from oodaemon.dispatch.site import SiteDesk
from oodaemon.errors import OODaemonError
from oodaemon.model.batches import Batch
from oodaemon.model.runs import Condition
from oodaemon.model.values import Values
from oodaemon.plans.plan import Extension, Outcome, Plan
from oodaemon.store import growth
from oodaemon.store.growth import Growing, Standing
from oodaemon.store.lanes import Lane
from oodaemon.store.store import Store

log = structlog.get_logger()

LOOK_AGAIN = 5 * MINUTES
"""After a plan that could not be read or carried on, unless its run changes before."""

ASK_AGAIN = datetime.timedelta(minutes=10)
"""A saved test is not asked for again within this time for the same run, whatever came of it."""

Refresh = Callable[[str, Iterable[Values]], Awaitable[None]]
"""Brings up to date what is known of the saved test of a run, by its id, if results of such points are known. It may take long, and
without an answer nothing is known.
"""
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
    plans think, which may take seconds. Before a run gets tasks that earlier results may stand for, `refresh` is waited for;
    meanwhile the other runs go on.
    """

    def __init__(
        self, store: Store, desk: SiteDesk, *, read: Read, slots: Callable[[], int], lane: Lane, refresh: Refresh | None = None
    ) -> None:
        self._store, self._desk, self._read, self._slots, self._lane = store, desk, read, slots, lane
        self._refresh = refresh
        self._looking: set[str] = set()
        self._looked: dict[str, datetime.datetime] = {}
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
        async with trio.open_nursery() as looks:
            self._looking.clear()
            self._known.clear()
            task_status.started()
            while True:
                self._news = trio.Event()
                if told := await self._look(looks):
                    child.progress(told)
                    continue
                with trio.move_on_after(LOOK_AGAIN if self._troubles else math.inf) as patience:
                    await self._news.wait()
                if patience.cancelled_caught:
                    self._known.clear()

    async def _look(self, looks: trio.Nursery) -> str:
        """Extend each growing run that has room for more, at most once; what was done, empty for nothing."""
        found = await self._store.read(growth.growing)
        self._forget({run.run_id for run in found})
        done = [run.run_id for run in found if run.run_id not in self._looking and await self._look_at(run, looks)]
        if done:
            self._desk.bell.ring()
        return f"extended {', '.join(done)}" if done else ""

    def _forget(self, growing: set[str]) -> None:
        """Of runs that do not grow any more, or not now."""
        for known in (self._plans, self._known, self._troubles, self._looked):
            for run_id in known.keys() - growing:
                del known[run_id]

    async def _look_at(self, run: Growing, looks: trio.Nursery) -> bool:
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
        if self._refresh is not None and extension.batches and not (run.is_fresh or self._has_looked(run.run_id)):
            self._looking.add(run.run_id)
            looks.start_soon(self._ask, self._refresh, run.run_id, extension.batches)
            return False
        return await self._store.write(growth.extend, run.run_id, seen, extension)

    def _has_looked(self, run_id: str) -> bool:
        at = self._looked.get(run_id)
        return at is not None and datetime.timedelta(0) <= self._desk.now() - at < ASK_AGAIN

    async def _ask(self, refresh: Refresh, run_id: str, batches: tuple[Batch, ...]) -> None:
        """Have the saved test looked at; the run is planned again afterwards, from what happened meanwhile.

        After a look that broke down it waits as after a plan that did, and then goes on without one.
        """
        try:
            await refresh(run_id, (point for batch in batches for point in batch.points))
        except OODaemonError as error:
            log.info("the saved test of a run could not be looked at", run=run_id, reason=str(error))
            self._known.pop(run_id, None)
        except Exception as error:
            log.exception("the look at a saved test is broken", run=run_id)
            self._complain(run_id, f"its saved test could not be looked at ({str(error) or type(error).__name__})")
        else:
            self._known.pop(run_id, None)
        self._looked[run_id] = self._desk.now()
        self._looking.discard(run_id)
        self._news.set()

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
            self._troubles[run_id] = Condition(CANNOT_PLAN, message, self._desk.now())

"""What must hold at every commit, at every moment, and at the end. A new promise is one function in one of the tables."""

import datetime
from collections import Counter, deque
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import trio

from oodaemon import clock
from oodaemon.actors.states import ChildState
from oodaemon.actors.tree import Transition
from oodaemon.dispatch import explain
from oodaemon.dispatch.attempt import order_of
from oodaemon.failures.policy import POLICIES
from oodaemon.model.events import Event, EventType
from oodaemon.model.runs import AT_REST, Growth, RunPhase
from oodaemon.model.tasks import TaskState
from oodaemon.model.values import canonical
from oodaemon.store import attempts, fsck, growth, journal, leases, os_processes, results, runs, tasks
from oodaemon.store.twins import WAITED_FOR
from tests.simulation.site import HOUR, is_refused, truth

QUIET = {*AT_REST, RunPhase.PAUSED}
PATIENCE = 60.0
"""Seconds that a run may be RUNNING without a lease and without a condition that tells why: `explain.TO_LOOK_AGAIN`."""

UNTIL_NOTICED = 3600.0
"""Seconds after a jump of the clock until what waits was shifted by it, as rarely as the simulation looks."""

UNSURE = 3
"""Looks in a row after a lease that may find nothing told yet: a wait was over just then, or a browser came up."""

STARTS_PER_HOUR = 60
"""Of one child; the sustained budget of one failure class is 20, a probe comes every five minutes at most."""


def quiet_means_quiet(world: Any, event: Event) -> None:
    """A phase at rest, or PAUSED, is told only when no page is driven for its run, unless others have the same test."""
    if event.type is EventType.RUN_PHASE_CHANGED and RunPhase(event.body["phase"]) in QUIET and event.run_id is not None:
        path = world.paths.get(event.run_id)
        newest = next((run for run, its in reversed(world.paths.items()) if its == path), None)
        is_shared = any(run.run_id != event.run_id and run.test.path == path for run in world.read(runs.active))
        is_driven = path is not None and newest == event.run_id and not is_shared and world.site.driven[path]
        assert not is_driven, f"{event.run_id} is {event.body['phase']} while a page is driven"


def one_boot(world: Any, event: Event) -> None:
    """Events come from the boot that lives; what one that was stopped still told came before."""
    assert world.boot <= event.boot <= world.life.store.boot
    world.boot = event.boot


def ascending(world: Any, event: Event) -> None:
    """Numbers go on, over all lives."""
    assert event.seq > world.seq, f"event {event.seq} after {world.seq}"
    world.seq = event.seq


def one_backtest_at_a_time(world: Any, event: Event) -> None:
    """No task is leased while another one that asks for the same is in flight, unless it is to be asked anew."""
    if event.type is EventType.TASK_LEASED:
        since = clock.to_text(world.now() - WAITED_FOR)
        twins = world.read(_twins, event.run_id, event.index, since)
        assert not twins, f"{event.run_id}/{event.index} is backtested beside {twins}"


def _twins(db: Any, run_id: str, index: int, since: str) -> list[tuple[str, int]]:
    query = (
        "SELECT o.run_id, o.idx FROM tasks t JOIN runs r USING (run_id) JOIN attempts a ON a.closed_at IS NULL"
        ' JOIN tasks o ON o.run_id = a.run_id AND o.idx = a.idx AND o."values" = t."values" JOIN runs s ON s.run_id = o.run_id'
        " WHERE t.run_id = ? AND t.idx = ? AND s.test_id = r.test_id AND NOT (t.fresh OR r.fresh)"
        " AND (o.run_id, o.idx) <> (t.run_id, t.idx) AND a.leased_at > ?"
    )
    return [tuple(row) for row in db.execute(query, (run_id, index, since))]


AT_EVERY_EVENT: tuple[Callable[[Any, Event], None], ...] = (ascending, one_boot, quiet_means_quiet, one_backtest_at_a_time)


async def why_is_nothing_happening(world: Any) -> None:
    """For ever: whenever a run is RUNNING and nothing was leased for a while, `ooctl` tells why, if not at once."""
    idle_at, unsure = -1, Counter[tuple[str, float]]()
    while True:
        await trio.sleep(PATIENCE if world.seq != idle_at else 5 * PATIENCE)
        is_soon = trio.current_time() - max(world.last_work, world.jumped_at + UNTIL_NOTICED) < PATIENCE
        if world.life is None or world.life.is_over or is_soon or world.seq == idle_at:
            continue
        active = [run for run in world.read(runs.active) if run.phase is RunPhase.RUNNING]
        if not active:
            idle_at = world.seq
        if not active or world.read(attempts.in_flight):
            continue
        for run in active:
            told = [condition.kind for condition in world.life.presence.conditions(run)]
            assert explain.UNEXPLAINED not in told, f"{run.run_id} is RUNNING, and nobody knows why: {world.situation()}"
            unsure[run.run_id, world.last_work] += not told
            assert unsure[run.run_id, world.last_work] <= UNSURE, f"{run.run_id} waits, and nothing is told: {world.situation()}"


class Starts:
    """Counts how often children are started; bounded by their budgets."""

    def __init__(self) -> None:
        self._moments: dict[str, deque[float]] = {}
        self.total: Counter[str] = Counter()

    def observe(self, event: Any) -> None:
        """See `actors.tree.Observe`."""
        assert isinstance(event, Transition), f"{event.path} cannot be stopped"
        if event.target is ChildState.STARTING:
            now, moments = trio.current_time(), self._moments.setdefault(event.path, deque())
            self.total[event.path] += 1
            moments.append(now)
            while moments[0] < now - HOUR:
                moments.popleft()
            if event.path.startswith("site/oo/"):
                assert len(moments) <= STARTS_PER_HOUR, f"{event.path} was started {len(moments)} times in an hour"


def results_are_true(world: Any) -> None:
    """Every figure is that of its own task; what the site refuses has none, unless a user skipped it."""
    query = "SELECT run_id, idx FROM rulings WHERE kind = 'skipped'"
    skipped = {tuple(row) for row in world.read(lambda db: db.execute(query).fetchall())}
    for run in world.read(runs.page, limit=100_000):
        figures = {row.index: row.figures for row in world.read(results.page, run.run_id) if row.figures}
        for task in world.read(tasks.page, run.run_id):
            order = order_of(_as_lease(task), world.registry)
            if task.index in figures:
                assert figures[task.index].metrics == {"pl": truth(order)}, f"a wrong figure in {run.run_id}/{task.index}"
                assert not is_refused(order)
            if task.state is TaskState.INVALID and (run.run_id, task.index) not in skipped:
                assert is_refused(order), f"{run.run_id}/{task.index} was skipped although the site takes it"


def _as_lease(task: Any) -> Any:
    return task


def held_for_a_reason(world: Any) -> None:
    """A task is held only when its strikes of one class since the last retry are more than its budget."""
    for run in world.read(runs.page, limit=100_000):
        for task in world.read(tasks.page, run.run_id):
            if task.state is TaskState.HELD:
                strikes = world.read(_strikes, run.run_id, task.index)
                spent = [c for c, n in strikes.items() if (b := POLICIES[c].budget) is not None and n > b]
                assert spent, f"{run.run_id}/{task.index} is held after {strikes}"


def _strikes(db: Any, run_id: str, index: int) -> Any:
    reading: Any = SimpleNamespace(execute=db.execute)
    return attempts.strikes(reading, run_id, index)


def processes_are_known(world: Any) -> None:
    """Every browser that lives is on record, and no other one."""
    assert {process.pid for process in world.read(os_processes.recorded)} == set(world.machine.browsers)


def acknowledged_is_there(world: Any) -> None:
    """Every run whose submission was answered exists with all its tasks; no submission made two.

    One that grows has all that were planned once it is complete, unless a search of a grid left some out.
    """
    found = {run.run_id: run for run in world.read(runs.page, limit=100_000)}
    for run_id, count in world.submitted.items():
        run = found[run_id]
        is_whole = run.growth is Growth.COMPLETE and "PRUNED_GRID" not in run.spec
        assert run.counts.total == count if is_whole else 0 < run.counts.total <= count
    assert len(found) <= world.submissions


def no_point_twice(world: Any) -> None:
    """However often a daemon was killed while a run grew."""
    for run in world.read(runs.page, limit=100_000):
        points = [canonical(task.values) for task in world.read(tasks.page, run.run_id)]
        assert len(set(points)) == len(points), f"{run.run_id} has a point twice"


def nothing_grows_any_more(world: Any) -> None:
    """A run at rest has all its tasks, waits for a person, or was cancelled."""
    assert not world.read(growth.growing)
    assert not world.troubles()


def store_is_sound(world: Any) -> None:
    """The state is what the events make of it."""
    assert world.read(fsck.problems) == []
    assert world.read(journal.head) == world.life.store.head


def all_at_rest(world: Any) -> None:
    """Once faults stop, every run comes to rest."""
    assert world.read(runs.active) == []
    assert world.read(leases.next_due) is None or isinstance(world.read(leases.next_due), datetime.datetime)


def no_condition_is_left(world: Any) -> None:
    """No condition outlives its cause."""
    assert not world.life.desk.conditions


AT_THE_END: tuple[Callable[[Any], None], ...] = (
    no_condition_is_left,
    all_at_rest,
    store_is_sound,
    results_are_true,
    held_for_a_reason,
    processes_are_known,
    acknowledged_is_there,
    no_point_twice,
    nothing_grows_any_more,
)

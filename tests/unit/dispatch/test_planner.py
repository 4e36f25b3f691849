"""The planner: it looks after every commit, extends each run once, and keeps what it cannot carry on from anybody else."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import trio
import trio.testing

from oodaemon.actors.child import Child
from oodaemon.actors.mailbox import Mailbox
from oodaemon.dispatch.explain import CANNOT_PLAN
from oodaemon.dispatch.planner import LOOK_AGAIN, Planner
from oodaemon.errors import InvalidArgument, Unavailable
from oodaemon.ids import ulid
from oodaemon.model.batches import Batch
from oodaemon.model.runs import Desired, Run, RunPhase
from oodaemon.model.tasks import FailureClass
from oodaemon.model.values import Values
from oodaemon.plans.plan import Extension, Outcome, Plan
from oodaemon.plans.reading import parse
from oodaemon.store import attempts, growth, leases, runs, tasks, tests
from oodaemon.store.lanes import InlineLane
from tests.integration.store.growing import REGISTRY, SEARCH, STAGED, new_run
from tests.integration.store.workbench import IRON as IRON_TEST
from tests.integration.store.workbench import proven
from tests.unit.dispatch.bench import ACTOR, Bench, open_bench, wall_clock


class Counting:
    """A reader of plans that counts how often they were asked."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.error: Exception | None = None

    def __call__(self, spec: str) -> Plan:
        if self.error is not None:
            raise self.error
        return _Counted(parse(spec, REGISTRY), self.asked)


class _Counted:
    """A plan that notes the room it was asked with."""

    def __init__(self, plan: Plan, asked: list[int]) -> None:
        self._plan, self._asked = plan, asked
        self.test, self.title, self.is_growing, self.planned_tasks = plan.test, plan.title, plan.is_growing, plan.planned_tasks

    def first(self) -> tuple[Batch, ...]:
        return self._plan.first()

    def extend(self, outcomes: Sequence[Outcome], room: int) -> Extension | None:
        self._asked.append(room)
        return self._plan.extend(outcomes, room)


class SlowSite:
    """What becomes of looks at saved tests: answered at once, until `holds` names runs whose looks wait to be released."""

    def __init__(self) -> None:
        self.holds: dict[str, trio.Event] = {}
        self.asked: list[tuple[str, int]] = []
        self.error: Exception | None = None

    async def refresh(self, run_id: str, points: Iterable[Values]) -> None:
        self.asked.append((run_id, len(list(points))))
        if run_id in self.holds:
            await self.holds[run_id].wait()
        if self.error is not None:
            raise self.error


class Rig:
    """A planner at work over a store."""

    def __init__(self, bench: Bench, slots: int, *, asks: bool) -> None:
        self.bench, self.read, self.site = bench, Counting(), SlowSite()
        self.planner = Planner(
            bench.store,
            bench.desk,
            read=self.read,
            slots=lambda: slots,
            lane=InlineLane(),
            refresh=self.site.refresh if asks else None,
        )

    async def submit(self, spec: str = STAGED) -> Run:
        await self.bench.store.write(tests.remember, [IRON_TEST])
        return await self.bench.store.write(runs.submit, new_run(ulid(wall_clock(), self.bench.shop.rng), "growing", spec))

    async def finish(self, *profits: float) -> None:
        """Leased, run and recorded, one after the other; after each the planner has its turn."""
        for pl in profits:
            leased = await self.bench.store.write(leases.lease, ACTOR, 1)
            assert leased is not None
            assert await self.bench.store.write(attempts.intent, leased.token)
            await self.bench.store.write(attempts.succeed, leased.token, proven(pl))
            await trio.testing.wait_all_tasks_blocked()

    async def fail(self) -> None:
        leased = await self.bench.store.write(leases.lease, ACTOR, 1)
        assert leased is not None
        await self.bench.store.write(attempts.fail, leased.token, FailureClass.MISMATCH, "no")
        await trio.testing.wait_all_tasks_blocked()

    async def run(self, run: Run) -> Run:
        return await self.bench.store.read(runs.get, run.run_id)

    async def deltas(self, run: Run) -> list[object]:
        return [task.values["delta"] for task in await self.bench.store.read(tasks.page, run.run_id)]


@asynccontextmanager
async def rig_at_work(folder: Path, slots: int = 2, *, asks: bool = False) -> AsyncIterator[Rig]:
    async with open_bench(folder) as bench, trio.open_nursery() as nursery:
        rig = Rig(bench, slots, asks=asks)
        await nursery.start(rig.planner.start, Child("planner", 1, Mailbox("planner")))
        yield rig
        nursery.cancel_scope.cancel()


async def test_the_next_stage_is_there_as_soon_as_the_one_before_has_ended(autojump_clock, tmp_path: Path) -> None:
    async with rig_at_work(tmp_path) as rig:
        run = await rig.submit()
        bell = rig.bench.desk.bell.listen()
        await rig.finish(3, 5)
        assert await rig.deltas(run) == [10, 11, 11, 11]
        assert bell.is_set()
        await rig.finish(1, 2)
        assert (await rig.run(run)).phase is RunPhase.COMPLETED


async def test_a_run_is_given_what_there_is_room_for(autojump_clock, tmp_path: Path) -> None:
    async with rig_at_work(tmp_path, slots=3) as rig:
        run = await rig.submit(SEARCH)
        assert len(await rig.deltas(run)) == 4
        await rig.finish(1)
        assert rig.read.asked == []
        await rig.finish(2)
        assert rig.read.asked == [1]
        assert len(await rig.deltas(run)) == 5
        await rig.finish(3)
        assert len(await rig.deltas(run)) == 6
        await rig.finish(4, 5, 6)
        assert rig.read.asked == [1, 1]
        assert (await rig.run(run)).phase is RunPhase.COMPLETED


async def test_a_plan_that_waits_is_not_asked_again_before_something_ended(autojump_clock, tmp_path: Path) -> None:
    async with rig_at_work(tmp_path, slots=5) as rig:
        run = await rig.submit()
        await trio.testing.wait_all_tasks_blocked()
        assert rig.read.asked == [3]
        await rig.bench.steer(run, Desired.PAUSE)
        await rig.bench.steer(run, Desired.RUN)
        await rig.bench.lease()
        await trio.testing.wait_all_tasks_blocked()
        assert len(rig.read.asked) <= 3


async def test_a_paused_run_grows_once_it_is_resumed(autojump_clock, tmp_path: Path) -> None:
    async with rig_at_work(tmp_path) as rig:
        run = await rig.submit()
        await rig.finish(3)
        leased = await rig.bench.lease()
        await rig.bench.store.write(attempts.intent, leased.token)
        await rig.bench.steer(run, Desired.PAUSE)
        await rig.bench.store.write(attempts.succeed, leased.token, proven(5))
        await trio.testing.wait_all_tasks_blocked()
        assert (await rig.run(run)).phase is RunPhase.PAUSED
        assert len(await rig.deltas(run)) == 2
        await rig.bench.steer(run, Desired.RUN)
        await trio.testing.wait_all_tasks_blocked()
        assert len(await rig.deltas(run)) == 4


async def test_a_stuck_run_is_left_alone(autojump_clock, tmp_path: Path) -> None:
    async with rig_at_work(tmp_path) as rig:
        run = await rig.submit()
        await rig.fail()
        await rig.fail()
        assert (await rig.run(run)).phase is RunPhase.NEEDS_REVIEW
        head = rig.bench.store.head
        await trio.sleep(3 * LOOK_AGAIN)
        assert rig.bench.store.head == head


async def test_a_planner_that_starts_goes_on_where_the_last_one_was_killed(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        rig = Rig(bench, 2, asks=False)
        run = await rig.submit()
        await rig.finish(3, 5)
        assert len(await rig.deltas(run)) == 2
        async with trio.open_nursery() as nursery:
            await nursery.start(rig.planner.start, Child("planner", 1, Mailbox("planner")))
            await trio.testing.wait_all_tasks_blocked()
            nursery.cancel_scope.cancel()
        assert await rig.deltas(run) == [10, 11, 11, 11]


async def test_a_planner_that_broke_down_looks_again_at_the_run_it_was_at(
    autojump_clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_bench(tmp_path) as bench:
        rig = Rig(bench, 2, asks=False)
        run = await rig.submit()
        await rig.finish(3, 5)
        with monkeypatch.context() as broken, pytest.RaisesGroup(ZeroDivisionError):
            broken.setattr(growth, "outcomes", lambda db, run_id: 1 / 0)
            await rig.planner.start(Child("planner", 1, Mailbox("planner")), task_status=trio.TASK_STATUS_IGNORED)
        async with trio.open_nursery() as nursery:
            await nursery.start(rig.planner.start, Child("planner", 2, Mailbox("planner")))
            await trio.testing.wait_all_tasks_blocked()
            nursery.cancel_scope.cancel()
        assert await rig.deltas(run) == [10, 11, 11, 11]


@pytest.mark.parametrize("error", [InvalidArgument.of("mine", "there is no such parameter"), ZeroDivisionError("division by zero")])
async def test_a_plan_that_cannot_be_carried_on_is_told_and_keeps_no_other_run(
    autojump_clock, tmp_path: Path, error: Exception
) -> None:
    async with rig_at_work(tmp_path) as rig:
        first = await rig.submit()
        rig.read.error = error
        await rig.finish(3, 5)
        trouble = rig.planner.troubles()[first.run_id]
        assert trouble.kind == CANNOT_PLAN
        assert str(error) in trouble.message
        assert len(await rig.deltas(first)) == 2
        rig.read.error = None
        second = await rig.submit()
        await rig.finish(3, 5)
        assert len(await rig.deltas(second)) == 4
        await trio.sleep(LOOK_AGAIN + 1)
        await trio.testing.wait_all_tasks_blocked()
        assert len(await rig.deltas(first)) == 4
        assert rig.planner.troubles() == {}


async def test_a_saved_test_is_looked_at_before_the_next_part_and_nobody_else_waits_for_it(autojump_clock, tmp_path: Path) -> None:
    """What was cached when the run was submitted may be trusted no longer; the site that is asked may take its time."""
    async with rig_at_work(tmp_path, slots=4, asks=True) as rig:
        first, second = await rig.submit(), await rig.submit()
        rig.site.holds[first.run_id] = trio.Event()
        await rig.finish(3, 3, 5, 5)
        assert await rig.deltas(first) == [10, 11]
        assert await rig.deltas(second) == [10, 11, 11, 11]
        rig.site.holds[first.run_id].set()
        await trio.testing.wait_all_tasks_blocked()
        assert await rig.deltas(first) == [10, 11, 11, 11]
        assert sorted(rig.site.asked) == sorted([(first.run_id, 2), (second.run_id, 2)]), "each was asked for once"


async def test_a_site_that_cannot_be_asked_holds_up_no_part(autojump_clock, tmp_path: Path) -> None:
    async with rig_at_work(tmp_path, asks=True) as rig:
        rig.site.error = Unavailable("no browser is ready")
        run = await rig.submit()
        await rig.finish(3, 5)
        assert await rig.deltas(run) == [10, 11, 11, 11]


async def test_a_look_that_breaks_down_is_told_and_ends_neither_the_planner_nor_the_run(autojump_clock, tmp_path: Path) -> None:
    async with rig_at_work(tmp_path, asks=True) as rig:
        rig.site.error = ZeroDivisionError("division by zero")
        run = await rig.submit()
        await rig.finish(3, 5)
        trouble = rig.planner.troubles()[run.run_id]
        assert (trouble.kind, "its saved test could not be looked at (division by zero)" in trouble.message) == (CANNOT_PLAN, True)
        assert await rig.deltas(run) == [10, 11]
        await trio.sleep(LOOK_AGAIN + 1)
        await trio.testing.wait_all_tasks_blocked()
        assert await rig.deltas(run) == [10, 11, 11, 11]
        assert rig.planner.troubles() == {}
        assert rig.site.asked == [(run.run_id, 2)]


async def test_a_run_that_takes_nothing_from_earlier_ones_looks_at_nothing(autojump_clock, tmp_path: Path) -> None:
    async with rig_at_work(tmp_path, asks=True) as rig:
        await rig.bench.store.write(tests.remember, [IRON_TEST])
        new = replace(new_run(ulid(wall_clock(), rig.bench.shop.rng), "growing", STAGED), is_fresh=True)
        run = await rig.bench.store.write(runs.submit, new)
        await rig.finish(3, 5)
        assert await rig.deltas(run) == [10, 11, 11, 11]
        assert rig.site.asked == []

"""The control of an experiment takes its turn: each browser asks the site for one backtest at a time, whatever it is for."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import trio

from oodaemon.clock import MINUTES
from oodaemon.failures import site as failures
from oodaemon.failures.policy import POLICIES
from oodaemon.model.runs import Desired, Mode, Run, RunPhase
from oodaemon.model.tasks import FailureClass
from oodaemon.store import attempts, runs
from tests.unit.dispatch.bench import Bench, open_bench, outcome
from tests.unit.dispatch.machine import Machine, machine_for, working
from tests.unit.dispatch.test_turns import takes, takes_and_raises

SOLVE, LONG = 4.0, 60.0
NO = failures.TooSlow("no result")


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return machine_for(monkeypatch)


@asynccontextmanager
async def one_is_doubted(
    bench: Bench, machine: Machine, *, neighbour: Callable[[], Awaitable[Any]], tasks: int = 2
) -> AsyncIterator[tuple[Run, float]]:
    """The first task fails a last time in its proof, 10 s after its answer, while the site calculates its neighbour.

    The block begins when the control wants its turn; it is told the run, and when the neighbour was asked for.
    """
    run = await bench.submit(tasks)
    budget = POLICIES[FailureClass.TIMING].budget
    assert budget is not None
    for _ in range(budget):
        lease = await bench.lease()
        assert lease.index == 0
        await bench.store.write(attempts.fail, lease.token, FailureClass.TIMING, "no result")
        await trio.sleep(5 * MINUTES)
    bench.site.next("prepare", takes(1), takes(1))
    bench.site.next("run", takes(SOLVE, outcome(1)), neighbour)
    bench.site.next("prove", takes_and_raises(10, NO))
    began = trio.current_time()
    async with working(bench, machine):
        await trio.sleep(1 + SOLVE + 10 + 3)
        assert bench.site.steps().count("run") == 2
        yield run, began + 1 + SOLVE


async def test_it_waits_for_the_page_that_asks_and_others_wait_for_it(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with open_bench(tmp_path, pages=2) as bench:
        async with one_is_doubted(bench, machine, neighbour=takes(LONG, outcome(2)), tasks=3) as (run, asked):
            bench.site.next("run", takes(20, outcome(3)))
            await bench.until_phase(run, RunPhase.NEEDS_REVIEW)
        assert await bench.states(run) == ["held", "succeeded", "succeeded"], "the saved test gets through: it is the task"
        _, _, control, third = bench.site.times("run")
        assert asked + LONG <= control <= asked + LONG + 3
        assert third >= control + 20


async def test_it_need_not_wait_for_a_page_that_the_site_failed_and_that_waits_for_it(
    autojump_clock, tmp_path: Path, machine: Machine
) -> None:
    """Or both would wait for ever."""
    async with open_bench(tmp_path, pages=2) as bench:
        async with one_is_doubted(bench, machine, neighbour=takes_and_raises(LONG, NO)) as (run, asked):
            with trio.fail_after(10 * MINUTES):
                await bench.until_phase(run, RunPhase.NEEDS_REVIEW)
        assert await bench.states(run) == ["held", "succeeded"]
        assert asked + LONG <= bench.site.times("run")[2] <= asked + LONG + 6


@pytest.mark.parametrize("desired", [Desired.PAUSE, Desired.CANCEL])
@pytest.mark.parametrize("mode", [Mode.DRAIN, Mode.NOW])
async def test_a_run_that_is_stopped_while_it_waits_gets_its_task_back_at_once(
    autojump_clock, tmp_path: Path, machine: Machine, desired: Desired, mode: Mode
) -> None:
    async with open_bench(tmp_path, pages=2) as bench:
        async with one_is_doubted(bench, machine, neighbour=takes(LONG, outcome(2))) as (run, asked):
            await bench.store.write(lambda tx: runs.set_desired(tx, run.run_id, desired, mode=mode))
            bench.desk.bell.ring()
            await trio.sleep(1)
            assert (await bench.states(run))[0] == ("ready" if desired is Desired.PAUSE else "cancelled")
            await bench.until_phase(run, RunPhase.PAUSED if desired is Desired.PAUSE else RunPhase.CANCELLED)
            assert trio.current_time() < asked + LONG + 5
        assert len(bench.site.times("run")) == 2, "no control was run"

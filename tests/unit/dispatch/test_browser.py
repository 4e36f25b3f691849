"""A browser actor on the virtual clock, with a browser that is none: what it does about everything that can happen."""

import itertools
from pathlib import Path

import pytest
import trio
import trio.testing

from oodaemon.dispatch import browser
from oodaemon.dispatch.site import AUTH_REQUIRED, DISK_LOW, SITE_BLOCKED
from oodaemon.failures import site as failures
from oodaemon.model.runs import Desired, RunPhase
from oodaemon.model.tasks import FailureClass
from oodaemon.parameters.registry import PluginError
from tests.unit.dispatch.bench import open_bench, outcome
from tests.unit.dispatch.machine import Machine, ends_with, machine_for, working


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return machine_for(monkeypatch)


async def test_every_task_of_a_run_is_done_in_order_and_stored_once(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with open_bench(tmp_path) as bench:
        run = await bench.submit(5)
        async with working(bench, machine) as child:
            await bench.until_phase(run, RunPhase.COMPLETED)
            await trio.testing.wait_all_tasks_blocked()
            assert child.detail == "waiting for a task"
        figures = [result.figures.metrics["pl"] for result in await bench.results(run) if result.figures]
        assert figures == [1, 2, 3, 4, 5]
        assert bench.site.steps(0) == ["sign_in", *["prepare", "run"] * 5]
        assert bench.site.opened == 1


async def test_a_run_that_comes_later_wakes_the_browser_at_once(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with open_bench(tmp_path) as bench, working(bench, machine):
        await trio.sleep(1000.5)
        run = await bench.submit()
        await bench.until_phase(run, RunPhase.COMPLETED)
        assert trio.current_time() == 1000.5


async def test_who_is_signed_in_already_does_not_sign_in(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with open_bench(tmp_path) as bench:
        bench.desk.stored.storage = {}
        run = await bench.submit()
        async with working(bench, machine):
            await bench.until_phase(run, RunPhase.COMPLETED)
        assert "sign_in" not in bench.site.steps()


@pytest.mark.parametrize("kind", [failures.TooSlow, failures.PanelStuck, failures.Drifted, failures.RateLimited])
async def test_after_a_failure_the_page_is_replaced_and_the_task_is_tried_again_when_due(
    autojump_clock, tmp_path: Path, machine: Machine, kind: type[Exception]
) -> None:
    async with open_bench(tmp_path) as bench:
        run = await bench.submit(2)
        bench.site.next("run", kind("no"))
        async with working(bench, machine):
            await bench.until_phase(run, RunPhase.COMPLETED)
        tries = bench.site.times("run")
        assert len(tries) == 3
        assert 0 < tries[2] <= 31 + 2, (
            "tried again when due, one second slower at each action, and not with the next look a minute later"
        )
        assert bench.site.opened == 2
        assert [task.attempts for task in await bench.tasks(run)] == [2, 1]
        assert {task.state.value for task in await bench.tasks(run)} == {"succeeded"}


@pytest.mark.parametrize(("kind", "phase"), [(failures.Refused, RunPhase.COMPLETED), (failures.Mismatched, RunPhase.NEEDS_REVIEW)])
async def test_a_task_that_is_given_up_leaves_the_others_alone(
    autojump_clock, tmp_path: Path, machine: Machine, kind: type[Exception], phase: RunPhase
) -> None:
    async with open_bench(tmp_path) as bench:
        run = await bench.submit(3)
        bench.site.next("run", outcome(1), kind("no"))
        async with working(bench, machine):
            await bench.until_phase(run, phase)
        states = await bench.states(run)
        assert states[0] == states[2] == "succeeded"
        assert states[1] in {"invalid", "held"}
        assert bench.site.opened == 2


async def test_a_lost_session_is_renewed_in_the_same_page_at_no_cost(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with open_bench(tmp_path) as bench:
        run = await bench.submit(1)
        bench.site.next("prepare", failures.SignedOut("the site asks to sign in"))
        async with working(bench, machine):
            await bench.until_phase(run, RunPhase.COMPLETED)
        assert bench.site.steps() == ["sign_in", "prepare", "sign_in", "prepare", "run"]
        assert bench.site.opened == 1
        assert trio.current_time() == 0


async def test_a_site_that_cannot_be_reached_is_waited_for_at_no_cost(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with open_bench(tmp_path) as bench:
        run = await bench.submit(1)
        bench.site.next("prepare", failures.SiteUnreachable("ERR_CONNECTION_RESET"))
        bench.site.next("probe", *[failures.SiteUnreachable("ERR_CONNECTION_RESET")] * 5)
        seen: list[bool] = []

        async def blocked() -> None:
            await trio.sleep(0.5)
            seen.append(SITE_BLOCKED in bench.desk.conditions)

        async with working(bench, machine), trio.open_nursery() as nursery:
            nursery.start_soon(blocked)
            await bench.until_phase(run, RunPhase.COMPLETED)
        assert seen == [True]
        (task,) = await bench.tasks(run)
        assert (task.attempts, task.last_failure) == (1, None)
        assert bench.desk.is_open
        assert bench.site.steps().count("probe") == 6


@pytest.mark.parametrize("closed_by", [AUTH_REQUIRED, DISK_LOW, SITE_BLOCKED])
async def test_nothing_is_leased_while_the_desk_is_closed(autojump_clock, tmp_path: Path, machine: Machine, closed_by: str) -> None:
    async with open_bench(tmp_path) as bench:
        run = await bench.submit(1)
        bench.desk.stored.storage = {}
        await bench.desk.enter(closed_by, "no")
        async with working(bench, machine):
            with trio.CancelScope() as at_the_first_commit:
                bench.store.on_commit(lambda _: at_the_first_commit.cancel())
                await trio.sleep(500)
            assert await bench.states(run) == ["ready"]
            assert "task_leased" not in await bench.news()
            assert trio.current_time() == 500
            await bench.desk.leave(closed_by)
            await bench.until_phase(run, RunPhase.COMPLETED)
            assert trio.current_time() == 500


async def test_a_pause_between_the_lease_and_the_click_keeps_the_page(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with open_bench(tmp_path) as bench:
        run = await bench.submit(1)

        async def pause() -> None:
            await bench.steer(run, Desired.PAUSE)

        bench.site.next("prepare", pause)
        async with working(bench, machine):
            await bench.until_phase(run, RunPhase.PAUSED)
            assert bench.site.steps() == ["sign_in", "prepare"]
            await bench.steer(run, Desired.RUN)
            bench.desk.bell.ring()
            await bench.until_phase(run, RunPhase.COMPLETED)
        assert bench.site.opened == 1
        (task,) = await bench.tasks(run)
        assert task.attempts == 1


async def test_a_page_is_replaced_after_many_tasks(
    autojump_clock, tmp_path: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert browser.TASKS_PER_TAB == 300
    monkeypatch.setattr(browser, "TASKS_PER_TAB", 2)
    async with open_bench(tmp_path) as bench:
        run = await bench.submit(5)
        async with working(bench, machine):
            await bench.until_phase(run, RunPhase.COMPLETED)
        assert [bench.site.steps(tab).count("run") for tab in range(3)] == [2, 2, 1]
        assert bench.site.steps().count("sign_in") == 1


async def test_a_browser_that_dies_ends_the_actor_and_costs_its_task_a_strike(
    autojump_clock, tmp_path: Path, machine: Machine
) -> None:
    async with open_bench(tmp_path) as bench:
        run = await bench.submit(1)
        bench.site.next("run", trio.sleep_forever)

        async def die() -> None:
            await trio.sleep(10)
            machine.is_gone.set()

        error = await ends_with(bench, machine, die)
        assert isinstance(error, failures.BrowserLost)
        assert str(error) == "the browser died"
        (task,) = await bench.tasks(run)
        assert task.state.value == "ready"
        assert task.last_failure is not None
        assert task.last_failure.failure_class is FailureClass.BROWSER


async def test_a_browser_that_does_not_answer_ends_the_actor(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with open_bench(tmp_path) as bench:
        await bench.submit(1)
        bench.site.next("run", failures.BrowserLost("the browser does not answer"))
        error = await ends_with(bench, machine, trio.lowlevel.checkpoint)
        assert str(error) == "the browser does not answer"


async def test_being_stopped_in_the_middle_costs_nothing(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with open_bench(tmp_path) as bench:
        run = await bench.submit(1)
        bench.site.next("run", trio.sleep_forever)
        async with working(bench, machine):
            await trio.sleep(10)
            assert await bench.states(run) == ["submitted"]
        (task,) = await bench.tasks(run)
        assert (task.state.value, task.attempts, task.last_failure) == ("ready", 0, None)


async def test_a_run_whose_parameter_is_gone_does_not_cost_the_browser(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    """Every task of it would end a browser three times over, and the tasks of other runs would have none."""
    async with open_bench(tmp_path) as bench:
        gone = await bench.submit(values={"max_vix": 20})
        other = await bench.submit(1)
        try:
            async with working(bench, machine):
                await bench.until_phase(other, RunPhase.COMPLETED)
                await bench.until_phase(gone, RunPhase.NEEDS_REVIEW)
        except* PluginError as group:
            pytest.fail(f"the actor ended: {group.exceptions}")
        (task,) = await bench.tasks(gone)
        assert task.last_failure is not None
        assert "max_vix" in task.last_failure.message


async def test_a_session_that_never_holds_slows_down(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with open_bench(tmp_path) as bench:
        run = await bench.submit(1)
        bench.site.next("prepare", *[failures.SignedOut("again")] * 6)
        async with working(bench, machine):
            await bench.until_phase(run, RunPhase.COMPLETED)
        waits = [b - a for a, b in itertools.pairwise(bench.site.times("prepare"))]
        assert waits[0] == 0
        assert all(wait >= 1 for wait in waits[1:])
        (task,) = await bench.tasks(run)
        assert task.state.value == "succeeded"


async def test_a_session_that_is_lost_now_and_then_is_renewed_without_waiting(
    autojump_clock, tmp_path: Path, machine: Machine
) -> None:
    """Every backtest that gets through forgives the loss before it."""
    async with open_bench(tmp_path) as bench:
        run = await bench.submit(3)
        lost = failures.SignedOut("the session expired")
        bench.site.next("prepare", lost, None, lost, None, lost, None)
        async with working(bench, machine):
            await bench.until_phase(run, RunPhase.COMPLETED)
        assert bench.site.steps().count("sign_in") == 4
        assert trio.current_time() == 0

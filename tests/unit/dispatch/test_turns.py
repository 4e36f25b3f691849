"""Two pages of one browser take turns: what overlaps, what does not, and what that must never cost."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import trio
import trio.testing

from oodaemon.dispatch import ahead
from oodaemon.dispatch.recycling import Limits
from oodaemon.dispatch.site import DISK_LOW
from oodaemon.dispatch.turns import Turns
from oodaemon.failures import site as failures
from oodaemon.model.runs import Desired, RunPhase
from oodaemon.store import attempts
from tests.unit.dispatch.bench import IRON, Bench, FakeTab, open_bench, outcome
from tests.unit.dispatch.machine import Machine, ends_with, machine_for, working

SOLVE, PROVE, OPEN = 2.0, 10.0, 1.0


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return machine_for(monkeypatch)


def takes(seconds: float, answer: Any = None) -> Callable[[], Awaitable[Any]]:
    """An answer that comes after a while."""

    async def wait() -> Any:
        await trio.sleep(seconds)
        return answer

    return wait


def usual(bench: Bench, count: int) -> None:
    """So many backtests, each calculated for 2 s and proven for 10; opening a test takes 1 s."""
    bench.site.next("run", *[takes(SOLVE, outcome(number)) for number in range(1, count + 1)])
    bench.site.next("prove", *[takes(PROVE)] * count)
    bench.site.next("open_ahead", *[takes(OPEN)] * count)


def calls(bench: Bench, *steps: str) -> list[tuple[float, int, str]]:
    return [(at, tab, step) for at, tab, step in bench.site.calls if step in steps]


async def test_the_next_backtest_is_calculated_while_the_last_one_is_proven(
    autojump_clock, tmp_path: Path, machine: Machine
) -> None:
    async with open_bench(tmp_path, pages=2) as bench:
        run = await bench.submit(3)
        usual(bench, 3)
        async with working(bench, machine):
            await bench.until_phase(run, RunPhase.COMPLETED)
        assert calls(bench, "run", "prove") == [
            (0, 0, "run"),
            (2, 0, "prove"),
            (2, 1, "run"),
            (4, 1, "prove"),
            (12, 0, "run"),
            (14, 0, "prove"),
        ], "one backtest at a time is asked for, each in the page that is free"
        figures = [result.figures.metrics["pl"] for result in await bench.results(run) if result.figures]
        assert figures == [1, 2, 3]


async def test_one_page_asks_and_proves_one_after_the_other(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with open_bench(tmp_path) as bench:
        run = await bench.submit(2)
        usual(bench, 2)
        async with working(bench, machine):
            await bench.until_phase(run, RunPhase.COMPLETED)
        assert [at for at, _, _ in calls(bench, "run")] == [0, 12]
        assert bench.site.opened == 1
        assert not calls(bench, "open_ahead")


async def test_a_page_that_waits_opens_the_test_ahead_and_only_once(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with open_bench(tmp_path, pages=2) as bench:
        run = await bench.submit(2)
        usual(bench, 2)
        async with working(bench, machine):
            await bench.until_phase(run, RunPhase.COMPLETED)
        assert calls(bench, "open_ahead", "prepare") == [(0, 0, "prepare"), (0, 1, "open_ahead"), (2, 1, "prepare")]


async def test_what_was_opened_before_a_run_was_submitted_is_not_for_it(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    """Its test may have been changed on the site in between."""
    async with open_bench(tmp_path, pages=2) as bench:
        opened: list[bool] = []
        prepare = FakeTab.prepare

        async def look(tab: FakeTab, path: str, order: Any) -> Any:
            opened.append(bool(tab.ahead))
            return await prepare(tab, path, order)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(FakeTab, "prepare", look)
            async with working(bench, machine):
                for count in (2, 1):
                    usual(bench, count)
                    run = await bench.submit(count)
                    await bench.until_phase(run, RunPhase.COMPLETED)
                assert opened == [False, True, False]
                opened.clear()
                usual(bench, 4)
                run = await bench.submit(4)
                await trio.sleep(3)
                await bench.steer(run, Desired.PAUSE)
                bench.desk.bell.ring()
                await bench.until_phase(run, RunPhase.PAUSED)
                await bench.steer(run, Desired.RUN)
                bench.desk.bell.ring()
                await bench.until_phase(run, RunPhase.COMPLETED)
                assert opened == [False, True, False, True], "nor is it for a run that was paused meanwhile"
                opened.clear()
                usual(bench, 2)
                run = await bench.submit(2)
                await trio.sleep(1.5)
                await bench.desk.enter(DISK_LOW, "no")
                await trio.sleep(60)
                await bench.desk.leave(DISK_LOW)
                await bench.until_phase(run, RunPhase.COMPLETED)
                assert opened == [False, False], "nor after nothing could be done for a while"


async def test_what_the_site_answered_is_suspect_before_it_is_proven(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with open_bench(tmp_path, pages=2) as bench:
        run = await bench.submit(2)
        usual(bench, 2)
        seen: list[Any] = []

        async def look() -> Any:
            seen.extend(bench.desk.suspects)
            return outcome(2)

        bench.site.plan["run"][1] = look
        async with working(bench, machine):
            await bench.until_phase(run, RunPhase.COMPLETED)
        assert outcome(1).cards in seen


async def test_a_test_that_cannot_be_opened_ahead_costs_no_task_anything(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with open_bench(tmp_path, pages=2) as bench:
        run = await bench.submit(4)
        usual(bench, 4)
        bench.site.plan["open_ahead"].clear()
        bench.site.next("open_ahead", *[failures.TooSlow("no")] * 20)
        async with working(bench, machine):
            await bench.until_phase(run, RunPhase.COMPLETED)
        assert [task.attempts for task in await bench.tasks(run)] == [1] * 4
        assert len(calls(bench, "open_ahead")) <= 4, "once for each Run click, however long that takes"


async def test_a_site_in_trouble_is_asked_for_nothing_ahead(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with open_bench(tmp_path, pages=2) as bench:
        run = await bench.submit(3)
        usual(bench, 3)
        bench.desk.pacer.failed()
        async with working(bench, machine):
            await bench.until_phase(run, RunPhase.COMPLETED)
        times = [at for at, _, _ in calls(bench, "open_ahead")]
        assert all(at > SOLVE for at in times), "the first backtest that got through says that there is no trouble any more"


async def test_a_task_that_fails_in_its_proof_is_taken_by_the_page_that_waits(
    autojump_clock, tmp_path: Path, machine: Machine
) -> None:
    async with open_bench(tmp_path, pages=2) as bench:
        run = await bench.submit(1)
        usual(bench, 2)
        bench.site.plan["prove"][0] = takes_and_raises(PROVE, failures.SignedOut("the site asks to sign in"))
        async with working(bench, machine):
            await bench.until_phase(run, RunPhase.COMPLETED)
        assert [at for at, _, _ in calls(bench, "run")] == [0, 12], "at once, and not with the next look"


def takes_and_raises(seconds: float, error: Exception) -> Callable[[], Awaitable[Any]]:
    async def wait() -> Any:
        await trio.sleep(seconds)
        raise error

    return wait


async def test_a_session_that_was_lost_for_both_pages_is_renewed_once(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with open_bench(tmp_path, pages=2) as bench:
        run = await bench.submit(3)
        usual(bench, 6)
        lost = failures.SignedOut("the site asks to sign in")
        bench.site.plan["prove"][0] = takes_and_raises(1, lost)
        bench.site.plan["run"][1] = takes_and_raises(3, lost)
        async with working(bench, machine):
            await bench.until_phase(run, RunPhase.COMPLETED)
        assert bench.site.steps().count("sign_in") == 2, "at the beginning, and once after that"
        assert {task.state.value for task in await bench.tasks(run)} == {"succeeded"}


async def test_a_browser_that_retires_does_so_after_both_pages_are_done(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with open_bench(tmp_path, pages=2) as bench:
        object.__setattr__(bench.shop, "limits", Limits(tasks=2))
        run = await bench.submit(6)
        usual(bench, 6)
        async with working(bench, machine):
            await bench.until_phase(run, RunPhase.COMPLETED)
            assert machine.launches >= 3
        assert [task.attempts for task in await bench.tasks(run)] == [1] * 6
        assert bench.site.steps().count("run") == 6


async def test_both_pages_of_a_browser_that_dies_are_told_of(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with open_bench(tmp_path, pages=2) as bench:
        run = await bench.submit(2)
        usual(bench, 2)

        async def die() -> None:
            await trio.sleep(3)
            assert await bench.store.read(attempts.in_flight) == 2
            machine.is_gone.set()

        assert isinstance(await ends_with(bench, machine, die), failures.BrowserLost)
        assert await bench.states(run) == ["ready", "ready"]


async def test_pausing_lets_both_pages_finish_and_begins_nothing(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with open_bench(tmp_path, pages=2) as bench:
        run = await bench.submit(5)
        usual(bench, 5)
        async with working(bench, machine):
            await trio.sleep(3)
            await bench.steer(run, Desired.PAUSE)
            bench.desk.bell.ring()
            await bench.until_phase(run, RunPhase.PAUSED)
            await trio.sleep(100)
        assert bench.site.steps().count("run") == 2
        assert await bench.states(run) == ["succeeded", "succeeded", "ready", "ready", "ready"]


async def test_a_further_page_is_opened_for_work_and_closed_after_it(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with open_bench(tmp_path, pages=2) as bench, working(bench, machine):
        await trio.sleep(1000)
        assert machine.open_tabs == 1, "nothing was to do"
        run = await bench.submit(1)
        bench.site.next("run", takes(SOLVE, outcome(1)))
        await bench.until_phase(run, RunPhase.COMPLETED)
        await trio.testing.wait_all_tasks_blocked()
        assert machine.open_tabs == 2
        await trio.sleep(3 * ahead.IDLE)
        assert machine.open_tabs <= 2
        again = await bench.submit(2)
        await bench.until_phase(again, RunPhase.COMPLETED)


async def test_a_page_that_waited_for_long_must_answer_before_it_takes_a_task(
    autojump_clock, tmp_path: Path, machine: Machine
) -> None:
    async with open_bench(tmp_path, pages=2) as bench:
        run = await bench.submit(2)
        bench.site.next("run", takes(100, outcome(1)))
        bench.site.next("round_trip", failures.BrowserLost("the browser does not answer"))
        error = await ends_with(bench, machine, trio.lowlevel.checkpoint)
        assert isinstance(error, failures.BrowserLost)
        assert (await bench.states(run))[1] == "ready", "no task was given to a browser that hangs"


def test_a_turn_is_one_pages() -> None:
    async def check() -> None:
        turns = Turns()
        first = turns.take(is_ready=False)
        assert first is not None
        assert turns.take(is_ready=True) is None
        assert not turns.may_open, "a page that waits for a task asks for nothing"
        first.begin()
        assert turns.may_open
        first.end()
        first.end()
        with turns.opening():
            assert turns.take(is_ready=False) is None, "another page is about to be ready"
            second = turns.take(is_ready=True)
        assert second is not None
        assert turns.is_taken_from(first)
        assert not turns.is_taken_from(second)
        first.end()
        assert turns.take(is_ready=True) is None, "the end of an old turn ends no other"
        second.pressed("run", IRON.path)
        assert turns.path == IRON.path

    trio.run(check)

"""Two pages of one browser take turns: what overlaps, what does not, and what that must never cost."""

import itertools
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import trio
import trio.testing

from oodaemon.dispatch import line, waiting
from oodaemon.dispatch.recycling import Limits
from oodaemon.dispatch.site import DISK_LOW
from oodaemon.dispatch.turns import Turn, Turns
from oodaemon.failures import site as failures
from oodaemon.model.runs import Desired, RunPhase
from oodaemon.store import attempts, durations
from tests.unit.dispatch.bench import Bench, open_bench, outcome
from tests.unit.dispatch.machine import Machine, ends_with, machine_for, working

SOLVE, PROVE, FILL = 4.0, 10.0, 1.0


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
    """So many backtests: each takes 1 s to open and fill, 4 to calculate and 10 to prove."""
    bench.site.next("run", *[takes(SOLVE, outcome(number)) for number in range(1, count + 1)])
    bench.site.next("prove", *[takes(PROVE)] * count)
    bench.site.next("prepare", *[takes(FILL)] * count)


def calls(bench: Bench, *steps: str) -> list[tuple[float, int, str]]:
    return [(at, tab, step) for at, tab, step in bench.site.calls if step in steps]


async def test_the_next_backtest_is_filled_while_one_is_calculated_and_calculated_while_one_is_proven(
    autojump_clock, tmp_path: Path, machine: Machine
) -> None:
    async with open_bench(tmp_path, pages=2) as bench:
        run = await bench.submit(3)
        usual(bench, 3)
        async with working(bench, machine):
            await bench.until_phase(run, RunPhase.COMPLETED)
        assert calls(bench, "prepare", "run", "prove") == [
            (0, 0, "prepare"),
            (1, 0, "run"),
            (1, 1, "prepare"),
            (5, 0, "prove"),
            (5, 1, "run"),
            (9, 1, "prove"),
            (15, 0, "prepare"),
            (16, 0, "run"),
            (20, 0, "prove"),
        ], "one backtest at a time is asked for, each in the page that is ready"
        figures = [result.figures.metrics["pl"] for result in await bench.results(run) if result.figures]
        assert figures == [1, 2, 3]


async def test_one_page_asks_and_proves_one_after_the_other(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with open_bench(tmp_path) as bench:
        run = await bench.submit(2)
        usual(bench, 2)
        async with working(bench, machine):
            await bench.until_phase(run, RunPhase.COMPLETED)
        assert [at for at, _, _ in calls(bench, "run")] == [1, 16]
        assert bench.site.opened == 1


async def test_another_page_is_opened_only_where_the_site_waits_for_us(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with open_bench(tmp_path, pages=4) as bench:
        run = await bench.submit(8)
        usual(bench, 8)
        bench.site.plan["prove"].clear()
        bench.site.next("prove", *[takes(6)] * 8)
        async with working(bench, machine):
            await bench.until_phase(run, RunPhase.COMPLETED)
        assert bench.site.opened == 3, "three keep it busy: a backtest takes a page 1 + 4 + 6 s, and the site 4"
        times = bench.site.times("run")
        assert [later - sooner for sooner, later in itertools.pairwise(times)][-3:] == [SOLVE] * 3
    async with open_bench(tmp_path / "slow", pages=4) as bench:
        run = await bench.submit(8)
        usual(bench, 8)
        bench.site.plan["run"].clear()
        bench.site.next("run", *[takes(30, outcome(number)) for number in range(8)])
        async with working(bench, machine):
            await bench.until_phase(run, RunPhase.COMPLETED)
        assert bench.site.opened == 2
        times = bench.site.times("run")
        assert [later - sooner for sooner, later in itertools.pairwise(times)] == [30] * 7, "the site is never kept waiting"


async def test_no_more_than_one_task_waits_for_its_turn(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with open_bench(tmp_path, pages=4) as bench:
        run = await bench.submit(9)
        usual(bench, 9)
        bench.site.plan["run"].clear()
        bench.site.next("run", *[takes(0.1, outcome(number)) for number in range(8)], takes(500, outcome(9)))
        async with working(bench, machine):
            again = await bench.submit(5)
            await trio.sleep(300)
            assert bench.site.opened == 4
            assert await bench.store.read(attempts.in_flight) == 2, "what is calculated and what comes next"
            await bench.until_phase(run, RunPhase.COMPLETED)
            await bench.until_phase(again, RunPhase.COMPLETED)


async def test_the_last_tasks_are_left_to_the_browser_that_is_free_first(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with open_bench(tmp_path, pages=2) as bench:
        object.__setattr__(bench.shop, "services", {"another": None, "a third": None})
        run = await bench.submit(4)
        bench.site.next("run", takes(100, outcome(1)))
        async with working(bench, machine):
            await trio.sleep(50)
            assert await bench.states(run) == ["submitted", "leased", "ready", "ready"]
            await bench.until_phase(run, RunPhase.COMPLETED)


@pytest.mark.parametrize("desired", [Desired.PAUSE, Desired.CANCEL])
async def test_a_task_that_waits_for_its_turn_is_given_back_at_once(
    autojump_clock, tmp_path: Path, machine: Machine, desired: Desired
) -> None:
    """And when the run goes on, its test is opened afresh: somebody may have changed it meanwhile."""
    async with open_bench(tmp_path, pages=2) as bench:
        run = await bench.submit(3)
        usual(bench, 6)
        bench.site.plan["run"][0] = takes(60, outcome(1))
        async with working(bench, machine):
            await trio.sleep(10)
            assert await bench.store.read(attempts.in_flight) == 2
            await bench.steer(run, desired)
            bench.desk.bell.ring()
            await trio.sleep(0.1)
            assert await bench.store.read(attempts.in_flight) == 1
            if desired is Desired.CANCEL:
                await bench.until_phase(run, RunPhase.CANCELLED)
                assert await bench.states(run) == ["succeeded", "cancelled", "cancelled"]
                return
            await bench.steer(run, Desired.RUN)
            bench.desk.bell.ring()
            await bench.until_phase(run, RunPhase.COMPLETED)
        assert [at for at, tab, _ in calls(bench, "prepare") if tab == 1][:2] == [1, 10.1]
        assert [task.attempts for task in await bench.tasks(run)] == [1, 1, 1]


async def test_a_task_that_waits_is_given_back_when_the_site_is_not_to_be_asked(
    autojump_clock, tmp_path: Path, machine: Machine
) -> None:
    async with open_bench(tmp_path, pages=2) as bench:
        run = await bench.submit(2)
        usual(bench, 3)
        bench.site.plan["run"][0] = takes(60, outcome(1))
        async with working(bench, machine):
            await trio.sleep(10)
            await bench.desk.enter(DISK_LOW, "no")
            await trio.sleep(0.1)
            assert await bench.states(run) == ["submitted", "ready"]
            await bench.desk.leave(DISK_LOW)
            await bench.until_phase(run, RunPhase.COMPLETED)


@pytest.mark.parametrize(("seconds", "is_same", "prepared"), [(3, False, 1), (60, True, 1), (60, False, 2), (130, True, 2)])
async def test_a_page_that_waited_for_long_is_looked_at_before_run_is_pressed_in_it(
    autojump_clock,
    tmp_path: Path,
    machine: Machine,
    monkeypatch: pytest.MonkeyPatch,
    seconds: float,
    is_same: bool,
    prepared: int,
) -> None:
    monkeypatch.setattr(waiting, "FRESH", 120.0)
    async with open_bench(tmp_path, pages=2) as bench:
        run = await bench.submit(2)
        bench.site.next("run", takes(seconds, outcome(1)))
        bench.site.next("is_as_prepared", is_same)
        async with working(bench, machine):
            await bench.until_phase(run, RunPhase.COMPLETED)
        assert [tab for _, tab, _ in calls(bench, "prepare")] == [0, *[1] * prepared]


async def test_a_page_is_filled_afresh_when_another_asked_in_vain(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    """Whatever kept it from an answer may have befallen this page as well."""
    async with open_bench(tmp_path, pages=2) as bench:
        run = await bench.submit(2)
        bench.site.next("run", takes_and_raises(3, failures.TooSlow("no result")))
        async with working(bench, machine):
            await bench.until_phase(run, RunPhase.COMPLETED)
        assert [(at >= 3, tab) for at, tab, _ in calls(bench, "prepare")][:3] == [(False, 0), (False, 1), (True, 1)]


async def test_a_backtest_takes_as_long_as_it_keeps_its_browser_from_others(
    autojump_clock, tmp_path: Path, machine: Machine
) -> None:
    async with open_bench(tmp_path, pages=2) as bench:
        run = await bench.submit(4)
        usual(bench, 4)
        bench.site.plan["run"].clear()
        bench.site.next("run", *[takes(60, outcome(number)) for number in range(4)])
        async with working(bench, machine):
            await bench.until_phase(run, RunPhase.COMPLETED)
        assert (await bench.store.read(durations.of_run, run.run_id)).seconds == pytest.approx([60, 60, 60, 61], abs=0.01)


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


async def test_a_site_in_trouble_is_asked_for_nothing_ahead(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with open_bench(tmp_path, pages=2) as bench:
        run = await bench.submit(3)
        usual(bench, 3)
        bench.desk.pacer.failed()
        async with working(bench, machine):
            await bench.until_phase(run, RunPhase.COMPLETED)
        second = calls(bench, "prepare")[1]
        assert second[0] >= calls(bench, "prove")[0][0], "one at a time until a backtest got through"


async def test_a_task_that_fails_in_its_proof_is_taken_by_the_page_that_waits(
    autojump_clock, tmp_path: Path, machine: Machine
) -> None:
    async with open_bench(tmp_path, pages=2) as bench:
        run = await bench.submit(1)
        usual(bench, 2)
        bench.site.plan["prove"][0] = takes_and_raises(PROVE, failures.SignedOut("the site asks to sign in"))
        async with working(bench, machine):
            await bench.until_phase(run, RunPhase.COMPLETED)
        assert [at for at, _, _ in calls(bench, "run")] == [1, 16], "at once, and not with the next look"


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
            await trio.sleep(7)
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
        await trio.sleep(3 * line.IDLE)
        assert machine.open_tabs <= 2
        again = await bench.submit(2)
        await bench.until_phase(again, RunPhase.COMPLETED)


async def test_a_page_that_waited_for_long_must_answer_before_run_is_announced(
    autojump_clock, tmp_path: Path, machine: Machine
) -> None:
    async with open_bench(tmp_path, pages=2) as bench:
        run = await bench.submit(2)
        bench.site.next("run", takes(100, outcome(1)))
        bench.site.next("is_as_prepared", failures.BrowserLost("the browser does not answer"))
        error = await ends_with(bench, machine, trio.lowlevel.checkpoint)
        assert isinstance(error, failures.BrowserLost)
        assert (await bench.states(run))[1] == "ready", "the site was not asked for it"
        assert len(bench.site.times("run")) == 1


async def test_a_turn_is_one_pages(autojump_clock) -> None:
    turns = Turns()
    first = turns.look()
    assert first is not None
    assert turns.look() is None, "one page looks for a task"
    assert turns.may_lease(first, is_calm=False)
    first.begin()
    second, third = turns.look(), None
    assert second is not None
    assert turns.is_ahead(second)
    assert not turns.may_lease(second, is_calm=False)
    assert turns.may_lease(second, is_calm=True)
    second.begin()
    third = turns.look()
    assert third is not None
    order: list[str] = []

    async def take(name: str, turn: Turn) -> None:
        await turn.take()
        order.append(name)

    async with trio.open_nursery() as nursery:
        await take("second", second)
        nursery.start_soon(take, "first", first)
        await trio.testing.wait_all_tasks_blocked()
        assert not turns.may_lease(third, is_calm=True), "one waits already"
        third.begin()
        nursery.start_soon(take, "third", third)
        await trio.testing.wait_all_tasks_blocked()
        assert order == ["second"]
        second.answered()
        second.end()
        await trio.testing.wait_all_tasks_blocked()
        assert order == ["second", "first"], "first come, first served; whoever is over ends no other"
        assert not third.is_suspect
        first.end()
        assert third.is_suspect
    assert order == ["second", "first", "third"]

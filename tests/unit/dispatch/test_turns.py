"""Two pages of one browser take turns: what overlaps, what does not, and what that must never cost."""

import itertools
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import trio
import trio.testing

from oodaemon.actors.child import Child
from oodaemon.actors.mailbox import Mailbox
from oodaemon.dispatch import line, waiting
from oodaemon.dispatch.browser import BrowserActor
from oodaemon.dispatch.pace import Manners
from oodaemon.dispatch.recycling import Limits
from oodaemon.dispatch.site import DISK_LOW
from oodaemon.dispatch.turns import Turn, Turns
from oodaemon.failures import site as failures
from oodaemon.model.runs import Desired, Mode, RunPhase
from oodaemon.plans.outlook import Shop
from oodaemon.plans.outlook import outlook as outlook_of
from oodaemon.store import attempts, durations, runs
from tests.unit.dispatch.bench import ACTOR, Bench, FakeTab, open_bench, outcome, wall_clock
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


async def pressed(turns: Turns, *, filling: float = 0) -> Turn:
    """A page that found a task, filled it and asks the site."""
    asks = turns.look()
    assert asks is not None
    asks.begin()
    await trio.sleep(filling)
    await asks.take()
    asks.pressed()
    return asks


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


async def test_a_page_more_is_opened_where_the_site_waits_often_but_not_where_it_does_so_once_in_a_while(autojump_clock) -> None:
    async def is_needed(answers: str) -> bool:
        """After answers that found a page ready (`r`) or none (`-`)."""
        turns, needed = Turns(), trio.Event()

        async def wait() -> None:
            await turns.wait_until_needed(2)
            needed.set()

        async with trio.open_nursery() as nursery:
            with turns.opened(), turns.opened():
                nursery.start_soon(wait)
                for answer in answers:
                    asks = await pressed(turns)
                    if answer == "r":
                        turns.look()
                    asks.answered()
                    turns._looking = None
                    turns.ring()
                    await trio.testing.wait_all_tasks_blocked()
                nursery.cancel_scope.cancel()
        return needed.is_set()

    assert await is_needed("---r")
    assert await is_needed("-rrr" * 5), "pages that are ready in bursts: the site waits after each"
    assert not await is_needed("--")
    assert not await is_needed("-rrrrrrrr" * 40)


async def test_what_is_asked_first_after_a_while_is_not_slowed_down_by_what_comes_next(
    autojump_clock, tmp_path: Path, machine: Machine
) -> None:
    async with open_bench(tmp_path, pages=2) as bench:
        run = await bench.submit(4)
        bench.site.next("run", *[takes(0.2, outcome(number)) for number in range(8)])
        bench.site.next("prepare", *[takes(FILL)] * 8)
        async with working(bench, machine):
            await bench.until_phase(run, RunPhase.COMPLETED)
            await trio.sleep(60)
            again, began = await bench.submit(4), trio.current_time()
            await bench.until_phase(again, RunPhase.COMPLETED)
        times = [(round(at - began, 1), step) for at, _, step in calls(bench, "prepare", "run") if at >= began]
        assert times[:3] == [(0, "prepare"), (0.7, "prepare"), (1, "run")], "the second one begins when the first is nearly there"
        assert times[3:6] == [(1.2, "prepare"), (1.7, "run"), (1.9, "prepare")], "from then on as soon as a page is free"


@pytest.mark.parametrize(("answer_takes", "ahead"), [(60, 1), (2, 1), (0.9, 2), (0.3, 4)])
async def test_as_many_are_filled_at_once_as_the_site_answers_meanwhile(autojump_clock, answer_takes: float, ahead: int) -> None:
    turns, filled = Turns(), 1.0
    before = await pressed(turns, filling=filled)
    await trio.sleep(answer_takes)
    before.answered()
    await pressed(turns, filling=filled)
    begun = 0
    while (looks := turns.look()) is not None and turns.may_lease(looks, is_calm=True) and begun < 10:
        assert turns.before(looks) == begun
        looks.begin()
        begun += 1
    assert begun == ahead


async def test_one_task_waits_for_its_turn_where_the_site_takes_its_time(autojump_clock, tmp_path: Path, machine: Machine) -> None:
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


async def test_the_more_a_browser_has_taken_ahead_the_more_it_leaves_to_others(
    autojump_clock, tmp_path: Path, machine: Machine
) -> None:
    async with open_bench(tmp_path, pages=6) as bench:
        object.__setattr__(bench.shop, "services", {"another": None, "a third": None})
        quick = await bench.submit(60)
        bench.site.next("run", *[takes(0.1, outcome(number)) for number in range(60)], takes(100, outcome(60)))
        bench.site.next("prove", *[takes(3)] * 60)
        bench.site.next("prepare", *[takes(FILL)] * 70)
        async with working(bench, machine):
            await bench.until_phase(quick, RunPhase.COMPLETED)
            assert bench.site.opened > 4, "so many could be filled"
            run = await bench.submit(6)
            await trio.sleep(50)
            assert sorted(await bench.states(run)) == ["leased", "ready", "ready", "ready", "ready", "submitted"]
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


async def test_a_task_that_kills_browsers_is_held_and_its_neighbours_are_not(
    autojump_clock, tmp_path: Path, machine: Machine
) -> None:
    """It is always the same neighbour that is ready beside it."""
    async with open_bench(tmp_path, pages=2) as bench:
        run = await bench.submit(4)
        actor, machine.site = BrowserActor(bench.shop), bench.site

        async def kills() -> None:
            await trio.sleep(3)
            machine.is_gone.set()
            await trio.sleep_forever()

        for incarnation in (1, 2, 3):
            machine.is_gone = trio.Event()
            bench.site.plan["run"].clear()
            bench.site.next("run", kills)
            with pytest.RaisesGroup(failures.BrowserLost, flatten_subgroups=True):
                async with trio.open_nursery() as nursery:
                    await nursery.start(actor.start, Child(ACTOR, incarnation, Mailbox(ACTOR)))
        assert await bench.states(run) == ["held", "ready", "ready", "ready"]
        assert [task.attempts for task in await bench.tasks(run)] == [3, 0, 0, 0]


async def test_after_a_loss_of_two_they_are_done_one_by_one_for_a_while(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with open_bench(tmp_path, pages=2) as bench:
        run = await bench.submit(12)
        usual(bench, 20)
        actor, machine.site = BrowserActor(bench.shop), bench.site

        async def die() -> None:
            await trio.sleep(7)  # one is proven, one is calculated
            machine.is_gone.set()

        with pytest.RaisesGroup(failures.BrowserLost, flatten_subgroups=True):
            async with trio.open_nursery() as nursery:
                await nursery.start(actor.start, Child(ACTOR, 1, Mailbox(ACTOR)))
                nursery.start_soon(die)
        assert [task.attempts for task in await bench.tasks(run)][:3] == [1, 1, 0], "either may be the reason"
        machine.is_gone = trio.Event()
        bench.site.calls.clear()
        async with trio.open_nursery() as nursery:
            await nursery.start(actor.start, Child(ACTOR, 2, Mailbox(ACTOR)))
            await bench.until_phase(run, RunPhase.COMPLETED)
            nursery.cancel_scope.cancel()
        gaps = [later - sooner for sooner, later in itertools.pairwise(bench.site.times("run"))]
        assert gaps[:4] == [FILL + SOLVE + PROVE] * 4
        assert min(gaps[4:]) == SOLVE


async def test_a_browser_that_is_ended_for_one_page_costs_the_other_nothing(
    autojump_clock, tmp_path: Path, machine: Machine
) -> None:
    async with open_bench(tmp_path, pages=2) as bench:
        first, second = await bench.submit(1), await bench.submit(1)
        bench.site.next("run", takes(100, outcome(1)))
        bench.site.next("discard", False)

        async def stop_the_second() -> None:
            await trio.sleep(3)
            await bench.store.write(runs.set_desired, second.run_id, Desired.PAUSE, mode=Mode.NOW)
            bench.desk.bell.ring()

        error = await ends_with(bench, machine, stop_the_second)
        assert isinstance(error, failures.BrowserLost)
        (task,) = await bench.tasks(first)
        assert (task.state.value, task.attempts) == ("ready", 0)


async def test_an_answer_that_was_not_seen_before_it_was_proven_is_one(
    autojump_clock, tmp_path: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No running popup is seen, or there are no figures: the page settles at once, and the next one need not be filled again."""

    async def run(tab: FakeTab, order: Any, saved: Any, suspects: Any, following: Any) -> Any:
        following.pressed()
        return await tab.site.play(tab.number, "run", outcome(1))

    monkeypatch.setattr(FakeTab, "run", run)
    async with open_bench(tmp_path, pages=2) as bench:
        submitted = await bench.submit(4)
        bench.site.next("run", *[takes(SOLVE, outcome(number)) for number in range(4)])
        bench.site.next("prepare", *[takes(FILL)] * 4)
        async with working(bench, machine):
            await bench.until_phase(submitted, RunPhase.COMPLETED)
        assert bench.site.times("run") == [1, 5, 9, 13]
        assert len(bench.site.times("prepare")) == 4


@pytest.mark.parametrize("fills", [FILL, 30], ids=["it waits for the account", "it is filled"])
async def test_what_was_filled_before_a_pause_is_filled_afresh_after_it(
    autojump_clock, tmp_path: Path, machine: Machine, fills: float
) -> None:
    """Its test may have been edited."""
    manners = Manners(before_action=0, between_runs=60, per_minute=None)
    async with open_bench(tmp_path, pages=2, manners=manners) as bench:
        run = await bench.submit(2)
        bench.site.next("prepare", takes(FILL), takes(fills))
        bench.site.next("run", takes(SOLVE, outcome(1)))
        async with working(bench, machine):
            await trio.sleep(10)
            await bench.steer(run, Desired.PAUSE)
            bench.desk.bell.ring()
            await trio.sleep(5)
            if fills == FILL:
                assert await bench.states(run) == ["succeeded", "ready"], "given back at once"
            await bench.steer(run, Desired.RUN)
            bench.desk.bell.ring()
            await bench.until_phase(run, RunPhase.COMPLETED)
        assert max(bench.site.times("prepare")) >= 15


async def test_what_waited_for_the_account_is_looked_at_again(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    manners = Manners(before_action=0, between_runs=60, per_minute=None)
    async with open_bench(tmp_path, pages=2, manners=manners) as bench:
        run = await bench.submit(2)
        bench.site.next("is_as_prepared", False)
        async with working(bench, machine):
            await bench.until_phase(run, RunPhase.COMPLETED)
        assert [(at >= 60, step) for at, _, step in calls(bench, "prepare", "is_as_prepared", "run")] == [
            (False, "prepare"),
            (False, "run"),
            (False, "prepare"),
            (True, "is_as_prepared"),
            (True, "prepare"),
            (True, "run"),
        ]


async def test_what_was_filled_before_the_machine_slept_is_filled_afresh(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with open_bench(tmp_path, pages=2) as bench:
        run = await bench.submit(2)
        bench.site.next("run", takes(4, outcome(1)))
        async with working(bench, machine):
            await trio.sleep(2)
            bench.desk.doubt()
            await bench.until_phase(run, RunPhase.COMPLETED)
        assert [tab for _, tab, _ in calls(bench, "prepare")][:3] == [0, 1, 1]


async def test_the_time_to_the_end_is_told_although_pages_overlap(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with open_bench(tmp_path, pages=3) as bench:
        run = await bench.submit(40)
        usual(bench, 40)
        async with working(bench, machine):
            await trio.sleep(120.5)
            told = outlook_of(await bench.store.read(runs.get, run.run_id), Shop(now=wall_clock(), browsers=1)).eta
            began = trio.current_time()
            await bench.until_phase(run, RunPhase.COMPLETED)
            assert told == pytest.approx(trio.current_time() - began, rel=0.3)


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
    (await pressed(turns, filling=2)).answered()
    await trio.sleep(60)
    first = turns.look()
    assert first is not None
    assert turns.look() is None, "one page looks for a task"
    assert turns.may_lease(first, is_calm=False)
    first.begin()
    second, third = turns.look(), None
    assert second is not None
    assert turns.is_ahead(second)
    assert not turns.may_lease(second, is_calm=True), "nothing was asked yet: the first is to be there soon"
    await trio.sleep(turns.head_start())
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


async def test_what_was_filled_before_something_else_was_asked_in_vain_is_filled_afresh(autojump_clock) -> None:
    turns = Turns()
    filled = turns.look()
    assert filled is not None
    filled.begin()
    with turns.apart():
        assert not turns.is_quiet
    assert not filled.is_suspect
    with pytest.raises(failures.TooSlow), turns.apart():
        raise failures.TooSlow("no result")
    assert filled.is_suspect
    assert turns.is_quiet

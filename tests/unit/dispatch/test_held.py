"""What becomes of attempts whose browser is gone: which are charged, which are not, and that none stays open for ever."""

import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import trio

from oodaemon.actors.child import Child
from oodaemon.actors.mailbox import Mailbox
from oodaemon.browser.backtest import UNFOLLOWED
from oodaemon.dispatch.attempt import Attempt
from oodaemon.dispatch.bell import Bell
from oodaemon.dispatch.browser import BrowserActor
from oodaemon.dispatch.caution import Caution
from oodaemon.dispatch.held import LOOK_AGAIN, Held
from oodaemon.dispatch.waiting import NotStarted
from oodaemon.failures import site as failures
from oodaemon.model.runs import Desired, Mode, RunPhase
from oodaemon.store import attempts, runs
from tests.integration.store.workbench import proven
from tests.unit.dispatch.bench import ACTOR, Bench, FakeTab, open_bench, outcome
from tests.unit.dispatch.machine import Machine, ends_with, machine_for, working
from tests.unit.dispatch.test_attempt_ends import BusyLane
from tests.unit.dispatch.trouble import index_of

Rule = Callable[[str, int], bool]
"""Whether a step (prepare, run) of a task, by its index, takes the browser along."""


class Fleet(Machine):
    """Several browsers, each a process of its own. Those in `stuck` cannot be ended. Opening takes a second, a backtest five."""

    def __init__(self) -> None:
        super().__init__()
        self.gone: dict[int, trio.Event] = {}
        self.stuck: set[int] = set()
        self.kills: Rule = lambda step, index: False

    def is_alive(self, pid: int) -> bool:
        return pid in self.stuck or not self.gone[pid].is_set()

    async def wait_gone(self, pid: int) -> None:
        await self.gone[pid].wait()

    @asynccontextmanager
    async def open_chromium(self, driver: Any, how: Any) -> AsyncIterator[Any]:
        pid = 4711 + len(self.gone)
        self.gone[pid] = trio.Event()
        try:
            yield SimpleNamespace(pid=pid, profile=None, guard=self.guard, resident=lambda: 0)
        finally:
            self.gone[pid].set()

    @asynccontextmanager
    async def open_tab(self, chromium: Any, site: Any, stored: Any) -> AsyncIterator[FakeTab]:
        tab = FleetTab(self.site, stored)
        tab.fleet, tab.pid = self, chromium.pid
        yield tab


class FleetTab(FakeTab):
    """A page of one of them."""

    fleet: Fleet
    pid: int

    async def prepare(self, path: str, order: Any) -> Any:
        found = await super().prepare(path, order)
        await self._take("prepare", order, 1)
        return found

    async def run(self, order: Any, saved: Any, suspects: Any, following: Any = UNFOLLOWED) -> Any:
        found = await super().run(order, saved, suspects, following)
        await self._take("run", order, 5)
        return found

    async def _take(self, step: str, order: Any, seconds: float) -> None:
        await trio.sleep(seconds)
        if self.fleet.kills(step, index_of(order)):
            self.fleet.gone[self.pid].set()
            await trio.sleep_forever()


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return machine_for(monkeypatch)


@pytest.fixture
def fleet(monkeypatch: pytest.MonkeyPatch) -> Fleet:
    made = Fleet()
    machine_for(monkeypatch, made)
    return made


async def keep(actor: BrowserActor, name: str, first: int = 1) -> None:
    """Start an actor whenever its browser was lost, as its supervisor would."""
    for incarnation in itertools.count(first):
        try:
            await actor.start(Child(name, incarnation, Mailbox(name)), task_status=trio.TASK_STATUS_IGNORED)
        except* failures.BrowserLost:
            await trio.sleep(0.5)


async def test_after_a_late_result_was_adopted_a_loss_does_not_stop_the_browser_for_ever(
    autojump_clock, tmp_path: Path, fleet: Fleet
) -> None:
    async with open_bench(tmp_path) as bench, trio.open_nursery() as nursery:
        fleet.site = bench.site
        run = await bench.submit(3)
        late = await bench.given_up()
        bench.site.next("run", trio.sleep_forever)
        nursery.start_soon(keep, BrowserActor(bench.shop), ACTOR)
        await trio.sleep(10)
        await bench.store.write(attempts.succeed, late.token, proven(7))
        bench.site.next("run", trio.sleep_forever)
        bench.desk.bell.ring()
        await trio.sleep(10)
        assert await bench.states(run) == ["succeeded", "submitted", "ready"]
        fleet.gone[4711].set()
        with trio.fail_after(60):
            await bench.until_phase(run, RunPhase.COMPLETED)
        nursery.cancel_scope.cancel()


async def test_an_attempt_that_others_closed_is_settled_once_it_is_to_be_closed(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        run = await bench.submit(1)
        attempt, tab = Attempt(await bench.lease(), bench.shop, is_stopping=lambda: False), FakeTab(bench.site)
        bench.site.next("run", trio.sleep_forever)
        with trio.move_on_after(10):
            await attempt.run(tab)  # type: ignore[arg-type]  # a tab of the bench
        await bench.store.write(attempts.release, attempt.lease.token, "somebody else has it")
        assert not attempt.is_settled
        await attempt.close()
        assert attempt.is_settled
        assert await bench.states(run) == ["ready"]


async def test_an_attempt_that_was_given_back_is_settled_although_it_is_cancelled_then(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        run = await bench.submit(1)
        attempt, tab = Attempt(await bench.lease(), bench.shop, is_stopping=lambda: False), FakeTab(bench.site)
        scope = trio.CancelScope()

        async def pause() -> None:
            await bench.steer(run, Desired.PAUSE)
            bench.store.on_commit(lambda _: scope.cancel())

        bench.desk.pacer._wait = pause  # type: ignore[method-assign]
        with scope, suppress(NotStarted):
            await attempt.run(tab)  # type: ignore[arg-type]  # a tab of the bench
        assert scope.cancel_called
        assert attempt.is_settled
        assert await bench.states(run) == ["ready"]


async def test_what_a_browser_that_cannot_be_ended_left_open_does_not_count_and_is_closed_when_it_is_gone(
    autojump_clock, tmp_path: Path, fleet: Fleet
) -> None:
    async with open_bench(tmp_path, pages=2) as bench, trio.open_nursery() as nursery:
        fleet.site = bench.site
        fleet.stuck.add(4711)
        run = await bench.submit(10)
        bench.site.next("run", trio.sleep_forever)
        nursery.start_soon(keep, BrowserActor(bench.shop), ACTOR)
        await trio.sleep(3)
        await bench.steer(run, Desired.PAUSE)  # so that one alone is open
        bench.desk.bell.ring()
        await trio.sleep(3)
        assert await bench.store.read(attempts.in_flight) == 1
        fleet.gone[4711].set()
        await trio.sleep(2)
        bench.site.next("run", trio.sleep_forever)
        await bench.steer(run, Desired.RUN)
        bench.desk.bell.ring()
        await trio.sleep(5)
        fleet.gone[4712].set()
        await trio.sleep(60)
        assert (await bench.states(run)).count("submitted") == 1, "its page may still be driven"
        assert (await bench.states(run)).count("succeeded") == 9
        fleet.stuck.clear()
        await trio.sleep(LOOK_AGAIN + 10)
        assert await bench.states(run) == ["succeeded"] * 10
        nursery.cancel_scope.cancel()


async def test_only_attempts_of_the_browser_that_is_up_count(autojump_clock, tmp_path: Path, fleet: Fleet) -> None:
    async with open_bench(tmp_path) as bench:
        run = await bench.submit(3)
        caution = Caution()
        held, other = Held(caution, Bell()), Held(caution, Bell())
        fleet.gone = {1: trio.Event(), 2: trio.Event()}
        for pid in (1, 2):
            attempt, tab = Attempt(await bench.lease(), bench.shop, is_stopping=lambda: False), FakeTab(bench.site)
            held.add(attempt, pid)
            bench.site.next("run", trio.sleep_forever)
            with trio.move_on_after(1):
                await attempt.run(tab)  # type: ignore[arg-type]  # a tab of the bench
            await held.close()
            assert held.is_empty
            assert not caution.holds(held), "each was alone in its browser"
        for pid in (1, 2):
            fleet.gone[pid].set()
        await held.close()
        assert await bench.states(run) == ["ready"] * 3
        assert held.may_take
        assert other.may_take


async def test_other_browsers_look_again_when_a_backtest_is_over(autojump_clock, tmp_path: Path, fleet: Fleet) -> None:
    """They may have passed over the same backtest of another run, and nothing else tells them."""
    async with open_bench(tmp_path) as bench:
        await bench.submit(2)
        bell = Bell()
        held = Held(Caution(), bell)
        for is_lost in (False, True):
            attempt, tab = Attempt(await bench.lease(), bench.shop, is_stopping=lambda: False), FakeTab(bench.site)
            held.add(attempt, 1)
            fleet.gone = {1: trio.Event()}
            bench.site.next("run", trio.sleep_forever if is_lost else outcome(1))
            with trio.move_on_after(10):
                await attempt.run(tab)  # type: ignore[arg-type]  # a tab of the bench
            fleet.gone[1].set()
            ring = bell.listen()
            if is_lost:
                await held.close()
            else:
                held.leave(attempt)
            assert attempt.is_settled
            assert ring.is_set()


@pytest.mark.parametrize("is_busy_for", [5, 1000])
async def test_an_attempt_is_closed_however_long_the_store_takes_once_its_page_is(
    autojump_clock, tmp_path: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch, is_busy_for: float
) -> None:
    async with open_bench(tmp_path, lane=BusyLane) as bench:
        run = await bench.submit(1)
        bench.site.next("run", trio.sleep_forever)
        async with working(bench, machine):
            await trio.sleep(10)

            async def close_page() -> bool:
                monkeypatch.setattr(BusyLane, "is_busy", True)
                return True

            bench.site.next("discard", close_page)
            await bench.store.write(runs.set_desired, run.run_id, Desired.PAUSE, mode=Mode.NOW)
            bench.desk.bell.ring()
            await trio.sleep(is_busy_for)
            monkeypatch.setattr(BusyLane, "is_busy", False)
            with trio.fail_after(30):
                await bench.until_phase(run, RunPhase.PAUSED)
        assert await bench.states(run) == ["ready"]


async def test_an_attempt_that_the_store_had_no_time_for_is_closed_by_the_next_browser(
    autojump_clock, tmp_path: Path, fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_bench(tmp_path, lane=BusyLane) as bench, trio.open_nursery() as nursery:
        fleet.site = bench.site
        run = await bench.submit(1)
        bench.site.next("run", trio.sleep_forever)
        nursery.start_soon(keep, BrowserActor(bench.shop), ACTOR)
        await trio.sleep(3)
        monkeypatch.setattr(BusyLane, "is_busy", True)
        fleet.gone[4711].set()
        await trio.sleep(20)
        monkeypatch.setattr(BusyLane, "is_busy", False)
        assert await bench.states(run) == ["submitted"]
        with trio.fail_after(60):
            await bench.until_phase(run, RunPhase.COMPLETED)
        nursery.cancel_scope.cancel()


LOST = failures.BrowserLost("the browser does not answer")


def a_further_page_does_not_open(bench: Bench, monkeypatch: pytest.MonkeyPatch, machine: Machine) -> None:
    usual = machine.open_tab

    @asynccontextmanager
    async def open_tab(chromium: Any, site: Any, stored: Any) -> AsyncIterator[FakeTab]:
        if machine.open_tabs:
            await trio.sleep(15)
            raise LOST
        async with usual(chromium, site, stored) as tab:
            yield tab

    monkeypatch.setattr("oodaemon.dispatch.browser.open_tab", open_tab)


def an_idle_page_does_not_answer(bench: Bench, monkeypatch: pytest.MonkeyPatch, machine: Machine) -> None:
    bench.site.next("round_trip", LOST)


def an_errand_is_not_answered(bench: Bench, monkeypatch: pytest.MonkeyPatch, machine: Machine) -> None:
    bench.site.next("list_tests", LOST)
    bench.desk._send.send_nowait(SimpleNamespace(work=_list, stored=None, done=trio.Event(), settle=lambda *_, **__: None))  # type: ignore[arg-type]  # nobody waits for the answer


async def _list(tab: Any) -> Any:
    await trio.sleep(15)
    return await tab.list_tests()


@pytest.mark.parametrize("way", [a_further_page_does_not_open, an_idle_page_does_not_answer, an_errand_is_not_answered])
@pytest.mark.parametrize("is_alive", [True, False])
async def test_what_belongs_to_no_attempt_is_charged_to_none_while_the_browser_lives(
    autojump_clock,
    tmp_path: Path,
    machine: Machine,
    monkeypatch: pytest.MonkeyPatch,
    way: Callable[[Bench, pytest.MonkeyPatch, Machine], None],
    is_alive: bool,
) -> None:
    async with open_bench(tmp_path, pages=2) as bench:
        run = await bench.submit(1)
        bench.site.next("run", trio.sleep_forever)
        way(bench, monkeypatch, machine)
        usual = machine.is_alive
        monkeypatch.setattr("oodaemon.dispatch.browser.processes.is_alive", lambda pid: is_alive and usual(pid))
        error = await ends_with(bench, machine, trio.lowlevel.checkpoint)
        assert error is LOST
        (task,) = await bench.tasks(run)
        assert (task.state.value, task.attempts) == ("ready", 0 if is_alive else 1)


async def test_what_an_attempt_noticed_is_charged_although_the_browser_lives(
    autojump_clock, tmp_path: Path, machine: Machine
) -> None:
    async with open_bench(tmp_path, pages=2) as bench:
        run = await bench.submit(1)
        bench.site.next("run", LOST)
        assert await ends_with(bench, machine, trio.lowlevel.checkpoint) is LOST
        (task,) = await bench.tasks(run)
        assert (task.state.value, task.attempts) == ("ready", 1)


@pytest.mark.parametrize(("step", "poison"), [("prepare", 1), ("run", 0)])
async def test_what_one_browser_lost_together_no_other_browser_takes_together(
    autojump_clock, tmp_path: Path, fleet: Fleet, step: str, poison: int
) -> None:
    """Otherwise each of three loses the same neighbour, which is held; and a poison that was not asked for is not even charged."""
    fleet.kills = lambda name, index: (name, index) == (step, poison)
    async with open_bench(tmp_path, pages=2) as bench, trio.open_nursery() as nursery:
        fleet.site = bench.site
        run = await bench.submit(12)
        names = [f"site/oo/browser/{number}" for number in (1, 2, 3)]
        actors = [BrowserActor(bench.shop) for _ in names]
        for name, actor in zip(names, actors, strict=True):  # one is up at a time: it has all there is
            with pytest.RaisesGroup(failures.BrowserLost, flatten_subgroups=True):
                await actor.start(Child(name, 1, Mailbox(name)), task_status=trio.TASK_STATUS_IGNORED)
        for name, actor in zip(names, actors, strict=True):
            nursery.start_soon(keep, actor, name, 2)
        with trio.fail_after(600):
            await bench.until_phase(run, RunPhase.NEEDS_REVIEW)
        assert [task.index for task in await bench.tasks(run) if task.state.value == "held"] == [poison]
        assert (await bench.states(run)).count("succeeded") == 11
        nursery.cancel_scope.cancel()


class Sleeper(FleetTab):
    """A page of a browser that stands still, but lives, once a task of its own kills."""

    async def round_trip(self, patience: float) -> None:
        if self.pid in self.fleet.stuck:
            await trio.sleep(patience)
            self.fleet.stuck.clear()
            raise LOST

    async def _take(self, step: str, order: Any, seconds: float) -> None:
        await trio.sleep(seconds)
        if self.fleet.kills(step, index_of(order)):
            self.fleet.stuck.add(self.pid)
            await trio.sleep_forever()


@pytest.mark.parametrize(("pages", "poison"), [(2, 0), (2, 3), (3, 0), (3, 1)])
async def test_what_stops_a_browser_and_is_noticed_by_an_idle_page_first_is_found_as_well(
    autojump_clock, tmp_path: Path, fleet: Fleet, monkeypatch: pytest.MonkeyPatch, pages: int, poison: int
) -> None:
    monkeypatch.setattr("tests.unit.dispatch.test_held.FleetTab", Sleeper)
    fleet.kills = lambda step, index: (step, index) == ("run", poison)
    async with open_bench(tmp_path, pages=pages) as bench, trio.open_nursery() as nursery:
        fleet.site = bench.site
        run = await bench.submit(5)
        nursery.start_soon(keep, BrowserActor(bench.shop), ACTOR)
        with trio.fail_after(3600):
            await bench.until_phase(run, RunPhase.NEEDS_REVIEW)
        assert [task.state.value for task in await bench.tasks(run)] == ["succeeded" if n != poison else "held" for n in range(5)]
        nursery.cancel_scope.cancel()


def test_caution_is_over_when_twice_as_many_got_through_in_each_browser() -> None:
    caution, here, there = Caution(), object(), object()
    assert not caution.holds(here)
    caution.begin(2)
    for _ in range(4):
        assert caution.holds(here)
        caution.got_through(here)
    assert not caution.holds(here)
    assert caution.holds(there)
    caution.begin(3)
    assert caution.holds(here)

"""`pause --now` and `cancel --now`: PAUSED is said when nothing drives a page any more, and not a moment before."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trio
import trio.testing

from oodaemon.actors.child import Child
from oodaemon.actors.mailbox import Mailbox
from oodaemon.dispatch.browser import BrowserActor
from oodaemon.failures import site as failures
from oodaemon.model.runs import Desired, Mode, Run, RunPhase
from oodaemon.model.tasks import Token, Verdict
from oodaemon.store import attempts, holding, runs
from tests.integration.store.workbench import proven
from tests.unit.dispatch.bench import ACTOR, Bench, open_bench
from tests.unit.dispatch.machine import Machine, ends_with, machine_for, working


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return machine_for(monkeypatch)


async def order(bench: Bench, run: Run, desired: Desired, mode: Mode = Mode.NOW) -> RunPhase:
    """A command as it arrives: stored, then everybody is woken."""
    after = await bench.store.write(lambda tx: runs.set_desired(tx, run.run_id, desired, mode=mode))
    bench.desk.bell.ring()
    return after.phase


async def phase(bench: Bench, run: Run) -> RunPhase:
    return (await bench.store.read(runs.get, run.run_id)).phase


@asynccontextmanager
async def one_in_flight(bench: Bench, machine: Machine, *, step: str = "run") -> AsyncIterator[Run]:
    """A run of two tasks, of which the first hangs in a step."""
    run = await bench.submit(2)
    bench.site.next(step, trio.sleep_forever)
    async with working(bench, machine):
        await trio.sleep(10)
        yield run


@pytest.mark.parametrize("step", ["prepare", "run"])
@pytest.mark.parametrize(
    ("desired", "underway", "after", "states"),
    [
        (Desired.PAUSE, RunPhase.PAUSING, RunPhase.PAUSED, ["ready", "ready"]),
        (Desired.CANCEL, RunPhase.CANCELLING, RunPhase.CANCELLED, ["cancelled", "cancelled"]),
    ],
)
async def test_what_is_in_flight_is_over_when_its_page_is_closed(
    autojump_clock,
    tmp_path: Path,
    machine: Machine,
    step: str,
    desired: Desired,
    underway: RunPhase,
    after: RunPhase,
    states: list[str],
) -> None:
    async with open_bench(tmp_path) as bench, one_in_flight(bench, machine, step=step) as run:
        seen: list[RunPhase] = []

        async def close_slowly() -> bool:
            await trio.sleep(1.5)
            seen.append(await phase(bench, run))
            return True

        bench.site.next("discard", close_slowly)
        assert await order(bench, run, desired) is underway
        await bench.until_phase(run, after)
        assert trio.current_time() == 11.5
        assert seen == [underway], "while the page is open the attempt is in flight"
        assert await bench.states(run) == states
        assert [task.attempts for task in await bench.tasks(run)] == [0, 0], "it costs nothing"
        await trio.sleep(300)
        assert bench.site.steps()[-1] == "discard", "nothing drives a page afterwards"


async def test_a_page_that_does_not_close_goes_with_its_browser(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with open_bench(tmp_path) as bench:
        run = await bench.submit(1)
        bench.site.next("run", trio.sleep_forever)

        async def hang() -> bool:
            await trio.sleep(2)
            return False

        async def pause() -> None:
            await trio.sleep(10)
            bench.site.next("discard", hang)
            await order(bench, run, Desired.PAUSE)
            await bench.until_phase(run, RunPhase.PAUSED)
            assert machine.ended == [(trio.current_time(), 4711)], "it is paused when the browser is dead, not before"
            assert trio.current_time() < 20

        error = await ends_with(bench, machine, pause)
        assert isinstance(error, failures.BrowserLost)
        (task,) = await bench.tasks(run)
        assert (task.state.value, task.attempts, task.last_failure) == ("ready", 0, None)


async def test_a_browser_that_cannot_be_ended_keeps_the_run_from_being_paused(
    autojump_clock, tmp_path: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_bench(tmp_path) as bench:
        run = await bench.submit(1)
        bench.site.next("run", trio.sleep_forever)
        bench.site.next("discard", False)

        async def survive(pid: int, *, is_group: bool) -> None:
            await trio.sleep_forever()

        monkeypatch.setattr(machine, "end", survive)
        monkeypatch.setattr(machine, "is_alive", lambda _: True)

        async def pause() -> None:
            await trio.sleep(10)
            await order(bench, run, Desired.PAUSE)

        with pytest.raises(AssertionError):  # one attempt is in flight at the end
            await ends_with(bench, machine, pause)
        assert await phase(bench, run) is RunPhase.PAUSING
        await bench.store.write(attempts.release, Token(1, bench.store.boot, ACTOR, 1), "the test is over")


def holding_token(bench: Bench):
    from oodaemon.model.tasks import Token

    return Token(1, bench.store.boot, ACTOR, 1)


async def test_a_pause_that_drains_can_become_one_that_does_not(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with open_bench(tmp_path) as bench, one_in_flight(bench, machine) as run:
        assert await order(bench, run, Desired.PAUSE, Mode.DRAIN) is RunPhase.PAUSING
        await trio.sleep(100)
        assert await phase(bench, run) is RunPhase.PAUSING
        await order(bench, run, Desired.PAUSE, Mode.NOW)
        await bench.until_phase(run, RunPhase.PAUSED)
        assert trio.current_time() == 110


async def test_a_run_that_is_resumed_does_the_interrupted_task_again(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with open_bench(tmp_path) as bench, one_in_flight(bench, machine) as run:
        await order(bench, run, Desired.PAUSE)
        await bench.until_phase(run, RunPhase.PAUSED)
        await order(bench, run, Desired.RUN)
        await bench.until_phase(run, RunPhase.COMPLETED)
        assert [task.attempts for task in await bench.tasks(run)] == [1, 1]


async def test_the_tasks_of_another_run_are_not_disturbed(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with open_bench(tmp_path) as bench:
        first = await bench.submit(1)

        async def slow() -> object:
            await trio.sleep(50)
            return None

        bench.site.next("prepare", slow)
        async with working(bench, machine):
            await trio.sleep(10)
            second = await bench.submit(1)
            assert await order(bench, second, Desired.PAUSE) is RunPhase.PAUSED
            await bench.until_phase(first, RunPhase.COMPLETED)
        assert "discard" not in bench.site.steps()
        assert bench.site.opened == 1


async def test_an_attempt_whose_task_got_its_result_stops_quietly(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with open_bench(tmp_path) as bench:
        run = await bench.submit(2)
        late = await bench.given_up()
        bench.site.next("run", trio.sleep_forever)
        async with working(bench, machine):
            await trio.sleep(10)
            assert await bench.states(run) == ["submitted", "ready"]
            assert await bench.store.write(attempts.succeed, late.token, proven(7)) is Verdict.ADOPTED
            bench.desk.bell.ring()
            await bench.until_phase(run, RunPhase.COMPLETED)
        assert [result.figures.metrics["pl"] for result in await bench.results(run) if result.figures] == [7, 2]
        assert dict(bench.shop.tally.statistics().outcomes) == {"succeeded": 1}
        assert bench.site.steps().count("discard") == 1, "its page was thrown away"


async def test_only_a_stop_at_once_and_the_end_of_a_lease_make_an_attempt_unwanted(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        run = await bench.submit(1)
        lease = await bench.lease()

        async def is_wanted() -> bool:
            return await bench.store.read(holding.is_wanted, lease.token)

        assert await is_wanted()
        await order(bench, run, Desired.PAUSE, Mode.DRAIN)
        assert await is_wanted()
        await order(bench, run, Desired.PAUSE)
        assert not await is_wanted()
        await order(bench, run, Desired.RUN)
        assert await is_wanted()
        await bench.store.write(attempts.release, lease.token, "done")
        assert not await is_wanted()


async def test_a_run_that_comes_back_uses_one_browser_for_a_minute_or_five_results(
    autojump_clock, tmp_path: Path, machine: Machine
) -> None:
    async with open_bench(tmp_path) as bench:
        most: dict[int, int] = {}

        async def take(seconds: float) -> None:
            flying = await bench.store.read(attempts.in_flight)
            minute = int(trio.current_time() // 60)
            most[minute] = max(most.get(minute, 0), flying)
            await trio.sleep(seconds)

        async def slow() -> None:
            await take(25)

        async def quick() -> None:
            await take(5)

        bench.desk.ramp.slots = 2
        first = await bench.submit(8)
        bench.desk.ramp.begin(first.run_id)
        bench.site.next("prepare", *[slow] * 8)
        machine.site = bench.site
        async with trio.open_nursery() as nursery:
            for name in ("site/oo/browser/1", "site/oo/browser/2"):
                await nursery.start(BrowserActor(bench.shop).start, Child(name, 1, Mailbox(name)))
            await bench.until_phase(first, RunPhase.COMPLETED)
            assert (most[0], most[1]) == (1, 2)
            began = trio.current_time()
            second = await bench.submit(8)
            bench.desk.ramp.begin(second.run_id)
            bench.site.next("prepare", *[quick] * 8)
            bench.desk.bell.ring()
            await bench.until_phase(second, RunPhase.COMPLETED)
            assert trio.current_time() - began == pytest.approx(25 + 10), "five one by one, the last three in pairs"
            nursery.cancel_scope.cancel()

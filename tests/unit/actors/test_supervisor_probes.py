"""A child that was set aside is tried again by itself, ever more rarely, until it has proven that it works."""

import pytest
import trio

from oodaemon.actors.backoff import Backoff, Probing
from oodaemon.actors.budget import Budget, Window
from oodaemon.actors.errors import SlotLost
from oodaemon.actors.specs import ChildSpec
from oodaemon.actors.states import ChildState
from oodaemon.actors.strategy import Strategy
from oodaemon.actors.supervisor import Supervisor
from tests.unit.actors.support import Act, Actor, Crash, Recorder, die, live, running, surroundings

S = ChildState
MINUTE = 60.0
FRAIL = Budget(burst=Window(0, MINUTE), sustained=Window(0, 60 * MINUTE))
"""The first failure sets aside."""


def probed(name: str, *acts: Act, **fields) -> ChildSpec:
    return ChildSpec(id=name, start=Actor(*acts).start, **{"budget": FRAIL, "probing": Probing(), **fields})


def minutes(recorder: Recorder, name: str) -> list[float]:
    """When it was started."""
    return [at / MINUTE for at in recorder.times(name, S.STARTING)]


async def test_probes_come_after_5_minutes_and_twice_as_long_each_time_up_to_an_hour(autojump_clock):
    recorder = Recorder()
    async with running(Supervisor("", [probed("a", die(0))], surroundings=surroundings(recorder))):
        await trio.sleep(300 * MINUTE)
    assert minutes(recorder, "a") == [0, 5, 15, 35, 75, 135, 195, 255]
    assert [move.delay for move in recorder.moves("a") if move.target is S.QUARANTINED][:3] == [300, 600, 1200]


async def test_each_child_has_a_delay_of_its_own(autojump_clock):
    recorder = Recorder()
    children = [probed("a", die(0)), probed("b", die(7 * MINUTE, progress=True), die(0))]
    async with running(Supervisor("", children, surroundings=surroundings(recorder))):
        await trio.sleep(30 * MINUTE)
    assert minutes(recorder, "a") == [0, 5, 15]
    assert minutes(recorder, "b") == [0, 12, 22]


async def test_a_probe_is_shown_until_it_has_worked_for_a_while(autojump_clock):
    async def work(child, task_status):
        task_status.started()
        await trio.sleep(10)
        child.progress()
        await trio.sleep_forever()

    supervisor = Supervisor("", [probed("a", die(0), work)], surroundings=surroundings(Recorder()))
    async with running(supervisor):
        await trio.sleep(4 * MINUTE)
        (child,) = supervisor.children()
        assert (child.state, child.next_retry_in, child.is_probe) == (S.QUARANTINED, 60, False)
        await trio.sleep(2 * MINUTE)
        (child,) = supervisor.children()
        assert (child.state, child.is_probe, child.restarts) == (S.UP, True, 1)
        await trio.sleep(2 * MINUTE)
        (child,) = supervisor.children()
        assert not child.is_probe


@pytest.mark.parametrize(("up_for", "progress", "is_forgiven"), [(119, True, False), (121, False, False), (121, True, True)])
async def test_only_a_probe_that_progressed_and_lasted_is_forgiven(autojump_clock, up_for, progress, is_forgiven):
    """After a good probe it is a failure like any other; after a poor one the next wait is longer."""
    recorder = Recorder()
    once = Budget(burst=Window(1, MINUTE), sustained=Window(1, MINUTE))
    child = probed("a", die(0), die(0), die(up_for, progress=progress), live(), budget=once, backoff=Backoff(base=0))
    async with running(Supervisor("", [child], surroundings=surroundings(recorder))):
        await trio.sleep(60 * MINUTE)
    assert minutes(recorder, "a") == [0, 0, 5, pytest.approx(5 + up_for / MINUTE + (0 if is_forgiven else 10))]


async def test_a_slot_that_cannot_be_used_is_set_aside_at_once(autojump_clock):
    recorder = Recorder()
    child = probed("a", die(0, SlotLost("process 7 cannot be killed")), live(), budget=Budget())
    async with running(Supervisor("", [child], surroundings=surroundings(recorder))):
        await trio.sleep(10 * MINUTE)
    assert minutes(recorder, "a") == [0, 5]
    failure = next(move.failure for move in recorder.moves("a") if move.failure)
    assert failure.failure_class == "UNKILLABLE"


async def test_a_probe_waits_for_what_it_needs(autojump_clock):
    recorder = Recorder()
    driver = ChildSpec(id="driver", start=Actor(die(4 * MINUTE), live(ready_in=3 * MINUTE)).start, start_timeout=4 * MINUTE)
    browser = probed("browser", die(0), live(), needs=frozenset({"driver"}))
    tree = Supervisor("", [driver, browser], surroundings=surroundings(recorder), strategy=Strategy.REST_FOR_ONE)
    async with running(tree):
        await trio.sleep(20 * MINUTE)
    assert minutes(recorder, "browser") == [0, pytest.approx(7, abs=0.02)]


async def test_one_for_all_stops_and_starts_everybody_together(autojump_clock):
    recorder = Recorder()
    children = [
        ChildSpec(id="a", start=Actor(live(stop_in=3)).start),
        ChildSpec(id="b", start=Actor(die(10, Crash("once")), live()).start, backoff=Backoff(base=1)),
        ChildSpec(id="c", start=Actor(live()).start, needs=frozenset({"a"})),
    ]
    tree = Supervisor("", children, surroundings=surroundings(recorder), strategy=Strategy.ONE_FOR_ALL)
    async with running(tree):
        await trio.sleep(30)
        assert [child.state for child in tree.children()] == [S.UP] * 3
        await tree.restart_child("a", canceller="test", reason="a wish concerns one child")
    assert recorder.times("b", S.STARTING) == [0, 13], "the others took 3 s to stop; its own wait of 1 s was over by then"
    assert recorder.times("a", S.STARTING) == [0, 13, 33]
    assert recorder.times("c", S.STARTING) == [0, 13]
    (stop,) = [move.stop for move in recorder.moves("c") if move.target is S.STOPPING][:1]
    assert stop is not None
    assert "b" in stop.reason


async def test_one_for_all_waits_for_the_failed_one(autojump_clock):
    recorder = Recorder()
    children = [
        ChildSpec(id="a", start=Actor(live()).start),
        ChildSpec(id="b", start=Actor(die(10), live()).start, backoff=Backoff(base=20)),
    ]
    async with running(Supervisor("", children, surroundings=surroundings(recorder), strategy=Strategy.ONE_FOR_ALL)):
        await trio.sleep(60)
    assert recorder.times("a", S.STARTING) == recorder.times("b", S.STARTING) == [0, 30]


def test_a_probing_that_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match="first"):
        Probing(first=0)
    with pytest.raises(ValueError, match="longest"):
        Probing(first=10, longest=5)

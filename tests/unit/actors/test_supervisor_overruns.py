"""Children that do not end when they are told to."""

import pytest
import trio

from oodaemon.actors.errors import StopOverrun
from oodaemon.actors.specs import ChildSpec
from oodaemon.actors.states import ChildState
from oodaemon.actors.strategy import Strategy
from oodaemon.actors.supervisor import Supervisor
from tests.unit.actors.support import (
    Actor,
    Recorder,
    die,
    live,
    running,
    surroundings,
)

S = ChildState
BY = {"canceller": "ooctl", "reason": "because"}


def spec(child_id: str, actor: Actor, *needs: str, **fields) -> ChildSpec:
    return ChildSpec(id=child_id, start=actor.start, needs=frozenset(needs), **fields)


def supervise(recorder: Recorder, *specs: ChildSpec) -> Supervisor:
    return Supervisor("", specs, surroundings=surroundings(recorder), strategy=Strategy.REST_FOR_ONE)


def states(supervisor: Supervisor) -> dict[str, ChildState]:
    return {child.id: child.state for child in supervisor.children()}


async def test_a_child_that_does_not_end_is_reported_at_its_bound_and_holds_up_nobody_else(autojump_clock):
    recorder = Recorder()
    supervisor = supervise(
        recorder,
        spec("a", Actor(live())),
        spec("b", Actor(live(stop_in=100)), "a", stop_timeout=5),
    )
    async with running(supervisor):
        pass

    assert recorder.unstoppable() == [(5, "b")]
    assert recorder.times("a", S.DOWN) == [5]
    # trio cannot abandon a task: only the call itself waits.
    assert recorder.times("b", S.DOWN) == [100]
    assert trio.current_time() == 100


async def test_a_stop_that_overruns_is_told_to_its_caller_and_completes_later(autojump_clock):
    recorder = Recorder()
    supervisor = supervise(recorder, spec("a", Actor(live(stop_in=30)), stop_timeout=5), spec("b", Actor(live())))
    async with running(supervisor):
        with pytest.raises(StopOverrun, match="a was cancelled 5 s ago and still runs"):
            await supervisor.stop_child("a", **BY)
        assert trio.current_time() == 5
        (child, other) = supervisor.children()
        assert (child.state, child.is_unstoppable, other.state) == (S.STOPPING, True, S.UP)
        with pytest.raises(StopOverrun):
            await supervisor.restart_child("a", **BY)
        assert trio.current_time() == 5
        await trio.sleep(25.5)
        # The restart was wished for: it comes as soon as the old task is gone, never beside it.
        assert recorder.times("a", S.STARTING) == [0, 30]


async def test_a_start_that_neither_ends_nor_becomes_ready_is_reported(autojump_clock):
    recorder = Recorder()
    supervisor = supervise(recorder, spec("a", Actor(live(ready_in=50, stop_in=50)), start_timeout=4, stop_timeout=5))
    async with running(supervisor):
        assert trio.current_time() == 4
        await trio.sleep(10)
        assert recorder.unstoppable() == [(9, "a")]
        assert states(supervisor) == {"a": S.STARTING}


async def test_a_stop_gives_a_late_start_no_more_time(autojump_clock):
    recorder = Recorder()
    supervisor = supervise(recorder, spec("a", Actor(live(ready_in=50, stop_in=50)), start_timeout=4, stop_timeout=5))
    async with running(supervisor):
        await trio.sleep(2)
        with pytest.raises(StopOverrun):
            await supervisor.stop_child("a", **BY)
        assert recorder.unstoppable() == [(9, "a")]


async def test_a_need_starts_again_without_waiting_for_an_unstoppable_dependent(autojump_clock):
    recorder = Recorder()
    supervisor = supervise(recorder, spec("a", Actor(die(10), live())), spec("b", Actor(live(stop_in=100)), "a", stop_timeout=5))
    async with running(supervisor):
        await trio.sleep(200)

    assert recorder.times("a", S.STARTING) == [0, 15]
    assert recorder.times("b", S.STARTING) == [0, 110]

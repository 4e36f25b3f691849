"""Stops and restarts on request, and what is told about them."""

import pytest
import trio

from oodaemon.actors.exits import StopRequest
from oodaemon.actors.specs import ChildSpec, OnExhausted, Restart
from oodaemon.actors.states import ChildState
from oodaemon.actors.strategy import Strategy
from oodaemon.actors.supervisor import Supervisor
from oodaemon.actors.tree import Transition
from tests.unit.actors.support import (
    Actor,
    Crash,
    Recorder,
    die,
    finish,
    live,
    running,
    surroundings,
)

S = ChildState
BY = {"canceller": "ooctl", "reason": "because"}
ASKED = StopRequest("ooctl", "because")


def spec(child_id: str, actor: Actor, *needs: str, **fields) -> ChildSpec:
    return ChildSpec(id=child_id, start=actor.start, needs=frozenset(needs), **fields)


def supervise(recorder: Recorder, *specs: ChildSpec) -> Supervisor:
    return Supervisor("", specs, surroundings=surroundings(recorder), strategy=Strategy.REST_FOR_ONE)


def states(supervisor: Supervisor) -> dict[str, ChildState]:
    return {child.id: child.state for child in supervisor.children()}


async def test_a_requested_stop_is_absorbed_and_carries_who_and_why(autojump_clock):
    recorder, actor = Recorder(), Actor(live(stop_in=2))
    supervisor = supervise(recorder, spec("a", actor))
    async with running(supervisor):
        await supervisor.stop_child("a", **BY)
        assert trio.current_time() == 2
        await trio.sleep(1000)
        (child,) = supervisor.children()

    assert (child.state, child.incarnation, child.last_stop, child.last_failure) == (S.DOWN, 1, ASKED, None)
    assert actor.children[0].stop_request == ASKED
    assert [(move.target, move.stop) for move in recorder.moves("a")][2:] == [(S.STOPPING, ASKED), (S.DOWN, ASKED)]


async def test_an_error_while_stopping_is_noted_but_neither_counted_nor_restarted(autojump_clock):
    async def fails_to_close(child, *, task_status):
        task_status.started()
        try:
            await trio.sleep_forever()
        finally:
            raise Crash("while closing")

    supervisor = supervise(Recorder(), ChildSpec(id="a", start=fails_to_close))
    async with running(supervisor):
        await supervisor.stop_child("a", **BY)
        (child,) = supervisor.children()

    assert (child.state, child.burst_used) == (S.DOWN, 0)
    assert child.last_failure is not None
    assert child.last_failure.causes[0] == "Crash: while closing"


async def test_a_child_in_backoff_stops_at_once(autojump_clock):
    supervisor = supervise(Recorder(), spec("a", Actor(die(0))))
    async with running(supervisor):
        await trio.sleep(5)
        assert states(supervisor) == {"a": S.BACKOFF}
        await supervisor.stop_child("a", **BY)
        assert trio.current_time() == 5
        assert states(supervisor) == {"a": S.DOWN}
        await trio.sleep(1000)
        assert states(supervisor) == {"a": S.DOWN}


async def test_the_supervisor_is_cancelled_at_once_while_children_wait(autojump_clock):
    async with running(supervise(Recorder(), spec("a", Actor(die(0))))):
        await trio.sleep(5)

    assert trio.current_time() == 5


async def test_a_child_that_starts_can_be_stopped(autojump_clock):
    recorder = Recorder()
    supervisor = supervise(recorder)
    async with running(supervisor) as nursery:
        nursery.start_soon(supervisor.add, spec("a", Actor(live(ready_in=20))))
        await trio.sleep(5)
        assert states(supervisor) == {"a": S.STARTING}
        await supervisor.stop_child("a", **BY)

    assert trio.current_time() == 5
    assert recorder.order(S.UP) == []


async def test_stopping_a_need_stops_its_dependents_first(autojump_clock):
    recorder = Recorder()
    supervisor = supervise(
        recorder,
        spec("a", Actor(live())),
        spec("b", Actor(live(stop_in=2)), "a"),
        spec("c", Actor(live(stop_in=3)), "b"),
    )
    async with running(supervisor):
        await supervisor.stop_child("a", **BY)
        assert (trio.current_time(), states(supervisor)) == (5, {"a": S.DOWN, "b": S.DOWN, "c": S.DOWN})
        await supervisor.restart_child("a", **BY)
        await trio.testing.wait_all_tasks_blocked()
        assert states(supervisor) == {"a": S.UP, "b": S.UP, "c": S.UP}

    assert recorder.order(S.DOWN)[:3] == ["c", "b", "a"]


async def test_a_restart_on_request_counts_nowhere(autojump_clock):
    supervisor = supervise(Recorder(), spec("a", Actor(live(ready_in=1, stop_in=2))), spec("b", Actor(live()), "a"))
    async with running(supervisor):
        for _ in range(10):
            before = trio.current_time()
            child = await supervisor.restart_child("a", **BY)
            assert trio.current_time() - before == 3
        assert (child.state, child.incarnation, child.restarts, child.burst_used) == (S.UP, 11, 0, 0)
        await trio.testing.wait_all_tasks_blocked()
        assert supervisor.children()[1].incarnation == 11


async def test_a_restart_skips_the_wait_in_backoff_and_leaves_quarantine(autojump_clock):
    recorder = Recorder()
    supervisor = supervise(recorder, spec("a", Actor(die(0))))
    async with running(supervisor):
        await trio.sleep(4)
        await supervisor.restart_child("a", **BY)
        assert recorder.times("a", S.STARTING)[-1] == 4
        await trio.sleep(100)
        assert states(supervisor) == {"a": S.QUARANTINED}
        await supervisor.restart_child("a", **BY)
        assert recorder.times("a", S.STARTING)[-1] == 104
        await trio.sleep(0.1)
        (child,) = supervisor.children()
        assert (child.state, child.burst_used) == (S.BACKOFF, 1)
        assert child.next_retry_in == pytest.approx(0.4)


async def test_a_stop_while_a_child_waits_for_its_turn_is_not_lost_when_it_fails_by_itself(autojump_clock):
    recorder = Recorder()
    supervisor = supervise(recorder, spec("a", Actor(die(5))), spec("b", Actor(live(stop_in=8)), "a"))
    async with running(supervisor):
        await supervisor.stop_child("a", **BY)
        assert trio.current_time() == 5
        assert states(supervisor)["a"] is S.DOWN
        assert supervisor.children()[0].burst_used == 0
        await trio.sleep(100)
        assert states(supervisor) == {"a": S.DOWN, "b": S.DOWN}


async def test_a_cancelled_stop_goes_on(autojump_clock):
    supervisor = supervise(Recorder(), spec("a", Actor(live(stop_in=5))))
    async with running(supervisor):
        with trio.move_on_after(1):
            await supervisor.stop_child("a", **BY)
        assert states(supervisor) == {"a": S.STOPPING}
        await trio.sleep(4.5)
        assert states(supervisor) == {"a": S.DOWN}


async def test_a_restart_by_another_caller_does_not_hold_up_a_stop(autojump_clock):
    supervisor = supervise(Recorder(), spec("a", Actor(live(stop_in=5))))
    async with running(supervisor) as nursery:
        nursery.start_soon(lambda: supervisor.stop_child("a", **BY))
        await trio.sleep(1)
        child = await supervisor.restart_child("a", **BY)
        assert (trio.current_time(), child.state, child.incarnation) == (5, S.UP, 2)
        await trio.testing.wait_all_tasks_blocked()
        assert len(nursery.child_tasks) == 1


async def test_a_child_may_stop_itself(autojump_clock):
    async def quits(child, *, task_status):
        task_status.started()
        await trio.sleep(3)
        await supervisor.stop_child("a", canceller=child.path, reason="nothing left to do")

    supervisor = supervise(Recorder(), ChildSpec(id="a", start=quits))
    async with running(supervisor):
        await trio.sleep(100)
        (child,) = supervisor.children()

    assert (child.state, child.incarnation) == (S.DOWN, 1)
    assert child.last_stop == StopRequest("a", "nothing left to do")


async def test_several_callers_may_wait_for_the_same_stop(autojump_clock):
    supervisor = supervise(Recorder(), spec("a", Actor(live(stop_in=3))))
    async with running(supervisor):
        async with trio.open_nursery() as callers:
            for _ in range(3):
                callers.start_soon(lambda: supervisor.stop_child("a", **BY))
        assert trio.current_time() == 3


async def test_a_completed_child_runs_again_when_asked(autojump_clock):
    recorder = Recorder()
    supervisor = supervise(
        recorder,
        spec("reaper", Actor(finish(5)), restart=Restart.TRANSIENT),
        spec("pool", Actor(live()), "reaper"),
    )
    async with running(supervisor):
        await trio.sleep(10)
        await supervisor.restart_child("reaper", **BY)
        await trio.sleep(10)
        assert states(supervisor) == {"reaper": S.DOWN, "pool": S.UP}

    assert recorder.times("reaper", S.STARTING) == [0, 10]
    assert recorder.times("pool", S.STARTING) == [0, 10]


async def test_an_acknowledgement_of_a_dead_incarnation_is_not_that_of_the_next(autojump_clock):
    recorder, kept = Recorder(), []

    async def start(child, *, task_status):
        kept.append(task_status)
        await trio.sleep(1 if child.incarnation == 1 else 20)
        raise Crash

    async with running(supervise(recorder, ChildSpec(id="a", start=start))):
        await trio.sleep(3)
        kept[0].started()

    assert recorder.order(S.UP) == []


async def test_every_change_is_observed_with_its_reason(autojump_clock):
    recorder = Recorder()
    supervisor = supervise(recorder, spec("a", Actor(die(1), live()), on_exhausted=OnExhausted.ESCALATE))
    async with running(supervisor):
        await trio.sleep(2)

    moves = [event for _, event in recorder.events if isinstance(event, Transition)]
    assert [(move.source, move.target, move.incarnation) for move in moves] == [
        (S.DOWN, S.STARTING, 1),
        (S.STARTING, S.UP, 1),
        (S.UP, S.BACKOFF, 1),
        (S.BACKOFF, S.STARTING, 2),
        (S.STARTING, S.UP, 2),
        (S.UP, S.STOPPING, 2),
        (S.STOPPING, S.DOWN, 2),
    ]
    assert isinstance(moves[2].error, Crash)
    assert (moves[2].delay, moves[2].failure.failure_class) == (0.5, "Crash")
    assert moves[5].stop == StopRequest("root", "its supervisor was cancelled")

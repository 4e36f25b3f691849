"""What counts as a failure, of which class, and what it leads to beyond a restart."""

import random

import pytest
import trio

from oodaemon.actors.budget import Budget, Window
from oodaemon.actors.errors import Exhausted, ExitRequested
from oodaemon.actors.specs import ChildSpec, OnExhausted, Restart
from oodaemon.actors.states import ChildState
from oodaemon.actors.supervisor import Supervisor
from oodaemon.actors.tree import ChildSnapshot
from tests.unit.actors.support import (
    Act,
    Actor,
    Auth,
    Crash,
    Recorder,
    die,
    die_early,
    live,
    running,
    surroundings,
    wall_clock,
)

S = ChildState


def alone(*acts: Act, recorder: Recorder, rng: random.Random | None = None, **fields) -> Supervisor:
    changes = {} if rng is None else {"rng": rng}
    return Supervisor("", [ChildSpec(id="a", start=Actor(*acts).start, **fields)], surroundings=surroundings(recorder, **changes))


def only(supervisor: Supervisor) -> ChildSnapshot:
    (child,) = supervisor.children()
    return child


async def test_a_start_that_is_not_acknowledged_in_time_fails(autojump_clock):
    recorder = Recorder()
    supervisor = alone(live(ready_in=6, stop_in=2), live(), recorder=recorder, start_timeout=5)
    async with running(supervisor):
        await trio.sleep(10)
        child = only(supervisor)

    # It is only restarted once the old task, which takes 2 s to clean up, has ended.
    assert recorder.times("a", S.BACKOFF) == [7]
    assert recorder.times("a", S.STARTING) == [0, 7.5]
    assert child.last_failure is not None
    assert child.last_failure.failure_class == "START"
    assert child.last_failure.causes == ("NotAcknowledged: a was not ready 5 s after its start",)
    assert child.state is S.UP


async def test_an_acknowledgement_after_the_timeout_is_too_late(autojump_clock):
    recorder = Recorder()

    async def late(child, *, task_status):
        try:
            await trio.sleep_forever()
        finally:
            task_status.started()

    spec = ChildSpec(id="a", start=late, start_timeout=5)
    async with running(Supervisor("", [spec], surroundings=surroundings(recorder))):
        await trio.sleep(5.2)

    assert recorder.times("a", S.UP) == []
    assert recorder.times("a", S.BACKOFF) == [5]


@pytest.mark.parametrize("restart", [Restart.PERMANENT, Restart.TRANSIENT])
async def test_returning_without_acknowledgement_is_a_failed_start(autojump_clock, restart):
    async def unready(child, *, task_status):
        await trio.sleep(1)

    recorder = Recorder()
    spec = ChildSpec(id="a", start=unready, restart=restart)
    supervisor = Supervisor("", [spec], surroundings=surroundings(recorder))
    async with running(supervisor):
        failure = only(supervisor).last_failure

    assert failure is not None
    assert failure.failure_class == "START"
    assert recorder.times("a", S.BACKOFF) == [1]


async def test_a_start_that_raises_keeps_its_own_class(autojump_clock):
    recorder = Recorder()
    supervisor = alone(die_early(3, Auth("login page")), recorder=recorder)
    async with running(supervisor):
        failure = only(supervisor).last_failure

    assert failure is not None
    assert (failure.failure_class, failure.causes, failure.incarnation) == ("Auth", ("Auth: login page",), 1)


async def test_the_failure_inside_a_group_is_found(autojump_clock):
    async def with_nursery(child, *, task_status):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(trio.sleep_forever)
            task_status.started()
            await trio.sleep(1)
            raise Crash("inside")

    supervisor = Supervisor("", [ChildSpec(id="a", start=with_nursery)], surroundings=surroundings(Recorder()))
    async with running(supervisor):
        await trio.sleep(1.2)
        failure = only(supervisor).last_failure

    assert failure is not None
    assert (failure.failure_class, failure.causes) == ("Crash", ("Crash: inside",))


async def test_escalation_stops_the_siblings_and_raises(autojump_clock):
    recorder = Recorder()
    supervisor = Supervisor(
        "site/oo",
        [
            ChildSpec(id="a", start=Actor(die(0)).start, on_exhausted=OnExhausted.ESCALATE),
            ChildSpec(id="b", start=Actor(live(stop_in=3)).start),
        ],
        surroundings=surroundings(recorder),
    )
    with pytest.raises(Exhausted, match="site/oo/a failed more than 5 times in 60 s with class Crash") as raised:
        await supervisor.run()

    assert isinstance(raised.value.__cause__, Crash)
    assert recorder.times("site/oo/a", S.DOWN) == [15.5]
    assert recorder.times("site/oo/b", S.DOWN) == [18.5]
    assert trio.current_time() == 18.5


async def test_a_budget_of_none_exits_at_the_first_failure(autojump_clock):
    spec = ChildSpec(
        id="store",
        start=Actor(die(7)).start,
        budget=Budget(burst=Window(0, 60.0)),
        on_exhausted=OnExhausted.EXIT,
        exit_code=70,
    )
    with pytest.raises(ExitRequested, match="store asks the process to exit with code 70: store failed") as raised:
        await Supervisor("", [spec], surroundings=surroundings(Recorder())).run()

    assert (raised.value.code, raised.value.path, trio.current_time()) == (70, "store", 7)


@pytest.mark.parametrize("error", [ExitRequested("a", code=3, reason="told to"), KeyboardInterrupt(), SystemExit(4)])
async def test_what_no_supervisor_may_absorb_passes(autojump_clock, error):
    with pytest.raises(type(error)) as raised:
        await alone(die(1, error), recorder=Recorder(), restart=Restart.TEMPORARY).run()

    assert raised.value is error


async def test_the_snapshot_tells_what_happens(autojump_clock):
    supervisor = alone(die(2, progress=True), die(3), recorder=Recorder())
    async with running(supervisor):
        await trio.sleep(1)
        child = only(supervisor)
        assert (child.detail, child.progress, child.silent_for, child.next_retry_in) == ("one step", 1, 1, None)
        assert (wall_clock() - child.since).total_seconds() == 1
        await trio.sleep(4.25)
        child = only(supervisor)

    assert (child.state, child.incarnation, child.restarts, child.next_retry_in) == (S.BACKOFF, 2, 1, 0.75)
    assert (child.burst_used, child.sustained_used, child.detail) == (2, 2, "")
    assert child.last_failure is not None
    assert child.last_failure.causes == ("Crash: incarnation 2",)


async def test_an_observer_that_raises_harms_nobody(autojump_clock):
    def broken(_) -> None:
        raise Crash("observer")

    supervisor = Supervisor("", [ChildSpec(id="a", start=Actor(live()).start)], surroundings=surroundings(broken))
    async with running(supervisor):
        assert only(supervisor).state is S.UP
        assert supervisor.tree().observer_failures == 2


async def test_acknowledging_twice_is_an_error_of_the_child(autojump_clock):
    async def twice(child, *, task_status):
        task_status.started()
        task_status.started()

    supervisor = Supervisor("", [ChildSpec(id="a", start=twice)], surroundings=surroundings(Recorder()))
    async with running(supervisor):
        failure = only(supervisor).last_failure

    assert failure is not None
    assert failure.failure_class == "RuntimeError"


async def test_a_stale_cancellation_let_out_by_a_child_is_a_failure_like_others(autojump_clock):
    async def stale(child, *, task_status):
        task_status.started()
        kept: list[BaseException] = []
        with trio.move_on_after(1):
            try:
                await trio.sleep_forever()
            except trio.Cancelled as cancelled:
                kept.append(cancelled)
                raise
        raise kept[0]

    supervisor = Supervisor("", [ChildSpec(id="a", start=stale)], surroundings=surroundings(Recorder()))
    async with running(supervisor):
        await trio.sleep(1.2)
        child = only(supervisor)

    assert child.state is S.BACKOFF
    assert child.last_failure is not None
    assert child.last_failure.failure_class == "Cancelled"

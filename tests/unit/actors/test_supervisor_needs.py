"""The order in which children that need each other start, stop, and start again."""

import pytest
import trio

from oodaemon.actors.exits import StopRequest
from oodaemon.actors.specs import ChildSpec, Restart
from oodaemon.actors.states import ChildState
from oodaemon.actors.strategy import Strategy
from oodaemon.actors.supervisor import Supervisor
from tests.unit.actors.support import Actor, Recorder, die, die_early, finish, live, running, surroundings

S = ChildState


def spec(child_id: str, actor: Actor, *needs: str, **fields) -> ChildSpec:
    return ChildSpec(id=child_id, start=actor.start, needs=frozenset(needs), **fields)


def site(recorder: Recorder, *specs: ChildSpec, strategy: Strategy = Strategy.REST_FOR_ONE) -> Supervisor:
    return Supervisor("", specs, surroundings=surroundings(recorder), strategy=strategy)


async def test_children_start_in_rank_order_each_after_its_needs_are_up(autojump_clock):
    recorder = Recorder()
    async with running(
        site(
            recorder,
            spec("pool", Actor(live(ready_in=1)), "session", "limiter"),
            spec("session", Actor(live(ready_in=3)), "store"),
            spec("store", Actor(live(ready_in=2))),
            spec("limiter", Actor(live(ready_in=1)), "store"),
        )
    ):
        assert trio.current_time() == 6

    starts = [(recorder.times(name, S.STARTING), recorder.times(name, S.UP)) for name in ("store", "session", "limiter", "pool")]
    assert starts == [([0], [2]), ([2], [5]), ([2], [3]), ([5], [6])]


async def test_started_is_reported_although_one_child_fails_at_first(autojump_clock):
    recorder = Recorder()
    supervisor = site(
        recorder,
        spec("api", Actor(live(ready_in=1))),
        spec("site", Actor(die_early(2))),
        spec("pool", Actor(live()), "site"),
    )
    async with running(supervisor):
        assert trio.current_time() == 2
        assert {child.id: child.state for child in supervisor.children()} == {
            "api": S.UP,
            "site": S.BACKOFF,
            "pool": S.DOWN,
        }
        assert [child.waiting_for for child in supervisor.children()] == [(), (), ("site",)]


async def test_a_failure_stops_and_restarts_all_that_needs_the_child_and_nothing_else(autojump_clock):
    recorder = Recorder()
    async with running(
        site(
            recorder,
            spec("store", Actor(live())),
            spec("limiter", Actor(live()), "store"),
            spec("session", Actor(die(10), live(ready_in=1)), "store"),
            spec("breaker", Actor(live(stop_in=2, ready_in=1)), "session"),
            spec("pool", Actor(live(stop_in=3)), "breaker"),
            spec("meter", Actor(live(stop_in=1)), "session", "limiter"),
        )
    ):
        await trio.sleep(30)

    assert recorder.times("session", S.STARTING) == [0, 15]  # after backoff (0.5 s), and after all that needed it ended
    assert recorder.times("pool", S.STOPPING)[0] == 10
    assert recorder.times("pool", S.DOWN)[0] == 13
    assert recorder.times("breaker", S.STOPPING)[0] == 13  # rank 2, like the meter: together
    assert recorder.times("meter", S.STOPPING)[0] == 13
    assert recorder.times("breaker", S.DOWN)[0] == 15
    assert recorder.times("breaker", S.STARTING)[1] == recorder.times("session", S.UP)[1] == 16
    assert recorder.times("meter", S.STARTING)[1] == 16
    assert recorder.times("pool", S.STARTING)[1] == recorder.times("breaker", S.UP)[1] == 17
    assert recorder.times("store", S.STARTING) == recorder.times("limiter", S.STARTING) == [0]


async def test_a_dependent_that_still_starts_is_stopped_at_once(autojump_clock):
    recorder = Recorder()
    async with running(
        site(recorder, spec("a", Actor(die(10), live())), spec("b", Actor(live(ready_in=11), live(ready_in=1)), "a"))
    ):
        await trio.sleep(5)

    assert recorder.times("b", S.STOPPING)[0] == 10
    assert recorder.times("b", S.STARTING) == [0, 10.5]


async def test_the_stop_of_a_dependent_names_the_need(autojump_clock):
    recorder = Recorder()
    supervisor = site(recorder, spec("a", Actor(die(10), live())), spec("b", Actor(live()), "a"))
    async with running(supervisor):
        await trio.sleep(20)
        last_stop = supervisor.children()[1].last_stop

    assert last_stop == StopRequest("root", "it needs a, which is BACKOFF")


async def test_dependents_of_a_quarantined_child_wait_for_it(autojump_clock):
    recorder = Recorder()
    supervisor = site(recorder, spec("a", Actor(*[die(0)] * 6, live())), spec("b", Actor(live()), "a"))
    async with running(supervisor):
        await trio.sleep(1000)
        assert [child.state for child in supervisor.children()] == [S.QUARANTINED, S.DOWN]
        await supervisor.restart_child("a", canceller="ooctl", reason="fixed")
        await trio.testing.wait_all_tasks_blocked()
        assert [child.state for child in supervisor.children()] == [S.UP, S.UP]


async def test_a_need_that_completed_stays_met(autojump_clock):
    recorder = Recorder()
    supervisor = site(
        recorder,
        spec("reaper", Actor(finish(5)), restart=Restart.TRANSIENT),
        spec("pool", Actor(live()), "reaper"),
    )
    async with running(supervisor):
        await trio.sleep(100)
        assert [child.state for child in supervisor.children()] == [S.DOWN, S.UP]

    assert recorder.times("pool", S.STARTING) == [0]


async def test_a_temporary_need_that_failed_keeps_its_dependents_down(autojump_clock):
    recorder = Recorder()
    supervisor = site(
        recorder,
        spec("probe", Actor(die(5)), restart=Restart.TEMPORARY),
        spec("pool", Actor(live()), "probe"),
    )
    async with running(supervisor):
        await trio.sleep(100)
        assert [(child.state, child.waiting_for) for child in supervisor.children()] == [(S.DOWN, ()), (S.DOWN, ("probe",))]


async def test_a_dependent_in_backoff_starts_when_both_its_wait_and_its_need_allow(autojump_clock):
    recorder = Recorder()
    async with running(
        site(
            recorder,
            spec("a", Actor(die(10), live(ready_in=5))),
            spec("b", Actor(die(9.8), live()), "a"),
        )
    ):
        await trio.sleep(30)

    assert recorder.times("b", S.BACKOFF) == [9.8]  # due at 10.3, but its need is up again only at 15.5
    assert recorder.times("b", S.STARTING) == [0, 15.5]


async def test_one_for_one_restarts_only_the_child_that_failed(autojump_clock):
    recorder = Recorder()
    async with running(
        site(
            recorder,
            spec("b", Actor(live()), "a"),
            spec("a", Actor(die(10), live())),
            strategy=Strategy.ONE_FOR_ONE,
        )
    ):
        await trio.sleep(30)

    assert recorder.times("a", S.STARTING) == [0, 10.5]
    assert recorder.times("b", S.STARTING) == [0]
    assert recorder.order(S.STARTING)[:2] == ["a", "b"]
    assert recorder.order(S.STOPPING) == ["b", "a"]


@pytest.mark.parametrize("strategy", Strategy)
async def test_cancellation_stops_ranks_in_reverse_and_siblings_together(autojump_clock, strategy):
    recorder = Recorder()
    async with running(
        site(
            recorder,
            spec("store", Actor(live(stop_in=1))),
            spec("api", Actor(live(stop_in=2)), "store"),
            spec("metrics", Actor(live(stop_in=4)), "store"),
            spec("pulse", Actor(live(stop_in=3)), "api"),
            strategy=strategy,
        )
    ):
        pass

    assert trio.current_time() == 3 + 4 + 1
    stops = {name: recorder.times(name, S.STOPPING) for name in ("pulse", "api", "metrics", "store")}
    assert stops == {"pulse": [0], "api": [3], "metrics": [3], "store": [7]}
    assert recorder.order(S.DOWN) == ["pulse", "api", "metrics", "store"]

"""When, how often and with which number a child is started again."""

import random

import pytest
import trio

from oodaemon.actors.backoff import Backoff
from oodaemon.actors.budget import Budget, Window
from oodaemon.actors.errors import Exhausted
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
    finish,
    live,
    running,
    surroundings,
)

S = ChildState
GENEROUS = Budget(burst=Window(1000, 60.0), sustained=Window(1000, 3600.0))


def alone(*acts: Act, recorder: Recorder, rng: random.Random | None = None, **fields) -> Supervisor:
    changes = {} if rng is None else {"rng": rng}
    return Supervisor("", [ChildSpec(id="a", start=Actor(*acts).start, **fields)], surroundings=surroundings(recorder, **changes))


def only(supervisor: Supervisor) -> ChildSnapshot:
    (child,) = supervisor.children()
    return child


async def test_the_restart_schedule_follows_the_backoff(autojump_clock):
    recorder = Recorder()
    async with running(alone(die(0), recorder=recorder, budget=GENEROUS)):
        await trio.sleep(200)

    assert recorder.times("a", S.STARTING) == [0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5, 63.5, 123.5, 183.5]


async def test_the_jitter_comes_from_the_injected_source(autojump_clock):
    recorder, twin = Recorder(), random.Random(3)
    async with running(alone(die(0), recorder=recorder, rng=random.Random(3), budget=GENEROUS)):
        await trio.sleep(200)

    delays = [move.delay for move in recorder.moves("a") if move.target is S.BACKOFF]
    assert delays == [twin.uniform(0.0, Backoff().ceiling(n)) for n in range(len(delays))]
    starts, deaths = recorder.times("a", S.STARTING), recorder.times("a", S.BACKOFF)
    assert starts[1:] == pytest.approx([at + delay for at, delay in zip(deaths, delays, strict=True)][: len(starts) - 1])


async def test_the_first_restart_after_progress_is_immediate_and_the_next_waits(autojump_clock):
    recorder = Recorder()
    async with running(alone(die(10, progress=True), recorder=recorder)):
        await trio.sleep(25)

    assert recorder.times("a", S.STARTING) == [0, 10, 21]


@pytest.mark.parametrize(("lifetime", "progress", "fifth_delay"), [(120, True, 0.0), (119, True, 8.0), (120, False, 8.0)])
async def test_the_backoff_is_forgiven_after_progress_and_two_stable_minutes(autojump_clock, lifetime, progress, fifth_delay):
    recorder = Recorder()
    acts = [die(0), die(0), die(0), die(0), die(lifetime, progress=progress), live()]
    async with running(alone(*acts, recorder=recorder, budget=GENEROUS)):
        await trio.sleep(300)

    assert [move.delay for move in recorder.moves("a") if move.target is S.BACKOFF] == [0.5, 1, 2, 4, fifth_delay]


async def test_the_sixth_failure_within_a_minute_exhausts_the_burst_budget(autojump_clock):
    recorder = Recorder()
    supervisor = alone(die(0.0), recorder=recorder)
    async with running(supervisor):
        await trio.sleep(100)
        child = only(supervisor)

    assert recorder.times("a", S.STARTING) == [0, 0.5, 1.5, 3.5, 7.5, 15.5]
    assert recorder.times("a", S.QUARANTINED) == [15.5]
    assert (child.state, child.incarnation, child.restarts) == (S.QUARANTINED, 6, 5)


async def test_a_child_that_dies_every_130_seconds_is_noticed_within_the_hour(autojump_clock):
    recorder = Recorder()
    async with running(alone(die(130, progress=True), recorder=recorder)):
        await trio.sleep(2 * 3600)

    assert recorder.times("a", S.QUARANTINED) == [21 * 130.0]


async def test_a_quarantined_child_does_not_disturb_its_siblings(autojump_clock):
    recorder = Recorder()
    supervisor = Supervisor(
        "",
        [ChildSpec(id="a", start=Actor(die(0)).start), ChildSpec(id="b", start=Actor(live()).start)],
        surroundings=surroundings(recorder),
    )
    async with running(supervisor):
        await trio.sleep(1000)
        assert [child.state for child in supervisor.children()] == [S.QUARANTINED, S.UP]

    assert recorder.times("b", S.STARTING) == [0]


async def test_free_classes_wait_but_never_exhaust(autojump_clock):
    recorder = Recorder()
    supervisor = alone(die(0, Auth()), recorder=recorder)
    async with running(supervisor):
        await trio.sleep(100 * 60)
        child = only(supervisor)

    assert child.restarts > 100
    assert (child.burst_used, child.sustained_used) == (0, 0)
    assert child.last_failure is not None
    assert child.last_failure.failure_class == "Auth"


async def test_classes_have_budgets_of_their_own(autojump_clock):
    recorder = Recorder()
    acts = [die(0, Crash()), die(0, OSError())] * 5 + [live()]
    supervisor = alone(*acts, recorder=recorder, backoff=Backoff(cap=0.0))
    async with running(supervisor):
        await trio.sleep(1)
        child = only(supervisor)

    assert (child.state, child.incarnation, child.burst_used) == (S.UP, 11, 5)


@pytest.mark.parametrize(
    ("restart", "act", "incarnations", "state"),
    [
        (Restart.PERMANENT, finish(1), 2, S.UP),
        (Restart.PERMANENT, die(1), 2, S.UP),
        (Restart.TRANSIENT, finish(1), 1, S.DOWN),
        (Restart.TRANSIENT, die(1), 2, S.UP),
        (Restart.TEMPORARY, finish(1), 1, S.DOWN),
        (Restart.TEMPORARY, die(1), 1, S.DOWN),
    ],
)
async def test_the_restart_rule_decides_what_an_end_means(autojump_clock, restart, act, incarnations, state):
    supervisor = alone(act, live(), recorder=Recorder(), restart=restart)
    async with running(supervisor):
        await trio.sleep(100)
        child = only(supervisor)

    assert (child.incarnation, child.state) == (incarnations, state)


async def test_a_permanent_child_that_returns_uses_its_budget(autojump_clock):
    recorder = Recorder()
    supervisor = alone(finish(0), recorder=recorder)
    async with running(supervisor):
        await trio.sleep(100)
        child = only(supervisor)

    assert child.state is S.QUARANTINED
    assert child.last_failure is not None
    assert child.last_failure.failure_class == "RETURNED"


async def test_a_second_run_starts_afresh_and_keeps_numbers_and_messages(autojump_clock):
    recorder = Recorder()
    supervisor = alone(die(0), recorder=recorder, on_exhausted=OnExhausted.ESCALATE)
    supervisor.mailbox("a").send_nowait("kept")
    for _ in range(2):
        with pytest.raises(Exhausted):
            await supervisor.run()

    child = only(supervisor)
    assert (child.incarnation, child.messages, child.state) == (12, 1, S.DOWN)
    assert recorder.times("a", S.STARTING)[6:] == [15.5, 16, 17, 19, 23, 31]


async def test_a_supervisor_cannot_run_twice_at_a_time(autojump_clock):
    supervisor = alone(live(), recorder=Recorder())
    async with running(supervisor):
        with pytest.raises(RuntimeError, match="is running already"):
            await supervisor.run()

"""Supervisors under supervisors: how starts, stops, failures and demands travel."""

import pytest
import trio

from oodaemon.actors.budget import Budget, Window
from oodaemon.actors.errors import Exhausted, ExitRequested
from oodaemon.actors.exits import StopRequest
from oodaemon.actors.specs import ChildSpec, OnExhausted
from oodaemon.actors.states import ChildState
from oodaemon.actors.strategy import Strategy
from oodaemon.actors.supervisor import Supervisor
from tests.unit.actors.support import EPOCH, Act, Actor, Recorder, die, live, running, surroundings

S = ChildState


def supervise(recorder: Recorder, path: str, *specs: ChildSpec, strategy: Strategy = Strategy.ONE_FOR_ONE) -> Supervisor:
    return Supervisor(path, specs, surroundings=surroundings(recorder), strategy=strategy)


def leaf(child_id: str, *acts: Act, **fields) -> ChildSpec:
    return ChildSpec(id=child_id, start=Actor(*acts).start, **fields)


async def test_a_nested_supervisor_starts_before_its_dependents_and_stops_after_them(autojump_clock):
    recorder = Recorder()
    site = supervise(recorder, "site/oo", leaf("browser/1", live(ready_in=2, stop_in=1)), leaf("browser/2", live()))
    root = supervise(
        recorder,
        "",
        ChildSpec(id="site", start=site.run),
        leaf("scheduler", live(stop_in=2), needs=frozenset({"site"})),
        strategy=Strategy.REST_FOR_ONE,
    )
    async with running(root):
        assert trio.current_time() == 2
        snapshot = root.tree()

    assert [(child.path, child.state) for child in snapshot.walk()] == [
        ("site", S.UP),
        ("site/oo/browser/1", S.UP),
        ("site/oo/browser/2", S.UP),
        ("scheduler", S.UP),
    ]
    assert recorder.order(S.UP) == ["site/oo/browser/2", "site/oo/browser/1", "site", "scheduler"]
    assert recorder.order(S.DOWN) == ["scheduler", "site/oo/browser/2", "site/oo/browser/1", "site"]
    assert recorder.times("site", S.DOWN) == [5]


async def test_the_tree_can_be_shown_before_and_after_it_runs(autojump_clock):
    site = supervise(Recorder(), "site", leaf("a", live()))
    root = supervise(Recorder(), "", ChildSpec(id="site", start=site.run))

    for _ in range(2):
        assert [(child.path, child.state) for child in root.tree().walk()] == [("site", S.DOWN), ("site/a", S.DOWN)]
        assert not root.tree().is_running
        async with running(root):
            assert root.tree().is_running


async def test_a_supervisor_built_by_the_start_of_a_child_is_shown_too(autojump_clock):
    recorder = Recorder()

    async def start(child, *, task_status):
        await supervise(recorder, child.path, leaf("a", live())).run(child, task_status=task_status)

    root = supervise(recorder, "", ChildSpec(id="site", start=start))
    async with running(root):
        assert [child.path for child in root.tree().walk()] == ["site", "site/a"]


async def test_an_escalation_is_a_failure_of_the_supervisor_above(autojump_clock):
    recorder = Recorder()
    budget = Budget(burst=Window(1, 60.0))
    site = supervise(recorder, "site", leaf("a", die(0), budget=budget, on_exhausted=OnExhausted.ESCALATE))
    root = supervise(recorder, "", ChildSpec(id="site", start=site.run, budget=budget, on_exhausted=OnExhausted.ESCALATE))
    with pytest.raises(Exhausted, match="site failed more than 1 times in 60 s with class Crash"):
        await root.run()

    # Each run of the site: start, 0.5 s of backoff, start. Two runs, with 0.5 s of backoff between them.
    assert recorder.times("site/a", S.STARTING) == [0, 0.5, 1, 1.5]
    assert recorder.times("site", S.STARTING) == [0, 1]


async def test_an_escalation_leaves_the_rest_of_the_tree_alone(autojump_clock):
    recorder = Recorder()
    site = supervise(recorder, "site", leaf("a", die(0), on_exhausted=OnExhausted.ESCALATE))
    root = supervise(recorder, "", ChildSpec(id="site", start=site.run), leaf("api", live()))
    async with running(root):
        await trio.sleep(3600)
        assert {child.id: child.state for child in root.children()} == {"site": S.QUARANTINED, "api": S.UP}
        failure = root.children()[0].last_failure

    assert recorder.times("api", S.STARTING) == [0]
    assert failure is not None
    assert failure.causes == (
        "Exhausted: site/a failed more than 5 times in 60 s with class Crash",
        "Crash: incarnation 126",  # 21 runs of the site, six starts each
    )


async def test_a_demand_to_exit_passes_every_level_and_stops_all_in_order(autojump_clock):
    recorder = Recorder()
    store = leaf("store", die(10), budget=Budget(burst=Window(0, 60.0)), on_exhausted=OnExhausted.EXIT, exit_code=70)
    inner = supervise(recorder, "core", store, leaf("writer", live(stop_in=2)))
    root = supervise(
        recorder,
        "",
        ChildSpec(id="core", start=inner.run),
        leaf("api", live(stop_in=3), needs=frozenset({"core"})),
        strategy=Strategy.REST_FOR_ONE,
    )
    with pytest.raises(ExitRequested) as raised:
        await root.run()

    assert (raised.value.code, raised.value.path) == (70, "core/store")
    assert recorder.order(S.DOWN) == ["core/store", "core/writer", "core", "api"]
    assert trio.current_time() == 10 + 2 + 3


async def test_a_demand_to_exit_is_heard_during_a_shutdown_too(autojump_clock):
    async def refuses(child, *, task_status):
        task_status.started()
        try:
            await trio.sleep_forever()
        finally:
            raise ExitRequested(child.path, code=70, reason="cannot close")

    root = supervise(Recorder(), "", ChildSpec(id="store", start=refuses))
    with pytest.raises(ExitRequested):
        with trio.move_on_after(5):
            await root.run()


async def test_a_demand_to_exit_outranks_an_escalation(autojump_clock):
    root = supervise(
        Recorder(),
        "",
        leaf("a", die(1), budget=Budget(burst=Window(0, 60.0)), on_exhausted=OnExhausted.ESCALATE),
        leaf("store", live(), needs=frozenset({"b"})),
        leaf("b", _exits_while_stopping),
    )
    with pytest.raises(ExitRequested):
        await root.run()


async def _exits_while_stopping(child, task_status):
    task_status.started()
    try:
        await trio.sleep_forever()
    finally:
        raise ExitRequested(child.path, code=70, reason="cannot close")


async def test_who_stopped_a_supervisor_is_told_to_its_children(autojump_clock):
    recorder = Recorder()
    site = supervise(recorder, "site", leaf("a", live()))
    root = supervise(recorder, "", ChildSpec(id="site", start=site.run))
    async with running(root):
        await root.stop_child("site", canceller="ooctl", reason="maintenance")
        assert [child.last_stop for child in root.tree().walk()] == [StopRequest("ooctl", "maintenance")] * 2


async def test_the_progress_of_children_is_the_progress_of_their_supervisor(autojump_clock):
    recorder = Recorder()
    fields = {"budget": Budget(burst=Window(0, 60.0)), "on_exhausted": OnExhausted.ESCALATE}
    site = supervise(recorder, "site", leaf("a", die(130, progress=True), **fields))
    root = supervise(recorder, "", ChildSpec(id="site", start=site.run))
    async with running(root):
        await trio.sleep(10 * 130 + 1)

    # It made progress and was stable each time, so it never waits.
    assert recorder.times("site", S.STARTING) == [130.0 * n for n in range(11)]


async def test_added_children_survive_a_restart_of_their_supervisor(autojump_clock):
    recorder = Recorder()
    site = supervise(recorder, "site")
    root = supervise(recorder, "", ChildSpec(id="site", start=site.run))
    async with running(root):
        await site.add(leaf("a", live()))
        await root.restart_child("site", canceller="ooctl", reason="try again")
        assert [(child.path, child.incarnation, child.state) for child in site.children()] == [("site/a", 2, S.UP)]


async def test_a_supervisor_that_fails_in_its_first_start_does_not_say_that_it_is_up(autojump_clock):
    recorder = Recorder()
    site = supervise(
        recorder,
        "site",
        leaf("a", die(0), budget=Budget(burst=Window(0, 60.0)), on_exhausted=OnExhausted.ESCALATE),
        leaf("b", live(ready_in=5)),
    )
    root = supervise(recorder, "", ChildSpec(id="site", start=site.run))
    async with running(root):
        pass

    assert recorder.order(S.UP) == ["site/a"]


async def test_a_clock_that_breaks_leaves_no_child_behind(autojump_clock):
    def break_after_five_seconds():
        if trio.current_time() >= 5:
            raise OSError("no clock")
        return EPOCH

    actors = [Actor(live(stop_in=1)) for _ in range(3)]
    specs = [ChildSpec(id=str(number), start=actor.start) for number, actor in enumerate(actors)]
    site = Supervisor("", specs, surroundings=surroundings(Recorder(), wall_clock=break_after_five_seconds))
    with pytest.RaisesGroup(OSError, OSError, OSError, OSError, flatten_subgroups=True):
        with trio.move_on_after(5):
            await site.run()

    assert ([actor.alive for actor in actors], trio.current_time()) == ([0, 0, 0], 6)


async def test_an_error_inside_the_kernel_ends_the_supervisor_loudly_and_its_children_with_it(autojump_clock):
    recorder, actor = Recorder(), Actor(live())

    def misjudge(_: BaseException) -> str:
        raise KeyboardInterrupt

    site = Supervisor(
        "site",
        [leaf("a", die(1)), ChildSpec(id="b", start=actor.start)],
        surroundings=surroundings(recorder, classify=misjudge),
    )
    with pytest.RaisesGroup(KeyboardInterrupt, flatten_subgroups=True):
        await site.run()

    assert (actor.alive, trio.current_time()) == (0, 1)
    assert [child.state for child in site.children()] == [S.DOWN, S.DOWN]

"""Why nothing happens: each fact has its condition, and a run that could not be leased always has one."""

import datetime
from pathlib import Path

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st

from oodaemon.dispatch import explain
from oodaemon.dispatch.explain import Browsers, Facts, of_run, of_site
from oodaemon.dispatch.site import AUTH_REQUIRED, DRAINING, RATE_LIMITED, SITE_BLOCKED
from oodaemon.model.runs import Condition, Desired, Run, RunPhase, SavedTest, Standing, TaskCounts
from oodaemon.model.tasks import FailureClass
from oodaemon.store import attempts, leases, runs
from tests.unit.dispatch.bench import ACTOR, Bench, open_bench, wall_clock

NOW = datetime.datetime(2026, 1, 2, 12, tzinfo=datetime.UTC)
TWO = Browsers(total=2, up=2)


def ago(seconds: float) -> datetime.datetime:
    return NOW - datetime.timedelta(seconds=seconds)


def a_run(phase: RunPhase = RunPhase.RUNNING, *, running: int = 0, pending: int = 3, idle: float = 5, **standing) -> Run:
    stands = Standing(**{"ready": pending, "moved_at": ago(idle), **standing})
    test = SavedTest("a", "b", "/test/a", NOW)
    counts = TaskCounts(running=running, pending=pending)
    return Run("RUN", "sweep", 1, Desired.RUN, phase, test, "{}", counts, NOW, None, 10, standing=stands)


def facts(**changes) -> Facts:
    return Facts(**{"now": NOW, "browsers": TWO, **changes})


BLOCKED = Condition(SITE_BLOCKED, "no answer", ago(60))
NONE_UP = Browsers(total=2, up=0, none_since=ago(30))
ALL_ASIDE = Browsers(total=2, up=0, quarantined=2, none_since=ago(30))
WAITS = {"ready": 0, "due_at": NOW + datetime.timedelta(seconds=90)}
BUSY = {"others": (("OTHER", 2),)}


@pytest.mark.parametrize(
    ("run", "known", "kinds"),
    [
        (a_run(), facts(), []),
        (a_run(idle=59), facts(), []),
        (a_run(idle=60), facts(), ["Unexplained"]),
        (a_run(running=1, idle=600), facts(), []),
        (a_run(idle=600), facts(site=(BLOCKED,)), ["SiteBlocked"]),
        (a_run(running=1), facts(site=(BLOCKED,), browsers=NONE_UP), ["SiteBlocked"]),
        (a_run(RunPhase.PAUSING, running=1), facts(site=(BLOCKED,)), ["SiteBlocked"]),
        (a_run(RunPhase.PAUSED, idle=600), facts(), []),
        (a_run(), facts(browsers=NONE_UP), ["NoBrowser"]),
        (a_run(), facts(browsers=ALL_ASIDE), ["BudgetExhausted"]),
        (a_run(**WAITS), facts(), ["WaitingForRetry"]),
        (a_run(ready=0, due_at=ago(1)), facts(), []),
        (a_run(ready=0, due_at=ago(59), idle=600), facts(), []),
        (a_run(ready=0, due_at=ago(60), idle=600), facts(), ["Unexplained"]),
        (a_run(idle=600), facts(clear_since=ago(59)), []),
        (a_run(idle=600), facts(clear_since=ago(60)), ["Unexplained"]),
        (a_run(idle=600), facts(limits={"RUN": 2}), []),
        (a_run(**BUSY), facts(), ["ConcurrencyWait"]),
        (a_run(others=(("OTHER", 1),)), facts(), []),
        (a_run(idle=60, others=(("OTHER", 1),)), facts(), ["Unexplained"]),
        (a_run(idle=60, others=(("OTHER", 1),), same_test=("OTHER",)), facts(), ["ConcurrencyWait"]),
        (a_run(idle=59, others=(("OTHER", 1),), same_test=("OTHER",)), facts(), []),
        (a_run(**WAITS, **BUSY), facts(), ["WaitingForRetry"]),
        (a_run(running=1), facts(limits={"RUN": 1}), ["Resuming"]),
        (a_run(running=1), facts(limits={"RUN": 2}), []),
        (a_run(running=1), facts(limits={"OTHER": 1}), []),
        (a_run(), facts(turn=11.0), ["Paced"]),
        (a_run(), facts(turn=9.0), []),
        (a_run(), facts(site=(BLOCKED,), browsers=NONE_UP), ["SiteBlocked", "NoBrowser"]),
    ],
)
def test_each_fact_has_its_condition(run: Run, known: Facts, kinds: list[str]) -> None:
    assert [condition.kind for condition in of_run(run, known)] == kinds


def test_a_condition_names_what_one_waits_for() -> None:
    def message(run: Run, **known) -> str:
        (condition,) = of_run(run, facts(**known))
        return condition.message

    assert "12:01:30 UTC" in message(a_run(**WAITS))
    assert "OTHER" in message(a_run(**BUSY))
    assert "in 42 s" in message(a_run(), turn=42.0)
    assert "at most 1 at a time" in message(a_run(running=1), limits={"RUN": 1})


def test_of_the_site_is_told_what_is_in_every_run_s_way() -> None:
    assert [condition.kind for condition in of_site(facts(site=(BLOCKED,), browsers=NONE_UP, turn=100.0))] == [
        "SiteBlocked",
        "NoBrowser",
    ]


@given(
    ready=st.integers(0, 3),
    due=st.none() | st.integers(-100, 100),
    others=st.integers(0, 3),
    up=st.integers(0, 2),
    aside=st.integers(0, 2),
    is_blocked=st.booleans(),
    idle=st.integers(60, 10_000),
)
def test_a_run_that_cannot_be_leased_has_a_condition_that_says_why(ready, due, others, up, aside, is_blocked, idle) -> None:
    due_at = None if due is None else NOW + datetime.timedelta(seconds=due)
    run = a_run(ready=ready, due_at=due_at, idle=idle, others=(("OTHER", others),) if others else ())
    known = facts(browsers=Browsers(total=2, up=up, quarantined=min(aside, 2 - up)), site=(BLOCKED,) if is_blocked else ())
    can_be_leased = not is_blocked and up > others and (ready > 0 or (due is not None and due <= 0))
    has_tasks = ready > 0 or due is not None
    kinds = [condition.kind for condition in of_run(run, known)]
    if has_tasks and not can_be_leased:
        assert kinds, "no lease for 60 s: there is a condition"
    if has_tasks and (ready or due <= -60):
        assert (kinds == [explain.UNEXPLAINED]) is can_be_leased


async def conditions(bench: Bench, run: Run, *, up: int = 1) -> list[str]:
    known = Facts(
        now=wall_clock(),
        browsers=Browsers(total=1, up=up),
        site=tuple(bench.desk.conditions.values()),
        limits=bench.desk.ramp.limits(),
        turn=bench.desk.pacer.until_turn,
    )
    return [condition.kind for condition in of_run(await bench.store.read(runs.get, run.run_id), known)]


@pytest.mark.parametrize("obstacle", [SITE_BLOCKED, AUTH_REQUIRED, RATE_LIMITED, DRAINING, "retry", "other run", "no browser"])
async def test_a_run_that_gets_no_lease_says_why_at_every_moment_of_an_hour(autojump_clock, tmp_path: Path, obstacle: str) -> None:
    """The facts are those of a real store: as long as no lease can be had, there is a condition, and afterwards there is none."""
    async with open_bench(tmp_path) as bench:
        run = await bench.submit(1)
        if obstacle == "retry":
            for _ in range(6):  # late enough to wait for minutes
                token = (await bench.lease()).token
                await bench.store.write(attempts.fail, token, FailureClass.TIMING, "slow")
                await trio.sleep(301)
            token = (await bench.lease()).token
            await bench.store.write(attempts.fail, token, FailureClass.RATE_LIMITED, "slow down", 3000.0)
        elif obstacle == "other run":
            other = await bench.store.write(leases.lease, ACTOR, 1)
            run = await bench.submit(1)
        elif obstacle != "no browser":
            await bench.desk.enter(obstacle, "something is in the way")
        for _ in range(45):
            await trio.sleep(61)
            found = await conditions(bench, run, up=int(obstacle != "no browser"))
            assert found
            assert explain.UNEXPLAINED not in found
        if obstacle == "retry":
            await trio.sleep(3000)
        elif obstacle == "other run":
            assert other is not None
            await bench.store.write(attempts.release, other.token, "done")
        elif obstacle != "no browser":
            await bench.desk.leave(obstacle)
        await trio.sleep(61)
        assert await conditions(bench, run) == [explain.UNEXPLAINED], "a lease can be had, and nobody takes it"
        await bench.lease()
        assert await conditions(bench, run) == []

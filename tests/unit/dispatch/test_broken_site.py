"""A broken site blocks runs and never fails tasks; a task that asks for too much fails alone and blocks nobody."""

import itertools
from pathlib import Path

import pytest
import trio

from oodaemon.clock import HOURS, MINUTES
from oodaemon.dispatch.breakers import Step
from oodaemon.dispatch.site import AUTH_REQUIRED, BREAKER, SITE_BLOCKED
from oodaemon.failures import site as failures
from oodaemon.failures.breaker import BreakerState
from oodaemon.model.runs import Desired
from tests.unit.dispatch.trouble import CONTROL, Rule, troubled, until_done


def broken_until(end: float, steps: tuple[str, ...], kind: type[Exception] = failures.TooSlow) -> Rule:
    return lambda step, index: kind(f"no answer to {step}") if step in steps and trio.current_time() < end else None


def poisonous(*tasks: int, step: str = "run") -> Rule:
    return lambda name, index: failures.TooSlow("it takes for ever") if name == step and index in tasks else None


SLOW, STUCK = failures.TooSlow, failures.PanelStuck
ALL, ONLY_RUN = ("prepare", "run"), ("run",)


@pytest.mark.parametrize(
    ("tasks", "kind", "steps"),
    [(1, SLOW, ALL), (2, STUCK, ALL), (12, SLOW, ALL), (1, STUCK, ONLY_RUN), (2, SLOW, ONLY_RUN), (12, STUCK, ONLY_RUN)],
)
async def test_a_site_that_fails_every_task_for_an_hour_fails_none(
    autojump_clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tasks: int, kind: type[Exception], steps: tuple[str, ...]
) -> None:
    async with troubled(tmp_path, monkeypatch, broken_until(1 * HOURS, steps, kind)) as at:
        run = await at.bench.submit(tasks)
        await trio.sleep(30 * MINUTES)
        broken = Step.OPEN if "prepare" in steps else Step.RUN
        blocked = at.bench.desk.conditions[BREAKER]
        assert blocked.kind == SITE_BLOCKED
        assert blocked.message == f"the step {broken.value!r} fails for every task: no answer to {steps[0]}"
        assert set(await at.bench.states(run)) <= {"ready", "leased", "submitted"}, "nobody waits, nobody is held"
        assert await until_done(at, run) == ["succeeded"] * tasks
        assert await at.held() == []
        assert trio.current_time() < 1 * HOURS + 32 * MINUTES
        assert at.bench.desk.is_open
        assert at.bench.shop.breakers.is_closed
        assert (SITE_BLOCKED, "") in await at.told()


async def test_while_it_is_broken_one_probe_asks_and_ever_more_rarely(
    autojump_clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with troubled(tmp_path, monkeypatch, broken_until(2.2 * HOURS, ("prepare",)), browsers=3) as at:
        await at.bench.submit(20)
        await at.bench.until(at.is_blocked)
        opened, at.most_in_flight = trio.current_time(), 0
        await trio.sleep(2.1 * HOURS - opened)
        assert at.most_in_flight == 1
        probes = at.times("prepare", since=opened + 30)
        assert [round((b - a) / MINUTES) for a, b in itertools.pairwise([opened, *probes])] == [1, 2, 4, 8, 16, 30, 30, 30]
        assert len(at.times("prepare", control=True, since=opened + 30)) == len(probes), "the saved test is tried once after each"


async def test_a_task_that_always_fails_is_held_within_its_budget_and_the_others_complete(
    autojump_clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with troubled(tmp_path, monkeypatch, poisonous(3)) as at:
        run = await at.bench.submit(10)
        states = await until_done(at, run)
        assert [index for index, state in enumerate(states) if state == "held"] == [3]
        assert states.count("succeeded") == 9
        assert [index for _, step, index in at.asked if step == "run"].count(3) == 7
        assert SITE_BLOCKED not in {kind for kind, _ in await at.told()}


@pytest.mark.parametrize(
    "tasks", [{0}, {0, 1, 2, 3, 4, 5}, {6, 7, 8, 9, 10, 11}, set(range(12))], ids=["one", "first", "last", "all"]
)
@pytest.mark.parametrize("step", ["prepare", "run"])
async def test_tasks_that_ask_for_too_much_never_block_the_site(
    autojump_clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tasks: set[int], step: str
) -> None:
    """Even when there is nothing else: the saved test itself gets through, so it is not the site."""
    async with troubled(tmp_path, monkeypatch, poisonous(*tasks, step=step)) as at:
        run = await at.bench.submit(12)
        states = await until_done(at, run)
        assert {index for index, state in enumerate(states) if state == "held"} == tasks
        assert SITE_BLOCKED not in {kind for kind, _ in await at.told()}


async def test_a_single_task_that_fails_is_held_when_the_saved_test_gets_through(
    autojump_clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with troubled(tmp_path, monkeypatch, poisonous(0)) as at:
        run = await at.bench.submit(1)
        assert await until_done(at, run) == ["held"]
        assert len(at.times("run")) == 7
        assert len(at.times("run", control=True)) == 1, "once, before it is given up"
        assert len(await at.bench.results(run)) == 1
        assert at.bench.site.runs == 8


async def test_a_site_that_recovers_while_only_hopeless_tasks_are_left_is_open_again(
    autojump_clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rule(step: str, index: int) -> Exception | None:
        is_down = trio.current_time() < 1 * HOURS
        return failures.TooSlow("no") if step == "run" and (is_down or index != CONTROL) else None

    async with troubled(tmp_path, monkeypatch, rule) as at:
        run = await at.bench.submit(4)
        await trio.sleep(50 * MINUTES)
        assert BREAKER in at.bench.desk.conditions
        assert await until_done(at, run) == ["held"] * 4
        assert at.bench.desk.is_open


async def test_drift_is_found_at_full_speed(autojump_clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slower questions find no label sooner, and tasks would come to their second try before the third task misses it."""

    def rule(step: str, index: int) -> Exception | None:
        return failures.Drifted("gone", locator="Profit Target") if step == "prepare" and index != CONTROL else None

    async with troubled(tmp_path, monkeypatch, rule, browsers=1) as at:
        run = await at.bench.submit(5)
        await trio.sleep(4)
        assert [kind for kind, _ in await at.told()] == [SITE_BLOCKED]
        assert await at.bench.states(run) == ["ready"] * 5
        assert await at.held() == []


async def test_nothing_that_was_lost_to_a_broken_site_counts_later(
    autojump_clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with troubled(tmp_path, monkeypatch, broken_until(20 * MINUTES, ("run",))) as at:
        run = await at.bench.submit(3)
        await until_done(at, run)
        for task in await at.bench.tasks(run):
            assert task.attempts == 1


async def test_a_pause_stops_the_probes_and_the_control(autojump_clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with troubled(tmp_path, monkeypatch, broken_until(2 * HOURS, ("run",))) as at:
        run = await at.bench.submit(5)
        await trio.sleep(10 * MINUTES)
        await at.bench.steer(run, Desired.PAUSE)
        await trio.sleep(1 * MINUTES)
        paused = len(at.asked)
        assert set(await at.bench.states(run)) == {"ready"}
        await trio.sleep(1 * HOURS)
        assert len(at.asked) == paused
        assert at.bench.desk.is_open, "nobody waits for the site any more"


async def test_a_breaker_waits_for_other_reasons_and_is_probed_after_them(
    autojump_clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with troubled(tmp_path, monkeypatch, broken_until(10 * MINUTES, ("run",))) as at:
        run = await at.bench.submit(5)
        await trio.sleep(8 * MINUTES)
        await at.bench.desk.enter(AUTH_REQUIRED, "a person has to act")
        asked = len(at.asked)
        await trio.sleep(2 * HOURS)
        assert len(at.asked) == asked
        assert at.bench.shop.breakers.states[Step.RUN] is BreakerState.OPEN
        await at.bench.desk.leave(AUTH_REQUIRED)
        assert await until_done(at, run) == ["succeeded"] * 5


async def test_a_probe_that_is_refused_shows_a_site_at_work(
    autojump_clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rule(step: str, index: int) -> Exception | None:
        if trio.current_time() < 10 * MINUTES:
            return failures.TooSlow("no") if step == "run" else None
        return failures.Refused("too wide") if step == "run" and index != CONTROL else None

    async with troubled(tmp_path, monkeypatch, rule) as at:
        run = await at.bench.submit(5)
        assert await until_done(at, run) == ["invalid"] * 5
        assert trio.current_time() < 20 * MINUTES

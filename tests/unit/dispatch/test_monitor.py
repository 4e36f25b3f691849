"""Conditions nobody else can begin or end."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import trio

from oodaemon.actors.states import ChildState
from oodaemon.dispatch.monitor import HYSTERESIS, Disk, Monitor, free_bytes
from oodaemon.dispatch.pace import MANNERS, Pace
from oodaemon.dispatch.site import BROWSERS, DISK_LOW, RATE_LIMITED, SITE_BLOCKED, SITE_SLOW
from oodaemon.failures.site import RateLimited, TooSlow
from oodaemon.model.runs import Desired
from oodaemon.store import attempts
from tests.unit.dispatch.bench import Bench, open_bench
from tests.unit.dispatch.test_attempt_ends import BusyLane
from tests.unit.dispatch.trouble import troubled, until_done

GIB = 2**30
PLENTY = 100 * GIB
QUARANTINED, UP = ChildState.QUARANTINED, ChildState.UP


class Around:
    """What the monitor looks at."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.free, self.children = bench, PLENTY, [slot(1, UP), slot(2, UP)]
        disk = Disk(folder=Path("/state"), least=GIB, free=self._free)
        self.monitor = Monitor(bench.desk, bench.shop.breakers, bench.store, disk=disk, tree=lambda: self.children)

    def _free(self, folder: Path) -> int:
        assert folder == Path("/state")
        if self.free < 0:
            raise OSError("the folder is gone")
        return self.free

    async def conditions(self) -> list[str]:
        await self.monitor.look()
        return list(self.bench.desk.conditions)


def slot(number: int, state: ChildState, *causes: str) -> Any:
    failure = SimpleNamespace(causes=causes, failure_class="START") if causes else None
    return SimpleNamespace(path=f"site/oo/browser/{number}", state=state, last_failure=failure)


async def test_a_disk_that_runs_full_stops_leasing_until_a_tenth_more_is_free(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        around = Around(bench)
        assert HYSTERESIS == 1.1
        seen = []
        for free in (PLENTY, GIB, GIB - 1, GIB, 1.09 * GIB, 1.1 * GIB, GIB, GIB - 1):
            around.free = int(free) + (free == 1.1 * GIB)
            seen.append(DISK_LOW in await around.conditions())
        assert seen == [False, False, True, True, True, False, False, True]
        assert bench.desk.conditions[DISK_LOW].message.startswith("less than 1024 MiB are free below /state;")
        assert not bench.desk.is_open


async def test_a_folder_that_cannot_be_looked_at_changes_nothing(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        around = Around(bench)
        for free, expected in ((-1, []), (0, [DISK_LOW]), (-1, [DISK_LOW])):
            around.free = free
            assert await around.conditions() == expected


def test_free_space_is_what_this_user_may_write(tmp_path: Path) -> None:
    assert 0 < free_bytes(tmp_path) < 2**60
    with pytest.raises(FileNotFoundError):
        free_bytes(tmp_path / "nowhere")


async def test_when_the_disk_is_low_what_runs_goes_on_and_nothing_new_begins(
    autojump_clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with troubled(tmp_path, monkeypatch, lambda step, index: None) as at:
        run = await at.bench.submit(6)
        await trio.sleep(4)
        at.disk_free = 0
        await trio.sleep(600)
        assert (await at.bench.states(run)).count("succeeded") == 2
        assert (await at.bench.states(run)).count("ready") == 4
        at.disk_free = 2 * GIB
        assert await until_done(at, run) == ["succeeded"] * 6


async def test_when_no_browser_can_be_started_the_site_is_blocked_and_says_why(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        around = Around(bench)
        run = await bench.submit(1)
        around.children = [slot(1, QUARANTINED, "Chromium did not start within 30 s"), slot(2, UP)]
        assert await around.conditions() == []
        around.children[1] = slot(2, QUARANTINED, "x")
        assert await around.conditions() == [BROWSERS]
        found = bench.desk.conditions[BROWSERS]
        assert found.kind == SITE_BLOCKED
        assert found.message.startswith("browsers cannot be started: Chromium did not start within 30 s;")
        around.children[0] = slot(1, ChildState.STARTING)
        assert await around.conditions() == [], "a probe is under way"
        assert await bench.states(run) == ["ready"]


async def test_without_slots_there_is_nothing_to_say(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        around = Around(bench)
        around.children = []
        assert await around.conditions() == []


async def test_silence_ends_by_itself_although_nobody_waits_for_it(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        around = Around(bench)
        bench.desk.slow_down(100)
        await bench.desk.enter(RATE_LIMITED, bench.desk.silence_message())
        assert await around.conditions() == [RATE_LIMITED]
        await trio.sleep(100)
        assert await around.conditions() == []


async def test_a_condition_that_could_not_be_told_in_time_is_told_with_the_next_look(
    autojump_clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_bench(tmp_path, lane=BusyLane) as bench:
        around = Around(bench)
        monkeypatch.setattr(BusyLane, "is_busy", True)
        await bench.desk.enter(SITE_BLOCKED, "no answer")
        monkeypatch.setattr(BusyLane, "is_busy", False)
        assert "site_condition_changed" not in await bench.news()
        assert await around.conditions() == [SITE_BLOCKED]
        assert (await bench.news()).count("site_condition_changed") == 1


async def test_the_warning_wears_off_by_itself(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        around = Around(bench)
        for _ in range(3):
            bench.desk.pacer.failed()
        assert await around.conditions() == [SITE_SLOW]
        assert bench.desk.is_open, "a warning stops nothing"
        await trio.sleep(600)
        assert await around.conditions() == []


async def test_three_failures_warn_leave_one_browser_and_successes_bring_both_back(
    autojump_clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = iter([TooSlow("no")] * 3)

    def rule(step: str, index: int) -> BaseException | None:
        return next(failing, None) if step == "run" else None

    async with troubled(tmp_path, monkeypatch, rule) as at:
        run = await at.bench.submit(12)
        await trio.sleep(12)
        at.most_in_flight = 0
        await trio.sleep(20)
        assert at.most_in_flight == 1
        assert await until_done(at, run) == ["succeeded"] * 12
        assert at.most_in_flight == 2
        assert [message[:20] for kind, message in await at.told() if kind == SITE_SLOW] == ["the site had trouble", ""]


async def test_what_an_older_boot_knew_of_the_rate_is_taken_up(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path, manners=MANNERS[Pace.POLITE]) as bench:
        await bench.submit(3)
        await trio.sleep(50)
        for error in (None, None, RateLimited("429", retry_after=100)):
            lease = await bench.lease()
            await bench.store.write(attempts.intent, lease.token)
            if error is not None:
                await bench.store.write(attempts.fail, lease.token, error.failure_class, "429", error.retry_after)
            else:
                await bench.store.write(attempts.release, lease.token, "x")
        await trio.sleep(2)
        await bench.desk.recall()
        assert bench.desk.pacer.statistics().tokens == pytest.approx(10 * 0.5 - 3)
        assert bench.desk.silence == pytest.approx(98)
        assert RATE_LIMITED in bench.desk.conditions


async def test_a_breaker_is_forgotten_when_no_run_wants_the_site(
    autojump_clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with troubled(tmp_path, monkeypatch, lambda step, index: TooSlow("no") if step == "run" else None) as at:
        run = await at.bench.submit(4)
        await at.bench.until(at.is_blocked)
        await at.bench.steer(run, Desired.CANCEL)
        await trio.sleep(5)
        assert at.bench.desk.is_open


async def test_a_site_that_is_blocked_is_not_called_slow_as_well(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        around = Around(bench)
        await bench.desk.enter(SITE_BLOCKED, "no answer")
        for _ in range(3):
            bench.desk.pacer.failed()
        assert await around.conditions() == [SITE_BLOCKED]
        await bench.desk.leave(SITE_BLOCKED)
        assert await around.conditions() == [SITE_SLOW]
        await bench.desk.enter(SITE_BLOCKED, "no answer")
        assert await around.conditions() == [SITE_BLOCKED]

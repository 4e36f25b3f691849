"""The saved test as it stands: how far it is taken, what it proves, and when it is left alone."""

from pathlib import Path
from typing import Any

import pytest

from oodaemon.dispatch.breakers import Finding, Step
from oodaemon.dispatch.control import NOTHING, Control
from oodaemon.dispatch.pace import MANNERS, Pace
from oodaemon.dispatch.site import AUTH_REQUIRED, BREAKER, SITE_BLOCKED
from oodaemon.dispatch.turns import Turns
from oodaemon.failures import site as failures
from oodaemon.model.runs import Desired, Wants
from tests.unit.dispatch.bench import Bench, FakeTab, open_bench, outcome


async def control_of(bench: Bench) -> tuple[Control, Any]:
    tab: Any = FakeTab(bench.site)
    return Control(await bench.lease(), tab, bench.desk, bench.store, Turns()), tab


@pytest.mark.parametrize(
    ("step", "steps"), [(Step.OPEN, ["prepare"]), (Step.RUN, ["prepare", "run"]), (Step.KEEP, ["prepare", "run"])]
)
async def test_it_goes_as_far_as_the_step_and_records_nothing(autojump_clock, tmp_path: Path, step: Step, steps: list[str]) -> None:
    async with open_bench(tmp_path) as bench:
        run = await bench.submit(1)
        control, tab = await control_of(bench)
        head = bench.store.head
        assert await control(step) is Finding.WORKS
        assert bench.site.steps() == steps
        assert tab.orders == [NOTHING]
        assert bench.store.head == head
        assert await bench.results(run) == []
        assert len(bench.desk.suspects) == (step is not Step.OPEN), "a later page that still shows it is not believed at once"


async def test_what_the_run_wants_beside_its_figures_is_tried_too(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        await bench.submit(1)
        control, _ = await control_of(bench)
        object.__setattr__(control._lease, "wants", Wants(charts=True))
        bench.site.next("charts", failures.TooSlow("the charts were not drawn"))
        assert isinstance(await control(Step.KEEP), failures.TooSlow)


async def test_what_the_site_answered_it_is_known_although_it_is_not_proven(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        await bench.submit(1)
        control, _ = await control_of(bench)
        bench.site.next("prove", failures.TooSlow("no"))
        assert isinstance(await control(Step.RUN), failures.TooSlow)
        assert bench.desk.suspects == (outcome(1).cards,)


@pytest.mark.parametrize("step", ["prepare", "run"])
@pytest.mark.parametrize(
    ("error", "found"),
    [
        (failures.TooSlow("no"), "fails"),
        (failures.PanelStuck("no"), "fails"),
        (failures.Drifted("no"), "fails"),
        (failures.SiteUnreachable("no"), "fails"),
        (failures.RateLimited("no"), "fails"),
        (failures.Refused("a required field is blank"), "works"),
        (failures.Mismatched("no"), "works"),
        (failures.SignedOut("no"), "unknown"),
    ],
    ids=lambda x: type(x).__name__ if isinstance(x, Exception) else x,
)
async def test_what_its_end_proves(autojump_clock, tmp_path: Path, step: str, error: Exception, found: str) -> None:
    async with open_bench(tmp_path) as bench:
        await bench.submit(1)
        control, _ = await control_of(bench)
        bench.site.next(step, error)
        answer = await control(Step.RUN)
        assert answer is {"fails": error, "works": Finding.WORKS, "unknown": Finding.UNKNOWN}[found]


async def test_a_lost_browser_is_a_lost_browser(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        await bench.submit(1)
        control, _ = await control_of(bench)
        bench.site.next("run", failures.BrowserLost("gone"))
        with pytest.raises(failures.BrowserLost):
            await control(Step.RUN)


@pytest.mark.parametrize("desired", [Desired.PAUSE, Desired.CANCEL])
async def test_no_backtest_is_started_for_a_run_that_is_not_to_run(autojump_clock, tmp_path: Path, desired: Desired) -> None:
    async with open_bench(tmp_path, manners=MANNERS[Pace.POLITE]) as bench:
        run = await bench.submit(1)
        control, _ = await control_of(bench)

        async def stop() -> None:
            await bench.steer(run, desired)

        bench.site.next("prepare", stop)
        assert await control(Step.RUN) is Finding.UNKNOWN
        assert bench.site.steps() == ["prepare"]
        assert bench.desk.pacer.statistics().tokens == 10, "no turn was used up"


@pytest.mark.parametrize(("kind", "key", "runs"), [(AUTH_REQUIRED, "", 0), (SITE_BLOCKED, BREAKER, 1)])
async def test_no_backtest_is_started_at_a_site_that_is_blocked_otherwise(
    autojump_clock, tmp_path: Path, kind: str, key: str, runs: int
) -> None:
    async with open_bench(tmp_path) as bench:
        await bench.submit(1)
        control, _ = await control_of(bench)
        await bench.desk.enter(kind, "x", key=key)
        await control(Step.RUN)
        assert bench.site.runs == runs

"""Drift over all browsers: noticed at the third task, free of charge, over when mended, found again, or wanted by nobody."""

import json
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import trio

from oodaemon.browser.backtest import Order
from oodaemon.browser.recordings import load
from oodaemon.browser.session import Site
from oodaemon.dispatch.drift import FIRST_PROBE
from oodaemon.dispatch.mending import Mender, stamp
from oodaemon.dispatch.site import DRIFT, SITE_BLOCKED
from oodaemon.errors import Unavailable
from oodaemon.failures.drift import WINDOW
from oodaemon.failures.site import Drifted
from oodaemon.model.runs import Desired
from oodaemon.model.tasks import FailureClass
from oodaemon.store import attempts
from tests.unit.browser.copies import REAL
from tests.unit.dispatch.bench import BASE_URL, Bench, FakeTab, open_bench

LOCATOR = '"Profit Target" in "Profit & Loss"'
NOTHING = Order((), ())


def gone(locator: str = LOCATOR) -> Drifted:
    return Drifted(f"{locator} is not on the page", locator=locator)


async def miss(bench: Bench, locator: str = LOCATOR) -> bool:
    """The next task misses a locator; True when that was settled as drift."""
    lease = await bench.lease()
    if await bench.shop.drift.settle(lease, NOTHING, gone(locator)):
        return True
    await bench.store.write(attempts.fail, lease.token, FailureClass.DRIFT, str(gone(locator)))
    return False


async def test_the_third_distinct_task_blocks_the_site_and_costs_nobody_anything(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        run = await bench.submit(4)
        assert [await miss(bench) for _ in range(3)] == [False, False, True]
        condition = bench.desk.conditions[DRIFT]
        assert (condition.kind, condition.message) == (SITE_BLOCKED, f"drift: {LOCATOR}")
        assert not bench.desk.is_open
        assert await bench.states(run) == ["ready"] * 4
        assert [task.attempts for task in await bench.tasks(run)] == [0] * 4


async def test_what_is_in_flight_while_the_site_is_blocked_is_free(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        run = await bench.submit(4)
        late = await bench.lease()
        for _ in range(3):
            await miss(bench)
        assert await bench.shop.drift.settle(late, NOTHING, gone('"Stop Loss" in "Profit & Loss"'))
        assert await bench.states(run) == ["ready"] * 4


async def test_a_daemon_that_was_killed_goes_on_counting(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        run = await bench.submit(4)
        assert [await miss(bench), await miss(bench)] == [False, False]
    async with open_bench(tmp_path) as bench:
        assert not await miss(bench, '"Stop Loss" in "Profit & Loss"')
        assert await miss(bench)
        assert await bench.states(run) == ["ready", "ready", "retry_wait", "ready"]


async def test_what_was_missed_long_before_a_start_does_not_count(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        await bench.submit(4)
        assert [await miss(bench), await miss(bench)] == [False, False]
    await trio.sleep(WINDOW + 1)
    async with open_bench(tmp_path) as bench:
        assert not await miss(bench)


async def test_one_task_and_two_tasks_fail_as_usual(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        run = await bench.submit(2)
        for _ in range(4):
            assert not await miss(bench)
            await trio.sleep(6)
        assert await bench.states(run) == ["held", "held"]
        assert bench.desk.is_open


async def test_different_locators_do_not_add_up(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        await bench.submit(3)
        assert [await miss(bench, f'"{n}" in "Dates"') for n in range(3)] == [False] * 3


async def test_reaching_the_site_again_does_not_end_drift(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        await bench.submit(3)
        for _ in range(3):
            await miss(bench)
        await bench.desk.enter(SITE_BLOCKED, "no answer")
        await bench.desk.leave(SITE_BLOCKED)
        assert list(bench.desk.conditions) == [DRIFT]


class Mended:
    """A bench whose desk knows a copy of the recordings, with a mender at work and a tab for errands."""

    def __init__(self, bench: Bench, folder: Path) -> None:
        self.bench, self.folder = bench, folder

    def edit(self) -> None:
        file = self.folder / "selectors.json"
        content = json.loads(file.read_text("utf-8"))
        content["sections"]["Profit & Loss"]["fields"]["Profit Target"].append("label/Take Profit")
        file.write_text(json.dumps(content), "utf-8")


@asynccontextmanager
async def mending(tmp_path: Path) -> AsyncIterator[Mended]:
    folder = tmp_path / "recordings"
    shutil.copytree(REAL, folder)
    async with open_bench(tmp_path) as bench, trio.open_nursery() as nursery:
        bench.desk.site = Site(BASE_URL, load(folder))

        async def errands() -> None:
            while True:
                errand = await bench.desk.next_errand()
                try:
                    errand.settle(await errand.work(FakeTab(bench.site)))  # type: ignore[arg-type]  # what a tab can be asked
                except Drifted as error:
                    errand.settle(error=Unavailable(str(error)))

        nursery.start_soon(errands)
        child: Any = _Child()
        await nursery.start(Mender(bench.desk, bench.shop.drift, folder).start, child)
        yield Mended(bench, folder)
        nursery.cancel_scope.cancel()


class _Child:
    path, incarnation = "mender", 1

    def progress(self, what: str) -> None:
        """Told to nobody."""


async def test_mended_recordings_open_the_site_and_are_used(autojump_clock, tmp_path: Path) -> None:
    async with mending(tmp_path) as at:
        await at.bench.submit(3)
        for _ in range(3):
            await miss(at.bench)
        at.edit()
        await at.bench.desk.wait_open()
        assert len(at.bench.desk.site.recordings.field("Profit & Loss", "Profit Target")) == 2
        assert at.bench.shop.drift.blocked is None
        assert not await miss(at.bench), "it is counted afresh"


async def test_broken_recordings_change_nothing(autojump_clock, tmp_path: Path) -> None:
    async with mending(tmp_path) as at:
        known = at.bench.desk.site
        (at.folder / "selectors.json").write_text("{", "utf-8")
        await trio.sleep(10)
        assert at.bench.desk.site is known
        shutil.copy(REAL / "selectors.json", at.folder / "selectors.json")
        at.edit()
        await trio.sleep(10)
        assert at.bench.desk.site is not known


async def test_files_that_were_only_touched_change_nothing(autojump_clock, tmp_path: Path) -> None:
    async with mending(tmp_path) as at:
        known = at.bench.desk.site
        before = stamp(at.folder)
        os.utime(at.folder / "selectors.json", ns=(1, 1))
        assert stamp(at.folder) != before
        await trio.sleep(10)
        assert at.bench.desk.site is known


async def test_probes_come_ever_more_rarely_until_the_locator_is_found_again(autojump_clock, tmp_path: Path) -> None:
    async with mending(tmp_path) as at:
        await at.bench.submit(3)
        for _ in range(3):
            await miss(at.bench)
        at.bench.site.next("prepare", gone(), gone())
        await at.bench.desk.wait_open()
        times = at.bench.site.times("prepare")
        assert len(times) == 3
        gaps = [times[0], times[1] - times[0], times[2] - times[1]]
        assert gaps == pytest.approx([FIRST_PROBE, 2 * FIRST_PROBE, 4 * FIRST_PROBE], abs=6)
        assert at.bench.site.runs == 0, "a probe runs nothing"


async def test_drift_that_nobody_waits_for_any_more_is_over(autojump_clock, tmp_path: Path) -> None:
    async with mending(tmp_path) as at:
        run = await at.bench.submit(3)
        for _ in range(3):
            await miss(at.bench)
        await at.bench.steer(run, Desired.CANCEL)
        await at.bench.desk.wait_open()
        assert trio.current_time() < FIRST_PROBE
        assert at.bench.site.times("prepare") == []

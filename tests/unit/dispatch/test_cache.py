"""The cache around the site: what an attempt leaves to later ones, and when a saved test is looked at before anything is taken."""

import copy
import dataclasses
import datetime
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import trio

from oodaemon.browser.backtest import UNFOLLOWED
from oodaemon.dispatch import acquaintance
from oodaemon.dispatch.attempt import Attempt
from oodaemon.dispatch.runs import Request, RunDesk, Submission
from oodaemon.dispatch.site import AUTH_REQUIRED
from oodaemon.dispatch.tests import TestBook
from oodaemon.errors import SignInRefused
from oodaemon.failures.site import Refused
from oodaemon.model.config import TestConfig
from oodaemon.model.reuse import Policy
from oodaemon.model.runs import Run, RunPhase
from oodaemon.parameters.recipe import Recipes
from oodaemon.plans.axes import Swept, product
from oodaemon.plans.enumeration import Enumeration
from oodaemon.store import leases, tests
from tests.simulation.site import PANEL
from tests.unit.dispatch.bench import ACTOR, IRON, Bench, FakeTab, open_bench, outcome, wall_clock

DAY = 24 * 3600.0


class PanelTab(FakeTab):
    """A tab whose panel can be read; `panel` is what it holds now."""

    panel: dict[str, Any] = PANEL

    async def prepare(self, path: str, order: Any) -> Any:
        return {**await super().prepare(path, order), "panel": self.panel}

    async def run(self, order: Any, saved: Any, suspects: Any, following: Any = UNFOLLOWED) -> Any:
        return await super().run(order, {key: value for key, value in saved.items() if key != "panel"}, suspects, following)


class Caches:
    """A bench with a policy, a desk for submissions, and a browser that does what there is to do."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.tab, self.asked = bench, PanelTab(bench.site), 0
        registry = bench.shop.registry
        bench.store.use(Policy("the account", datetime.timedelta(days=1), Recipes(registry).of))
        book = TestBook(bench.store, bench.desk, registry)
        self.registry = registry
        self.desk = RunDesk(
            store=bench.store, desk=bench.desk, book=book, registry=registry, wall_clock=wall_clock, rng=bench.shop.rng
        )

    async def submit(self, *values: str, **rest: Any) -> Run:
        self.asked += 1
        await trio.sleep(1)
        plan = Enumeration(IRON.name, "delta", product([Swept("delta", [*values])], (), self.registry))
        return await self.desk.submit(Request(f"r{self.asked}", "SubmitRun", f"d{self.asked}"), Submission(plan, "{}", **rest))

    async def work(self) -> int:
        """Run everything there is to run; how many backtests that took."""
        done = 0
        while (leased := await self.bench.store.write(leases.lease, ACTOR, 1)) is not None:
            done += 1
            with suppress(Refused):
                await Attempt(leased, self.bench.shop, is_stopping=lambda: False).run(self.tab)  # type: ignore[arg-type]
        return done

    async def serve(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Run errands, as a browser does."""
        task_status.started()
        while True:
            errand = await self.bench.desk.next_errand()
            errand.settle(await errand.work(self.tab))  # type: ignore[arg-type]


@asynccontextmanager
async def caches(folder: Path) -> AsyncIterator[Caches]:
    async with open_bench(folder, patience=math.inf) as bench:
        await bench.store.write(tests.remember, [IRON])
        yield Caches(bench)


async def test_what_was_backtested_is_taken_without_asking_the_site(autojump_clock, tmp_path: Path) -> None:
    async with caches(tmp_path) as at:
        first = await at.submit("10", "20")
        assert await at.work() == 2
        steps = len(at.bench.site.steps())
        second = await at.submit("10", "20")
        assert (second.phase, second.counts.cached) == (RunPhase.COMPLETED, 2)
        assert len(at.bench.site.steps()) == steps
        assert [row.figures for row in await at.bench.results(second)] == [row.figures for row in await at.bench.results(first)]
        assert (await at.submit("10", is_fresh=True)).counts.cached == 0


async def test_a_repeated_submission_gets_its_run_although_nobody_is_signed_in(autojump_clock, tmp_path: Path) -> None:
    async with caches(tmp_path) as at:
        first = await at.submit("10", "20")
        at.bench.desk.impose(AUTH_REQUIRED, AUTH_REQUIRED, "nobody is signed in")
        at.asked -= 1
        assert (await at.submit("10", "20")).run_id == first.run_id
        with pytest.raises(SignInRefused):
            await at.submit("10", "20")


async def test_a_test_not_opened_for_a_day_is_looked_at_before_anything_is_taken(autojump_clock, tmp_path: Path) -> None:
    async with caches(tmp_path) as at, trio.open_nursery() as nursery:
        await at.submit("10", "20")
        await at.work()
        await trio.sleep(DAY)
        await nursery.start(at.serve)
        head, runs = at.bench.site.steps(), at.bench.site.runs
        assert (await at.submit("10", "20")).counts.cached == 2
        assert at.bench.site.steps()[len(head) :] == ["prepare"]
        assert at.bench.site.runs == runs
        (order,) = at.tab.orders[-1:]
        assert "'10'" in repr(order.actions), "filled as the first task would"
        nursery.cancel_scope.cancel()


async def test_an_edit_is_noticed_by_that_look(autojump_clock, tmp_path: Path) -> None:
    async with caches(tmp_path) as at, trio.open_nursery() as nursery:
        await at.submit("10", "20")
        await at.work()
        await trio.sleep(DAY)
        await nursery.start(at.serve)
        at.tab.panel = copy.deepcopy(PANEL)
        for content in at.tab.panel.values():
            content["entries"].append(["Funds & Allocation", "Starting Funds", "50000", False])
        assert (await at.submit("10", "20")).counts.cached == 0
        assert await at.work() == 2
        assert (await at.submit("10", "20")).counts.cached == 2
        nursery.cancel_scope.cancel()


async def test_a_site_that_does_not_answer_means_no_hit_and_no_long_wait(autojump_clock, tmp_path: Path) -> None:
    async with caches(tmp_path) as at:
        await at.submit("10", "20")
        await at.work()
        await trio.sleep(DAY)
        began = trio.current_time()
        run = await at.submit("10", "20")
        assert run.counts.cached == 0
        assert trio.current_time() - began <= acquaintance.ASKED_FOR + 1
        assert await at.work() == 1, "its first task opens the test, and the other takes what is known"
        assert await at.bench.states(run) == ["succeeded", "cached"]


async def test_a_blocked_site_is_not_even_asked(autojump_clock, tmp_path: Path) -> None:
    async with caches(tmp_path) as at:
        await at.submit("10")
        await at.work()
        await trio.sleep(DAY)
        await at.bench.desk.enter("SiteBlocked", "it answers 503")
        began = trio.current_time()
        assert (await at.submit("10")).counts.cached == 0
        assert trio.current_time() - began <= 1
        await at.bench.desk.leave("SiteBlocked")


async def test_a_result_page_of_other_dates_stands_for_nothing(autojump_clock, tmp_path: Path) -> None:
    async with caches(tmp_path) as at:
        await at.submit("10")
        read = outcome(1.0)
        shown = dataclasses.replace(read.figures, config=TestConfig("SPX", "2023-01-03", "2025-11-27"))
        at.bench.site.next("run", dataclasses.replace(read, figures=shown))
        assert await at.work() == 1
        assert (await at.submit("10")).counts.cached == 0


async def test_a_panel_that_cannot_be_read_leaves_nothing_to_later_runs(autojump_clock, tmp_path: Path) -> None:
    async with caches(tmp_path) as at:
        at.tab.panel = {"before": {"entries": [], "legs": []}, "after": {"entries": [], "legs": []}}
        await at.submit("10")
        assert await at.work() == 1
        assert (await at.submit("10")).counts.cached == 0


async def test_only_a_refusal_of_the_values_stands_for_later_tasks(autojump_clock, tmp_path: Path) -> None:
    async with caches(tmp_path) as at:
        await at.submit("10", "20")
        at.bench.site.next("prepare", Refused("the site has no test there any more"))
        at.bench.site.next("run", Refused("the site does not take these values: Delta"))
        assert await at.work() == 2
        run = await at.submit("10", "20")
        assert await at.bench.states(run) == ["ready", "invalid"]
        assert (await at.bench.results(run))[0].reason == "the site does not take these values: Delta"


async def test_a_test_that_does_not_change_is_noted_seldom(autojump_clock, tmp_path: Path) -> None:
    async with caches(tmp_path) as at:
        await at.submit(*map(str, range(10, 15)))
        await at.work()
        commits = at.bench.store.statistics().commits
        await at.submit(*map(str, range(20, 25)))
        await at.work()
        assert at.bench.store.statistics().commits - commits == 1 + 5 * 3 + 1, "lease, intent and result of each"

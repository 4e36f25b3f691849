"""Evidence of failed attempts: taken before the page goes, at a bounded price, and never instead of the failure itself."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import trio

from oodaemon.browser.evidence import Gathered
from oodaemon.dispatch.attempt import Attempt
from oodaemon.dispatch.evidence import Evidence, chain
from oodaemon.failures.redaction import Redaction
from oodaemon.failures.site import BrowserLost, Mismatched, NotApplicable, PanelStuck, SignedOut, SiteUnreachable, TooSlow
from oodaemon.model.evidence import CONSOLE, DOM, TRACE, CaseFile, Limits
from oodaemon.model.runs import Run
from oodaemon.model.tasks import FailureClass, Figures
from oodaemon.store import evidence, failures
from oodaemon.store.lanes import InlineLane
from oodaemon.store.shelf import Shelf
from tests.unit.dispatch.bench import ACCOUNT, Bench, FakeTab, open_bench

PLENTY = Limits(10**9)


class TellingTab(FakeTab):
    """A tab that tells what it saw: `plan["gather"]` may make that slow or impossible."""

    is_recorded = False
    ended = 0
    was_lost: bool | None = None

    async def begin_attempt(self, *, is_recorded: bool) -> None:
        self.is_recorded = is_recorded
        await self.site.play(self.number, "begin_attempt")

    async def end_recording(self) -> None:
        self.ended += 1

    async def gather(self, into: Gathered, *, is_lost: bool) -> None:
        self.was_lost = is_lost
        into.step, into.url, into.files[CONSOLE] = "run", "https://site.example/test/iron", b"{}\n"
        await self.site.play(self.number, "gather")
        if not is_lost:
            into.files[DOM] = b"<html></html>"


@asynccontextmanager
async def telling_bench(folder: Path, *, is_recorded: bool = False) -> AsyncIterator[tuple[Bench, TellingTab]]:
    async with open_bench(folder) as bench:
        kept = Evidence(
            store=bench.store,
            shelf=Shelf(folder / "state"),
            lane=InlineLane(),
            redaction=bench.desk.redaction,
            limits=PLENTY,
            is_recorded=is_recorded,
        )
        object.__setattr__(bench.shop, "evidence", kept)
        yield bench, TellingTab(bench.site)


async def attempt(bench: Bench, tab: Any, *, is_stopping: bool = False) -> None:
    """To its end, and to that of its browser."""
    made = Attempt(await bench.lease(), bench.shop, is_stopping=lambda: is_stopping)
    try:
        await made.run(tab)
    finally:
        await made.close()  # noqa: ASYNC102 - shields and bounds itself


async def failing(bench: Bench, tab: Any, error: Exception) -> None:
    """An attempt that fails so, and says so."""
    bench.site.next("run", error)
    with pytest.raises(type(error)):
        await attempt(bench, tab)


async def cases(bench: Bench, run: Run) -> list[CaseFile]:
    return await bench.store.read(failures.page, run.run_id)


def names(case: CaseFile) -> list[str]:
    return [item.name for item in case.items]


@pytest.mark.parametrize(
    "error", [TooSlow("slow"), PanelStuck("stuck"), SignedOut("out"), BrowserLost("gone"), ValueError("defect")]
)
async def test_every_failure_leaves_evidence(autojump_clock, tmp_path: Path, error: Exception) -> None:
    async with telling_bench(tmp_path) as (bench, tab):
        run = await bench.submit()
        await failing(bench, tab, error)
        (case,) = await cases(bench, run)
        assert names(case) == ([CONSOLE] if tab.was_lost else [CONSOLE, DOM])
        assert (case.scene.step, case.scene.url) == ("run", "https://site.example/test/iron")
        assert case.scene.causes[0].startswith(type(error).__name__)
        assert tab.was_lost is isinstance(error, BrowserLost)


async def test_a_task_that_cannot_apply_leaves_evidence_too(autojump_clock, tmp_path: Path) -> None:
    async with telling_bench(tmp_path) as (bench, tab):
        run = await bench.submit()
        await failing(bench, tab, NotApplicable("no such leg"))
        (case,) = await cases(bench, run)
        assert (case.failure.failure_class, names(case)) == (FailureClass.SITE_ERROR, [CONSOLE, DOM])


async def test_what_is_no_failure_leaves_none(autojump_clock, tmp_path: Path) -> None:
    async with telling_bench(tmp_path, is_recorded=True) as (bench, tab):
        run = await bench.submit()
        await failing(bench, tab, SiteUnreachable("down"))
        await attempt(bench, tab)
        assert await cases(bench, run) == []
        assert "gather" not in bench.site.steps()
        assert tab.ended == 1


async def test_every_attempt_is_recorded_when_that_is_asked_for(autojump_clock, tmp_path: Path) -> None:
    for is_recorded in (True, False):
        async with telling_bench(tmp_path / str(is_recorded), is_recorded=is_recorded) as (bench, tab):
            await bench.submit()
            await attempt(bench, tab)
            assert tab.is_recorded is is_recorded
            assert bench.site.steps()[0] == "begin_attempt"


async def test_evidence_that_cannot_be_had_costs_only_itself(autojump_clock, tmp_path: Path) -> None:
    async with telling_bench(tmp_path) as (bench, tab):
        run = await bench.submit()
        bench.site.next("gather", RuntimeError("the tab is broken"))
        await failing(bench, tab, PanelStuck("the panel stayed"))
        (case,) = await cases(bench, run)
        assert (case.failure.failure_class, case.failure.message, names(case)) == (
            FailureClass.MODAL,
            "the panel stayed",
            [CONSOLE],
        )


async def test_a_stop_while_it_is_gathered_is_not_delayed_and_keeps_the_class(autojump_clock, tmp_path: Path) -> None:
    async with telling_bench(tmp_path) as (bench, tab):
        run = await bench.submit()
        bench.site.next("gather", trio.sleep_forever)
        bench.site.next("run", PanelStuck("the panel stayed"))
        began = trio.current_time()
        with trio.move_on_after(1) as scope:
            await attempt(bench, tab, is_stopping=True)
        assert scope.cancelled_caught
        assert trio.current_time() - began == 1
        (case,) = await cases(bench, run)
        assert (case.failure.failure_class, names(case)) == (FailureClass.MODAL, [CONSOLE])


async def test_a_browser_that_was_taken_away_tells_what_was_heard(autojump_clock, tmp_path: Path) -> None:
    async with telling_bench(tmp_path) as (bench, tab):
        run = await bench.submit()
        bench.site.next("run", trio.sleep_forever)
        with trio.move_on_after(1):
            await attempt(bench, tab)
        (case,) = await cases(bench, run)
        assert (case.failure.failure_class, case.failure.message) == (FailureClass.BROWSER, "the browser went away")
        assert names(case) == [CONSOLE]
        assert tab.was_lost is True


async def test_an_interruption_of_ours_leaves_none(autojump_clock, tmp_path: Path) -> None:
    async with telling_bench(tmp_path) as (bench, tab):
        run = await bench.submit()
        bench.site.next("run", trio.sleep_forever)
        with trio.move_on_after(1):
            await attempt(bench, tab, is_stopping=True)
        assert await cases(bench, run) == []
        assert await bench.states(run) == ["ready"]


async def test_a_disk_without_room_costs_only_the_evidence(autojump_clock, tmp_path: Path) -> None:
    async with telling_bench(tmp_path) as (bench, tab):
        run = await bench.submit()
        (tmp_path / "state" / "evidence").touch()  # no folder can be made there
        await failing(bench, tab, TooSlow("slow"))
        (case,) = await cases(bench, run)
        assert case.items == ()
        assert set(case.scene.missing) == {CONSOLE, DOM}
        assert case.scene.missing[DOM].startswith("it could not be written: ")
        (tmp_path / "state" / "evidence").unlink()


async def test_figures_that_were_not_believed_are_kept(autojump_clock, tmp_path: Path) -> None:
    async with telling_bench(tmp_path) as (bench, tab):
        run, shown = await bench.submit(), Figures({"pl": 7.0})
        await failing(bench, tab, Mismatched("the page shows 10%, asked for 12%", figures=shown))
        assert await bench.store.read(failures.quarantined, run.run_id, 0) == shown


async def test_a_recording_that_cannot_be_scrubbed_is_not_kept(autojump_clock, tmp_path: Path) -> None:
    async with telling_bench(tmp_path, is_recorded=True) as (bench, tab):
        run = await bench.submit()

        async def gather(into: Gathered, *, is_lost: bool) -> None:
            into.recording = f"no archive, but {ACCOUNT.password}".encode()

        object.__setattr__(tab, "gather", gather)
        await failing(bench, tab, TooSlow("slow"))
        (case,) = await cases(bench, run)
        assert case.items == ()
        assert case.scene.missing == {TRACE: "it could not be scrubbed: ValueError"}


async def test_secrets_are_in_no_message_cause_or_event(autojump_clock, tmp_path: Path) -> None:
    async with telling_bench(tmp_path) as (bench, tab):
        run = await bench.submit()
        error = TooSlow(f"the site says 'no {ACCOUNT.password} of {ACCOUNT.email}'")
        error.__cause__ = RuntimeError(f'fill("{ACCOUNT.password}")')
        await failing(bench, tab, error)
        await bench.desk.enter("SiteBlocked", f"it says {ACCOUNT.password}")
        told = repr(await cases(bench, run)) + repr(
            await bench.store.read(lambda db: [tuple(row) for row in db.execute("SELECT * FROM events")])
        )
        assert "the site says 'no [redacted] of [redacted]'" in told
        assert ACCOUNT.password not in told
        assert ACCOUNT.email not in told
        assert bench.desk.conditions["SiteBlocked"].message == "it says [redacted]"


async def test_after_a_crash_index_and_files_agree(autojump_clock, tmp_path: Path) -> None:
    async with telling_bench(tmp_path) as (bench, tab):
        await bench.submit()
        await failing(bench, tab, TooSlow("slow"))
        shelf, kept = Shelf(tmp_path / "state"), bench.shop.evidence
        assert kept is not None
        (number, _), *_ = await bench.store.read(evidence.on_disk)
        (shelf.root / str(number) / DOM).unlink()
        (shelf.root / "999").mkdir()
        await kept.sweep()
        assert [path.name for path in shelf.root.iterdir()] == [str(number)]
        assert await bench.store.read(evidence.on_disk) == [(number, CONSOLE)]


def test_the_chain_of_causes_is_bounded_and_clean() -> None:
    error: Exception = ValueError("innermost")
    for number in range(30):
        outer = RuntimeError(f"{number} s3cret" + "x" * 5000)
        outer.__cause__ = error
        error = outer
    found = chain(error, Redaction(["s3cret"]))
    assert len(found) == 10
    assert all(len(cause) <= 2000 and "s3cret" not in cause for cause in found)
    assert json.dumps(found)
    assert chain(None, Redaction()) == ()

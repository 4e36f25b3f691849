"""Errands: what a browser finds out beside its tasks, and who is told what came of it."""

from pathlib import Path
from typing import Any

import pytest
import trio
import trio.testing

from oodaemon.clock import HOURS
from oodaemon.dispatch.site import AUTH_REQUIRED
from oodaemon.errors import NotFound, SignInRefused, Unavailable
from oodaemon.failures import site as failures
from oodaemon.model.runs import RunPhase
from tests.unit.dispatch.bench import open_bench, outcome
from tests.unit.dispatch.machine import Machine, ends_with, machine_for, working


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return machine_for(monkeypatch)


async def test_an_errand_is_run_beside_a_backtest(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with open_bench(tmp_path) as bench:
        run = await bench.submit(1)

        async def long() -> Any:
            await trio.sleep(300)
            return outcome(1)

        bench.site.next("run", long)
        async with working(bench, machine):
            await trio.sleep(1)
            (listed,) = await bench.desk.ask(lambda tab: tab.list_tests())
            assert listed.name == "Iron condor"
            assert trio.current_time() == 1
            await bench.until_phase(run, RunPhase.COMPLETED)
        assert bench.site.steps(0) == ["sign_in", "prepare", "run"]


async def test_an_errand_that_finds_no_session_signs_in_once_and_tries_again(
    autojump_clock, tmp_path: Path, machine: Machine
) -> None:
    async with open_bench(tmp_path) as bench, working(bench, machine):
        await trio.sleep(1)
        bench.site.next("list_tests", failures.SignedOut("no session"))
        assert len(await bench.desk.ask(lambda tab: tab.list_tests())) == 1
        assert bench.site.steps(1) == ["list_tests", "sign_in", "list_tests"]


async def test_an_idle_browser_sees_that_a_person_signed_in_after_an_errand_was_refused(
    autojump_clock, tmp_path: Path, machine: Machine
) -> None:
    """Nobody else would: no task is leased while the site does not let us in."""
    async with open_bench(tmp_path) as bench, working(bench, machine):
        await trio.sleep(1)
        bench.site.next("list_tests", failures.SignedOut("no session"))
        bench.site.next("sign_in", SignInRefused("the site shows a challenge"))
        bench.site.next("is_signed_in", False, False, True)
        with pytest.raises(SignInRefused):
            await bench.desk.ask(lambda tab: tab.list_tests())
        assert AUTH_REQUIRED in bench.desk.conditions
        run = await bench.submit(1)
        with trio.fail_after(HOURS):
            await bench.until_phase(run, RunPhase.COMPLETED)
        assert bench.desk.conditions == {}
        assert bench.site.steps(0)[:5] == ["sign_in", *["is_signed_in"] * 3, "share_session"]


@pytest.mark.parametrize(
    ("error", "raised", "text"),
    [
        (failures.TooSlow("no answer"), Unavailable, "the site could not be asked: no answer"),
        (failures.Drifted("no list"), Unavailable, "the site could not be asked: no list"),
        (NotFound("saved test", "x"), NotFound, "there is no saved test 'x'"),
        (SignInRefused("wrong password"), SignInRefused, "wrong password"),
    ],
)
async def test_an_errand_that_fails_is_answered_and_the_actor_goes_on(
    autojump_clock, tmp_path: Path, machine: Machine, error: Exception, raised: type[Exception], text: str
) -> None:
    async with open_bench(tmp_path) as bench, working(bench, machine):
        await trio.sleep(1)
        bench.site.next("list_tests", error)
        with pytest.raises(raised, match=text):
            await bench.desk.ask(lambda tab: tab.list_tests())
        assert len(await bench.desk.ask(lambda tab: tab.list_tests())) == 1
        assert trio.current_time() == 1


async def test_an_errand_of_a_lost_browser_is_answered_too(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with open_bench(tmp_path) as bench:
        bench.site.next("list_tests", failures.BrowserLost("gone"))

        async def ask() -> None:
            with pytest.raises(Unavailable, match="the browser went away while the site was asked"):
                await bench.desk.ask(lambda tab: tab.list_tests())

        async with trio.open_nursery() as nursery:
            nursery.start_soon(ask)
            await trio.testing.wait_all_tasks_blocked()
            error = await ends_with(bench, machine, trio.lowlevel.checkpoint)
        assert isinstance(error, failures.BrowserLost)

"""How long a browser serves, and how it is noticed that one no longer does."""

import os
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import trio
import trio.testing

from oodaemon.actors.child import Child
from oodaemon.actors.mailbox import Mailbox
from oodaemon.app.pulse import Pulse, Vitals
from oodaemon.browser import processes
from oodaemon.browser.ladder import Unkillable
from oodaemon.dispatch.browser import LOOK_AGAIN
from oodaemon.dispatch.custody import custody
from oodaemon.dispatch.recycling import MIB, Limits, Service
from oodaemon.dispatch.silence import SILENCE, Silence, Stalled, StalledPanel
from oodaemon.dispatch.site import SITE_BLOCKED
from oodaemon.errors import SignInRefused
from oodaemon.failures import site as failures
from oodaemon.model.runs import RunPhase
from oodaemon.model.tasks import FailureClass
from oodaemon.store import os_processes
from tests.unit.app.test_pulse import Manager
from tests.unit.dispatch.bench import ACTOR, Bench, open_bench
from tests.unit.dispatch.machine import Machine, ends_with, machine_for, working

NEVER = Limits(tasks=10**6, seconds=1e9, resident=10**15)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return machine_for(monkeypatch)


def limited(bench: Any, **limits: Any) -> None:
    object.__setattr__(bench.shop, "limits", replace(NEVER, **limits))


async def test_a_browser_retires_after_many_tasks_at_no_cost(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with open_bench(tmp_path) as bench:
        limited(bench, tasks=1)
        run = await bench.submit(3)
        async with working(bench, machine) as child:
            await bench.until_phase(run, RunPhase.COMPLETED)
            await trio.testing.wait_all_tasks_blocked()
            assert child.incarnation == 1, "retirement is no restart"
        assert machine.launches == 4
        assert [task.attempts for task in await bench.tasks(run)] == [1, 1, 1]
        assert bench.site.steps().count("sign_in") == 1


async def test_an_idle_browser_retires_when_it_is_old(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with open_bench(tmp_path) as bench:
        limited(bench, seconds=3600.0)
        async with working(bench, machine):
            await trio.sleep(3600 * 0.8 - 31)
            assert machine.launches == 1
            await trio.sleep(3600 * 0.4 + 62)
            assert machine.launches == 2


async def test_a_browser_that_holds_too_much_retires_between_tasks(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with open_bench(tmp_path) as bench:
        limited(bench, resident=1000 * MIB)
        machine.resident = 2000 * MIB
        run = await bench.submit(2)
        async with working(bench, machine):
            await bench.until_phase(run, RunPhase.COMPLETED)
            assert machine.launches in {2, 3}, "each took a task, although it held too much from the start"
            await trio.sleep(3600)
            assert machine.launches == 3


def test_limits_are_spread_so_that_browsers_do_not_retire_together() -> None:
    rng = random.Random(3)
    services = [Service(Limits(tasks=1000), rng, began=0.0) for _ in range(200)]
    ends = [_end(service) for service in services]
    assert min(ends) >= 800
    assert max(ends) <= 1200
    assert len(set(ends)) > 100
    heavy = Service(NEVER, rng, began=0)
    assert heavy.reason(0) is None
    heavy.weighed(0, 10**16)
    assert heavy.reason(0) is None, "it served nothing yet"
    heavy.tasks = 1
    assert "MiB" in str(heavy.reason(0))


def _end(service: Service) -> int:
    """After how many tasks it retires."""
    while service.reason(0.0) is None:
        service.tasks += 1
    return service.tasks


async def test_a_frozen_browser_is_noticed_while_it_waits(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with open_bench(tmp_path) as bench:
        bench.site.next("round_trip", *[None] * 3, failures.BrowserLost("the browser does not answer"))
        error = await ends_with(bench, machine, trio.lowlevel.checkpoint)
        assert isinstance(error, failures.BrowserLost)
        assert 90 <= trio.current_time() <= 125


async def pulses(bench: Bench, machine: Machine, seconds: float) -> list[float]:
    """When there was a sign of life while a browser worked for so long, with the session of an older boot."""
    manager: Any = Manager(30)
    pulse = Pulse(Vitals(commit=trio.lowlevel.checkpoint, answer=trio.lowlevel.checkpoint, looks=bench.shop.looks), manager)
    bench.desk.stored.storage = {}
    async with working(bench, machine), trio.open_nursery() as nursery:
        bench.desk.doubt()  # as a boot does that goes on with a session
        await nursery.start(pulse.start, Child("pulse", 1, Mailbox("pulse")))
        await trio.sleep(seconds)
        nursery.cancel_scope.cancel()
    return [at for at, told in manager.told if told == {"WATCHDOG": 1}]


async def test_a_site_that_is_down_at_boot_is_no_reason_to_end_the_daemon(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with open_bench(tmp_path) as bench:
        bench.site.next("list_tests", failures.SiteUnreachable("ERR_CONNECTION_REFUSED"))
        bench.site.next("probe", *[failures.SiteUnreachable("ERR_CONNECTION_REFUSED")] * 40)
        run = await bench.submit(1)
        assert await pulses(bench, machine, 595) == list(range(0, 600, 10))
        assert SITE_BLOCKED not in bench.desk.conditions, "whoever waited was stopped"
        assert await bench.states(run) == ["ready"]


async def test_a_sign_in_that_is_refused_at_boot_is_no_reason_to_end_the_daemon(
    autojump_clock, tmp_path: Path, machine: Machine
) -> None:
    """The next one would send the refused credentials again."""
    async with open_bench(tmp_path) as bench:
        bench.site.next("list_tests", failures.SignedOut("the session expired"))
        bench.site.next("sign_in", SignInRefused("wrong password"))
        assert await pulses(bench, machine, 595) == list(range(0, 600, 10))
        assert bench.site.steps().count("sign_in") == 1


async def test_a_browser_that_waited_for_the_site_is_expected_to_look_for_tasks_again(
    autojump_clock, tmp_path: Path, machine: Machine
) -> None:
    async with open_bench(tmp_path) as bench:
        bench.site.next("list_tests", failures.SiteUnreachable("ERR_CONNECTION_REFUSED"))
        bench.desk.stored.storage = {}
        async with working(bench, machine):
            bench.desk.doubt()
            await trio.sleep(300)
            assert trio.current_time() - bench.shop.looks[ACTOR] <= LOOK_AGAIN


async def test_a_browser_that_froze_takes_no_task(autojump_clock, tmp_path: Path, machine: Machine) -> None:
    async with open_bench(tmp_path) as bench:
        bench.site.next("round_trip", failures.BrowserLost("the browser does not answer"))

        async def later() -> None:
            await trio.sleep(20)
            await bench.submit(1)

        await ends_with(bench, machine, later)
        assert "task_leased" not in await bench.news()
        assert trio.current_time() == 20


async def test_time_that_went_by_without_us_makes_a_browser_look_after_its_session(
    autojump_clock, tmp_path: Path, machine: Machine
) -> None:
    async with open_bench(tmp_path) as bench:
        async with working(bench, machine):
            await trio.sleep(1)
            bench.site.next("list_tests", failures.SignedOut("the session expired"))
            bench.desk.doubt()
            run = await bench.submit(1)
            await bench.until_phase(run, RunPhase.COMPLETED)
        assert bench.site.steps() == ["sign_in", "list_tests", "sign_in", "prepare", "run"]
        (task,) = await bench.tasks(run)
        assert (task.attempts, task.last_failure) == (1, None)


@pytest.mark.parametrize(("last_step", "failure_class"), [("open and fill", FailureClass.MODAL), ("run", FailureClass.TIMING)])
async def test_work_that_stands_still_is_ended_and_its_browser_replaced(
    autojump_clock, tmp_path: Path, machine: Machine, last_step: str, failure_class: FailureClass, monkeypatch
) -> None:
    monkeypatch.setattr("tests.unit.dispatch.bench.FakeTab.last_step", last_step)
    async with open_bench(tmp_path) as bench:
        run = await bench.submit(1)
        bench.site.next("prepare", trio.sleep_forever)
        error = await ends_with(bench, machine, trio.lowlevel.checkpoint)
        assert isinstance(error, failures.BrowserLost)
        assert trio.current_time() == SILENCE
        (task,) = await bench.tasks(run)
        assert task.last_failure is not None
        assert task.last_failure.failure_class is failure_class
        assert "nothing advanced for 600 s" in task.last_failure.message


async def test_progress_puts_the_silence_off_and_politeness_does_not_count(autojump_clock) -> None:
    silence = Silence()

    async def work() -> str:
        for _ in range(5):
            await trio.sleep(SILENCE - 1)
            silence.advance()
        silence.advance(1000.0)
        await trio.sleep(SILENCE + 999)
        with silence.excused():
            await trio.sleep(100 * SILENCE)
        await trio.sleep(SILENCE - 1)
        return "done"

    assert await silence.limit(work, in_panel=lambda: False) == "done"
    began = trio.current_time()
    with pytest.raises(Stalled):
        await silence.limit(trio.sleep_forever, in_panel=lambda: False)
    with pytest.raises(StalledPanel):
        await silence.limit(trio.sleep_forever, in_panel=lambda: True)
    assert trio.current_time() == began + 2 * SILENCE


async def test_a_process_is_on_record_until_it_is_gone(tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        child = Child(ACTOR, 1, Mailbox(ACTOR))
        victim = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])  # noqa: ASYNC220 - returns at once
        async with custody(bench.store, child, "browser") as held:
            await held.take(victim.pid, Path("/tmp/playwright_profile"))
            (record,) = await bench.store.read(os_processes.recorded)
            assert (record.pid, record.actor, record.kind, record.boot) == (victim.pid, ACTOR, "browser", 1)
            assert record.folder == "/tmp/playwright_profile"
            victim.kill()
            victim.wait()
        assert await bench.store.read(os_processes.recorded) == []


async def test_a_process_that_cannot_be_killed_stays_on_record_and_is_told(tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        child = Child(ACTOR, 1, Mailbox(ACTOR))

        async def lose() -> None:
            async with custody(bench.store, child, "browser") as held:
                await held.take(os.getpid())
                raise Unkillable((os.getpid(),))

        with pytest.raises(Unkillable):
            await lose()
        (record,) = await bench.store.read(os_processes.recorded)
        assert record.pid == os.getpid()
        assert (await bench.news())[-1] == "actor_unkillable"


def test_the_identity_of_a_process_is_not_that_of_another() -> None:
    mine = processes.identity(os.getpid())
    assert mine is not None
    assert mine == processes.identity(os.getpid())
    assert mine != processes.identity(1)
    assert processes.identity(2**22 + 1) is None

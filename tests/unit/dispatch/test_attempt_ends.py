"""Attempts that do not end as they should: each end is recorded with its class, once."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import structlog
import trio
import trio.testing

from oodaemon.dispatch.attempt import Attempt, Superseded
from oodaemon.dispatch.site import DRAINING
from oodaemon.dispatch.waiting import NotStarted
from oodaemon.errors import StoreUnusable
from oodaemon.failures import site as failures
from oodaemon.model.runs import Desired
from oodaemon.model.tasks import Lease, Token
from oodaemon.store import attempts
from oodaemon.store.lanes import InlineLane
from oodaemon.store.store import Store
from tests.unit.dispatch.bench import Bench, FakeTab, open_bench, outcome


def attempt_of(bench: Bench, lease: Lease, *, is_stopping: Callable[[], bool] = lambda: False) -> tuple[Attempt, Any]:
    return Attempt(lease, bench.shop, is_stopping=is_stopping), FakeTab(bench.site)


Meanwhile = Callable[[], Awaitable[None]]


def while_it_is_filled(bench: Bench, meanwhile: Meanwhile) -> None:
    bench.site.next("prepare", meanwhile)


def while_the_account_waits(bench: Bench, meanwhile: Meanwhile) -> None:
    """For its next Run click."""
    bench.desk.pacer._wait = meanwhile  # type: ignore[method-assign]


def when_it_was_looked_for_the_last_time(bench: Bench, meanwhile: Meanwhile) -> None:
    """Only the intent itself can refuse."""
    write = bench.store.write

    async def late(work: Any, *args: Any, **options: Any) -> Any:
        if work is attempts.intent:
            bench.store.write = write  # type: ignore[method-assign]
            await meanwhile()
        return await write(work, *args, **options)

    bench.store.write = late  # type: ignore[method-assign]


MOMENTS = [while_it_is_filled, while_the_account_waits]


@pytest.mark.parametrize("moment", [*MOMENTS, when_it_was_looked_for_the_last_time])
@pytest.mark.parametrize("desired", [Desired.PAUSE, Desired.CANCEL])
async def test_a_run_that_is_not_to_run_any_more_is_not_started(
    autojump_clock, tmp_path: Path, desired: Desired, moment: Callable[[Bench, Meanwhile], None]
) -> None:
    async with open_bench(tmp_path) as bench:
        run = await bench.submit()
        attempt, tab = attempt_of(bench, await bench.lease())

        async def meanwhile() -> None:
            await bench.steer(run, desired)

        moment(bench, meanwhile)
        with pytest.raises(NotStarted, match="the run was paused or cancelled"):
            await attempt.run(tab)
        assert "run" not in bench.site.steps()
        assert await bench.states(run) == ["ready" if desired is Desired.PAUSE else "cancelled"]
        (task,) = await bench.tasks(run)
        assert (task.attempts, task.last_failure) == (0, None)
        assert (await bench.news()).count("task_interrupted") == (desired is Desired.PAUSE)


@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_daemon_that_drains_starts_nothing(
    autojump_clock, tmp_path: Path, moment: Callable[[Bench, Meanwhile], None]
) -> None:
    async with open_bench(tmp_path) as bench:
        run = await bench.submit()
        attempt, tab = attempt_of(bench, await bench.lease())

        async def meanwhile() -> None:
            await bench.desk.enter(DRAINING, "the daemon is shutting down")

        moment(bench, meanwhile)
        with pytest.raises(NotStarted, match="the daemon is shutting down"):
            await attempt.run(tab)
        assert "run" not in bench.site.steps()
        assert await bench.states(run) == ["ready"]
        (task,) = await bench.tasks(run)
        assert task.attempts == 0


FAILED = [
    (failures.TooSlow, "timing", "retry_wait"),
    (failures.PanelStuck, "modal", "retry_wait"),
    (failures.SignedOut, "session", "ready"),
    (failures.BrowserLost, "browser", "ready"),
    (failures.Refused, "site_error", "invalid"),
    (failures.RateLimited, "rate_limited", "retry_wait"),
    (failures.Drifted, "drift", "retry_wait"),
    (failures.Mismatched, "mismatch", "held"),
]


@pytest.mark.parametrize("step", ["prepare", "run"])
@pytest.mark.parametrize(("kind", "failure_class", "state"), FAILED, ids=lambda x: getattr(x, "__name__", None))
async def test_a_failure_is_recorded_with_its_class_and_raised(
    autojump_clock, tmp_path: Path, kind: type[Exception], failure_class: str, state: str, step: str
) -> None:
    async with open_bench(tmp_path) as bench:
        run = await bench.submit()
        attempt, tab = attempt_of(bench, await bench.lease())
        bench.site.next(step, kind("the reason"))
        with pytest.raises(kind):
            await attempt.run(tab)
        assert attempt.is_settled is (kind is not failures.BrowserLost), "a page that was lost may still be driven"
        await attempt.close()
        assert await bench.states(run) == [state]
        (task,) = await bench.tasks(run)
        assert task.last_failure is not None
        assert (task.last_failure.failure_class.value, task.last_failure.message) == (failure_class, "the reason")
        assert dict(bench.shop.tally.statistics().outcomes) == {failure_class: 1}
        assert await bench.store.read(attempts.in_flight) == 0


async def test_a_site_that_cannot_be_reached_costs_nothing(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        run = await bench.submit()
        attempt, tab = attempt_of(bench, await bench.lease())
        bench.site.next("prepare", failures.SiteUnreachable("ERR_NAME_NOT_RESOLVED"))
        with pytest.raises(failures.SiteUnreachable):
            await attempt.run(tab)
        (task,) = await bench.tasks(run)
        assert (task.state.value, task.attempts, task.last_failure) == ("ready", 0, None)


async def test_a_defect_of_ours_is_recorded_as_such(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        run = await bench.submit()
        attempt, tab = attempt_of(bench, await bench.lease())
        bench.site.next("run", KeyError("bullets"))
        with pytest.raises(KeyError):
            await attempt.run(tab)
        (task,) = await bench.tasks(run)
        assert task.last_failure is not None
        assert (task.last_failure.failure_class.value, task.last_failure.message) == ("bug", "KeyError: 'bullets'")


async def test_a_lost_store_is_no_defect_and_leaves_the_attempt_to_the_next_boot(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        await bench.submit()
        attempt, tab = attempt_of(bench, await bench.lease())
        bench.site.next("prepare", StoreUnusable("the store cannot be used: database or disk is full"))
        with structlog.testing.capture_logs() as lines, pytest.raises(StoreUnusable):
            await attempt.run(tab)
        await attempt.close()
        assert lines == []
        assert await bench.store.read(attempts.in_flight) == 1


async def test_figures_that_cannot_be_stored_are_no_result(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        run = await bench.submit()
        attempt, tab = attempt_of(bench, await bench.lease())
        bench.site.next("run", outcome(float("nan")))
        with pytest.raises(ValueError, match="not JSON compliant"):
            await attempt.run(tab)
        assert await bench.results(run) == []
        assert await bench.states(run) == ["retry_wait"]


@pytest.mark.parametrize(("is_stopping", "failure_class"), [(True, "interrupted"), (False, "browser")])
@pytest.mark.parametrize("step", ["prepare", "run"])
async def test_a_cancellation_is_recorded_by_who_asked_for_it(
    autojump_clock, tmp_path: Path, step: str, is_stopping: bool, failure_class: str
) -> None:
    async with open_bench(tmp_path) as bench:
        run = await bench.submit()
        attempt, tab = attempt_of(bench, await bench.lease(), is_stopping=lambda: is_stopping)
        bench.site.next(step, trio.sleep_forever)
        with trio.move_on_after(10) as scope:
            await attempt.run(tab)
        assert scope.cancelled_caught
        assert await bench.store.read(attempts.in_flight) == 1, "until its page is closed it is in flight"
        await attempt.close()
        assert await bench.states(run) == ["ready"]
        assert await bench.store.read(attempts.in_flight) == 0
        assert dict(bench.shop.tally.statistics().outcomes) == {failure_class: 1}
        (task,) = await bench.tasks(run)
        assert task.attempts == (0 if is_stopping else 1)
        assert (task.last_failure is None) is is_stopping


async def test_a_result_that_was_read_is_stored_although_we_are_stopped_meanwhile(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        run = await bench.submit()
        attempt, tab = attempt_of(bench, await bench.lease(), is_stopping=lambda: True)
        with trio.CancelScope() as scope:

            async def stopped() -> Any:
                scope.cancel()
                return outcome(7)

            bench.site.next("run", stopped)
            await attempt.run(tab)
        assert await bench.states(run) == ["succeeded"]
        assert dict(bench.shop.tally.statistics().outcomes) == {"succeeded": 1}


class BusyLane(InlineLane):
    """A writer that others keep busy: from some moment on every job waits ten seconds for its turn."""

    is_busy = False

    async def run(self, job: Callable[[], Any]) -> Any:
        if type(self).is_busy:
            await trio.sleep(10)
        return await super().run(job)


async def test_a_result_waits_for_a_busy_writer(autojump_clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody cancelled anything: there is no reason to throw a verified result away."""
    async with open_bench(tmp_path, lane=BusyLane) as bench:
        run = await bench.submit()
        attempt, tab = attempt_of(bench, await bench.lease())

        async def finish() -> Any:
            monkeypatch.setattr(BusyLane, "is_busy", True)
            return outcome(7)

        bench.site.next("run", finish)
        await attempt.run(tab)
        monkeypatch.setattr(BusyLane, "is_busy", False)
        assert await bench.states(run) == ["succeeded"]


async def test_an_attempt_that_lost_its_lease_changes_nothing(autojump_clock, tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        run = await bench.submit()
        lease = await bench.lease()
        attempt, tab = attempt_of(bench, lease)
        await _release(bench.store, lease.token)
        with pytest.raises(Superseded):
            await attempt.run(tab)
        await attempt.close()
        assert dict(bench.shop.tally.statistics().outcomes) == {}
        assert await bench.states(run) == ["ready"]
        assert "run" not in bench.site.steps()


async def _release(store: Store, token: Token) -> None:
    await store.write(attempts.release, token, "somebody else has it")

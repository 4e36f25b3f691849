"""What drift cost its tasks is given back in one transaction."""

import datetime

import pytest

from oodaemon.model.runs import Desired, RunPhase
from oodaemon.model.tasks import FailureClass
from oodaemon.store import attempts, drift
from tests.integration.store.workbench import Workbench

WHAT = 'drift: "Profit Target" in "Profit & Loss"'


def block(bench: Workbench, run, *indexes: int) -> None:
    leased = bench.lease()
    since = bench.clock() - datetime.timedelta(minutes=10)
    found = drift.Block("SiteBlocked", WHAT, tuple((run.run_id, index) for index in indexes), since)
    bench.write(drift.block, leased.token, found)


def test_waiting_and_held_tasks_are_pending_again_at_no_cost(bench: Workbench) -> None:
    run = bench.submit(3)
    bench.fail_next(FailureClass.DRIFT)
    bench.clock.advance(5)
    bench.fail_next(FailureClass.DRIFT)
    bench.fail_next(FailureClass.DRIFT)
    assert bench.states(run) == ["held", "retry_wait", "ready"]
    head = bench.events()[-1].seq
    block(bench, run, 0, 1, 2)
    assert bench.states(run) == ["ready", "ready", "ready"]
    assert [task.attempts for task in bench.tasks(run)] == [0, 0, 0]
    assert bench.lease().strikes == {}
    news = bench.events(head)
    assert [event.type.value for event in news[1:5]] == ["task_interrupted"] * 3 + ["site_condition_changed"]
    assert news[4].body == {"kind": "SiteBlocked", "message": WHAT}
    assert bench.tasks(run)[0].last_failure.message == "no", "the evidence stays"


def test_a_run_that_seemed_to_need_review_runs_again(bench: Workbench) -> None:
    run, other = bench.submit(1), bench.submit(1)
    bench.fail_next(FailureClass.DRIFT)
    bench.succeed_next()
    bench.clock.advance(5)
    bench.fail_next(FailureClass.DRIFT)
    assert bench.run(run).phase is RunPhase.NEEDS_REVIEW
    assert bench.run(other).phase is RunPhase.COMPLETED
    third = bench.submit(1)
    block(bench, run, 0)
    assert bench.run(run).phase is RunPhase.RUNNING
    assert bench.run(run).ended_at is None
    assert bench.states(third) == ["ready"]


@pytest.mark.parametrize("failure_class", [FailureClass.TIMING, FailureClass.MISMATCH])
def test_failures_of_another_class_are_not_excused(bench: Workbench, failure_class: FailureClass) -> None:
    run = bench.submit(2)
    bench.fail_next(failure_class)
    before = bench.tasks(run)[0]
    block(bench, run, 0, 1)
    (task, *_) = bench.tasks(run)
    assert (task.state, task.attempts, task.last_failure) == (before.state, before.attempts, before.last_failure)
    left = None if before.not_before is None else (before.not_before - bench.clock()).total_seconds()
    assert (task.not_before, task.remaining) == (None, left), "the delays of a site that is blocked stand still"


def test_what_failed_before_the_window_is_not_excused(bench: Workbench) -> None:
    run = bench.submit(2)
    bench.fail_next(FailureClass.DRIFT)
    bench.clock.advance(601)
    bench.fail_next(FailureClass.DRIFT)
    bench.clock.advance(601)
    block(bench, run, 0, 1)
    assert bench.states(run)[0] == "held"


def test_a_cancelled_run_stays_cancelled(bench: Workbench) -> None:
    run, other = bench.submit(2), bench.submit(1)
    bench.fail_next(FailureClass.DRIFT)
    bench.steer(run, Desired.CANCEL)
    block(bench, run, 0)
    assert bench.states(run) == ["cancelled", "cancelled"]
    assert bench.states(other) == ["ready"]


def test_only_the_holder_of_a_lease_can_tell_of_drift(bench: Workbench) -> None:
    bench.submit(2)
    stale = bench.fail_next(FailureClass.TIMING)
    with pytest.raises(attempts.StaleToken):
        bench.write(drift.block, stale.token, drift.Block("SiteBlocked", WHAT, (), bench.clock()))


def test_drift_is_wanted_while_a_run_of_its_tasks_is_to_go_on(bench: Workbench) -> None:
    run = bench.submit(1)
    keys = [(run.run_id, 0)]
    assert bench.read(drift.are_wanted, keys)
    bench.steer(run, Desired.PAUSE)
    assert not bench.read(drift.are_wanted, keys)
    bench.steer(run, Desired.RUN)
    bench.succeed_next()
    assert not bench.read(drift.are_wanted, keys)
    assert not bench.read(drift.are_wanted, [])

"""Runs: submission, lookup, and the table of commands."""

import dataclasses

import pytest

from oodaemon.errors import Aborted, FailedPrecondition, InvalidArgument, NotFound
from oodaemon.model.batches import Batch
from oodaemon.model.runs import AT_REST, Author, Desired, Mode, NewRun, Run, RunPhase, Standing, TaskCounts
from oodaemon.model.tasks import FailureClass
from oodaemon.store import attempts, leases, runs
from tests.integration.store.workbench import IRON, START, Workbench, values_of


def test_a_submitted_run_waits_with_all_its_tasks(bench: Workbench) -> None:
    before = bench.ledger.head
    run = bench.submit(3, name="delta sweep")
    assert run == Run(
        run_id=run.run_id,
        name="delta sweep",
        revision=1,
        desired=Desired.RUN,
        phase=RunPhase.RUNNING,
        test=dataclasses.replace(IRON, last_used_at=START),
        spec='{"sweep":{}}',
        counts=TaskCounts(pending=3),
        created_at=START,
        ended_at=None,
        median_task_seconds=None,
        mode=Mode.DRAIN,
        standing=Standing(ready=3, moved_at=START),
    )
    assert bench.run(run) == run
    assert [(task.index, task.values, task.state) for task in bench.tasks(run)] == [
        (index, values, "ready") for index, values in enumerate(values_of(3))
    ]
    submitted, phase = bench.events(before)
    assert (submitted.type, submitted.run_id, submitted.body["tasks"]) == ("run_submitted", run.run_id, 3)
    assert (phase.type, phase.body["phase"]) == ("run_phase_changed", "running")
    counts = {"pending": 3, "running": 0, "completed": 0, "failed": 0, "skipped": 0, "cancelled": 0, "cached": 0}
    assert submitted.body["counts"] == phase.body["counts"] == counts


def test_a_run_of_an_unknown_test_leaves_nothing(bench: Workbench) -> None:
    head = bench.ledger.head
    with pytest.raises(NotFound, match="saved test 'nobody'"):
        bench.write(runs.submit, NewRun("01J", "x", "nobody", "{}", (Batch(values_of(1)),)))
    assert bench.read(runs.page, limit=10) == []
    assert bench.ledger.head == head


def test_a_run_without_tasks_is_complete(bench: Workbench) -> None:
    run = bench.submit(0)
    assert (run.phase, run.ended_at, run.counts.total) == (RunPhase.COMPLETED, START, 0)


def test_an_id_may_be_shortened_and_written_in_any_case(bench: Workbench) -> None:
    first = bench.submit(1)
    bench.clock.advance(86_400)
    bench.submit(1)
    assert bench.read(runs.get, first.run_id) == bench.run(first)
    assert bench.read(runs.get, first.run_id[:10].lower()).run_id == first.run_id


def test_an_ambiguous_id_names_the_candidates(bench: Workbench) -> None:
    ids = sorted(bench.submit(1).run_id for _ in range(7))
    with pytest.raises(InvalidArgument) as caught:
        bench.read(runs.get, ids[0][:5])
    assert caught.value.violations[0].field == "run_id"
    assert [run_id in str(caught.value) for run_id in ids] == [True] * 5 + [False] * 2
    assert "and more" in str(caught.value)


@pytest.mark.parametrize("ref", ["01J", "nonsense!", "ü", "0" * 27])
def test_an_unknown_id_is_not_found(bench: Workbench, ref: str) -> None:
    bench.submit(1)
    with pytest.raises(NotFound, match="there is no run"):
        bench.read(runs.get, ref)


def test_an_empty_id_is_refused(bench: Workbench) -> None:
    with pytest.raises(InvalidArgument, match="run_id: is empty"):
        bench.read(runs.get, "")


def test_pages_go_from_new_to_old(bench: Workbench) -> None:
    ids = []
    for _ in range(5):
        bench.clock.advance(1)
        ids.append(bench.submit(1).run_id)
    newest_first = ids[::-1]
    assert [run.run_id for run in bench.read(runs.page, limit=2)] == newest_first[:2]
    assert [run.run_id for run in bench.read(runs.page, limit=9, before=newest_first[1])] == newest_first[2:]


def in_phase(bench: Workbench, phase: RunPhase) -> Run:
    """A run with some history in the phase."""
    run = bench.submit(1 if phase in (RunPhase.COMPLETED, RunPhase.NEEDS_REVIEW) else 3)
    if phase is RunPhase.NEEDS_REVIEW:
        bench.fail_next(FailureClass.MISMATCH)
    elif phase is RunPhase.COMPLETED:
        bench.succeed_next()
    elif phase in (RunPhase.PAUSING, RunPhase.CANCELLING):
        bench.lease()
    if phase in (RunPhase.PAUSING, RunPhase.PAUSED):
        bench.steer(run, Desired.PAUSE)
    elif phase in (RunPhase.CANCELLING, RunPhase.CANCELLED):
        bench.steer(run, Desired.CANCEL)
    run = bench.run(run)
    assert run.phase is phase
    assert (run.ended_at is not None) is (phase in AT_REST)
    return run


NO_OP = "no change"
REFUSED = "refused"
PAUSE, RESUME, CANCEL = Desired.PAUSE, Desired.RUN, Desired.CANCEL
COMMANDS = {
    (RunPhase.RUNNING, PAUSE): RunPhase.PAUSED,
    (RunPhase.RUNNING, RESUME): NO_OP,
    (RunPhase.RUNNING, CANCEL): RunPhase.CANCELLED,
    (RunPhase.PAUSING, PAUSE): NO_OP,
    (RunPhase.PAUSING, RESUME): RunPhase.RUNNING,
    (RunPhase.PAUSING, CANCEL): RunPhase.CANCELLING,
    (RunPhase.PAUSED, PAUSE): NO_OP,
    (RunPhase.PAUSED, RESUME): RunPhase.RUNNING,
    (RunPhase.PAUSED, CANCEL): RunPhase.CANCELLED,
    (RunPhase.CANCELLING, PAUSE): REFUSED,
    (RunPhase.CANCELLING, RESUME): REFUSED,
    (RunPhase.CANCELLING, CANCEL): NO_OP,
    (RunPhase.CANCELLED, PAUSE): REFUSED,
    (RunPhase.CANCELLED, RESUME): REFUSED,
    (RunPhase.CANCELLED, CANCEL): NO_OP,
    (RunPhase.COMPLETED, PAUSE): REFUSED,
    (RunPhase.COMPLETED, RESUME): REFUSED,
    (RunPhase.COMPLETED, CANCEL): REFUSED,
    (RunPhase.NEEDS_REVIEW, PAUSE): REFUSED,
    (RunPhase.NEEDS_REVIEW, RESUME): REFUSED,
    (RunPhase.NEEDS_REVIEW, CANCEL): RunPhase.CANCELLED,
}
REQUESTED = {PAUSE: "run_pause_requested", RESUME: "run_resume_requested", CANCEL: "run_cancel_requested"}


@pytest.mark.parametrize(("phase", "desired"), COMMANDS, ids=lambda value: value.name)
def test_the_table_of_commands(bench: Workbench, phase: RunPhase, desired: Desired) -> None:
    expected = COMMANDS[phase, desired]
    run, head = in_phase(bench, phase), bench.ledger.head
    if expected == REFUSED:
        with pytest.raises(FailedPrecondition, match=f"is {phase.value.replace('_', ' ')} and cannot be"):
            bench.steer(run, desired)
        assert bench.run(run) == run
    elif expected == NO_OP:
        assert bench.steer(run, desired) == run == bench.run(run)
    else:
        after = bench.steer(run, desired, author=Author("me@desk", "lunch"))
        assert after == bench.run(run)
        assert (after.phase, after.desired, after.revision) == (expected, desired, run.revision + 1)
        first = bench.events(head)[0]
        assert (first.type, first.body["reason"]) == (REQUESTED[desired], "lunch")
        assert bench.events(head)[-1].body["phase"] == expected
    if expected in (REFUSED, NO_OP):
        assert bench.ledger.head == head


def test_a_command_for_another_revision_changes_nothing(bench: Workbench) -> None:
    run = bench.submit(2)
    with pytest.raises(Aborted, match=f"has revision {run.revision}, not 7"):
        bench.steer(run, Desired.PAUSE, if_revision=7)
    assert bench.run(run) == run
    assert bench.steer(run, Desired.PAUSE, if_revision=run.revision).phase is RunPhase.PAUSED


def test_a_cancellation_spares_what_is_in_flight_and_what_is_done(bench: Workbench) -> None:
    run = bench.submit(5)
    bench.succeed_next()
    bench.fail_next(FailureClass.MISMATCH)
    bench.fail_next(FailureClass.TIMING)
    flying = bench.announced()
    head = bench.ledger.head
    after = bench.steer(run, Desired.CANCEL)
    assert bench.states(run) == ["succeeded", "cancelled", "cancelled", "submitted", "cancelled"]
    assert after.phase is RunPhase.CANCELLING
    told = [(event.type.value, event.index) for event in bench.events(head)]
    assert told == [("run_cancel_requested", None), *(("task_cancelled", i) for i in (1, 2, 4)), ("run_phase_changed", None)]
    bench.write(attempts.release, flying.token, "the run was cancelled")
    assert bench.states(run)[3] == "cancelled"
    assert (bench.run(run).phase, bench.run(run).ended_at) == (RunPhase.CANCELLED, bench.clock.now)


def test_a_cancellation_of_a_huge_run_is_one_event(bench: Workbench) -> None:
    run = bench.submit(runs.CANCELLED_ONE_BY_ONE + 1)
    head = bench.ledger.head
    assert bench.steer(run, Desired.CANCEL).counts == TaskCounts(cancelled=runs.CANCELLED_ONE_BY_ONE + 1)
    cancelled = bench.events(head)[1]
    assert bench.news(head) == ["run_cancel_requested", "task_cancelled", "run_phase_changed"]
    assert (cancelled.index, cancelled.body["tasks"]) == (None, runs.CANCELLED_ONE_BY_ONE + 1)


def test_a_transaction_is_one_revision(bench: Workbench) -> None:
    run = bench.submit(4)

    def lease_twice(tx) -> None:
        leases.lease(tx, "browser/1", 1)
        leases.lease(tx, "browser/2", 1)

    bench.write(lease_twice)
    assert bench.run(run).revision == run.revision + 1
    bench.succeed_next()
    assert bench.run(run).revision == run.revision + 4


def test_the_end_of_a_run(bench: Workbench) -> None:
    run = bench.submit(2)
    bench.succeed_next()
    bench.steer(run, Desired.PAUSE)
    bench.steer(run, Desired.RUN)
    head = bench.ledger.head
    bench.fail_next(FailureClass.SITE_ERROR)
    ended = bench.run(run)
    assert (ended.phase, ended.ended_at) == (RunPhase.COMPLETED, bench.clock.now)
    assert ended.counts == TaskCounts(completed=1, skipped=1)
    assert bench.news(head)[-2:] == ["task_skipped", "run_phase_changed"]
    bench.clock.advance(60)
    assert bench.run(run) == ended


def test_a_review_that_is_cancelled_keeps_the_time_when_it_came_to_rest(bench: Workbench) -> None:
    run = in_phase(bench, RunPhase.NEEDS_REVIEW)
    bench.clock.advance(60)
    assert bench.steer(run, Desired.CANCEL).ended_at == run.ended_at == bench.run(run).ended_at
    assert bench.states(run) == ["cancelled"]


def test_active_runs_are_those_not_at_rest(bench: Workbench) -> None:
    for phase in (RunPhase.COMPLETED, RunPhase.NEEDS_REVIEW, RunPhase.CANCELLED):
        in_phase(bench, phase)
    bench.clock.advance(1)
    expected = []
    for phase in (RunPhase.PAUSED, RunPhase.PAUSING, RunPhase.RUNNING):
        expected.append(in_phase(bench, phase).run_id)
        bench.clock.advance(1)
    assert [run.run_id for run in bench.read(runs.active)] == expected


def test_the_median_is_of_the_last_fifty_successes(bench: Workbench) -> None:
    run = bench.submit(60)
    for _ in range(10):
        bench.succeed_next(seconds=1000)
    assert bench.run(run).median_task_seconds == 1000
    for seconds in [3.0, *([20.0] * 48), 5000.0]:
        bench.succeed_next(seconds=seconds)
    assert bench.run(run).median_task_seconds == 20

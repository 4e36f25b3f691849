"""Tasks: pages, and counts that cost nothing."""

from oodaemon.model.runs import Desired, TaskCounts
from oodaemon.model.tasks import FailureClass, TaskState
from oodaemon.store import tasks
from tests.integration.store.workbench import Workbench


def test_pages_go_by_index(bench: Workbench) -> None:
    run = bench.submit(5)
    bench.submit(5)
    first = bench.read(tasks.page, run.run_id, limit=2)
    rest = bench.read(tasks.page, run.run_id, after_index=first[-1].index)
    assert [task.index for task in [*first, *rest]] == [0, 1, 2, 3, 4]
    assert {task.run_id for task in [*first, *rest]} == {run.run_id}


def test_values_come_back_as_they_were(bench: Workbench) -> None:
    run = bench.submit(1)
    (task,) = bench.tasks(run)
    assert task.values == {"delta": 10, "delta.unit": "percent"}
    assert isinstance(task.values["delta"], int)


def test_an_open_attempt_counts_as_one(bench: Workbench) -> None:
    run = bench.submit(1)
    bench.fail_next(FailureClass.SESSION)
    bench.lease()
    (task,) = bench.tasks(run)
    assert (task.state, task.attempts) == (TaskState.LEASED, 2)


def test_the_last_failure_is_the_newest(bench: Workbench) -> None:
    run = bench.submit(1)
    bench.fail_next(FailureClass.SESSION, "first")
    bench.fail_next(FailureClass.BROWSER, "second")
    failure = bench.tasks(run)[0].last_failure
    assert failure is not None
    assert (failure.failure_class, failure.message, failure.failed_at) == (FailureClass.BROWSER, "second", bench.clock.now)


def test_counts_of_all_runs_by_state(bench: Workbench) -> None:
    assert bench.read(tasks.counts_by_state) == dict.fromkeys(TaskState, 0)
    one, two = bench.submit(4), bench.submit(2)
    bench.succeed_next()
    bench.steer(two, Desired.CANCEL)
    bench.fail_next(FailureClass.TIMING)
    bench.announced()
    bench.lease()
    found = {state.value: n for state, n in bench.read(tasks.counts_by_state).items() if n}
    assert found == {"succeeded": 1, "cancelled": 2, "retry_wait": 1, "submitted": 1, "leased": 1}
    assert bench.read(tasks.counts, one.run_id) == TaskCounts(pending=1, running=2, completed=1)

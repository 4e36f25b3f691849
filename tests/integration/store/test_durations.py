"""What a backtest of a run is expected to take, and who else is at work: what estimates are made of."""

import pytest

from oodaemon.model.runs import Desired
from oodaemon.model.tasks import FailureClass
from tests.integration.store.workbench import START, Workbench


def test_nothing_measured_is_nothing_expected(bench: Workbench) -> None:
    run = bench.run(bench.submit(2))
    assert (run.median_task_seconds, run.typical_task_seconds) == (None, None)


def test_outliers_failures_and_pauses_do_not_count(bench: Workbench) -> None:
    run = bench.submit(12)
    for seconds in (10, 11, 9, 10, 900, 10, 12):
        bench.succeed_next(seconds=seconds)
    bench.fail_next(FailureClass.BROWSER)
    bench.steer(run, Desired.PAUSE)
    bench.clock.advance(86_400)
    bench.steer(run, Desired.RUN)
    bench.succeed_next(seconds=10)
    found = bench.run(run)
    assert found.median_task_seconds == 10
    assert found.typical_task_seconds == pytest.approx(10.25)


def test_before_its_first_result_a_run_is_expected_to_be_like_the_last_one_of_its_test(bench: Workbench) -> None:
    bench.submit(1)
    bench.succeed_next(seconds=30)
    bench.submit(1)
    bench.succeed_next(seconds=20)
    run = bench.submit(2)
    assert (bench.run(run).median_task_seconds, bench.run(run).typical_task_seconds) == (None, 20)
    bench.succeed_next(seconds=7)
    assert bench.run(run).typical_task_seconds == 7


def test_attempts_in_flight_and_tasks_of_others_are_known(bench: Workbench) -> None:
    first, second, third = bench.submit(4), bench.submit(3), bench.submit(2)
    bench.steer(third, Desired.PAUSE)
    bench.lease()
    bench.clock.advance(5)
    bench.lease(actor="browser/2")
    standing = bench.run(first).standing
    assert standing is not None
    assert standing.rivals == (2,)
    assert sorted((round((moment - START).total_seconds()), is_own) for moment, is_own in standing.started) == [
        (0, True),
        (5, False),
    ]
    assert standing.others == ((second.run_id, 1),)

"""Results: figures of what succeeded, reasons of what did not."""

import sqlite3

import pytest

from oodaemon.model.tasks import FailureClass
from oodaemon.store import results
from tests.integration.store.workbench import Workbench, proven, values_of


def test_only_settled_tasks_have_results(bench: Workbench) -> None:
    run = bench.submit(5)
    bench.succeed_next(pl=3.25)
    bench.fail_next(FailureClass.MISMATCH, "the page shows another delta")
    bench.fail_next(FailureClass.SITE_ERROR, "delta must be below 100")
    bench.fail_next(FailureClass.MODAL, "not yet")
    found = bench.read(results.page, run.run_id)
    assert [(result.index, result.state.value, result.reason, result.attempts) for result in found] == [
        (0, "succeeded", "", 1),
        (1, "held", "the page shows another delta", 1),
        (2, "invalid", "delta must be below 100", 1),
    ]
    assert [result.values for result in found] == list(values_of(3))
    assert [result.figures for result in found] == [proven(3.25), None, None]
    assert {result.recorded_at for result in found} == {bench.clock.now}


def test_a_success_after_failures_has_no_reason(bench: Workbench) -> None:
    run = bench.submit(1)
    bench.fail_next(FailureClass.SESSION, "signed out")
    bench.succeed_next()
    (result,) = bench.read(results.page, run.run_id)
    assert (result.reason, result.attempts) == ("", 2)


def test_pages_go_by_index(bench: Workbench) -> None:
    run = bench.submit(4)
    for _ in range(4):
        bench.succeed_next()
    first = bench.read(results.page, run.run_id, limit=3)
    rest = bench.read(results.page, run.run_id, after_index=first[-1].index, limit=3)
    assert [result.index for result in [*first, *rest]] == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE results SET metrics = '{}'",
        "INSERT INTO results SELECT run_id, idx, 99, metrics, extra, proof, recorded_at, config, origin FROM results",
        "UPDATE events SET body = '{}'",
    ],
)
def test_the_tables_themselves_refuse_to_change_what_was_recorded(bench: Workbench, statement: str) -> None:
    run = bench.submit(1)
    bench.succeed_next(pl=1.0)
    with pytest.raises(sqlite3.IntegrityError):
        bench.write(lambda tx: tx.execute(statement))
    assert bench.read(results.page, run.run_id)[0].figures == proven(1.0)


def test_a_task_has_one_open_attempt_at_most(bench: Workbench) -> None:
    bench.submit(1)
    bench.lease()
    columns = "run_id, idx, boot, actor, incarnation, leased_at"
    again = f"INSERT INTO attempts ({columns}) SELECT {columns} FROM attempts"
    with pytest.raises(sqlite3.IntegrityError):
        bench.write(lambda tx: tx.execute(again))

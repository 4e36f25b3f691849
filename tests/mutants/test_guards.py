"""Quick tests of guards that no other test looks at alone."""

import random
import sqlite3

import pytest

from oodaemon.failures.policy import Decision, decide
from oodaemon.model.runs import Desired, RunPhase, TaskCounts, derive_phase
from oodaemon.model.tasks import FailureClass, Move
from oodaemon.store import attempts, journal, leases, results
from tests.integration.store.conftest import bench  # noqa: F401  # a fixture
from tests.integration.store.workbench import ACTOR, Workbench, proven


def test_nothing_is_leased_of_a_paused_run(bench: Workbench) -> None:  # noqa: F811
    run = bench.submit(1)
    bench.steer(run, Desired.PAUSE)
    assert bench.write(leases.lease, ACTOR, 1) is None


def test_a_second_result_for_a_task_is_refused(bench: Workbench) -> None:  # noqa: F811
    run = bench.submit(1)
    first = bench.succeed_next(pl=1.0)
    with pytest.raises(sqlite3.IntegrityError):
        bench.write(results.record, run.run_id, 0, attempt_id=first.token.attempt_id, figures=proven(2.0))
    (kept,) = bench.read(results.page, run.run_id)
    assert kept.figures is not None
    assert kept.figures.metrics == {"pl": 1.0}


def test_nothing_can_be_done_with_an_attempt_that_is_over(bench: Workbench) -> None:  # noqa: F811
    bench.submit(1)
    token, head = bench.succeed_next().token, bench.ledger.head
    for write in (attempts.intent, attempts.release, attempts.fail):
        with pytest.raises(attempts.StaleToken):
            bench.write(write, token, *{attempts.release: ["no"], attempts.fail: [FailureClass.BUG, "no"]}.get(write, []))
    assert bench.ledger.head == head


def test_a_commit_waits_for_the_disk(bench: Workbench) -> None:  # noqa: F811
    full = 2
    assert bench.write(lambda tx: tx.db.execute("PRAGMA synchronous").fetchone()[0]) == full


@pytest.mark.parametrize("failure_class", [FailureClass.RATE_LIMITED, FailureClass.TIMING])
def test_the_delay_the_site_asked_for_is_kept(failure_class: FailureClass) -> None:
    assert decide(failure_class, 0, random.Random(1), 77.0) == Decision(Move.RETRY_LATER, 77.0)


@pytest.mark.parametrize("counts", [TaskCounts(running=1), TaskCounts(pending=3, running=1, completed=4)])
def test_paused_means_that_nothing_is_in_flight(counts: TaskCounts) -> None:
    assert derive_phase(Desired.PAUSE, counts) is RunPhase.PAUSING
    assert derive_phase(Desired.CANCEL, counts) is RunPhase.CANCELLING


def test_a_reader_that_has_everything_gets_nothing(bench: Workbench) -> None:  # noqa: F811
    bench.submit(1)
    assert bench.read(journal.read, bench.ledger.head, run_id=None) == []
    (last,) = bench.read(journal.read, bench.ledger.head - 1, run_id=None)
    assert last.seq == bench.ledger.head

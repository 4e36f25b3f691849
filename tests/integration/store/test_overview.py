"""The store at a glance, and the counters of what was committed."""

import contextlib
import datetime

from oodaemon.clock import to_text
from oodaemon.model.events import EventType
from oodaemon.model.runs import Desired, RunPhase
from oodaemon.model.tasks import FailureClass, Move, TaskState, TaskStatus
from oodaemon.store import overview, tasks
from oodaemon.store.overview import Overview
from tests.integration.store.workbench import Workbench

LINGER = datetime.timedelta(minutes=15)


def look(bench: Workbench, newest: int = 10) -> Overview:
    return bench.read(overview.look, boot=bench.ledger.boot, newest=newest, since=to_text(bench.clock.now - LINGER))


def test_tasks_and_runs_are_counted_by_state(bench: Workbench) -> None:
    bench.submit(3)
    paused = bench.submit(5)
    bench.succeed_next()
    bench.announced()
    bench.steer(paused, Desired.PAUSE)
    seen = look(bench)
    assert sum(seen.tasks.values()) == 8
    assert seen.tasks[TaskStatus.COMPLETED] == 1
    assert seen.in_flight == {TaskState.LEASED: 0, TaskState.SUBMITTED: 1}
    assert seen.runs[RunPhase.RUNNING] == 1
    waiting = bench.read(tasks.counts, paused.run_id).pending
    assert sum(seen.queued.values()) == seen.tasks[TaskStatus.PENDING] - waiting, "a paused run is not queued"


def test_a_run_is_shown_until_a_quarter_of_an_hour_after_its_end(bench: Workbench) -> None:
    run = bench.submit(1)
    bench.succeed_next()
    later = bench.submit(1)
    assert [shown.run_id for shown in look(bench).newest] == [run.run_id, later.run_id]
    assert [shown.spec for shown in look(bench).newest] == ["", ""], "nobody reads it here, and it may be megabytes"
    assert [shown.run_id for shown in look(bench, newest=1).newest] == [later.run_id]
    bench.clock.advance(LINGER.total_seconds() + 1)
    assert [shown.run_id for shown in look(bench).newest] == [later.run_id]


def test_what_happens_to_tasks_is_counted_once_it_is_committed(bench: Workbench) -> None:
    before = bench.ledger.statistics()
    run = bench.submit(4)
    bench.succeed_next()
    bench.fail_next(FailureClass.MISMATCH)
    bench.fail_next(FailureClass.MODAL)
    with contextlib.suppress(KeyError):
        bench.write(undone, run.run_id)
    bench.steer(run, Desired.CANCEL)
    found = bench.ledger.statistics()
    moved = {move: count - before.moves[move] for move, count in found.moves.items() if count != before.moves[move]}
    assert moved == {
        Move.LEASE: 3,
        Move.INTENT: 3,
        Move.SUCCEED: 1,
        Move.HOLD: 1,
        Move.RETRY_LATER: 1,
        Move.CANCEL: 3,
    }
    assert found.events[EventType.TASK_COMPLETED] - before.events[EventType.TASK_COMPLETED] == 1
    assert sum(found.events.values()) == len(bench.events()), "every event of this boot, and no other"
    assert found.commits == found.commit_times.number > before.commits


def undone(tx, run_id: str) -> None:
    tasks.change(tx, run_id, 3, Move.LEASE)
    raise KeyError


def test_many_tasks_that_are_cancelled_at_once_all_count(bench: Workbench) -> None:
    run = bench.submit(1500)
    bench.steer(run, Desired.CANCEL)
    assert bench.ledger.statistics().moves[Move.CANCEL] == 1500


def test_progress_is_the_part_that_is_settled(bench: Workbench) -> None:
    run = bench.submit(4)
    bench.succeed_next()
    bench.fail_next(FailureClass.SITE_ERROR)
    assert bench.run(run).progress == 0.5

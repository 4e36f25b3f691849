"""Runs that get further tasks: added once, told as such, and only while the run is as it was seen."""

import dataclasses
import random

import pytest

from oodaemon.ids import ulid
from oodaemon.model.batches import Batch
from oodaemon.model.events import EventType
from oodaemon.model.runs import Author, Desired, Growth, Run, RunPhase
from oodaemon.model.tasks import FailureClass
from oodaemon.plans.plan import Extension
from oodaemon.store import fold, fsck, growth, reconcile, results, retention, rulings, runs, walk
from oodaemon.store.rulings import Order, Which
from tests.integration.store.growing import SEARCH, STAGED, grow, new_run, next_step
from tests.integration.store.workbench import Workbench

ME = Author("me@desk", "looked at it")


def submit(bench: Workbench, spec: str = STAGED) -> Run:
    return bench.write(runs.submit, new_run(ulid(bench.clock(), bench.rng), "staged", spec))


def finish(bench: Workbench, *profits: float) -> None:
    for pl in profits:
        bench.succeed_next(pl=pl)


def test_between_two_parts_a_run_goes_on_running(bench: Workbench) -> None:
    run = submit(bench)
    assert (run.growth, run.planned_tasks, run.part, run.counts.total) == (Growth.GROWING, 4, "stage 1", 2)
    finish(bench, 5, 3)
    between = bench.run(run)
    assert (between.phase, between.counts.completed, between.ended_at) == (RunPhase.RUNNING, 2, None)
    assert grow(bench.ledger, run.run_id)
    grown = bench.run(run)
    assert (grown.growth, grown.phase, grown.counts.total, grown.counts.pending) == (Growth.COMPLETE, RunPhase.RUNNING, 4, 2)
    assert [dict(task.values)["delta"] for task in bench.tasks(run)] == [10, 11, 10, 10]
    finish(bench, 1, 2)
    done = bench.run(run)
    assert (done.phase, done.part) == (RunPhase.COMPLETED, "stage 2")
    assert [row.part for row in bench.read(results.page, run.run_id)] == ["stage 1", "stage 1", "stage 2", "stage 2"]


def test_the_event_says_what_was_added_and_why(bench: Workbench) -> None:
    run = submit(bench)
    finish(bench, 5, 3)
    head = bench.ledger.head
    assert grow(bench.ledger, run.run_id)
    (event,) = [one for one in bench.events(head) if one.type is EventType.RUN_EXTENDED]
    assert (event.run_id, event.index, event.body["first"], event.body["tasks"]) == (run.run_id, None, 2, 2)
    assert event.body["growing"] == "complete"
    assert event.body["message"] == "stage 2 goes on from the best of stage 1: task 0 (delta 10) with pl 5"
    assert event.body["counts"]["pending"] == 2


def test_a_plan_that_waits_adds_nothing(bench: Workbench) -> None:
    run = submit(bench)
    finish(bench, 5)
    head = bench.ledger.head
    assert not grow(bench.ledger, run.run_id)
    assert bench.ledger.head == head


def test_the_same_extension_is_added_once(bench: Workbench) -> None:
    """Two planners, or one that was killed between its commit and its memory of it."""
    run = submit(bench, SEARCH)
    finish(bench, 1, 2, 3, 4)
    seen, extension = next_step(bench.ledger, run.run_id)
    assert bench.write(growth.extend, run.run_id, seen, extension)
    head = bench.ledger.head
    assert not bench.write(growth.extend, run.run_id, seen, extension)
    assert (bench.ledger.head, bench.run(run).counts.total) == (head, 5)


def test_an_extension_of_what_is_not_so_any_more_is_not_added(bench: Workbench) -> None:
    run = submit(bench, SEARCH)
    finish(bench, 1, 2)
    seen, extension = next_step(bench.ledger, run.run_id)
    finish(bench, 3)
    assert not bench.write(growth.extend, run.run_id, seen, extension)


def test_a_lease_between_does_not_matter(bench: Workbench) -> None:
    run = submit(bench, SEARCH)
    finish(bench, 1, 2)
    seen, extension = next_step(bench.ledger, run.run_id)
    bench.announced()
    assert bench.write(growth.extend, run.run_id, seen, extension)


@pytest.mark.parametrize("desired", [Desired.PAUSE, Desired.CANCEL])
def test_a_run_that_is_not_to_run_does_not_grow(bench: Workbench, desired: Desired) -> None:
    run = submit(bench)
    finish(bench, 5, 3)
    seen, extension = next_step(bench.ledger, run.run_id)
    phase = bench.steer(run, desired).phase
    assert phase is (RunPhase.PAUSED if desired is Desired.PAUSE else RunPhase.CANCELLED)
    assert not bench.write(growth.extend, run.run_id, seen, extension)
    assert bench.read(growth.growing) == []
    if desired is Desired.PAUSE:
        bench.steer(run, Desired.RUN)
        assert grow(bench.ledger, run.run_id)


def stuck(bench: Workbench) -> Run:
    run = submit(bench)
    bench.fail_next(FailureClass.MISMATCH)
    bench.fail_next(FailureClass.MISMATCH)
    assert bench.run(run).phase is RunPhase.RUNNING
    assert grow(bench.ledger, run.run_id)
    return run


def test_a_run_that_cannot_go_on_needs_review(bench: Workbench) -> None:
    run = stuck(bench)
    found = bench.run(run)
    assert (found.phase, found.growth) == (RunPhase.NEEDS_REVIEW, Growth.STUCK)
    assert bench.read(growth.growing) == []


def test_a_run_whose_tasks_were_all_refused_needs_review_although_none_failed(bench: Workbench) -> None:
    run = submit(bench)
    bench.fail_next(FailureClass.SITE_ERROR)
    bench.fail_next(FailureClass.SITE_ERROR)
    assert grow(bench.ledger, run.run_id)
    found = bench.run(run)
    assert (found.phase, found.counts.failed, found.counts.skipped) == (RunPhase.NEEDS_REVIEW, 0, 2)
    bench.write(rulings.retry, Order(ref=run.run_id, author=ME), force=True)
    finish(bench, 1, 2)
    assert grow(bench.ledger, run.run_id)
    assert bench.run(run).counts.total == 4


def test_a_retry_makes_a_stuck_run_grow_again(bench: Workbench) -> None:
    run = stuck(bench)
    bench.write(rulings.retry, Order(ref=run.run_id, which=Which(indexes=(1,)), author=ME))
    found = bench.run(run)
    assert (found.phase, found.growth, found.ended_at) == (RunPhase.RUNNING, Growth.GROWING, None)
    finish(bench, 7)
    assert grow(bench.ledger, run.run_id)
    assert [dict(task.values)["delta"] for task in bench.tasks(run)] == [10, 11, 11, 11]


def test_a_skip_is_looked_at_and_leaves_it_stuck(bench: Workbench) -> None:
    run = stuck(bench)
    bench.write(rulings.skip, Order(ref=run.run_id, which=Which(indexes=(0,)), author=ME))
    assert bench.run(run).phase is RunPhase.RUNNING
    assert grow(bench.ledger, run.run_id)
    assert bench.run(run).phase is RunPhase.NEEDS_REVIEW


def test_a_stuck_run_can_be_cancelled(bench: Workbench) -> None:
    run = stuck(bench)
    assert bench.steer(run, Desired.CANCEL).phase is RunPhase.CANCELLED


def test_a_retry_of_a_run_that_has_all_its_tasks_adds_none(bench: Workbench) -> None:
    run = submit(bench)
    bench.fail_next(FailureClass.MISMATCH)
    finish(bench, 3)
    assert grow(bench.ledger, run.run_id)
    finish(bench, 1, 2)
    assert bench.run(run).phase is RunPhase.NEEDS_REVIEW
    bench.write(rulings.retry, Order(ref=run.run_id, author=ME))
    finish(bench, 99)
    done = bench.run(run)
    assert (done.phase, done.counts.total) == (RunPhase.COMPLETED, 4)


def test_everything_is_there_after_a_crash(bench: Workbench) -> None:
    run = submit(bench)
    finish(bench, 5, 3)
    bench.crash()
    assert bench.write(reconcile.reconcile) == 0
    assert grow(bench.ledger, run.run_id)
    bench.crash()
    assert bench.run(run).counts.total == 4
    assert bench.read(growth.growing) == []


def test_a_grown_run_can_be_compacted_and_a_stuck_one_goes_on_afterwards(bench: Workbench) -> None:
    run = stuck(bench)
    bench.clock.advance(40 * 86_400)
    assert bench.write(retention.compact, bench.read(retention.digest, run.run_id))
    assert bench.read(lambda db: fold.fold(walk.events(db)))[run.run_id].growth is Growth.STUCK
    bench.write(rulings.retry, Order(ref=run.run_id, author=ME))
    finish(bench, 5, 6)
    assert grow(bench.ledger, run.run_id)
    finish(bench, 1, 2)
    bench.clock.advance(40 * 86_400)
    assert bench.write(retention.compact, bench.read(retention.digest, run.run_id))


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        ("UPDATE runs SET growing = 'complete'", "is complete, its events make it growing"),
        ("UPDATE runs SET planned = 1", "has 2 tasks where it was to have 1 at most"),
        ("UPDATE parts SET first_idx = 1", "has no part for its first task"),
    ],
)
def test_damage_to_a_growing_run_is_found(bench: Workbench, damage: str, sentence: str) -> None:
    submit(bench)
    bench.ledger.write(lambda tx: tx.note(damage, ()))
    assert any(sentence in found for found in bench.read(fsck.problems))
    bench.ledger.write(lambda tx: tx.note("UPDATE runs SET growing = 'growing', planned = 4", ()))
    bench.ledger.write(lambda tx: tx.note("UPDATE parts SET first_idx = 0", ()))


def test_an_event_that_adds_tasks_elsewhere_contradicts(bench: Workbench) -> None:
    run = submit(bench)
    finish(bench, 5, 3)
    assert grow(bench.ledger, run.run_id)
    events = list(bench.read(lambda db: list(walk.events(db))))
    place = next(place for place, event in enumerate(events) if event.type is EventType.RUN_EXTENDED)
    events[place] = dataclasses.replace(events[place], body={**events[place].body, "first": 3})
    with pytest.raises(fold.Contradiction, match="tasks from 3 on are added to 2"):
        fold.fold(events)
    twice = [*events[:place], dataclasses.replace(events[place], body={**events[place].body, "first": 2})]
    again = dataclasses.replace(twice[-1], seq=twice[-1].seq + 1, body={**twice[-1].body, "first": 4})
    with pytest.raises(fold.Contradiction, match="the run is complete and run is desired"):
        fold.fold([*twice, again])


def test_several_batches_keep_their_order(bench: Workbench) -> None:
    run = submit(bench, SEARCH)
    finish(bench, 1, 2, 3, 4)
    seen, _ = next_step(bench.ledger, run.run_id)
    dice = random.Random(1)
    points = [{"delta": 50 + dice.random()} for _ in range(2)]
    batches = (Batch(points[:1], "one", "because"), Batch(points[1:], "two"))
    assert bench.write(growth.extend, run.run_id, seen, Extension(batches, is_last=True, why="both"))
    assert [dict(task.values) for task in bench.tasks(run)][4:] == points
    finish(bench, 5, 6)
    assert [row.part for row in bench.read(results.page, run.run_id)][4:] == ["one", "two"]
    bench.write(lambda tx: tx.note("DELETE FROM parts", ()))


def test_a_figure_of_the_page_is_never_that_of_the_trade_log() -> None:
    derived = '{"max_drawdown": -35000.0, "sharpe": 1.2}'
    assert growth.merged('{"pl": 5.0}', derived) == {"pl": 5.0, "sharpe": 1.2}
    assert growth.merged('{"max_drawdown": -12.0}', derived) == {"max_drawdown": -12.0, "sharpe": 1.2}
    assert growth.merged(None, derived) is None

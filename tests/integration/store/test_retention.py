"""Events of runs at rest go; what they made stays, and nobody skips them without being told."""

import datetime
from dataclasses import replace

import pytest

from oodaemon.model.events import EventType
from oodaemon.model.runs import Desired, Run
from oodaemon.model.tasks import FailureClass
from oodaemon.store import attempts, fold, fsck, journal, results, retention, walk
from oodaemon.store.retention import OF_NO_RUN, Unfaithful
from tests.integration.store.caching import Caching, deltas
from tests.integration.store.workbench import Workbench

DAY = datetime.timedelta(days=1)


def completed(bench: Workbench, count: int = 3) -> Run:
    run = bench.submit(count)
    for _ in range(count):
        bench.succeed_next()
    return bench.run(run)


def compact(bench: Workbench, run: Run) -> None:
    assert bench.write(retention.compact, bench.read(retention.digest, run.run_id))


def remove(bench: Workbench, scope: str, limit: int = 1000) -> int:
    count = 0
    while found := bench.write(retention.remove, scope, limit=limit):
        count += found
    return count


def of_run(bench: Workbench, run: Run) -> list[str]:
    return [event.type.value for event in bench.events() if event.run_id == run.run_id]


def test_only_runs_at_rest_for_long_are_due_and_once(bench: Workbench) -> None:
    run, going = completed(bench), bench.submit(1)
    assert bench.read(retention.due, bench.clock.now) == []
    bench.clock.advance(1)
    assert bench.read(retention.due, bench.clock.now) == [run.run_id]
    compact(bench, run)
    assert bench.read(retention.due, bench.clock.now + 365 * DAY) == []
    with pytest.raises(Unfaithful):
        bench.read(retention.digest, going.run_id)


def test_a_summary_stands_for_the_events_and_everything_else_stays(bench: Workbench) -> None:
    run = bench.submit(4)
    bench.succeed_next()
    for _ in range(7):
        bench.fail_next(FailureClass.TIMING)
        bench.clock.advance(400)
    bench.fail_next(FailureClass.SITE_ERROR)
    bench.succeed_next()
    before = (bench.run(run), bench.tasks(run), bench.read(results.page, run.run_id))
    folded = fold.fold(bench.read(lambda db: list(walk.events(db))))[run.run_id]
    told = len(of_run(bench, run))
    last = bench.ledger.head
    compact(bench, run)
    assert bench.read(fsck.problems) == [], "sound before anything is removed"
    assert bench.read(retention.unfinished) == [run.run_id]
    assert bench.write(retention.remove, run.run_id, limit=3) == 3
    assert bench.read(fsck.problems) == [], "sound when it was interrupted"
    bench.crash()
    assert remove(bench, run.run_id) == told - 3
    assert bench.read(retention.unfinished) == []

    assert of_run(bench, run) == ["run_compacted"]
    summary = next(event for event in bench.events() if event.run_id)
    assert (summary.body["last_seq"], summary.body["events"]) == (last, told)
    assert summary.body["states"] == {"held": "1", "invalid": "2", "succeeded": "0,3"}
    counts = {"pending": 0, "running": 0, "completed": 2, "failed": 1, "skipped": 1, "cancelled": 0, "cached": 0}
    assert summary.body["counts"] == counts
    assert fold.fold(bench.events())[run.run_id] == replace(folded, meanings={}), "what an index stands for is in its task"
    assert (bench.run(run), bench.tasks(run), bench.read(results.page, run.run_id)) == before


def test_numbers_go_on_and_are_never_given_again(bench: Workbench) -> None:
    run = completed(bench)
    compact(bench, run)
    head = bench.ledger.head
    bench.clock.advance(2)
    remove(bench, run.run_id)
    bench.restart()
    bench.write(retention.expire, bench.clock.now + DAY)
    remove(bench, OF_NO_RUN)
    assert bench.ledger.head == head + 1
    bench.submit(1)
    assert bench.ledger.head > head + 2
    bench.succeed_next()


def test_who_asks_for_less_than_is_kept_is_told_the_oldest(bench: Workbench) -> None:
    other = bench.submit(1, name="other")
    bench.steer(other, Desired.PAUSE)
    run = completed(bench)
    last = bench.ledger.head
    assert bench.read(journal.oldest, run.run_id) == 1
    compact(bench, run)
    assert bench.read(journal.oldest, run.run_id) == last + 1
    assert bench.read(journal.oldest, other.run_id) == 1, "nothing of the other run is missing"
    assert bench.read(journal.oldest) == last + 1, "but of everything there is"
    bench.clock.advance(60)
    bench.write(journal.condition, "SiteBlocked", "away")
    bench.write(retention.expire, bench.clock.now)
    gone = bench.read(
        lambda db: db.execute("SELECT max(seq) FROM events WHERE run_id IS NULL AND type = 'test_seen'").fetchone()[0]
    )
    assert bench.read(journal.oldest, other.run_id) == gone + 1
    assert [kind for kind in bench.news(0) if kind == "site_condition_changed"]
    remove(bench, OF_NO_RUN)
    assert bench.news(0)[0] == "run_submitted"


def test_a_run_that_went_on_meanwhile_is_left_alone(bench: Workbench) -> None:
    run = bench.submit(1)
    bench.fail_next(FailureClass.MISMATCH)
    found = bench.read(retention.digest, run.run_id)
    bench.steer(run, Desired.CANCEL)
    assert bench.write(retention.compact, found) is False
    assert bench.read(journal.floor, run.run_id) == 0


def test_what_a_compacted_run_does_later_is_folded_upon_its_summary_and_compacted_again(bench: Workbench) -> None:
    run = bench.submit(2)
    bench.fail_next(FailureClass.MISMATCH)
    bench.succeed_next()
    compact(bench, run)
    remove(bench, run.run_id)
    bench.steer(run, Desired.CANCEL)
    assert of_run(bench, run)[0] == "run_compacted"
    assert len(of_run(bench, run)) > 1
    assert bench.read(fsck.problems) == []
    compact(bench, run)
    assert remove(bench, run.run_id) == 4
    assert of_run(bench, run) == ["run_compacted"]
    assert bench.events()[-1].body["states"] == {"cancelled": "0", "succeeded": "1"}


def test_a_run_whose_events_do_not_make_its_state_keeps_them(bench: Workbench) -> None:
    run = completed(bench)

    class Undo(Exception):
        pass

    def harm(tx) -> None:
        tx.note("UPDATE tasks SET state = 'held' WHERE idx = 1", ())
        with pytest.raises(Unfaithful, match=run.run_id):
            retention.digest(tx.db, run.run_id)
        raise Undo

    with pytest.raises(Undo):
        bench.write(harm)


def test_a_summary_beside_the_events_it_stands_for_is_a_contradiction(bench: Workbench) -> None:
    run = completed(bench)
    compact(bench, run)
    with pytest.raises(fold.Contradiction, match="still there"):
        fold.fold(bench.events())
    broken = [event for event in bench.events() if event.type is EventType.RUN_COMPACTED]
    broken[0].body.pop("states")  # type: ignore[attr-defined]
    with pytest.raises(fold.Contradiction, match="cannot be read"):
        fold.fold(broken)
    assert bench.read(attempts.in_flight) == 0


def test_where_a_reused_figure_came_from_outlives_the_events_of_both_runs(bench: Workbench) -> None:
    at = Caching(bench)
    first = at.submit(deltas(10, 20))
    at.work()
    second = at.submit(deltas(20, 10))
    known = bench.read(results.page, second.run_id)
    assert [row.reused_from for row in known] == [(first.run_id, 1), (first.run_id, 0)]
    bench.clock.advance(1)
    for run in (first, second):
        compact(bench, run)
        assert remove(bench, run.run_id)
    bench.crash()
    assert of_run(bench, second) == ["run_compacted"]
    assert bench.read(results.page, second.run_id) == known
    assert bench.read(fsck.problems) == []
    again = Caching(bench).submit(deltas(10))
    assert [row.reused_from for row in bench.read(results.page, again.run_id)] == [(first.run_id, 0)]

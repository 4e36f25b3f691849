"""The journal: everything in order, by run, and never the same number twice."""

from oodaemon.model.events import Event, EventType
from oodaemon.store import journal
from tests.integration.store.workbench import START, Workbench


def test_an_event_comes_back_whole(bench: Workbench) -> None:
    def tell(tx) -> int:
        return tx.emit(EventType.TASK_FAILED, run_id=None, index=3, attempt_id=4, actor="browser/1", message="größer", n=1.5)

    seq = bench.write(tell)
    assert bench.events(seq - 1) == [
        Event(seq, START, 1, EventType.TASK_FAILED, None, 3, 4, "browser/1", {"message": "größer", "n": 1.5}),
    ]


def test_a_run_sees_its_own_events_and_those_of_the_site(bench: Workbench) -> None:
    one, two = bench.submit(1), bench.submit(1)
    blocked = bench.write(journal.condition, "SiteBlocked", "the site does not look as recorded")
    bench.succeed_next()
    bench.succeed_next()
    bench.write(journal.condition, "SiteBlocked", "")
    found = bench.read(journal.read, 0, run_id=one.run_id)
    assert [event.type.value for event in found] == [
        "run_submitted",
        "run_phase_changed",
        "site_condition_changed",
        "task_leased",
        "task_submitted",
        "task_completed",
        "run_phase_changed",
        "site_condition_changed",
    ]
    assert {event.run_id for event in found} == {one.run_id, None}
    assert (found[2].seq, found[2].body) == (blocked, {"kind": "SiteBlocked", "message": "the site does not look as recorded"})
    assert {event.run_id for event in bench.read(journal.read, blocked, run_id=two.run_id)} == {two.run_id, None}


def test_pages_follow_each_other_without_gap_or_repeat(bench: Workbench) -> None:
    run = bench.submit(3)
    for _ in range(3):
        bench.succeed_next()
        bench.write(journal.condition, "RateLimited", "slow")
    for run_id in (run.run_id, None):
        whole = bench.read(journal.read, 0, run_id=run_id, limit=1000)
        after, parts = 0, []
        while batch := bench.read(journal.read, after, run_id=run_id, limit=2):
            assert len(batch) <= 2
            parts += batch
            after = batch[-1].seq
        assert parts == whole
        assert [event.seq for event in whole] == sorted({event.seq for event in whole})


def test_numbers_go_on_after_removed_events_and_restarts(bench: Workbench) -> None:
    bench.submit(1)
    assert (bench.read(journal.oldest), bench.read(journal.head)) == (1, bench.ledger.head)
    head = bench.ledger.head

    def thin_out(tx) -> None:
        tx.note("DELETE FROM events WHERE seq < ?", (head,))

    bench.write(thin_out)
    assert bench.read(journal.oldest) == head
    bench.write(lambda tx: tx.note("DELETE FROM events", ()))
    assert (bench.read(journal.oldest), bench.read(journal.head)) == (head + 1, head)
    bench.restart()
    assert [event.seq for event in bench.events()] == [head + 1]
    bench.write(lambda tx: [tx.note(f"DELETE FROM {name}", ()) for name in ("specs", "tallies", "tasks", "runs")])

"""What the view knows: each failure once, the newest first, and what the user chose stays chosen."""

from ooctl.records import event_record
from ooctl.top.board import FAILURES, Board
from oodaemon.api.v1 import runs_pb2
from tests.unit.ooctl.builders import an_event


def a_failure(attempt: int, *, at: str = "2026-11-21T08:00:00Z") -> dict:
    return {"run_id": "01J", "attempt_id": attempt, "index": attempt, "failure_class": "TIMING", "message": "no", "failed_at": at}


def test_a_failure_that_is_told_twice_is_shown_once() -> None:
    board = Board()
    board.failed([a_failure(1), a_failure(2)])
    event = an_event(7, runs_pb2.EVENT_TYPE_TASK_FAILED, task=2)
    event.attempt_id = 2
    board.event(event_record(event))
    board.failed([a_failure(1)])
    assert [each["attempt_id"] for each in board.failures] == [2, 1]


def test_only_the_newest_failures_are_kept() -> None:
    board = Board()
    board.failed([a_failure(n) for n in range(FAILURES + 50)])
    assert (len(board.failures), board.failures[0]["attempt_id"]) == (FAILURES, FAILURES + 49)


def test_who_looks_at_an_older_failure_goes_on_looking_at_it_and_who_looks_at_the_newest_sees_the_next() -> None:
    board = Board()
    board.failed([a_failure(1), a_failure(2), a_failure(3)])
    board.failed([a_failure(4)])
    assert board.failure is not None
    assert board.failure["attempt_id"] == 4
    board.move_failure(2)
    board.failed([a_failure(5)])
    assert board.failure["attempt_id"] == 2
    board.move_failure(-100)
    assert board.failure["attempt_id"] == 5


def test_an_event_that_names_no_attempt_is_no_failure() -> None:
    board = Board()
    board.event(event_record(an_event(7, runs_pb2.EVENT_TYPE_TASK_SKIPPED, task=2)))
    assert (board.failures, board.failure, board.selected) == ([], None, None)

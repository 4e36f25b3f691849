"""Requests: the same one twice is one."""

import pytest

from oodaemon.errors import AlreadyExists, FailedPrecondition, InvalidArgument
from oodaemon.model.runs import Desired, RunPhase
from oodaemon.store import requests, runs
from tests.integration.store.workbench import Workbench


def once(bench: Workbench, request_id: str, *, method: str = "PauseRun", digest: str = "d1", produce) -> str:
    return bench.write(lambda tx: requests.once(tx, request_id, method, digest, lambda: produce(tx)))


def test_a_repeated_request_gets_the_same_answer_and_does_nothing(bench: Workbench) -> None:
    assert once(bench, "r1", produce=lambda tx: "answer") == "answer"
    bench.restart()

    def never(tx) -> str:
        raise AssertionError

    assert once(bench, "r1", produce=never) == "answer"


def test_the_change_and_the_memory_of_it_are_one(bench: Workbench) -> None:
    run = bench.submit(1)

    def pause(tx) -> str:
        return runs.set_desired(tx, run.run_id, Desired.PAUSE).run_id

    assert once(bench, "r1", produce=pause) == run.run_id
    bench.steer(run, Desired.RUN)
    assert once(bench, "r1", produce=pause) == run.run_id
    assert bench.run(run).phase is RunPhase.RUNNING


def test_a_request_that_changes_nothing_is_remembered_without_an_event(bench: Workbench) -> None:
    run = bench.submit(1)
    head = bench.ledger.head
    assert once(bench, "r1", produce=lambda tx: runs.set_desired(tx, run.run_id, Desired.RUN).run_id) == run.run_id
    assert bench.ledger.head == head
    with pytest.raises(AlreadyExists):
        once(bench, "r1", digest="d2", produce=lambda tx: "other")


def test_a_request_that_failed_leaves_its_id_free(bench: Workbench) -> None:
    run = bench.submit(0)
    with pytest.raises(FailedPrecondition):
        once(bench, "r1", produce=lambda tx: runs.set_desired(tx, run.run_id, Desired.PAUSE).run_id)
    assert once(bench, "r1", digest="d2", produce=lambda tx: "fine") == "fine"


@pytest.mark.parametrize(("method", "digest"), [("PauseRun", "d2"), ("CancelRun", "d1")])
def test_an_id_with_other_content_names_both(bench: Workbench, method: str, digest: str) -> None:
    once(bench, "r1", produce=lambda tx: "answer")
    with pytest.raises(
        AlreadyExists, match=rf"'r1' was used before for PauseRun with content d1,.* for {method} with content {digest}"
    ):
        once(bench, "r1", method=method, digest=digest, produce=lambda tx: "other")


def test_an_empty_id_is_refused(bench: Workbench) -> None:
    with pytest.raises(InvalidArgument, match="request_id: is empty"):
        once(bench, "", produce=lambda tx: "x")

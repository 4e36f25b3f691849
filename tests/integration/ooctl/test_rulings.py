"""The commands that steer runs and decide about failed tasks, against a real gRPC server."""

from __future__ import annotations

import re

import grpc
import pytest

from ooctl.exits import ExitStatus
from oodaemon.api.v1 import runs_pb2
from tests.integration.ooctl.fake_daemon import SHORT_ID, Refusal
from tests.unit.ooctl.builders import RUN_ID

pytestmark = pytest.mark.usefixtures("daemon")

NOW, DRAIN = runs_pb2.STOP_MODE_NOW, runs_pb2.STOP_MODE_DRAIN


@pytest.mark.parametrize("order", ["pause", "cancel"])
@pytest.mark.parametrize(("words", "mode"), [((), DRAIN), (("--now",), NOW)])
def test_a_run_is_stopped_by_draining_or_at_once(ooctl, state, order, words, mode):
    assert ooctl(order, SHORT_ID, *words, *(("--yes",) if order == "cancel" else ())).status is ExitStatus.OK

    assert state.requests[0].mode == mode


def test_every_order_says_who_gives_it(ooctl, state):
    ooctl("pause", SHORT_ID)
    ooctl("submit", "--test", "1", "-p", "delta=5")
    ooctl("retry", SHORT_ID)

    assert len(state.clients) == 3
    assert all(re.fullmatch(r"\S+@\S+", client) for client in state.clients)


@pytest.mark.parametrize(
    "words",
    [
        ("pause", RUN_ID),
        ("resume", RUN_ID),
        ("cancel", RUN_ID, "--yes"),
        ("retry", RUN_ID),
        ("skip", RUN_ID, "--tasks", "1", "--reason", "x"),
        ("accept", RUN_ID, "--tasks", "1", "--reason", "x"),
    ],
)
def test_an_order_can_be_for_one_revision_only(ooctl, state, words):
    name = {"pause": "PauseRun", "resume": "ResumeRun", "cancel": "CancelRun"}.get(words[0], f"{words[0].title()}Tasks")
    state.refusals[name] = Refusal(grpc.StatusCode.ABORTED, "run has revision 9, not 4")

    done = ooctl(*words, "--if-revision", "4")

    assert state.requests[0].if_revision == 4
    assert done.status is ExitStatus.CONFLICT
    assert "revision 9, not 4" in done.err


def test_one_revision_is_of_one_run(ooctl, state):
    done = ooctl("pause", "a", "b", "--if-revision", "4")

    assert (done.status, state.requests) == (ExitStatus.USAGE, [])
    assert "name one RUN" in done.err


def test_a_retry_names_tasks_and_classes(ooctl, state):
    done = ooctl("retry", SHORT_ID, "--tasks", "1,4-7", "--class", "timing", "--force", "--reason", "again", "-o", "json")

    request = state.requests[0]
    assert [(each.first, each.last) for each in request.tasks] == [(1, 1), (4, 7)]
    assert (request.failure_class, request.force, request.reason) == (runs_pb2.FAILURE_CLASS_TIMING, True, "again")
    assert request.request_id
    assert (done.json["changed"], done.json["run_id"]) == (2, RUN_ID)
    assert "2 tasks are tried again" in done.err


def test_a_retry_of_everything_that_failed_names_nothing(ooctl, state):
    assert ooctl("retry", SHORT_ID).status is ExitStatus.OK

    assert (len(state.requests[0].tasks), state.requests[0].failure_class, state.requests[0].force) == (0, 0, False)


def test_skipping_and_accepting_need_tasks_and_a_reason(ooctl, state):
    for command in ("skip", "accept"):
        assert ooctl(command, SHORT_ID, "--tasks", "1").status is ExitStatus.USAGE
        assert ooctl(command, SHORT_ID, "--reason", "x").status is ExitStatus.USAGE
    assert state.requests == []

    skipped = ooctl("skip", SHORT_ID, "--tasks", "3", "--reason", "no data")
    accepted = ooctl("accept", SHORT_ID, "--tasks", "3", "--reason", "looked at it")

    assert "1 task is skipped" in skipped.err
    assert "no task had to be accepted" in accepted.err
    assert 'the run is paused; "ooctl resume' in accepted.err
    assert [request.reason for request in state.requests] == ["no data", "looked at it"]


@pytest.mark.parametrize(
    ("text", "why"), [("x", "'x' is no index"), ("1,", "'' is no index"), ("5-2", "'5-2' ends before it begins")]
)
def test_tasks_that_cannot_be_read_are_named(ooctl, state, text, why):
    done = ooctl("retry", SHORT_ID, "--tasks", text)

    assert (done.status, state.requests) == (ExitStatus.USAGE, [])
    assert why in done.err


def test_a_refusal_is_a_sentence(ooctl, state):
    sentence = "task 01JD/3 has no quarantined figures that could be accepted; retry or skip it"
    state.refusals["AcceptTasks"] = Refusal(grpc.StatusCode.FAILED_PRECONDITION, sentence)

    done = ooctl("accept", SHORT_ID, "--tasks", "3", "--reason", "x")

    assert done.status is ExitStatus.CONFLICT
    assert sentence in done.err


def test_accepted_and_skipped_tasks_are_marked_in_the_results(ooctl, state):
    ruling = runs_pb2.Ruling(client="me@desk", reason="looked at it")
    state.results = [
        runs_pb2.Result(index=0, status=runs_pb2.TASK_STATUS_COMPLETED, origin=runs_pb2.RESULT_ORIGIN_ACCEPTED, ruling=ruling),
        runs_pb2.Result(index=1, status=runs_pb2.TASK_STATUS_COMPLETED, origin=runs_pb2.RESULT_ORIGIN_VERIFIED),
        runs_pb2.Result(index=2, status=runs_pb2.TASK_STATUS_COMPLETED, origin=runs_pb2.RESULT_ORIGIN_LATE),
    ]

    table, records = ooctl("results", SHORT_ID).out, ooctl("results", SHORT_ID, "-o", "json").json

    assert "COMPLETED (accepted)" in table
    assert "COMPLETED (late)" in table
    assert "me@desk: looked at it" in table
    assert [record["origin"] for record in records] == ["ACCEPTED", "VERIFIED", "LATE"]
    assert records[0]["ruling"]["reason"] == "looked at it"
    assert records[1]["ruling"] is None


def test_why_nothing_happens_stands_beside_the_phase(ooctl, state):
    assert "waits for" not in ooctl("list").out
    state.runs[0].conditions.add(kind="ConcurrencyWait", message="all browsers are busy with run 01JA")

    assert "ConcurrencyWait" in ooctl("list").out
    assert "all browsers are busy" in ooctl("status", SHORT_ID).out

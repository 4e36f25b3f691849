"""Every command but watch, against a real gRPC server."""

from __future__ import annotations

import csv
import io
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import grpc
import pytest
from google.rpc import error_details_pb2

from ooctl.exits import ExitStatus
from ooctl.render.tables import METRICS
from oodaemon.api.v1 import daemon_pb2, parameters_pb2, runs_pb2
from tests.integration.ooctl.fake_daemon import SHORT_ID, Refusal
from tests.unit.ooctl.builders import RUN_ID, a_result, a_run, stamp

pytestmark = pytest.mark.usefixtures("daemon")
CODE = grpc.StatusCode
SUBMIT = ("submit", "--test", "1", "-p", "delta=5..50/1")


def test_submit_prints_the_id_alone(ooctl, state):
    done = ooctl("submit", "--test", "Iron fly", "-p", "delta=-5..5/0.5", "-p", "delta.unit=percent", "--name", "x")
    request = state.requests[0]

    assert (done.status, done.out) == (ExitStatus.OK, f"{RUN_ID}\n")
    assert "3 backtests on Iron fly" in done.err
    assert request.spec.sweep.test == "Iron fly"
    assert request.spec.sweep.parameter.name == "delta"
    assert request.spec.sweep.parameter.range == runs_pb2.ValueRange(start="-5", end="5", step="0.5")
    assert dict(request.spec.sweep.parameter.options) == {"unit": "percent"}
    assert request.name == "x"
    assert len(request.request_id) == 36


def test_submit_says_what_was_taken_over_and_what_will_follow(ooctl, state):
    run = state.runs[0]
    run.growing, run.planned_tasks, run.tasks.cached = True, 12, 2
    assert (
        "3 backtests on Iron fly; 2 of them with the result of an earlier run; more follow from their results, 12 at most"
        in ooctl(*SUBMIT).err
    )


def test_submit_sends_lists_and_the_long_form(ooctl, state):
    ooctl("submit", "--test", "1", "-p", "entry=09:45,10:00", "--request-id", "mine")
    ooctl("submit", "--test", "1", "--param", "delta", "--start", "-5", "--end", "50", "--step", "1")

    assert list(state.requests[0].spec.sweep.parameter.list.values) == ["09:45", "10:00"]
    assert state.requests[0].request_id == "mine"
    assert state.requests[1].spec.sweep.parameter.range == runs_pb2.ValueRange(start="-5", end="50", step="1")


def test_submit_can_print_the_run(ooctl):
    assert ooctl(*SUBMIT, "-o", "json").json["run_id"] == RUN_ID
    assert ooctl(*SUBMIT, "-o", "jsonl").jsonl[0]["phase"] == "RUNNING"


def test_violations_are_listed_under_the_error(ooctl, state):
    bad = error_details_pb2.BadRequest()
    bad.field_violations.add(field="delta", description="200 is above the maximum 100")
    state.refusals["SubmitRun"] = Refusal(CODE.INVALID_ARGUMENT, "delta: 200 is above the maximum 100", (bad,))
    done = ooctl(*SUBMIT)

    assert done.status is ExitStatus.USAGE
    assert done.out == ""
    assert done.err.splitlines() == ["error: the request is not valid", "  delta: 200 is above the maximum 100"]


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (CODE.INVALID_ARGUMENT, ExitStatus.USAGE),
        (CODE.NOT_FOUND, ExitStatus.NOT_FOUND),
        (CODE.UNAVAILABLE, ExitStatus.UNREACHABLE),
        (CODE.UNAUTHENTICATED, ExitStatus.DENIED),
        (CODE.PERMISSION_DENIED, ExitStatus.DENIED),
        (CODE.FAILED_PRECONDITION, ExitStatus.CONFLICT),
        (CODE.ABORTED, ExitStatus.CONFLICT),
        (CODE.ALREADY_EXISTS, ExitStatus.CONFLICT),
        (CODE.DEADLINE_EXCEEDED, ExitStatus.TIMED_OUT),
        (CODE.RESOURCE_EXHAUSTED, ExitStatus.CONFLICT),
        (CODE.INTERNAL, ExitStatus.FAILED),
    ],
)
def test_every_refusal_has_its_exit_code_and_its_sentence(ooctl, state, code, status):
    state.refusals["SubmitRun"] = Refusal(code, "the site cannot be reached")
    done = ooctl(*SUBMIT, "--debug")

    assert done.status is status
    assert done.err.startswith("error: the site cannot be reached\n")
    assert f"debug: {code.name}: the site cannot be reached" in done.err
    assert len(state.requests) == 1  # a verdict is not asked for twice


def test_a_lost_answer_is_asked_for_again_with_the_same_id(ooctl, state):
    state.refusals["SubmitRun"] = Refusal(CODE.UNAVAILABLE, "Socket closed", times=2)
    done = ooctl(*SUBMIT)

    assert done.status is ExitStatus.OK
    assert len(state.requests) == 3
    assert len({request.request_id for request in state.requests}) == 1


def test_a_submission_that_may_have_arrived_can_be_repeated(ooctl, state):
    state.refusals["SubmitRun"] = Refusal(CODE.UNAVAILABLE, "the daemon is shutting down")
    done = ooctl(*SUBMIT)

    assert done.status is ExitStatus.UNREACHABLE
    assert done.err.startswith("error: the daemon is shutting down\nhint: it may have been accepted")
    assert f"--request-id {state.requests[0].request_id}" in done.err


def test_a_run_that_is_not_there(ooctl):
    done = ooctl("status", "nothing")

    assert done.status is ExitStatus.NOT_FOUND
    assert done.err == "error: there is no run 'nothing'\nhint: \"ooctl list\" shows the runs\n"


def test_list_reads_every_page_in_order(ooctl, state):
    state.runs = [a_run(run_id=f"run-{number}") for number in range(5)]

    assert [run["run_id"] for run in ooctl("list", "-o", "json").json] == [f"run-{number}" for number in range(5)]
    assert [run["run_id"] for run in ooctl("list", "--limit", "3", "-o", "jsonl").jsonl] == ["run-0", "run-1", "run-2"]
    assert [run["run_id"] for run in ooctl("list", "--limit", "0", "-o", "json").json][-1] == "run-4"
    assert [line.split()[0] for line in ooctl("list").out.splitlines()] == ["run", *(f"run-{n}" for n in range(5))]
    assert [row["run_id"] for row in csv.DictReader(io.StringIO(ooctl("list", "-o", "csv").out))][4] == "run-4"


def test_results_in_every_format(ooctl, state):
    state.results = [a_result(index, pl=100.0 + index, cagr=23.3) for index in range(3)]
    as_json = ooctl("results", SHORT_ID, "-o", "json").json
    rows = list(csv.DictReader(io.StringIO(ooctl("results", SHORT_ID, "-o", "csv").out)))
    lines = ooctl("results", SHORT_ID).out.splitlines()

    assert [result["index"] for result in as_json] == [0, 1, 2]
    assert tuple(as_json[0]["metrics"]) == METRICS
    assert as_json[0]["metrics"]["pl"] == 100
    assert as_json[0]["metrics"]["mar"] is None
    assert ooctl("results", SHORT_ID, "-o", "jsonl").jsonl == as_json
    assert [row["pl"] for row in rows] == ["100", "101", "102"]
    assert next(iter(rows[0])) == "delta"
    assert lines[2].split()[:4] == ["1", "10", "COMPLETED", "$101"]
    assert {type(request).__name__ for request in state.requests} == {"ListResultsRequest"}


def test_tasks(ooctl, state):
    state.tasks = [
        runs_pb2.Task(task_id=f"t-{index}", index=index, status=runs_pb2.TASK_STATUS_PENDING, not_before=stamp())
        for index in range(3)
    ]

    assert [task["task_id"] for task in ooctl("tasks", SHORT_ID, "-o", "json").json] == ["t-0", "t-1", "t-2"]
    assert "PENDING" in ooctl("tasks", SHORT_ID).out


def test_status_of_a_run(ooctl):
    assert ooctl("status", SHORT_ID, "-o", "json").json["run_id"] == RUN_ID
    assert f"run         {RUN_ID}" in ooctl("status", SHORT_ID).out.splitlines()


def test_status_of_the_daemon(ooctl, state):
    state.status = daemon_pb2.GetStatusResponse(version="0.1.0", boot=3, started_at=stamp(), active_runs=1)
    state.status.uptime.FromSeconds(61)
    state.status.tree.path = "oo"
    as_json = ooctl("status", "-o", "json").json

    assert (as_json["boot"], as_json["uptime_seconds"], as_json["tree"]["path"]) == (3, 61, "oo")
    assert "up          1 min 1 s, since 2026-11-21T08:00:00Z" in ooctl("status").out.splitlines()
    assert next(csv.DictReader(io.StringIO(ooctl("status", "-o", "csv").out)))["version"] == "0.1.0"


def test_the_tree_and_the_tasks(ooctl, state):
    state.status = daemon_pb2.GetStatusResponse()
    state.status.tree.path = "root"
    state.status.tree.children.add(path="pulse", state=daemon_pb2.ACTOR_STATE_QUARANTINED, last_failure="bug: no")
    assert ooctl("tree", "-o", "json").json["children"][0]["state"] == "QUARANTINED"
    assert "    last failure: bug: no" in "\n".join(ooctl("tree").out.splitlines())
    assert ooctl("dump").out.splitlines() == ["<init>", "  pulse at oodaemon.app.pulse:66"]


@pytest.mark.parametrize(("order", "phase"), [("pause", "PAUSING"), ("resume", "RUNNING"), ("cancel", "CANCELLING")])
def test_orders(ooctl, state, order, phase):
    sure = ("--yes",) if order == "cancel" else ()
    done = ooctl(order, SHORT_ID, "--reason", "market opens", "-o", "json", *sure)
    request = state.requests[0]

    assert (done.status, done.json["phase"]) == (ExitStatus.OK, phase)
    assert type(request).__name__.lower() == f"{order}runrequest"
    assert (request.run_id, request.reason) == (SHORT_ID, "market opens")
    assert request.request_id


def test_latest_is_one_run_from_the_first_page_to_the_last(ooctl, state):
    state.results = [a_result(index) for index in range(5)]
    assert len(ooctl("results", "latest", "-o", "jsonl").jsonl) == 5

    pages = [request for request in state.requests if isinstance(request, runs_pb2.ListResultsRequest)]
    assert [request.run_id for request in pages] == [RUN_ID] * 3
    assert sum(isinstance(request, runs_pb2.ListRunsRequest) for request in state.requests) == 1


def test_latest_is_an_id_where_something_is_changed_and_watched(ooctl, state):
    assert ooctl("pause", "latest").status is ExitStatus.OK
    assert state.requests[-1].run_id == RUN_ID
    state.runs[0].phase = state.snapshot.phase = runs_pb2.RUN_PHASE_COMPLETED
    assert ooctl("watch", "latest").status is ExitStatus.OK
    assert all(getattr(request, "run_id", RUN_ID) == RUN_ID for request in state.requests)
    state.runs.clear()
    done = ooctl("status", "latest")
    assert (done.status, done.err.splitlines()[0]) == (ExitStatus.NOT_FOUND, "error: there is no newest run: nothing was run yet")


def test_an_order_for_several_runs_goes_on_after_a_refusal(ooctl, state):
    state.runs = [a_run(run_id="a"), a_run(run_id="b")]
    done = ooctl("pause", "a", "x", "b", "-o", "json")

    assert done.status is ExitStatus.NOT_FOUND
    assert [run["run_id"] for run in done.json] == ["a", "b"]
    assert "there is no run 'x'" in done.err
    assert len({request.request_id for request in state.requests}) == 3


def test_parameters(ooctl, state):
    state.parameters = [parameters_pb2.Parameter(name="delta"), parameters_pb2.Parameter(name="width")]
    unknown = ooctl("parameters", "dleta")

    assert [each["name"] for each in ooctl("parameters", "-o", "json").json] == ["delta", "width"]
    assert ooctl("parameters", "width", "-o", "json").json["name"] == "width"
    assert "parameter   delta" in ooctl("parameters", "delta").out
    assert unknown.status is ExitStatus.NOT_FOUND
    assert "did you mean delta?" in unknown.err


def test_drain(ooctl, state):
    assert ooctl("drain", "-o", "json").json == {"in_flight": 2}
    assert ooctl("drain").out == "in flight\n        2\n"
    assert all(request.request_id for request in state.requests)


def test_the_daemon_option_may_stand_anywhere(ooctl, socket_path, daemon):
    assert ooctl("--daemon", str(socket_path), "list").status is ExitStatus.OK
    assert ooctl("list", "--daemon", f"unix:{socket_path}").status is ExitStatus.OK
    assert ooctl("--daemon", "/nowhere/x.sock", "list").status is ExitStatus.UNREACHABLE


@pytest.mark.parametrize("command", [("list",), SUBMIT, ("watch", "x"), ("status",), ("pause", "x", "y")])
def test_a_dead_daemon_is_told_within_a_second(ooctl, daemon, socket_path, command):
    daemon.stop()
    took = []
    for _ in range(3):  # the first one also imports; and the machine has other things to do
        started = time.monotonic()
        done = ooctl(*command)
        took.append(time.monotonic() - started)

    assert min(took) < 1
    assert done.status is ExitStatus.UNREACHABLE
    assert done.out == ""
    assert done.err.startswith(f"error: no daemon answers at unix:{socket_path} ")
    assert '"oodaemon run"' in done.err
    assert len(done.err.splitlines()) == 1


def test_as_a_process(spawn, state):
    state.results = [a_result(0, pl=113.0)]
    process = spawn("results", SHORT_ID, "-o", "jsonl")
    out, err = process.communicate(timeout=60)

    assert (process.returncode, err) == (0, "")
    assert '"pl": 113,' in out


def test_a_full_disk_is_a_sentence(spawn, state):
    with Path("/dev/full").open("w") as full:
        process = spawn("list", stdout=full)
        _, err = process.communicate(timeout=60)

    assert process.returncode == ExitStatus.FAILED
    assert err == "error: the output could not be written: No space left on device\n"


def test_closed_streams_are_no_reason_to_fail():
    command = f'"{sys.executable}" -m ooctl list >&- 2>&- <&-'
    env = {**os.environ, "OOCTL_DAEMON": "/nowhere.sock"}
    done = subprocess.run(["sh", "-c", command], env=env, cwd=Path(__file__).resolve().parents[3], check=False)

    assert done.returncode == ExitStatus.UNREACHABLE


def test_a_daemon_that_is_slow_to_shake_hands_is_not_taken_for_dead(ooctl, socket_path, daemon):
    slow = socket_path.with_name("slow.sock")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(slow))
        listener.listen()
        done = ooctl("watch", SHORT_ID, "--timeout", "1.5", "--daemon", str(slow))

    assert done.status is ExitStatus.TIMED_OUT


def test_a_reader_that_goes_away_is_not_worth_a_word(spawn, state):
    state.results = [a_result(index, pl=1.0) for index in range(1000)]
    state.page = 1000
    process = spawn("results", SHORT_ID, "-o", "jsonl")
    process.stdout.readline()
    process.stdout.close()

    assert process.stderr.read() == ""
    assert process.wait(10) == ExitStatus.FAILED

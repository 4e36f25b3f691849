"""`logs`, `explain`, `wait`, `list --watch`, `top`: against a real gRPC server, in pipes and on a terminal."""

from __future__ import annotations

import json
import os
import pty
import signal

import grpc
import pytest

from ooctl.exits import ExitStatus
from oodaemon.api.v1 import daemon_pb2, runs_pb2
from tests.integration.ooctl.fake_daemon import SHORT_ID, FakeDaemon, Refusal
from tests.support.process import wait_for
from tests.unit.ooctl.builders import RUN_ID, a_run, counts, phase_event, stamp

COMPLETED, PAUSED, REVIEW = runs_pb2.RUN_PHASE_COMPLETED, runs_pb2.RUN_PHASE_PAUSED, runs_pb2.RUN_PHASE_NEEDS_REVIEW
CANCELLED = runs_pb2.RUN_PHASE_CANCELLED


def a_line(seq, level=daemon_pb2.LOG_LEVEL_INFO, **fields):
    return daemon_pb2.LogLine(seq=seq, logged_at=stamp(seq), level=level, event=f"line {seq}", fields=fields)


def test_the_log_is_printed_oldest_first_and_asked_for_as_told(ooctl, daemon, state):
    state.log = [a_line(1, actor="browser/1"), a_line(2, daemon_pb2.LOG_LEVEL_ERROR)]
    done = ooctl("logs", "--since", "1h30m", "--run", SHORT_ID, "--level", "WARNING")
    assert done.status is ExitStatus.OK
    assert done.out.splitlines() == ["2026-11-21T08:00:01Z info    line 1 actor=browser/1", "2026-11-21T08:00:02Z error   line 2"]
    (request,) = state.requests
    assert (request.max_age.seconds, request.run_id, request.level, request.follow) == (5400, SHORT_ID, 2, False)
    assert [line["level"] for line in ooctl("logs", "-o", "jsonl").jsonl] == ["INFO", "ERROR"]


def test_the_log_is_followed_through_a_restart_of_the_daemon(spawn, socket_path, state):
    state.log = [a_line(1)]
    with FakeDaemon(socket_path, state):
        process = spawn("logs", "-f")
        first = process.stdout.readline()
    with FakeDaemon(socket_path, state), state.changed:
        state.log.append(a_line(2))
        state.changed.notify_all()
        state.changed.wait(0)
    with FakeDaemon(socket_path, state):
        second = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        rest, err = process.communicate(timeout=30)
    assert [first.split()[3], second.split()[3], rest] == ["1", "2", ""]
    assert "waiting for it to come back" in err
    assert process.returncode == ExitStatus.INTERRUPTED


@pytest.mark.parametrize(
    ("args", "what"),
    [
        (("logs", "--since", "soon"), "'soon' is no time; write it as 90 (seconds), 45s, 10m, 1h30m or 2d"),
        (("logs", "--since", "0"), "more than 0"),
        (("logs", "--level", "loud"), "'loud' is not one of"),
        (("logs", "-o", "csv"), "'csv' is not one of"),
        (("wait",), "Missing argument 'RUN...'"),
        (("wait", RUN_ID, "--for", "luck"), "'luck' is not one of"),
        (("wait", RUN_ID, "--timeout", "1y"), "'1y' is no time"),
        (("list", "--watch", "-o", "csv"), "-o csv cannot be watched; use -o jsonl"),
        (("watch", RUN_ID, "--ui", "--timeout", "5"), "--ui goes with neither --timeout nor -o"),
        (("watch", RUN_ID, "--ui", "-o", "json"), "--ui goes with neither --timeout nor -o"),
        (("top",), "ooctl top needs a terminal"),
        (("watch", RUN_ID, "--ui"), "ooctl watch --ui needs a terminal"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(ooctl, daemon, args, what):
    done = ooctl(*args)
    assert (done.status, done.out) == (ExitStatus.USAGE, "")
    assert what in done.err.splitlines()[0]


@pytest.mark.parametrize("args", [("logs", "-f"), ("explain",), ("explain", SHORT_ID), ("wait", SHORT_ID), ("list", "--watch")])
def test_without_a_daemon_there_is_one_sentence(ooctl, args):
    done = ooctl(*args)
    assert (done.status, done.out) == (ExitStatus.UNREACHABLE, "")
    assert done.err.startswith("error: no daemon answers at unix:")


@pytest.mark.parametrize("args", [("explain", "01ZZ"), ("wait", RUN_ID, "01ZZ"), ("wait", "01ZZ", "--for", "paused")])
def test_a_run_that_is_not_there_is_not_waited_for(ooctl, daemon, state, args):
    done = ooctl(*args)
    assert (done.status, "01ZZ" in done.err) == (ExitStatus.NOT_FOUND, True)
    assert not any(isinstance(request, runs_pb2.WatchRunRequest) for request in state.requests)


def test_a_log_of_a_run_that_is_not_there(ooctl, daemon, state):
    state.refusals["ReadLogs"] = Refusal(grpc.StatusCode.NOT_FOUND, "there is no run '01ZZ'")
    done = ooctl("logs", "--run", "01ZZ", "-f")
    assert (done.status, done.err.splitlines()[0]) == (ExitStatus.NOT_FOUND, "error: there is no run '01ZZ'")


def test_a_run_and_the_daemon_are_explained(ooctl, daemon, state):
    state.runs[0].tasks.running = 2
    state.runs[0].next_result_in.FromSeconds(38)
    assert ooctl("explain", SHORT_ID).out == "everything is fine: 2 browsers work, next result in about 40 s\n"
    found = ooctl("explain", SHORT_ID, "-o", "json").json
    assert (found["is_fine"], found["run_id"], found["next_result_seconds"], found["advice"]) == (True, RUN_ID, 38, "")
    state.status.conditions.add(kind="AuthRequired", message="the site refused the account")
    assert ooctl("explain").out == "nothing happens: the site refused the account; sign in with `ooctl login`\n"
    assert ooctl("explain", "-o", "json").json["conditions"][0]["kind"] == "AuthRequired"


@pytest.mark.parametrize(
    ("phase", "skipped", "status"),
    [
        (COMPLETED, 0, ExitStatus.OK),
        (REVIEW, 0, ExitStatus.RUN_FAILED),
        (runs_pb2.RUN_PHASE_CANCELLED, 0, ExitStatus.RUN_CANCELLED),
    ],
)
def test_what_is_waited_for_decides_the_exit_code(spawn, daemon, state, phase, skipped, status):
    process = spawn("wait", SHORT_ID, "--timeout", "1m")
    state.append(phase_event(1, phase, done=3 - skipped))
    out, err = process.communicate(timeout=60)
    assert process.returncode == status, err
    assert out.startswith(f"run {RUN_ID} ")


def test_a_pause_is_waited_for_and_a_run_at_rest_never_pauses(spawn, ooctl, daemon, state):
    process = spawn("wait", SHORT_ID, "--for", "paused")
    state.append(phase_event(1, runs_pb2.RUN_PHASE_PAUSING), phase_event(2, PAUSED))
    out, _ = process.communicate(timeout=60)
    assert (process.returncode, out) == (ExitStatus.OK, f"run {RUN_ID} PAUSED 0/3\n")
    state.snapshot = a_run(COMPLETED, tasks=counts(3, completed=3))
    done = ooctl("wait", SHORT_ID, "--for", "paused")
    assert (done.status, f"{RUN_ID} is COMPLETED and will not be paused any more" in done.err) == (ExitStatus.CONFLICT, True)


def test_waiting_ends_in_time_and_touches_nothing(ooctl, daemon, state):
    done = ooctl("wait", SHORT_ID, "--timeout", "0.3")
    assert (done.status, "did not come to rest in the time given; it goes on" in done.err) == (ExitStatus.TIMED_OUT, True)
    assert "was not paused in the time given" in ooctl("wait", SHORT_ID, "--for", "paused", "--timeout", "0.3").err
    assert state.mutations() == []


def test_ctrl_c_ends_the_waiting_only(spawn, daemon, state):
    process = spawn("wait", SHORT_ID)
    wait_for(lambda: any(isinstance(each, runs_pb2.WatchRunRequest) for each in list(state.requests)), lambda: "it does not watch")
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert (process.returncode, "goes on" in err) == (ExitStatus.INTERRUPTED, True)
    assert state.mutations() == []


def test_changes_of_the_list_are_json_lines_in_a_pipe(spawn, daemon, state):
    process = spawn("list", "--watch")
    first = json.loads(process.stdout.readline())
    state.runs[0].revision += 1
    state.runs[0].phase = PAUSED
    second = json.loads(process.stdout.readline())
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert [(run["run_id"], run["phase"]) for run in (first, second)] == [(RUN_ID, "RUNNING"), (RUN_ID, "PAUSED")]
    assert (out, process.returncode, "the runs go on" in err) == ("", ExitStatus.INTERRUPTED, True)


def read_until(terminal: int, text: bytes) -> bytes:
    """What is written up to a text: it comes within a few pictures, of which there is one a second."""
    shown = b""
    for _ in range(60):
        shown += os.read(terminal, 65_536)
        if text in shown:
            return shown
    raise AssertionError(shown)


def test_the_list_is_painted_anew_on_a_terminal(spawn, daemon, state):
    ours, theirs = pty.openpty()
    process = spawn("list", "--watch", stdout=theirs)
    os.close(theirs)
    shown = read_until(ours, b"RUNNING")
    state.runs[0].phase = PAUSED
    shown += read_until(ours, b"PAUSED")
    process.send_signal(signal.SIGINT)
    process.wait(30)
    os.close(ours)
    assert b"\x1b[" in shown
    assert b"\x1b[1m" not in shown  # NO_COLOR
    assert process.returncode == ExitStatus.INTERRUPTED

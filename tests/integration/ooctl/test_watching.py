"""`ooctl watch` as people and scripts run it: pipes, terminals, restarts of the daemon, Ctrl-C."""

from __future__ import annotations

import json
import os
import pty
import signal

import grpc
import pytest
from google.rpc import error_details_pb2

from ooctl.exits import ExitStatus
from oodaemon.api.v1 import runs_pb2
from tests.integration.ooctl.fake_daemon import SHORT_ID, FakeDaemon, Refusal
from tests.unit.ooctl.builders import RUN_ID, a_run, an_event, counts, phase_event

COMPLETED = runs_pb2.RUN_PHASE_COMPLETED


def task_events(first, last):
    return [an_event(seq, task=seq - 1, done=seq, total=6) for seq in range(first, last + 1)]


def seqs(lines):
    return [int(line.split()[1].removeprefix("#")) for line in lines]


@pytest.mark.parametrize(
    ("phase", "skipped", "status"),
    [
        (COMPLETED, 0, ExitStatus.OK),
        (COMPLETED, 1, ExitStatus.RUN_FAILED),
        (runs_pb2.RUN_PHASE_NEEDS_REVIEW, 0, ExitStatus.RUN_FAILED),
        (runs_pb2.RUN_PHASE_CANCELLED, 0, ExitStatus.RUN_CANCELLED),
    ],
)
def test_a_finished_run_is_told_and_its_outcome_is_the_exit_code(ooctl, daemon, state, phase, skipped, status):
    state.snapshot = a_run(phase, tasks=counts(3, completed=3 - skipped, skipped=skipped))
    done = ooctl("watch", SHORT_ID)

    assert (done.status, done.out) == (status, "")
    assert done.err.splitlines()[-1].startswith(f"ended: run {RUN_ID} ")


def test_events_are_lines_on_standard_output_and_the_rest_is_not(ooctl, daemon, state):
    state.append(*task_events(1, 2), phase_event(3, COMPLETED, done=2))
    done = ooctl("watch", SHORT_ID)

    assert done.status is ExitStatus.OK
    assert done.out.splitlines() == [
        "2026-11-21T08:00:01Z #1 task 0 completed delta=5 pl=$1,234 cagr=23.3% actor=browser/1 done=1/6",
        "2026-11-21T08:00:02Z #2 task 1 completed delta=10 pl=$1,234 cagr=23.3% actor=browser/1 done=2/6",
        "2026-11-21T08:00:03Z #3 run phase changed COMPLETED done=2/3",
    ]
    assert done.err == f"run {RUN_ID} RUNNING 0/3\nended: run {RUN_ID} COMPLETED 2/3\n"


@pytest.mark.parametrize("format_", ["json", "jsonl"])
def test_events_as_json_are_one_object_per_line(ooctl, daemon, state, format_):
    state.append(*task_events(1, 3), phase_event(4, COMPLETED, done=3))
    done = ooctl("watch", SHORT_ID, "-o", format_)

    assert [event["seq"] for event in done.jsonl] == [1, 2, 3, 4]
    assert done.jsonl[0]["metrics"]["pl"] == 1234
    assert done.jsonl[0]["metrics"]["winners"] == 0


def test_the_time_limit_ends_the_watching(ooctl, daemon, state):
    done = ooctl("watch", SHORT_ID, "--timeout", "0.2")

    assert done.status is ExitStatus.TIMED_OUT
    assert "it goes on" in done.err
    assert state.mutations() == []


def test_a_restart_of_the_daemon_shows_nothing_twice_and_leaves_nothing_out(spawn, socket_path, state):
    state.replayed = 2
    with FakeDaemon(socket_path, state):
        process = spawn("watch", SHORT_ID)
        state.append(*task_events(1, 3))
        lines = [process.stdout.readline() for _ in range(3)]
    with FakeDaemon(socket_path, state):
        state.append(*task_events(4, 4))
        lines.append(process.stdout.readline())
    state.append(*task_events(5, 6), phase_event(7, COMPLETED, done=6, total=6))
    with FakeDaemon(socket_path, state):
        out, err = process.communicate(timeout=60)

    assert seqs([*lines, *out.splitlines()]) == [1, 2, 3, 4, 5, 6, 7]
    assert process.returncode == ExitStatus.OK
    assert err.count("waiting for it to come back") == err.count("the daemon is back") == 2
    assert err.splitlines()[-1] == f"ended: run {RUN_ID} COMPLETED 6/6"
    resumed = [request for request in state.requests if request.HasField("cursor")]
    assert [request.cursor.seq for request in resumed][-1] == 4


def test_a_compacted_history_is_told_and_the_watching_goes_on(spawn, socket_path, state):
    with FakeDaemon(socket_path, state):
        process = spawn("watch", SHORT_ID, "-o", "jsonl")
        state.append(*task_events(1, 2))
        lines = [process.stdout.readline() for _ in range(2)]
    state.oldest_seq = state.snapshot_seq = 4
    with FakeDaemon(socket_path, state):
        state.append(*task_events(3, 5))
        lines.append(process.stdout.readline())
        state.append(phase_event(6, COMPLETED, done=6, total=6))
        out, err = process.communicate(timeout=60)

    assert [json.loads(line)["seq"] for line in [*lines, *out.splitlines()]] == [1, 2, 5, 6]
    assert "compacted" in err
    assert process.returncode == ExitStatus.OK


def test_a_daemon_with_too_many_watchers_is_asked_again_until_there_is_a_place(ooctl, daemon, state):
    state.append(*task_events(1, 1), phase_event(2, COMPLETED, done=1))
    full = error_details_pb2.QuotaFailure(
        violations=[error_details_pb2.QuotaFailure.Violation(subject="watchers", description="at most 1 at once")]
    )
    state.refusals["WatchRun"] = Refusal(grpc.StatusCode.RESOURCE_EXHAUSTED, "too many watchers are connected", (full,), times=2)
    done = ooctl("watch", SHORT_ID)

    assert done.status is ExitStatus.OK
    assert done.err.splitlines()[:2] == ["too many watchers are connected; waiting for a place", "there is a place again"]


def test_submit_and_watch_in_one(spawn, daemon, state):
    process = spawn("submit", "--test", "1", "-p", "delta=5..15/5", "--watch", "-o", "json")
    run = json.loads(process.stdout.readline())
    state.append(*task_events(1, 1), phase_event(2, runs_pb2.RUN_PHASE_NEEDS_REVIEW, done=1))
    out, _ = process.communicate(timeout=60)

    assert run["run_id"] == RUN_ID
    assert [json.loads(line)["seq"] for line in out.splitlines()] == [1, 2]
    assert process.returncode == ExitStatus.RUN_FAILED


def test_ctrl_c_leaves_the_run_alone(spawn, daemon, state):
    process = spawn("watch", SHORT_ID)
    state.append(*task_events(1, 1))
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)

    assert process.returncode == ExitStatus.INTERRUPTED
    assert out == ""
    assert err.splitlines()[-1].startswith(f"stopped watching; the run {SHORT_ID} goes on")
    assert "Traceback" not in err
    assert state.mutations() == []


def test_a_reader_that_goes_away_ends_the_watching_quietly(spawn, daemon, state):
    process = spawn("watch", SHORT_ID)
    state.append(*task_events(1, 1))
    process.stdout.readline()
    process.stdout.close()
    state.append(*task_events(2, 2))

    assert process.wait(10) == ExitStatus.FAILED
    assert process.stderr.read() == f"run {RUN_ID} RUNNING 0/3\n"


def read_terminal(master, until=None):
    """What was written to the terminal, up to `until` or to its end."""
    shown = b""
    while until is None or until not in shown:
        try:
            piece = os.read(master, 65536)
        except OSError:  # how Linux says that the other side is closed
            break
        if not piece:
            break
        shown += piece
    return shown.decode()


@pytest.fixture
def terminal():
    master, slave = pty.openpty()
    yield master, slave
    os.close(master)


def test_at_a_terminal_there_is_a_bar(spawn, daemon, state, terminal):
    master, slave = terminal
    process = spawn("watch", SHORT_ID, stdin=slave, stdout=slave, stderr=slave)
    os.close(slave)
    failure = an_event(2, runs_pb2.EVENT_TYPE_TASK_FAILED, task=1, done=1)
    failure.message = "no proof of the parameters"
    first = read_terminal(master, until=b"RUNNING 0/3")
    state.append(*task_events(1, 1), failure, phase_event(3, runs_pb2.RUN_PHASE_NEEDS_REVIEW, done=3))
    shown = first + read_terminal(master)

    assert process.wait(10) == ExitStatus.RUN_FAILED
    assert "\N{BOX DRAWINGS HEAVY HORIZONTAL}" in shown
    assert "#2 task 1 failed delta=10 done=1/3: no proof of the parameters" in shown
    assert "#1 task 0" not in shown
    assert "3/3" in shown


@pytest.mark.parametrize(("answer", "status"), [(b"n\n", ExitStatus.FAILED), (b"y\n", ExitStatus.OK)])
def test_cancel_asks_at_a_terminal(spawn, daemon, state, terminal, answer, status):
    master, slave = terminal
    process = spawn("cancel", SHORT_ID, stdin=slave, stdout=slave, stderr=slave)
    os.close(slave)
    shown = read_terminal(master, until=b"[y/N]")
    os.write(master, answer)
    shown += read_terminal(master)

    assert process.wait(10) == status
    assert len(state.mutations()) == (1 if answer == b"y\n" else 0)
    assert f"Cancel {SHORT_ID} for good?" in shown


def test_cancel_with_yes_does_not_ask_at_a_terminal(spawn, daemon, state, terminal):
    master, slave = terminal
    process = spawn("cancel", SHORT_ID, "--yes", stdin=slave, stdout=slave, stderr=slave)
    os.close(slave)
    shown = read_terminal(master)

    assert process.wait(10) == ExitStatus.OK
    assert "CANCELLING" in shown

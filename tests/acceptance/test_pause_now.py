"""`pause --now`: quiet within seconds whatever hangs, at no cost, and nothing of it is lost."""

import contextlib
import dataclasses
import datetime
import signal
import sqlite3

import grpc
import psutil
import pytest

from oodaemon.api.v1 import runs_pb2, runs_pb2_grpc
from oodaemon.practice.catalog import SAVED_TESTS
from oodaemon.practice.truth import figures
from tests.support.daemon import ACCOUNT, DaemonProcess, PracticeProcess, daemon, metrics_by, practice_site, wait_until
from tests.support.process import runs

pytestmark = pytest.mark.browser

TEST = next(test for test in SAVED_TESTS.values() if test.name == "Afternoon Call Spread")
TWO = {"OODAEMON_BROWSERS": "2"}
WITHIN = 10.0
"""Seconds from the command to PAUSED, in the worst case, by the journal of the daemon."""


def driver_of(process: DaemonProcess) -> psutil.Process:
    """The Playwright driver."""
    return next(child for child in process.note_family() if "run-driver" in words_of(child))


def words_of(child: psutil.Process) -> list[str]:
    with contextlib.suppress(psutil.Error):
        return child.cmdline()
    return []


def is_paused(process: DaemonProcess, run: str) -> bool:
    with grpc.insecure_channel(process.target) as channel:
        answer = runs_pb2_grpc.RunServiceStub(channel).GetRun(runs_pb2.GetRunRequest(run_id=run), timeout=60)
    return answer.run.phase == runs_pb2.RUN_PHASE_PAUSED


def seconds_to_pause(process: DaemonProcess) -> float:
    """From the pause that was asked for to the phase, by the clock of the daemon; a client takes long to start."""
    with contextlib.closing(sqlite3.connect(f"file:{process.state_dir}/oodaemon.db?mode=ro", uri=True)) as store:
        rows = store.execute("SELECT type, occurred_at FROM events WHERE type LIKE 'run_p%' ORDER BY seq").fetchall()
    asked = next(at for kind, at in rows if kind == "run_pause_requested")
    paused = next(at for kind, at in reversed(rows) if kind == "run_phase_changed")
    return (datetime.datetime.fromisoformat(paused) - datetime.datetime.fromisoformat(asked)).total_seconds()


def assert_truth(process: DaemonProcess, run: str, values: range) -> None:
    found = metrics_by(process.json("results", run), "profit_target")
    assert sorted(found) == list(values)
    for value, recorded in found.items():
        form = dataclasses.replace(TEST.form, profit_target=float(value), profit_target_unit="%")
        assert recorded == figures(form).metrics(), value


def in_flight(process: DaemonProcess, site: PracticeProcess) -> str:
    """A run of three tasks, of which two are at work on the site, one in each browser."""
    run = process.submit(TEST.name, "profit_target=10..30/10")
    wait_until(lambda: len(site.runs()) == 2, "the Run click of both browsers")
    return run


def test_a_hung_driver_does_not_keep_a_run_from_being_paused() -> None:
    with (
        practice_site(run_seconds=[60, 60]) as site,
        daemon(OODAEMON_BASE_URL=site.url, OODAEMON_BROWSERS="2", **ACCOUNT) as process,
    ):
        run = in_flight(process, site)
        browsers, driver = process.browsers(), driver_of(process)
        driver.send_signal(signal.SIGSTOP)
        try:
            done = process.ctl("pause", run, "--now", "--reason", "the market opens")
            assert done.returncode == 0, done.stderr
            wait_until(lambda: is_paused(process, run), "PAUSED")
            assert not [browser for browser in browsers if runs(browser)], (
                "it is said to be paused while its page may still be driven"
            )
        finally:
            driver.send_signal(signal.SIGCONT)
        assert seconds_to_pause(process) <= WITHIN
        assert [task["attempts"] for task in process.json("tasks", run)] == [0, 0, 0]
        site.behave(run_seconds=[0.2, 0.2])
        assert len(site.runs()) == 2, "nothing was started meanwhile"
        assert process.ctl("resume", run).returncode == 0
        assert process.ctl("watch", run, "--timeout", "300").returncode == 0
        assert_truth(process, run, range(10, 31, 10))

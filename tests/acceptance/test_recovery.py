"""Nothing is lost and nothing is doubled: killed browsers, expired sessions, a killed daemon, pause and resume."""

import dataclasses
import re
import subprocess
import sys
from contextlib import ExitStack

import pytest

from oodaemon.practice.catalog import SAVED_TESTS
from oodaemon.practice.truth import figures
from tests.support.daemon import ACCOUNT, daemon, metrics_by, practice_site, wait_until
from tests.support.process import CLEAN

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TEST = next(test for test in SAVED_TESTS.values() if test.name == "Afternoon Call Spread")
SWEEP = "profit_target=5..60/5"


def assert_truth(results: list[dict]) -> None:
    assert [row["index"] for row in results] == list(range(12))
    assert [row["status"] for row in results] == ["COMPLETED"] * 12
    for value, recorded in metrics_by(results, "profit_target").items():
        assert recorded == figures(dataclasses.replace(TEST.form, profit_target=float(value), profit_target_unit="%")).metrics(), (
            value
        )


def done(process, run: str) -> int:
    return process.json("status", run)["tasks"]["completed"]


def test_twelve_tasks_survive_a_killed_browser_expired_sessions_and_a_killed_daemon() -> None:
    with practice_site(run_seconds=[0.5, 1.5]) as site, daemon(OODAEMON_BASE_URL=site.url, **ACCOUNT) as process:
        run = process.submit(TEST.name, SWEEP)
        wait_until(lambda: done(process, run) >= 2, "the second result")
        process.browsers()[0].kill()
        wait_until(lambda: done(process, run) >= 5, "the fifth result")
        site.expire_sessions()
        wait_until(lambda: done(process, run) >= 8, "the eighth result")
        before = {row["index"]: row["recorded_at"] for row in process.json("results", run)}
        process.kill()
        process.start()
        assert process.ctl("watch", run).returncode == 0
        results = process.json("results", run)
        assert_truth(results)
        kept = {row["index"]: row["recorded_at"] for row in results}
        assert before.items() <= kept.items(), "a recorded result was recorded again"
        status = process.json("status")
        assert status["boot"] == 2
        assert status["in_flight"] == 0


def end_client(client: subprocess.Popen[str]) -> None:
    """End a client that may have ended by itself, and close what it wrote to."""
    if client.poll() is None:
        client.kill()
        client.communicate()
    for pipe in (client.stdout, client.stderr):
        if pipe is not None:
            pipe.close()


def test_pause_starts_nothing_new_and_a_watch_sees_every_event_once_in_order() -> None:
    with (
        practice_site(run_seconds=[1.0, 1.5]) as site,
        daemon(OODAEMON_BASE_URL=site.url, **ACCOUNT) as process,
        ExitStack() as cleanup,
    ):
        run = process.submit(TEST.name, SWEEP)
        watch = subprocess.Popen(
            [sys.executable, "-m", "ooctl", "--daemon", process.target, "watch", run, "-o", "jsonl"],
            env=CLEAN,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        cleanup.callback(end_client, watch)
        wait_until(lambda: done(process, run) >= 2, "the second result")
        assert process.ctl("pause", run).returncode == 0
        announced = process.json("status", run)["tasks"]
        wait_until(lambda: process.phase(run) == "PAUSED", "the pause")
        started = len(site.runs())
        paused = process.json("status", run)
        assert paused["tasks"]["running"] == 0
        assert all(click["finished_at"] is not None for click in site.runs()), (
            "a backtest was in flight although the run was PAUSED"
        )
        most = announced["completed"] + announced["running"]
        assert started <= most, "a backtest was started that was not in flight when the pause was answered"
        # The pause outlives the daemon.
        process.kill()
        process.start()
        assert process.phase(run) == "PAUSED"
        assert len(site.runs()) == started
        assert process.ctl("resume", run).returncode == 0
        out, err = watch.communicate(timeout=120)
        assert watch.returncode == 0, err
        assert_truth(process.json("results", run))
        seen = [int(number) for number in re.findall(r'"seq": ?(\d+)', out)]
        assert seen == sorted(set(seen)), "events twice or out of order"
        completed = re.findall(r'"type": ?"TASK_COMPLETED".*?', out)
        assert len(completed) >= 10


@pytest.mark.parametrize("stale", ["figures", "heading"])
def test_no_figure_of_a_previous_run_is_ever_recorded(stale: str) -> None:
    with (
        practice_site(run_seconds=[1.5, 2.5], popup_delay=1.0, stale=stale) as site,
        daemon(OODAEMON_BASE_URL=site.url, **ACCOUNT) as process,
    ):
        run = process.submit(TEST.name, SWEEP)
        assert process.ctl("watch", run).returncode == 0
        assert_truth(process.json("results", run))


def test_wrong_credentials_are_said_at_once() -> None:
    with (
        practice_site() as site,
        daemon(OODAEMON_BASE_URL=site.url, OO_EMAIL="trader@example.com", OO_PASSWORD="wrong-one") as process,
    ):
        wait_until(lambda: process.json("status")["conditions"], "the refusal")
        refused = process.ctl("submit", "--test", "1", "-p", "delta=5,10")
        assert refused.returncode == 5
        assert "OO_EMAIL" in refused.stderr
        assert "wrong-one" not in refused.stderr + process.said()
        assert process.json("list") == []

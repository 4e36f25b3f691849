"""The full-screen view on a real terminal, with a real daemon and the practice site."""

import signal

import pytest

from ooctl.exits import ExitStatus
from tests.support.daemon import ACCOUNT, DaemonProcess, daemon, practice_site, wait_until
from tests.support.screen import FullScreen

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TEST = "Afternoon Call Spread"


def view(here: DaemonProcess, *args: str, **options) -> FullScreen:
    return FullScreen("--daemon", here.target, *args, **options)


def test_a_run_is_seen_paused_and_resumed_and_a_restart_of_the_daemon_is_lived_through() -> None:
    with practice_site() as site, daemon("--browsers", "2", OODAEMON_BASE_URL=site.url, **ACCOUNT) as here:
        run = here.submit(TEST, "profit_target=5..60/1", flags=["--name", "iron fly"])
        with view(here, "top") as top:
            top.wait_for(r"iron fly +running", r"[1-9]\d*/56", r"2 of 2 up", r"task \d+ of iron fly", r"mar -?\d", r"\d MiB")
            assert "ETA" in top.wait_for(r"ETA \d")
            top.press("p")
            top.wait_for(r"iron fly +paused", r"pause: run")
            assert here.phase(run) == "PAUSED"
            top.press("\r")
            top.wait_for(r"the run is paused", r"phase +PAUSED")
            top.press("\x1b")
            top.wait_for(r"\A(?![\s\S]*the run is paused)", r"q quit")
            top.resize(60, 20)
            top.wait_for(r"iron fly +paused", r"q quit")
            here.kill()
            top.wait_for(r"no daemon", r"trying again")
            here.start()
            top.wait_for(r"connected", r"the daemon is back", r"iron fly +paused")
            top.resize(100, 30, is_told=False)
            top.wait_for(r"iron fly +paused", r"q quit")
            top.press("r")
            top.wait_for(r"iron fly +running")
            before = here.json("status", run)["tasks"]["completed"]
            wait_until(lambda: here.json("status", run)["tasks"]["completed"] > before, "another result")
            top.press("q")
            assert top.wait_ended() == ExitStatus.OK
        assert here.phase(run) == "RUNNING"
        here.ask("cancel", run, "--yes", "--now")


def test_a_view_of_one_run_asks_before_it_cancels_and_ends_with_the_run() -> None:
    with practice_site() as site, daemon("--browsers", "1", OODAEMON_BASE_URL=site.url, **ACCOUNT) as here:
        run = here.submit(TEST, "profit_target=5..60/1", flags=["--name", "iron fly"])
        with view(here, "watch", run, "--ui", env={"NO_COLOR": "1"}) as watch:
            watch.wait_for(r"iron fly +running", r"[1-9]\d*/56")
            watch.press("c")
            watch.wait_for(r"Cancel iron fly for good")
            watch.press("n")
            watch.wait_for(r"nothing was cancelled")
            watch.press("c")
            watch.wait_for(r"Cancel iron fly for good")
            watch.press("y")
            assert watch.wait_ended() == ExitStatus.RUN_CANCELLED
            assert f"ended: run {run} CANCELLED" in watch.raw
            assert "\x1b[38" not in watch.raw
            assert "\x1b[48" not in watch.raw


def test_ctrl_c_leaves_the_run_going_and_a_run_that_completes_ends_the_view() -> None:
    with practice_site() as site, daemon("--browsers", "2", OODAEMON_BASE_URL=site.url, **ACCOUNT) as here:
        assert " daemon starts " in here.ask("logs", "--since", "10m").stdout
        run = here.submit(TEST, "profit_target=5..30/5", flags=["--name", "iron fly"])
        with view(here, "watch", run, "--ui") as watch:
            watch.wait_for(r"iron fly +running")
            watch.press("\x03")
            assert watch.wait_ended() == ExitStatus.INTERRUPTED
            assert "goes on" in watch.raw
        with view(here, "watch", run[:12], "--ui") as watch:
            assert watch.wait_ended() == ExitStatus.OK
            assert f"ended: run {run} COMPLETED 6/6" in watch.raw
        with view(here, "top") as top:
            top.wait_for(r"iron fly +completed", r"mar -?\d")
            top.process.send_signal(signal.SIGINT)
            assert top.wait_ended() == ExitStatus.INTERRUPTED

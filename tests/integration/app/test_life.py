"""The life of the process: it comes up whatever the site does, and goes when it is told to."""

import signal
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import grpc
import psutil
import pytest

from oodaemon.api.v1 import daemon_pb2, daemon_pb2_grpc
from tests.integration.app.conftest import Start
from tests.integration.app.process import Daemon
from tests.support.process import runs, wait_for

pytestmark = pytest.mark.browser

SOON = 8.0
"""An idle daemon is gone within this; a fraction of it on a machine that is not busy."""


def test_it_comes_up_and_answers_although_the_site_is_down(start: Start, ooctl) -> None:
    daemon = start(OO_EMAIL="a@example.com", OO_PASSWORD="secret")
    status = daemon.wait_up()
    assert (status.pid, status.boot) == (daemon.process.pid, 1)
    wait_for(lambda: any("ERR_CONNECTION_REFUSED" in condition.message for condition in daemon.status().conditions), daemon.said)
    daemon.note_family()

    shown = ooctl(daemon, "status")
    assert shown.returncode == 0
    assert "SiteBlocked: signing in at" in shown.stdout
    assert "ERR_CONNECTION_REFUSED" in shown.stdout
    assert "site/oo/browser/1 UP" in shown.stdout
    with urllib.request.urlopen(f"http://{daemon.status().http_address}/metrics", timeout=60) as answer:
        assert b'oodaemon_browsers{state="up"} 1.0' in answer.read()


def test_it_tells_how_to_get_in_when_no_account_is_set(start: Start) -> None:
    daemon = start()
    daemon.wait_up()
    found = wait_for(lambda: [c.message for c in daemon.status().conditions if c.kind == "AuthRequired"], daemon.said)
    assert found == ["no account is set; sign in with `ooctl login`, or set OO_EMAIL and OO_PASSWORD and start the daemon again"]


def test_a_second_daemon_on_the_same_store_is_refused(start: Start) -> None:
    first = start()
    first.wait_up()
    second = start()
    assert second.process.wait(30) == 75
    assert str(first.process.pid) in second.said()
    assert second.said().count("\n") == 1
    assert first.status().boot == 1


def test_an_idle_daemon_goes_at_once_and_leaves_nothing(start: Start) -> None:
    daemon = start()
    daemon.wait_up()
    daemon.wait_browser()
    began = time.monotonic()
    assert daemon.end(signal.SIGTERM) == 0
    took = time.monotonic() - began
    print(f"idle daemon gone in {took:.2f} s")
    assert took < SOON
    wait_for(lambda: not daemon.survivors(), daemon.said)
    assert "Traceback" not in daemon.said()
    assert daemon.said().rstrip().splitlines()[-1].startswith('code=0 event="daemon stopped"')
    assert not (daemon.state_dir / "oodaemon.sock").exists()


@contextmanager
def hammering(daemon: Daemon) -> Iterator[list[int]]:
    """Four clients that ask for the status without a pause; the list counts what was answered."""
    is_over, answered = threading.Event(), [0]

    def hammer() -> None:
        with grpc.insecure_channel(daemon.target, options=[("grpc.use_local_subchannel_pool", 1)]) as channel:
            stub = daemon_pb2_grpc.DaemonServiceStub(channel)
            while not is_over.is_set():
                with suppress(grpc.RpcError):
                    stub.GetStatus(daemon_pb2.GetStatusRequest(), timeout=60)
                    answered[0] += 1

    threads = [threading.Thread(target=hammer) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        yield answered
    finally:
        is_over.set()
        for thread in threads:
            thread.join()


@pytest.mark.parametrize("again", range(5))
def test_a_signal_under_load_ends_it_in_good_order(start: Start, again: int) -> None:
    what = (signal.SIGINT, signal.SIGTERM)[again % 2]
    daemon = start()
    daemon.wait_up()
    with hammering(daemon) as answered:
        wait_for(lambda: answered[0] > 50, daemon.said)
        began = time.monotonic()
        assert daemon.end(what) == 0
        took = time.monotonic() - began
    print(f"{what.name} under load: gone in {took:.2f} s")
    assert took < SOON
    assert "Traceback" not in daemon.said()


def test_a_signal_while_it_starts_ends_it(start: Start) -> None:
    daemon = start()
    wait_for(lambda: "daemon starts" in daemon.said(), daemon.said)
    began = time.monotonic()
    assert daemon.end(signal.SIGTERM) in (0, -signal.SIGTERM)
    assert time.monotonic() - began < SOON
    assert "Traceback" not in daemon.said()


def test_after_a_kill_the_next_boot_ends_what_is_left(start: Start) -> None:
    daemon = start()
    daemon.wait_up()
    daemon.wait_browser()
    driver = next(process for process in daemon.family.values() if "run-driver" in process.cmdline())
    chromium = next(process for process in daemon.family.values() if any("user-data-dir" in word for word in process.cmdline()))
    assert daemon.temporary
    for hung in (chromium, driver):
        hung.suspend()
    assert daemon.end(signal.SIGKILL) == -signal.SIGKILL
    assert runs(driver), "a driver that hangs outlives its daemon"

    following = start()
    assert following.wait_up().boot == 2
    assert [process for process in daemon.survivors() if process.pid in daemon.family] == []
    following.wait_browser()
    assert following.temporary == daemon.temporary
    assert {process.pid for process in following.marked()}.isdisjoint(daemon.family)
    assert following.end(signal.SIGTERM) == 0
    wait_for(lambda: not following.marked(), following.said)


def test_a_browser_that_dies_is_replaced(start: Start) -> None:
    daemon = start()
    daemon.wait_up()
    daemon.wait_browser()
    psutil.Process(browser_of(daemon)).kill()
    wait_for(
        lambda: any(
            child.path == "site/oo/browser/1" and child.incarnation == 2 and child.state == daemon_pb2.ACTOR_STATE_UP
            for child in leaves(daemon.status().tree)
        ),
        daemon.said,
    )
    daemon.note_family()
    assert daemon.end(signal.SIGTERM) == 0


def browser_of(daemon: Daemon) -> int:
    """The main process of its browser: it leads a group of its own."""
    return next(p.pid for p in daemon.family.values() if runs(p) and any("--user-data-dir" in w for w in p.cmdline()))


def leaves(actor: daemon_pb2.Actor) -> list[daemon_pb2.Actor]:
    return [actor, *(inner for child in actor.children for inner in leaves(child))]

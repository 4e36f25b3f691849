"""What hangs and what stays: real processes, and words to a service manager."""

import re
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from oodaemon.app.boot import private_folder
from tests.integration.app.conftest import Start
from tests.integration.app.process import Daemon
from tests.support.process import runs, wait_for

pytestmark = pytest.mark.browser


def driver_of(daemon: Daemon) -> psutil.Process:
    return next(p for p in daemon.family.values() if runs(p) and "run-driver" in p.cmdline())


def recorded(daemon: Daemon) -> list[str]:
    with sqlite3.connect(f"file:{daemon.state_dir}/oodaemon.db?mode=ro", uri=True) as db:
        found = sorted(row[0] for row in db.execute("SELECT actor FROM os_procs"))
    db.close()
    return found


def test_a_daemon_whose_driver_hangs_ends_and_leaves_nothing(start: Start) -> None:
    daemon = start()
    daemon.wait_up()
    daemon.wait_browser()
    wait_for(lambda: recorded(daemon) == ["site/oo/browser/1", "site/oo/driver"], daemon.said)
    driver_of(daemon).suspend()
    assert daemon.end(signal.SIGTERM) == 0
    assert daemon.survivors() == []
    assert not private_folder(daemon.state_dir).exists()
    assert recorded(daemon) == []
    assert "missed its deadline" not in daemon.said()


def test_what_is_on_record_is_ended_at_boot_without_any_mark(start: Start) -> None:
    """A process that does not carry the mark in its environment any more: the record alone finds it."""
    daemon = start()
    daemon.wait_up()
    daemon.wait_browser()
    assert daemon.end(signal.SIGKILL) == -signal.SIGKILL
    wait_for(lambda: not daemon.survivors(), daemon.said)
    victim = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"], start_new_session=True)
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"], start_new_session=True)
    try:
        stat = Path(f"/proc/{victim.pid}/stat").read_text().rpartition(")")[2].split()[19]
        host = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        with sqlite3.connect(daemon.state_dir / "oodaemon.db") as db:
            rows = [(victim.pid, stat, host), (stranger.pid, "1", host)]
            db.executemany("INSERT INTO os_procs VALUES (?, ?, ?, 'browser', 'site/oo/browser/1', 1, '')", rows)
        db.close()
        following = start()
        following.wait_up()
        assert victim.wait(5) == -signal.SIGKILL
        assert stranger.poll() is None, "a pid that somebody else has by now is left alone"
        wait_for(lambda: re.search(rf'pids="?\[[^]]*\b{victim.pid}\b', following.said()), following.said)
    finally:
        for process in (victim, stranger):
            process.kill()
            process.wait()


@pytest.fixture
def manager(folder: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(folder / "notify"))
        listening.settimeout(60)
        yield listening


def test_a_service_manager_is_told_when_it_serves_lives_and_stops(start: Start, folder: Path, manager: socket.socket) -> None:
    daemon = start(NOTIFY_SOCKET=str(folder / "notify"), WATCHDOG_USEC="3000000")
    first = manager.recv(4096).decode()
    while first.startswith("WATCHDOG"):
        first = manager.recv(4096).decode()
    assert first.startswith(f"READY=1\nMAINPID={daemon.process.pid}\nSTATUS=boot 1")
    assert manager.recv(4096) == b"WATCHDOG=1"
    daemon.wait_up()
    daemon.wait_browser()
    assert all("NOTIFY_SOCKET" not in p.environ() for p in daemon.family.values() if runs(p))
    daemon.process.send_signal(signal.SIGUSR1)
    wait_for(lambda: "site/oo/driver at oodaemon.dispatch.driver" in daemon.said(), daemon.said)
    assert daemon.end(signal.SIGTERM) == 0
    told = []
    manager.setblocking(False)
    while True:
        try:
            told.append(manager.recv(4096).decode())
        except BlockingIOError:
            break
    assert any(word.startswith("STOPPING=1") and "EXTEND_TIMEOUT_USEC=45000000" in word for word in told)


def test_a_third_signal_ends_the_process_at_once(start: Start) -> None:
    daemon = start(OODAEMON_DRAIN="3600")
    daemon.wait_up()
    daemon.wait_browser()
    driver_of(daemon).suspend()
    daemon.process.send_signal(signal.SIGTERM)
    wait_for(lambda: "P4 interrupt" in daemon.said(), daemon.said)
    assert daemon.end(signal.SIGINT, signal.SIGTERM, within=30) == 130
    following = start()
    following.wait_up()
    assert [p for p in daemon.survivors() if runs(p)] == []

"""The daemon as its unit starts it: it tells the service manager when it is ready, and answers."""

import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.process import CLEAN, ROOT, OodaemonProcess, wait_for


class Unit:
    """What a unit says, read as systemd.syntax(7) has it: quoted words, doubled percent and dollar signs."""

    def __init__(self, text: str) -> None:
        lines = [line for line in text.splitlines() if line and not line.startswith(("#", "[", ";"))]
        self.settings = [line.split("=", 1) for line in lines]

    def of(self, name: str) -> list[str]:
        return [value for key, value in self.settings if key == name]

    @property
    def command(self) -> list[str]:
        (line,) = self.of("ExecStart")
        return [word.replace("%%", "%").replace("$$", "$") for word in shlex.split(line)]

    @property
    def variables(self) -> dict[str, str]:
        words = [word.replace("%%", "%") for line in self.of("Environment") for word in shlex.split(line)]
        return dict(word.split("=", 1) for word in words)


class StartedByUnit(OodaemonProcess):
    """A daemon with nothing but what its unit and the service manager give it."""

    def __init__(self, folder: Path, closed_site: str, manager: str) -> None:
        super().__init__(folder, OODAEMON_BASE_URL=closed_site, OODAEMON_BROWSERS="1")
        printed = subprocess.run(
            [sys.executable, "-m", "ooctl", "service", "install", "--print"],
            cwd=ROOT,
            env=self.environ,
            capture_output=True,
            text=True,
            check=True,
        )
        self.unit = Unit(printed.stdout)
        around = {name: CLEAN[name] for name in ("HOME", "PATH") if name in CLEAN}
        self.environ = {
            **around,
            "PYTHONPATH": str(ROOT),  # the checkout, whatever is installed
            **self.unit.variables,
            "NOTIFY_SOCKET": manager,
            "WATCHDOG_USEC": str(int(self.unit.of("WatchdogSec")[0]) * 1_000_000),
        }

    def spawn(self) -> None:
        """Start what the unit starts, where systemd would."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.unit.command, cwd=self.folder, env=self.environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )


@pytest.fixture
def manager(folder: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(folder / "notify"))
        listening.settimeout(60)
        yield listening


def test_the_daemon_of_the_unit_says_that_it_is_ready_and_answers(folder: Path, closed_site: str, manager: socket.socket) -> None:
    daemon = StartedByUnit(folder, closed_site, str(folder / "notify"))
    assert daemon.unit.of("Type") == ["notify"]
    daemon.spawn()
    try:
        said = manager.recv(4096).decode()
        while said.startswith("WATCHDOG"):
            said = manager.recv(4096).decode()
        assert said.startswith(f"READY=1\nMAINPID={daemon.process.pid}\n"), "NotifyAccess=main hears it"
        status = daemon.wait_up()
        assert status.pid == daemon.process.pid
        assert status.base_url == closed_site
        daemon.note_family()
        assert daemon.end(signal.SIGTERM) == 0, daemon.said()
        told = manager.recv(4096).decode()
        while not told.startswith("STOPPING=1"):
            told = manager.recv(4096).decode()
        wait_for(lambda: not daemon.own(), daemon.said)
    finally:
        daemon.destroy()

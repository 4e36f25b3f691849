"""Words to the service manager, read at a socket of our own."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from oodaemon.app.notify import Notifier


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, socket.socket]]:
    """The address as systemd gives it, and the socket behind it."""
    if request.param == "path":
        folder = Path(f"/tmp/oo-notify-{os.getpid()}-{id(tmp_path)}")
        address, bound = str(folder), str(folder)
    else:
        name = f"oo-notify-{os.getpid()}-{id(tmp_path)}"
        address, bound = f"@{name}", f"\0{name}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(bound)
        listening.settimeout(2)
        yield address, listening
    if request.param == "path":
        os.unlink(address)  # noqa: PTH108 - a socket


def test_it_tells_that_it_serves_and_that_it_stops(manager: tuple[str, socket.socket]) -> None:
    address, listening = manager
    environ = {"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}
    notifier = Notifier(environ)
    assert environ == {}, "no browser may speak in our name"
    assert notifier.watchdog == 30
    notifier.ready("boot 3,\n2 browsers")
    assert listening.recv(4096).decode() == f"READY=1\nMAINPID={os.getpid()}\nSTATUS=boot 3, 2 browsers"
    notifier.stopping(45)
    assert listening.recv(4096).decode() == "STOPPING=1\nSTATUS=stopping\nEXTEND_TIMEOUT_USEC=45000000"
    notifier.send(WATCHDOG=1)
    assert listening.recv(4096) == b"WATCHDOG=1"


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"WATCHDOG_USEC": "30000000"},
        {"NOTIFY_SOCKET": "/nowhere", "WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"},
        {"NOTIFY_SOCKET": "/nowhere", "WATCHDOG_USEC": "0"},
        {"NOTIFY_SOCKET": "/nowhere", "WATCHDOG_USEC": "soon"},
    ],
)
def test_without_a_manager_that_waits_for_us_there_is_no_watchdog_and_no_error(environ: dict[str, str]) -> None:
    notifier = Notifier(dict(environ))
    assert notifier.watchdog is None
    notifier.ready("all well")

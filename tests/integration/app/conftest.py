"""Daemons of a test, and a site that is down."""

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from tests.integration.app.process import Daemon
from tests.support.process import short_folder

Start = Callable[..., Daemon]


@pytest.fixture
def folder() -> Iterator[Path]:
    with short_folder() as made:
        yield made


@pytest.fixture
def closed_site() -> Iterator[str]:
    """An address nobody listens at, and nobody can come to listen at while the test runs."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


@pytest.fixture
def start(folder: Path, closed_site: str) -> Iterator[Start]:
    """Starts a daemon whose site is down, unless told otherwise."""
    started: list[Daemon] = []

    def run(**environ: str) -> Daemon:
        daemon = Daemon(folder, **{"OODAEMON_BASE_URL": closed_site, **environ})
        started.append(daemon)
        return daemon

    yield run
    for daemon in started:
        daemon.destroy()
    mark = sha256(os.fsencode((folder / "s").resolve())).hexdigest()[:12]
    shutil.rmtree(f"/tmp/oodaemon-{os.getuid()}-{mark}", ignore_errors=True)


@pytest.fixture
def ooctl() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs one command of the client against a daemon."""

    return lambda daemon, *args: daemon.ctl(*args, patience=300)

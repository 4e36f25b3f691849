from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ooctl.__main__ import main
from ooctl.exits import ExitStatus
from tests.integration.ooctl.fake_daemon import FakeDaemon, State

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def socket_path() -> Iterator[Path]:
    """In a folder of its own with a short name: the path of a socket has at most 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="ooctl-") as folder:
        yield Path(folder) / "d.sock"


@pytest.fixture
def state() -> State:
    return State()


@pytest.fixture
def daemon(socket_path, state) -> Iterator[FakeDaemon]:
    with FakeDaemon(socket_path, state) as running:
        yield running


@dataclass
class Done:
    status: ExitStatus
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def jsonl(self):
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def ooctl(socket_path, capsys, tmp_path):
    """Runs one command in this process."""

    def run(*args: str) -> Done:
        status = main(args, {"OOCTL_DAEMON": f"unix:{socket_path}", "XDG_STATE_HOME": str(tmp_path / "state")})
        shown = capsys.readouterr()
        return Done(status, shown.out, shown.err)

    return run


@pytest.fixture
def spawn(socket_path, tmp_path):
    """Starts one command as a process of its own, with pipes unless told otherwise; ended with the test."""
    started: list[subprocess.Popen[str]] = []

    def start(*args: str, **options) -> subprocess.Popen[str]:
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
        state = str(tmp_path / "state")
        env = {**os.environ, "XDG_STATE_HOME": state, "OOCTL_DAEMON": f"unix:{socket_path}", "TERM": "xterm", "NO_COLOR": "1"}
        process = subprocess.Popen([sys.executable, "-m", "ooctl", *args], cwd=ROOT, env=env, text=True, **{**pipes, **options})
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        with process:
            pass

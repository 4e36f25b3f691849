"""A daemon as a process of its own, and what a test looks at from outside."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import grpc
import psutil

from oodaemon.api.v1 import daemon_pb2, daemon_pb2_grpc

T = TypeVar("T")

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 30
"""For a daemon to come up or go away on a busy machine; what must be quicker says so."""

CLEAN = {name: value for name, value in os.environ.items() if not name.startswith(("OODAEMON_", "OO_", "OOCTL_"))}


class Daemon:
    """`oodaemon run` on a store in a folder; ended with the test, by pid, with everything it started."""

    def __init__(self, folder: Path, **environ: str) -> None:
        self.folder, self.state_dir = folder, folder / "s"
        self.log = folder / f"log-{time.monotonic_ns()}"
        (folder / "config.toml").touch()
        self.environ = {
            **CLEAN,
            "OODAEMON_CONFIG": str(folder / "config.toml"),
            "OODAEMON_STATE_DIR": str(self.state_dir),
            "OODAEMON_HTTP": "127.0.0.1:0",
            "OODAEMON_BROWSERS": "1",
            **environ,
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "oodaemon", "run"],
                cwd=ROOT,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.family: dict[int, psutil.Process] = {}

    @property
    def target(self) -> str:
        return f"unix:{self.state_dir}/oodaemon.sock"

    def status(self) -> daemon_pb2.GetStatusResponse:
        with grpc.insecure_channel(self.target, options=[("grpc.use_local_subchannel_pool", 1)]) as channel:
            return daemon_pb2_grpc.DaemonServiceStub(channel).GetStatus(daemon_pb2.GetStatusRequest(), timeout=5)

    def wait_up(self) -> daemon_pb2.GetStatusResponse:
        """Its status, as soon as it answers."""

        def look() -> daemon_pb2.GetStatusResponse | None:
            assert self.process.poll() is None, self.said()
            with suppress(grpc.RpcError):
                return self.status()
            return None

        return wait_for(look, self.said)

    def wait_browser(self) -> None:
        """Return when a browser is up."""
        wait_for(lambda: "actor=site/oo/browser/1 state=UP" in self.said(), self.said)
        self.note_family()

    def note_family(self) -> list[psutil.Process]:
        """Everything it started, remembered for the end of the test."""
        found = psutil.Process(self.process.pid).children(recursive=True)
        self.family |= {process.pid: process for process in found}
        return found

    def survivors(self) -> list[psutil.Process]:
        """Of those that were noted, who still runs."""
        return [process for process in self.family.values() if runs(process)]

    def marked(self) -> list[psutil.Process]:
        """Everything that runs with the temporary folder of a daemon on this store."""
        return [process for process in psutil.process_iter() if self.temporary and in_folder(process, self.temporary)]

    @property
    def temporary(self) -> str:
        """The private folder, as its browsers have it; empty before there is any."""
        for process in self.family.values():
            with suppress(psutil.Error):
                if found := process.environ().get("TMPDIR", ""):
                    self._temporary = found
        return getattr(self, "_temporary", "")

    def end(self, *signals: signal.Signals) -> int:
        """Send signals, and return the exit code."""
        for what in signals:
            self.process.send_signal(what)
        return self.process.wait(PATIENCE)

    def said(self) -> str:
        """Its log so far."""
        return self.log.read_text("utf-8")

    def destroy(self) -> None:
        """End what is left."""
        with suppress(psutil.Error):
            self.note_family()
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for process in self.survivors():
            with suppress(psutil.Error):
                process.kill()


def runs(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    return False


def in_folder(process: psutil.Process, folder: str) -> bool:
    with suppress(psutil.Error):
        return process.environ().get("TMPDIR") == folder and process.status() != psutil.STATUS_ZOMBIE
    return False


def wait_for(look: Callable[[], T | None], explain: Callable[[], str], *, within: float = PATIENCE) -> T:
    """The first true answer of `look`; processes tell nobody but their parent how they are."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if answer := look():
            return answer
        time.sleep(0.02)
    raise AssertionError(f"not within {within} s:\n{explain()}")


@contextmanager
def short_folder() -> Iterator[Path]:
    """A folder with a short name: the path of a socket has at most 107 bytes."""
    folder = Path(tempfile.mkdtemp(prefix="ooapp-", dir="/tmp"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)

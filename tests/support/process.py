"""`oodaemon run` as a process of its own, its client as people use it, and what a test looks at from outside."""

import contextlib
import io
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import grpc
import psutil

from ooctl.__main__ import main
from oodaemon.api.v1 import daemon_pb2, daemon_pb2_grpc

T = TypeVar("T")

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 180.0
"""For a daemon to come up or go away on a busy machine; what must be quicker says so."""

LOOK = 0.1

CLEAN = {name: value for name, value in os.environ.items() if not name.startswith(("OODAEMON_", "OOCTL_", "OO_", "XDG_"))}
"""The environment without anything that would configure the product."""


@contextmanager
def short_folder() -> Iterator[Path]:
    """A folder with a short name: the path of a socket has at most 107 bytes."""
    folder = Path(tempfile.mkdtemp(prefix="oo-", dir="/tmp"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def wait_for(look: Callable[[], T | None], explain: Callable[[], str], *, within: float = PATIENCE) -> T:
    """The first true answer of `look`; processes tell nobody but their parent how they are."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if answer := look():
            return answer
        time.sleep(LOOK)
    raise AssertionError(f"not within {within:g} s:\n{explain()}")


class OodaemonProcess:
    """A daemon on a store in a folder; may be killed and started again. Ended by pid, with everything it started."""

    module = "oodaemon"
    """What Python runs."""

    def __init__(self, folder: Path, *args: str, **environ: str) -> None:
        self.folder, self.state_dir, self.args = folder, folder / "s", args
        self.log = folder / f"log-{time.monotonic_ns()}"
        (folder / "config.toml").touch()
        self.environ = {
            **CLEAN,
            "OODAEMON_CONFIG": str(folder / "config.toml"),
            "OODAEMON_STATE_DIR": str(self.state_dir),
            "OODAEMON_HTTP": "127.0.0.1:0",
            "OODAEMON_CONSOLE": "127.0.0.1:0",
            **environ,
        }
        self.family: dict[int, psutil.Process] = {}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The process that was started last."""
        assert self._process is not None, "it was not started"
        return self._process

    @property
    def target(self) -> str:
        """Where it listens."""
        return f"unix:{self.state_dir}/oodaemon.sock"

    def spawn(self) -> None:
        """Start it, and return at once."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", self.module, "run", *self.args],
                cwd=ROOT,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def said(self) -> str:
        """Its log so far."""
        return self.log.read_text("utf-8", "replace")

    def status(self) -> daemon_pb2.GetStatusResponse:
        """What it says of itself."""
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

    def ctl(
        self, *words: str, patience: float = 400.0, target: str | None = None, environ: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run the client; its return code is -1 when it was still at it after `patience` seconds. `target` "" names no daemon."""
        named = self.target if target is None else target
        command = [sys.executable, "-m", "ooctl", *(("--daemon", named) if named else ()), *words]
        env = {**CLEAN, **(environ or {})}
        client = subprocess.Popen(
            command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        try:
            out, err = client.communicate(timeout=patience)
        except subprocess.TimeoutExpired:
            client.kill()
            out, err = client.communicate()
            return subprocess.CompletedProcess(command, -1, out, err)
        return subprocess.CompletedProcess(command, client.returncode, out, err)

    def ask(self, *words: str) -> subprocess.CompletedProcess[str]:
        """The same in this process, which spares the machine the start of a Python: for what is asked again and again."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = main(["--daemon", self.target, *words], CLEAN)
        return subprocess.CompletedProcess(words, int(status), out.getvalue(), err.getvalue())

    def end(self, *signals: signal.Signals, within: float = PATIENCE) -> int:
        """Send signals, and return the exit code; by force, and -9, when it does not go."""
        for what in signals:
            if self.process.poll() is None:
                self.process.send_signal(what)
        try:
            return self.process.wait(within)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def note_family(self) -> list[psutil.Process]:
        """Everything it started, remembered for the end of the test."""
        found = psutil.Process(self.process.pid).children(recursive=True)
        self.family |= {process.pid: process for process in found}
        return found

    def survivors(self) -> list[psutil.Process]:
        """Of those that were noted, who still runs."""
        return [process for process in self.family.values() if runs(process)]

    def own(self) -> list[psutil.Process]:
        """Everything that runs with the environment of a daemon on this store."""
        return [process for process in psutil.process_iter() if has_variable(process, "OODAEMON_STATE_DIR", str(self.state_dir))]

    def destroy(self) -> None:
        """End what is left."""
        with suppress(psutil.Error):
            self.note_family()
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        for process in [*self.survivors(), *self.own()]:
            with suppress(psutil.Error):
                process.kill()


def starved() -> float:
    """Seconds in which this thread was ready to run and had no processor, so far; 0 where the system does not tell."""
    told = Path("/proc/thread-self/schedstat")
    return int(told.read_text("ascii").split()[1]) / 1e9 if told.exists() else 0.0


def runs(process: psutil.Process) -> bool:
    """True for a process that is there and no zombie."""
    with suppress(psutil.Error):
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    return False


def has_variable(process: psutil.Process, name: str, value: str) -> bool:
    """True for a process, no zombie, that was started with this in its environment."""
    with suppress(psutil.Error):
        return process.environ().get(name) == value and process.status() != psutil.STATUS_ZOMBIE
    return False

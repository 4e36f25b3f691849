"""A daemon, a practice site and a client as subprocesses, ended whatever happens."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import psutil

from oodaemon.practice.site import PRACTICE_EMAIL, PRACTICE_PASSWORD

ACCOUNT = {"OO_EMAIL": PRACTICE_EMAIL, "OO_PASSWORD": PRACTICE_PASSWORD}
PATIENCE = 60.0


def clean_environment() -> dict[str, str]:
    """The environment without anything that would configure the product."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("OODAEMON_", "OOCTL_", "OO_", "XDG_"))}


def wait_until(is_true: Callable[[], object], what: str, *, patience: float = PATIENCE) -> Any:
    """The first true answer; fails the test when there is none in time."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        answer = is_true()
        if answer:
            return answer
        time.sleep(0.05)
    raise AssertionError(f"{what} did not happen within {patience:g} s")


@contextlib.contextmanager
def short_folder() -> Iterator[Path]:
    """A folder whose path is short enough for a socket."""
    folder = Path(tempfile.mkdtemp(prefix="oo-", dir="/tmp"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class PracticeProcess:
    """The practice site alone, with its control endpoint."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "oodaemon", "practice", "--port", "0"],
            stdout=subprocess.PIPE,
            text=True,
            env=clean_environment(),
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        self.url = next(word for word in line.split() if word.startswith("http://"))
        self.client = httpx.Client(base_url=self.url, timeout=10)

    def behave(self, **settings: object) -> None:
        """Change how the site behaves."""
        self.client.post("/__practice__/behaviour", json=settings).raise_for_status()

    def expire_sessions(self) -> None:
        """Sign everybody out."""
        self.client.post("/__practice__/expire-sessions").raise_for_status()

    def runs(self) -> list[dict[str, Any]]:
        """Every accepted Run click."""
        answer = self.client.get("/__practice__/runs").raise_for_status().json()
        return answer if isinstance(answer, list) else answer["runs"]

    def end(self) -> None:
        """Stop it."""
        self.client.close()
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.process.terminate()
        self.process.wait(10)


@contextlib.contextmanager
def practice_site(**behaviour: object) -> Iterator[PracticeProcess]:
    """A practice site of its own."""
    site = PracticeProcess()
    try:
        if behaviour:
            site.behave(**behaviour)
        yield site
    finally:
        site.end()


class DaemonProcess:
    """A daemon on a state folder; may be killed and started again."""

    def __init__(self, state: Path, *args: str, **env: str) -> None:
        self.state, self.args = state, args
        self.log = state / "daemon.log"
        self.env = {
            **clean_environment(),
            "OODAEMON_STATE_DIR": str(state),
            "OODAEMON_HTTP": "127.0.0.1:0",
            "OODAEMON_PACE": "fast",
            "OODAEMON_CONFIG": str(_empty_config(state)),
            "OOCTL_DAEMON": f"unix:{state}/oodaemon.sock",
            **env,
        }
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def start(self) -> None:
        """Start it and wait until it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "oodaemon", "run", *self.args], env=self.env, stderr=log, stdout=log, start_new_session=True
            )
        wait_until(lambda: self.ctl("status").returncode == 0 or self.process.poll() is not None, "the start of the daemon")
        assert self.process.poll() is None, self.log.read_text()

    def kill(self) -> None:
        """SIGKILL, as the power does."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def ctl(self, *args: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """Run the client."""
        return subprocess.run(
            [sys.executable, "-m", "ooctl", *args],
            check=False,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=timeout,
            stdin=subprocess.DEVNULL,
        )

    def json(self, *args: str) -> Any:
        """Run the client and read its JSON; the command must succeed."""
        done = self.ctl(*args, "-o", "json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def submit(self, test: str, *assignments: str) -> str:
        """Submit a sweep; the run id."""
        args = [word for assignment in assignments for word in ("-p", assignment)]
        done = self.ctl("submit", "--test", test, *args)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def phase(self, run: str) -> str:
        """The phase of a run."""
        return str(self.json("status", run)["phase"])

    def browsers(self) -> list[psutil.Process]:
        """The main processes of its browsers."""
        return [
            p for p in _family(self.pid) if "--type=" not in " ".join(_cmdline(p)) and "--user-data-dir" in " ".join(_cmdline(p))
        ]

    def leftovers(self) -> list[str]:
        """Processes that were started for this daemon and are alive."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.environ().get("OODAEMON_STATE_DIR") == str(self.state) and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(f"{process.pid} {' '.join(process.cmdline())[:120]}")
        return found


def _cmdline(process: psutil.Process) -> Sequence[str]:
    with contextlib.suppress(psutil.Error):
        return process.cmdline()
    return ()


def _family(pid: int) -> list[psutil.Process]:
    with contextlib.suppress(psutil.Error):
        return psutil.Process(pid).children(recursive=True)
    return []


def _empty_config(state: Path) -> Path:
    state.mkdir(parents=True, exist_ok=True)
    file = state / "config.toml"
    file.touch()
    return file


@contextlib.contextmanager
def daemon(*args: str, **env: str) -> Iterator[DaemonProcess]:
    """A daemon that was started, on a folder of its own; stopped and looked after for leftovers."""
    with short_folder() as folder:
        process = DaemonProcess(folder, *args, **env)
        try:
            process.start()
            yield process
        finally:
            if process.process is not None:
                code = process.stop()
                log = process.log.read_text()
                wait_until(lambda: not process.leftovers(), f"the end of {process.leftovers()}", patience=20)
        assert code == 0, log


def metrics_by(results: Sequence[Mapping[str, Any]], parameter: str) -> dict[Any, Mapping[str, float | None]]:
    """The figures of completed results by the value of a parameter."""
    return {row["parameters"][parameter]: row["metrics"] for row in results if row["status"] == "COMPLETED"}

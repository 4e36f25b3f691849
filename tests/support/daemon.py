"""A daemon, a practice site and a client as subprocesses, ended whatever happens."""

import contextlib
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import psutil

from oodaemon.practice.site import PRACTICE_EMAIL, PRACTICE_PASSWORD
from tests.support.process import CLEAN, PATIENCE, OodaemonProcess, short_folder, wait_for

ACCOUNT = {"OO_EMAIL": PRACTICE_EMAIL, "OO_PASSWORD": PRACTICE_PASSWORD}


def wait_until(is_true: Callable[[], object], what: str, *, patience: float = PATIENCE) -> Any:
    """The first true answer; fails the test when there is none in time."""
    return wait_for(is_true, lambda: f"{what} did not happen", within=patience)


class PracticeProcess:
    """The practice site alone, with its control endpoint."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "oodaemon", "practice", "--port", "0"],
            stdout=subprocess.PIPE,
            text=True,
            env=CLEAN,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        self.url = next(word for word in line.split() if word.startswith("http://"))
        self.client = httpx.Client(base_url=self.url, timeout=60)

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

    def struck(self, fault: str) -> int:
        """How often a fault struck so far."""
        return int(self.client.get("/__practice__/faults").raise_for_status().json()[fault]["struck"])

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


class DaemonProcess(OodaemonProcess):
    """A fast daemon, with short words for what people ask its client."""

    def __init__(self, folder: Path, *args: str, **environ: str) -> None:
        super().__init__(folder, *args, **{"OODAEMON_PACE": "fast", **environ})

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.spawn()
        self.wait_up()

    def kill(self) -> None:
        """SIGKILL, as the power does."""
        self.end(signal.SIGKILL)

    def json(self, *args: str) -> Any:
        """Run the client and read its JSON; the command must succeed."""
        done = self.ask(*args, "-o", "json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def submit(self, test: str, *assignments: str, flags: Sequence[str] = ()) -> str:
        """Submit a sweep; the run id."""
        args = [word for assignment in assignments for word in ("-p", assignment)]
        done = self.ask("submit", "--test", test, *args, *flags)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def phase(self, run: str) -> str:
        """The phase of a run."""
        return str(self.json("status", run)["phase"])

    def browsers(self) -> list[psutil.Process]:
        """The main processes of its browsers."""
        return [
            p for p in self.note_family() if "--type=" not in " ".join(_cmdline(p)) and "--user-data-dir" in " ".join(_cmdline(p))
        ]


def _cmdline(process: psutil.Process) -> Sequence[str]:
    with contextlib.suppress(psutil.Error):
        return process.cmdline()
    return ()


@contextlib.contextmanager
def daemon(*args: str, **env: str) -> Iterator[DaemonProcess]:
    """A daemon that was started, on a folder of its own; stopped and looked after for leftovers."""
    with short_folder() as folder:
        process = DaemonProcess(folder, *args, **env)
        try:
            process.start()
            yield process
        finally:
            code, log = process.end(signal.SIGTERM), process.said()
            try:
                wait_for(lambda: not process.own(), lambda: f"still there: {process.own()}")
            finally:
                process.destroy()
        assert code == 0, log


def metrics_by(results: Sequence[Mapping[str, Any]], parameter: str) -> dict[Any, Mapping[str, float | None]]:
    """The figures of completed results by the value of a parameter."""
    return {row["parameters"][parameter]: row["metrics"] for row in results if row["status"] == "COMPLETED"}

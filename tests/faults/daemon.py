"""A real daemon in a process of its own, and its client as people use it."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from tests.support.standin.site import EMAIL, PASSWORD, Site

ROOT = Path(__file__).parents[2]
UP_WITHIN, DOWN_WITHIN = 40.0, 25.0
SITE_PATIENCE = 130.0
"""The client itself gives up on a command that asks the site after 120 s."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the client said and how it ended."""

    status: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Ended:
    """A run at rest, or as it was when our patience ended: one record for each task, in the order of the values."""

    run_id: str
    status: int
    tasks: list[dict[str, Any]]
    results: list[dict[str, Any]]

    @property
    def states(self) -> list[str]:
        """How the tasks ended."""
        return [task["status"] for task in self.tasks]

    @property
    def failures(self) -> list[str]:
        """The class of the last failure of each task, and what was said."""
        return [json.dumps(task.get("last_failure")) for task in self.tasks]


class Daemon:
    """Starts `oodaemon run` against a site. `stop` ends it and says which of its processes were left."""

    def __init__(self, site: Site, *, browsers: int) -> None:
        self.state = Path(tempfile.mkdtemp(prefix="oof", dir="/tmp"))
        private = self.state / "tmp"
        private.mkdir()
        self._env = {name: value for name, value in os.environ.items() if not name.startswith(("OODAEMON_", "OOCTL_", "OO_"))}
        self._env |= {"TMPDIR": str(private), "OOCTL_DAEMON": f"unix:{self.state}/oodaemon.sock", "NO_COLOR": "1"}
        told = {
            "OODAEMON_BASE_URL": site.url,
            "OODAEMON_STATE_DIR": str(self.state),
            "OODAEMON_HTTP": "127.0.0.1:0",
            "OODAEMON_PACE": "fast",
            "OODAEMON_BROWSERS": str(browsers),
            "OO_EMAIL": EMAIL,
            "OO_PASSWORD": PASSWORD,
        }
        self._log = (self.state / "log").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "oodaemon", "run"], cwd=ROOT, env=self._env | told, stdout=self._log, stderr=subprocess.STDOUT
        )

    @property
    def log(self) -> str:
        """What it wrote so far."""
        return (self.state / "log").read_text("utf-8", "replace")

    def wait_up(self) -> None:
        """Wait until the client can speak to it."""
        deadline = time.monotonic() + UP_WITHIN
        while self.ctl("status", "-o", "json").status != 0:
            assert self._process.poll() is None, self.log
            assert time.monotonic() < deadline, self.log

    def ctl(self, *words: str, patience: float = 60.0) -> Told:
        """Run the client; status -1 when it was still at it after `patience` seconds."""
        command = [sys.executable, "-m", "ooctl", *words]
        client = subprocess.Popen(command, cwd=ROOT, env=self._env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            out, err = client.communicate(timeout=patience)
        except subprocess.TimeoutExpired:
            client.kill()
            out, err = client.communicate()
            return Told(-1, out, err)
        return Told(client.returncode, out, err)

    def submit(self, test: str, *assignments: str) -> str:
        """Submit a run and return its id."""
        told = self.ctl(
            "submit",
            "--test",
            test,
            *(word for given in assignments for word in ("-p", given)),
            "-o",
            "json",
            patience=SITE_PATIENCE,
        )
        assert told.status == 0, told
        return str(json.loads(told.out)["run_id"])

    def follow(self, run_id: str, *, patience: float = 100.0) -> Ended:
        """Wait for the end of a run and read it; what is not at rest by then is cancelled after it was read."""
        status = self.ctl("watch", run_id, patience=patience).status
        tasks, results = (json.loads(self.ctl(noun, run_id, "-o", "json").out) for noun in ("tasks", "results"))
        if status == -1:
            self.ctl("cancel", run_id, "--yes")
        return Ended(run_id, status, _rows(tasks), _rows(results))

    def sweep(self, test: str, *assignments: str, patience: float = 100.0) -> Ended:
        """Submit and follow."""
        return self.follow(self.submit(test, *assignments), patience=patience)

    def stop(self) -> list[str]:
        """End it, by force when it does not go; returns what it left behind."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(DOWN_WITHIN)
            left = []
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            left = [f"the daemon itself did not end\n{self.log[-2000:]}"]
        self._log.close()
        for process in self._own():
            left.append(f"{process.pid} {process.name()}")
            process.kill()
        shutil.rmtree(self.state, ignore_errors=True)
        return left

    def _own(self) -> list[psutil.Process]:
        """Processes that were started with a temporary folder of this daemon."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get("TMPDIR", "").startswith(str(self.state)):
                    found.append(process)
            except psutil.Error:
                continue
        return found


def _rows(answer: Any) -> list[dict[str, Any]]:
    return answer if isinstance(answer, list) else next(value for value in answer.values() if isinstance(value, list))

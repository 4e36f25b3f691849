"""A real daemon in a process of its own, and its client as people use it."""

import json
import shutil
import signal
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.process import OodaemonProcess
from tests.support.standin.site import EMAIL, PASSWORD, Site

DOWN_WITHIN = 90.0


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
        self._folder = Path(tempfile.mkdtemp(prefix="oof", dir="/tmp"))
        self._process = OodaemonProcess(
            self._folder,
            OODAEMON_BASE_URL=site.url,
            OODAEMON_PACE="fast",
            OODAEMON_EASE_OFF="false",
            OODAEMON_BROWSERS=str(browsers),
            OO_EMAIL=EMAIL,
            OO_PASSWORD=PASSWORD,
        )
        self._process.spawn()

    @property
    def log(self) -> str:
        """What it wrote so far."""
        return self._process.said()

    def wait_up(self) -> None:
        """Wait until it answers."""
        self._process.wait_up()

    def ctl(self, *words: str, patience: float = 400.0) -> Told:
        """Run the client; status -1 when it was still at it after `patience` seconds: it gives up by itself after 120."""
        done = self._process.ctl(*words, patience=patience)
        return Told(done.returncode, done.stdout, done.stderr)

    def submit(self, test: str, *assignments: str) -> str:
        """Submit a run and return its id."""
        told = self._process.ask(
            "submit",
            "--test",
            test,
            *(word for given in assignments for word in ("-p", given)),
            "-o",
            "json",
        )
        assert told.returncode == 0, told
        return str(json.loads(told.stdout)["run_id"])

    def follow(self, run_id: str, *, patience: float = 300.0) -> Ended:
        """Wait for the end of a run and read it; what is not at rest by then is cancelled after it was read."""
        status = self.ctl("watch", run_id, patience=patience).status
        tasks, results = (json.loads(self._process.ask(noun, run_id, "-o", "json").stdout) for noun in ("tasks", "results"))
        if status == -1:
            self.ctl("cancel", run_id, "--yes")
        return Ended(run_id, status, _rows(tasks), _rows(results))

    def sweep(self, test: str, *assignments: str, patience: float = 300.0) -> Ended:
        """Submit and follow."""
        return self.follow(self.submit(test, *assignments), patience=patience)

    def stop(self) -> list[str]:
        """End it, by force when it does not go; returns what it left behind."""
        code = self._process.end(signal.SIGTERM, within=DOWN_WITHIN)
        left = [] if code == 0 else [f"the daemon ended with {code}\n{self.log[-2000:]}"]
        left += [f"{process.pid} {process.name()}" for process in self._process.own()]
        self._process.destroy()
        shutil.rmtree(self._folder, ignore_errors=True)
        return left


def _rows(answer: Any) -> list[dict[str, Any]]:
    return answer if isinstance(answer, list) else next(value for value in answer.values() if isinstance(value, list))

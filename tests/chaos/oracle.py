"""What must hold when the dust has settled: one function per promise in the table at the end."""

import dataclasses
import os
import random
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from oodaemon.clock import utc_now
from oodaemon.practice.catalog import SAVED_TESTS
from oodaemon.practice.truth import figures
from oodaemon.store import attempts, fsck
from oodaemon.store.ledger import Ledger
from tests.support.daemon import DaemonProcess

TEST = next(test for test in SAVED_TESTS.values() if test.name == "Afternoon Call Spread")
PARAMETER = "profit_target"


@dataclasses.dataclass
class Findings:
    """What the daemon said of the runs that it acknowledged, before it was stopped."""

    submitted: Mapping[str, tuple[int, ...]]
    results: dict[str, list[dict[str, Any]]]
    tasks: dict[str, list[dict[str, Any]]]

    @classmethod
    def ask(cls, at: DaemonProcess, submitted: Mapping[str, tuple[int, ...]]) -> "Findings":
        """Of a daemon that is up."""
        return cls(
            submitted, {run: at.json("results", run) for run in submitted}, {run: at.json("tasks", run) for run in submitted}
        )

    def count(self, status: str) -> int:
        """Tasks by status."""
        return sum(task["status"] == status for tasks in self.tasks.values() for task in tasks)


def figures_are_true(found: Findings, at: DaemonProcess) -> list[str]:
    """Every recorded figure is the site's own for these parameters."""
    wrong = []
    for run, rows in found.results.items():
        for row in rows:
            if row["status"] != "COMPLETED":
                continue
            value = float(row["parameters"][PARAMETER])
            form = dataclasses.replace(TEST.form, profit_target=value, profit_target_unit="%")
            truth = figures(form).metrics()
            shown = {name: row["metrics"].get(name) for name in truth}
            if shown != truth:
                wrong.append(f"{run}/{row['index']} with {value:g}: {shown}, not {truth}")
    return wrong


def every_task_is_there_once(found: Findings, at: DaemonProcess) -> list[str]:
    """Nothing that was acknowledged is lost or doubled; nothing is left open."""
    wrong = []
    for run, values in found.submitted.items():
        told = [(task["index"], float(task["parameters"][PARAMETER])) for task in found.tasks[run]]
        if told != list(enumerate(map(float, values))):
            wrong.append(f"{run} has the tasks {told}, not {values}")
        wrong += [f"{run}/{t['index']} is {t['status']}" for t in found.tasks[run] if t["status"] in {"PENDING", "RUNNING"}]
        done = [row["index"] for row in found.results[run]]
        if len(done) != len(set(done)):
            wrong.append(f"{run} has results twice: {done}")
    return wrong


def the_store_is_sound(found: Findings, at: DaemonProcess) -> list[str]:
    """fsck."""
    ledger = Ledger(at.state_dir, wall_clock=utc_now, rng=random.Random(1))
    try:
        return [*ledger.read(fsck.problems), *["an attempt is open"] * ledger.read(attempts.in_flight)]
    finally:
        ledger.close()


def no_process_is_left(found: Findings, at: DaemonProcess) -> list[str]:
    """Of any boot."""
    return [f"{process} is left" for process in {*at.own(), *at.survivors()}]


def no_folder_is_left(found: Findings, at: DaemonProcess) -> list[str]:
    """Profiles of browsers live in a private temporary folder, and below the state folder in `actors`."""
    mark = sha256(os.fsencode(at.state_dir.resolve())).hexdigest()[:12]
    places = [Path("/tmp").glob(f"oodaemon-*-{mark}"), at.state_dir.glob("actors/*")]
    return [f"{path} is left" for place in places for path in place]


PROMISES: Mapping[str, Callable[[Findings, DaemonProcess], list[str]]] = {
    "figures equal to the truth": figures_are_true,
    "every acknowledged task once, none open": every_task_is_there_once,
    "store sound": the_store_is_sound,
    "0 processes left": no_process_is_left,
    "0 profile folders left": no_folder_is_left,
}

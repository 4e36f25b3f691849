"""A long sweep through every fault at 5 %, with blows at fixed milestones: `python -m tests.chaos.march --tasks 300`.

Every 20 results a browser is killed, every 40 all sessions expire, every 60 the daemon. A task that met so many faults that its
budget is spent is held for review, and a person lets it go on. Every task must end COMPLETED with the figures of the site, once,
and nothing may be left.
"""

import argparse
import contextlib
import random
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from oodaemon.practice.faults import FAULTS
from tests.acceptance.test_faults_of_practice import QUICK, hurried
from tests.chaos.__main__ import judge
from tests.chaos.blows import BLOWS, Broken, Ring
from tests.chaos.oracle import PARAMETER, TEST, Findings
from tests.support.daemon import ACCOUNT, DaemonProcess, practice_site
from tests.support.process import short_folder

RATE = 0.05
TRIES = 10
REVIEWS = 3
SPENT = {"TIMING", "MODAL", "BROWSER", "DRIFT"}
"""The classes with a budget that chance can spend."""
PATIENCE = 600.0
"""Seconds without a new result after which the sweep counts as stuck: a blocked site is probed after a minute, two, four."""


def _expire(ring: Ring) -> str:
    ring.site.expire_sessions()
    return "done"


MILESTONES: Mapping[str, tuple[int, Callable[[Ring], str]]] = {
    "SIGKILL browser": (20, BLOWS["SIGKILL browser"][1]),
    "all sessions expire": (40, _expire),
    "SIGKILL daemon": (60, BLOWS["SIGKILL daemon"][1]),
}


def march(ring: Ring, tasks: int) -> dict[str, tuple[float, ...]]:
    """Submit the sweep and strike at every milestone until it is at rest. Raises Broken when it stands still."""
    values = tuple(5 + number / 2 for number in range(tasks))
    run = _submitted(ring, f"{PARAMETER}={','.join(f'{value:g}' for value in values)}")
    done, moved = 0, time.monotonic()
    reviews = 0
    while (status := ring.at.json("status", run))["phase"] not in {"COMPLETED", "CANCELLED"}:
        if status["phase"] == "NEEDS_REVIEW":
            if (reviews := reviews + 1) > REVIEWS:
                break
            _review(ring, run)
        before, done = done, status["tasks"]["completed"]
        moved = time.monotonic() if done > before else moved
        if time.monotonic() - moved > PATIENCE:
            raise Broken(f"no result for {PATIENCE:g} s: {status}")
        for name, (every, strike) in MILESTONES.items():
            if done // every > before // every:
                ring.say(f"{done} done, {name}: {strike(ring)}")
        time.sleep(0.5)
    ring.say(f"at rest: {status['phase']} {status['tasks']}")
    return {run: values}


def _review(ring: Ring, run: str) -> None:
    """What a person does with tasks that are held: look why, and try them again; never for a figure that was not believed."""
    held = [task["last_failure"] for task in ring.at.json("tasks", run) if task["status"] == "FAILED"]
    for failure in held:
        ring.say(f"held for review: {failure['failure_class']}, {failure['message'][:100]}")
        if failure["failure_class"] not in SPENT:
            raise Broken(f"held for what is no passing trouble: {failure}")
    ring.at.json("retry", run)


def _submitted(ring: Ring, assignment: str) -> str:
    """The id of the run. Where the test is not known yet the site must be asked, and that fails at times as well."""
    for _ in range(TRIES):
        done = ring.at.ctl("submit", "--test", TEST.id, "-p", assignment)
        if done.returncode == 0:
            return done.stdout.strip()
        ring.say(f"not submitted: {done.stderr.strip()[:200]}")
    raise Broken(f"not submitted in {TRIES} tries")


def main() -> int:
    """0 when every promise held and every task is COMPLETED."""
    options = argparse.ArgumentParser(prog="python -m tests.chaos.march")
    options.add_argument("--tasks", type=int, default=300)
    options.add_argument("--browsers", type=int, default=2)
    options.add_argument("--seed", type=int, default=7)
    asked = options.parse_args()
    with short_folder() as folder, contextlib.ExitStack() as cleanup:
        faults = dict.fromkeys(FAULTS, RATE)
        site = cleanup.enter_context(practice_site(**{**QUICK, "faults": faults}))
        settings = {"OODAEMON_RECORDINGS": str(hurried(folder / "recordings")), "OODAEMON_BASE_URL": site.url}
        at = DaemonProcess(folder, **settings, OODAEMON_BROWSERS=str(asked.browsers), OODAEMON_EASE_OFF="false", **ACCOUNT)
        cleanup.callback(at.destroy)
        ring = Ring(at, site, random.Random(asked.seed), print)
        log = Path(f"/tmp/oo-march-{asked.seed}.daemon.log")
        try:
            at.start()
            submitted = march(ring, asked.tasks)
            found = Findings.ask(at, submitted)
            at.note_family()
            if (code := at.end(signal.SIGTERM)) != 0:
                raise Broken(f"the daemon ended with {code} after SIGTERM")
            broken = judge(found, at, log) + (found.count("COMPLETED") != asked.tasks)
        except AssertionError as error:
            print(f"BROKEN: {error}")
            broken = 1
        finally:
            log.write_text(at.said() if at.log.exists() else "")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())

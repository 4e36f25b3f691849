"""A real daemon with Chromium on a faulty practice site, and blows by a seed: `python -m tests.chaos --minutes 5 --seed 7`."""

import argparse
import contextlib
import itertools
import random
import signal
import sys
import time
from pathlib import Path

from tests.acceptance.test_faults_of_practice import QUICK, hurried
from tests.chaos import astray
from tests.chaos.blows import BLOWS, Broken, Ring
from tests.chaos.disk import LEAST_MIB, small_disk
from tests.chaos.oracle import PARAMETER, PROMISES, TEST, Findings
from tests.support.daemon import ACCOUNT, DaemonProcess, practice_site
from tests.support.process import short_folder

FAULTS = {
    "late_hydration": 0.05,
    "panel_never_renders": 0.03,
    "late_popup": 0.1,
    "endless_popup": 0.02,
    "error_toast": 0.05,
    "signed_out_mid_run": 0.03,
    "http_429": 0.02,
    "http_503": 0.02,
    "connection_reset": 0.02,
    "announcement": 0.1,
    "count_up": 0.3,
    "stale_page": 0.1,
}
ACTIVE, TASKS = 2, 3
BLOWS_PER_MINUTE = 4
"""At least, also on a machine that is so busy that a start takes half a minute: then it takes longer."""

SETTLING = 300.0
"""Seconds of peace in which everything comes to rest."""


class Chaos:
    """One run of chaos."""

    def __init__(self, ring: Ring, minutes: float) -> None:
        self.ring, self.minutes = ring, minutes
        self.submitted: dict[str, tuple[int, ...]] = {}
        self.blows = 0
        self._values = itertools.count(5)

    def rage(self) -> None:
        """Blow after blow, with runs always waiting."""
        ring = self.ring
        ends = time.monotonic() + 60 * self.minutes
        names, weights = list(BLOWS), [weight for weight, _ in BLOWS.values()]
        while time.monotonic() < ends or self.blows < BLOWS_PER_MINUTE * self.minutes:
            self._feed()
            self._pass(ring.rng.uniform(2, 8))
            name = ring.rng.choices(names, weights)[0]
            began = time.monotonic()
            said = BLOWS[name][1](ring)
            self.blows += 1
            ring.say(f"{name}: {said} ({time.monotonic() - began:.1f} s)")
            if ring.asleep:
                self._pass(ring.rng.uniform(2, 12))
                ring.wake()
            self._check_alive()

    def settle(self) -> Findings:
        """No more blows and faults: everything comes to rest."""
        ring = self.ring
        ring.wake()
        ring.site.behave(faults={})
        ends = time.monotonic() + SETTLING
        while left := [run for run in self.submitted if ring.at.phase(run) not in {"COMPLETED", "NEEDS_REVIEW"}]:
            self._check_alive()
            if time.monotonic() > ends:
                raise Broken(f"not at rest {SETTLING:g} s after the last fault: {left}; {ring.at.json('status')}")
            self._pass(1)
        return Findings.ask(ring.at, self.submitted)

    def _feed(self) -> None:
        """Submit when there is little to do; a daemon that cannot be asked now is asked later."""
        listed = self.ring.at.ctl("list", "-o", "json", patience=20)
        if listed.returncode != 0 or listed.stdout.count('"RUNNING"') >= ACTIVE:
            return
        values = tuple(itertools.islice(self._values, TASKS))
        words = ",".join(map(str, values))
        done = self.ring.at.ctl("submit", "--test", TEST.id, "-p", f"{PARAMETER}={words}", patience=100)
        if done.returncode == 0:
            self.submitted[done.stdout.strip()] = values
            self.ring.say(f"submitted {done.stdout.strip()} with {words}")
        else:
            self.ring.say(f"not submitted: {done.stderr.strip()[:200]}")

    def _check_alive(self) -> None:
        if (code := self.ring.at.process.poll()) is not None:
            raise Broken(f"the daemon ended by itself with {code}")

    @staticmethod
    def _pass(seconds: float) -> None:
        time.sleep(seconds)


def judge(found: Findings, at: DaemonProcess, log: Path) -> int:
    """Print every promise with its verdict; how many were broken."""
    broken = 0
    for promise, look in PROMISES.items():
        wrong = look(found, at)
        broken += bool(wrong)
        print(f"{'BROKEN' if wrong else 'holds':>7}  {promise}", *(f"\n         {line}" for line in wrong[:5]))
    print(f"{found.count('COMPLETED')} tasks completed, {found.count('FAILED')} failed for good; log: {log}")
    return broken


def main() -> int:
    """0 when every promise held."""
    options = argparse.ArgumentParser(prog="python -m tests.chaos")
    options.add_argument("--minutes", type=float, default=5)
    options.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10_000))
    options.add_argument("--log", type=Path, default=None, help="where what happens is written; the daemon's log is beside it")
    asked = options.parse_args()
    with short_folder() as folder, contextlib.ExitStack() as cleanup:
        log: Path = asked.log or Path(f"/tmp/oo-chaos-{asked.seed}.log")
        lines = cleanup.enter_context(log.open("w"))

        def say(line: str) -> None:
            print(line, file=lines, flush=True)
            print(line, flush=True)

        say(f"chaos of {asked.minutes:g} min with seed {asked.seed}; log: {log}")
        recordings = hurried(folder / "recordings")
        site = cleanup.enter_context(practice_site(**{**QUICK, "faults": FAULTS, "run_seconds": [0.5, 2.0]}))
        settings = {"OODAEMON_RECORDINGS": str(recordings), "OODAEMON_BASE_URL": site.url, "OODAEMON_BROWSERS": "2", **ACCOUNT}
        clock = folder / "clock"
        clock.write_text("0")
        settings |= {"OODAEMON_MIN_FREE_MIB": str(LEAST_MIB), "OODAEMON_EVIDENCE_MAX_MB": "16", astray.VARIABLE: str(clock)}
        at = DaemonProcess(folder, **settings)
        at.module = "tests.chaos.astray"
        disk = cleanup.enter_context(small_disk(at.state_dir))
        cleanup.callback(at.destroy)
        ring = Ring(at, site, random.Random(asked.seed), say, disk=disk, clock=clock)
        chaos = Chaos(ring, asked.minutes)
        try:
            at.start()
            chaos.rage()
            found = chaos.settle()
            at.note_family()
            if (code := at.end(signal.SIGTERM)) != 0:
                raise Broken(f"the daemon ended with {code} after SIGTERM")
            say(f"{chaos.blows} blows, {len(chaos.submitted)} runs")
            broken = judge(found, at, log)
        except AssertionError as error:
            say(f"BROKEN: {error}")
            broken = 1
        finally:
            log.with_suffix(".daemon.log").write_text(at.said() if at.log.exists() else "")
            ring.wake()
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())

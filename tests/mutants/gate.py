"""The gate: every mutant in a process of its own, with its tests. `python -m tests.mutants.gate [--turn | NAME...]`."""

import contextlib
import datetime
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.mutants.catalogue import MUTANTS
from tests.mutants.hook import ROOT, install
from tests.mutants.mutant import Mutant

AT_ONCE = 2
PATIENCE = 120.0
"""Seconds of wall time for one mutant on a busy machine."""

TURNS = 6
"""A day has a turn, by its number: in so many days every mutant is tried by `make test`."""

PLAIN = ("-q", "-x", "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:xdist", "--no-header", "--tb=short")
FAILED = 1


@dataclass(slots=True)
class Trial:
    """One run of tests in a process of its own, on a mutant or, with None, on the product as it is."""

    mutant: Mutant | None
    tests: tuple[str, ...]
    pid: int = 0
    code: int | None = None
    output: Path = Path()
    began: float = 0.0

    @property
    def name(self) -> str:
        """For people."""
        return self.mutant.name if self.mutant else "(the product as it is)"

    @property
    def is_good(self) -> bool:
        """A test failed on the mutant; none on the product."""
        return self.code == (FAILED if self.mutant else 0)

    @property
    def verdict(self) -> str:
        """One word."""
        if self.mutant is None:
            return "passes" if self.is_good else "FAILS"
        return "caught" if self.is_good else {0: "SURVIVED", None: "HUNG"}.get(self.code, f"BROKEN ({self.code})")


def warm_up() -> None:
    """Import what all trials need and no mutant can be in, once, before the first fork."""
    for name in ("asyncio", "trio", "sqlite_utils", "structlog", "psutil", "numpy", "playwright.async_api", "pydantic", "grpc"):
        __import__(name)
    assert not [name for name in sys.modules if name.split(".")[0] in {"oodaemon", "ooctl"}]


def begin(trial: Trial, folder: Path, number: int) -> None:
    """Fork."""
    trial.output, trial.began = folder / f"{number}.log", time.monotonic()
    trial.pid = os.fork()
    if trial.pid:
        return
    code = 99
    with contextlib.suppress(BaseException):
        with trial.output.open("w") as said:
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
        if trial.mutant is not None:
            install(trial.mutant)
        code = int(pytest.main([*PLAIN, f"--basetemp={folder / str(number)}", *trial.tests]))
        sys.stdout.flush()
    os._exit(code)


def run(trials: Sequence[Trial], folder: Path) -> None:
    """All of them, a few at a time; one that takes too long is ended."""
    waiting, running = list(enumerate(trials)), dict[int, Trial]()
    while waiting or running:
        while waiting and len(running) < AT_ONCE:
            number, trial = waiting.pop(0)
            begin(trial, folder, number)
            running[trial.pid] = trial
        for pid, trial in list(running.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                trial.code = os.waitstatus_to_exitcode(status)
            elif time.monotonic() - trial.began > PATIENCE * len(trial.tests):
                os.kill(pid, 9)
                os.waitpid(pid, 0)
            else:
                continue
            del running[pid]
            print(f"{trial.verdict:>10}  {trial.name}  ({time.monotonic() - trial.began:.0f} s)", flush=True)
        time.sleep(0.02)


def trials_for(mutants: Iterable[Mutant]) -> list[Trial]:
    """The product first; then each mutant with each of its tests, so that every one of them is needed."""
    chosen = list(mutants)
    everything = tuple(dict.fromkeys(test for mutant in chosen for test in mutant.caught_by))
    return [Trial(None, everything), *(Trial(mutant, (test,)) for mutant in chosen for test in mutant.caught_by)]


def chosen(names: Sequence[str], turn: int) -> list[Mutant]:
    """All of them, those with these names, or with `--turn` those whose turn it is. The turns of 0 to TURNS - 1 are all of them."""
    if "--turn" in names:
        return [*MUTANTS.values()][turn % TURNS :: TURNS]
    return [mutant for mutant in MUTANTS.values() if not names or mutant.name in names]


def main(names: Sequence[str]) -> int:
    """0 when the product passes and every mutant is caught."""
    os.chdir(ROOT)
    warm_up()
    trials = trials_for(chosen(names, datetime.datetime.now(datetime.UTC).toordinal()))
    with tempfile.TemporaryDirectory(prefix="oo-mutants-") as made:
        run(trials, Path(made))
        bad = [trial for trial in trials if not trial.is_good]
        for trial in bad:
            print(f"\n{trial.name}: {trial.verdict}\n{trial.output.read_text()[-3000:]}")
    print(f"{len(trials) - 1} trials of {len(MUTANTS)} mutants, {len(bad)} not as they must be")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

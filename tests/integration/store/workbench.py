"""A real store in a folder of a test, with a clock and dice that belong to the test."""

import datetime
import itertools
import random
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from oodaemon.ids import ulid
from oodaemon.model.batches import Batch
from oodaemon.model.events import Event
from oodaemon.model.runs import Desired, NewRun, Run, SavedTest
from oodaemon.model.tasks import FailureClass, Figures, Lease, Task
from oodaemon.store import attempts, fsck, journal, leases, runs, tasks, tests
from oodaemon.store.ledger import DATABASE_NAME, Ledger

START = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
IRON = SavedTest("iron", "Iron condor", "/test/iron", START)
ACTOR = "browser/1"


class HandClock:
    """A wall clock that goes on only by hand."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime.datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += datetime.timedelta(seconds=seconds)


class Workbench:
    """An open ledger with one known test, and short words for what tests do with it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.clock, self.rng = folder, HandClock(), random.Random(7)
        self._copies = itertools.count(1)
        self.state_dir = folder / "state"
        self.ledger = self._open()
        self.write, self.read = self.ledger.write, self.ledger.read
        self.write(tests.remember, [IRON])

    def _open(self) -> Ledger:
        return Ledger(self.state_dir, wall_clock=self.clock, rng=self.rng)

    def restart(self) -> None:
        """Stop in good order and start again."""
        self.ledger.close()
        self._adopt(self._open())

    def crash(self) -> None:
        """Start again from the bytes that a kill at this moment would leave on disk."""
        remains = self.folder / f"state-{next(self._copies)}"
        remains.mkdir(mode=0o700)
        for name in (DATABASE_NAME, DATABASE_NAME + "-wal"):
            shutil.copyfile(self.state_dir / name, remains / name)
        self.ledger.close()
        shutil.rmtree(self.state_dir)
        self.state_dir = remains
        self._adopt(self._open())

    def _adopt(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.write, self.read = ledger.write, ledger.read

    def submit(self, count: int = 3, *, name: str = "sweep") -> Run:
        new = NewRun(ulid(self.clock(), self.rng), name, IRON.test_id, '{"sweep":{}}', (Batch(values_of(count)),))
        return self.write(runs.submit, new)

    def lease(self, *, actor: str = ACTOR, incarnation: int = 1) -> Lease:
        leased = self.write(leases.lease, actor, incarnation)
        assert leased is not None
        return leased

    def announced(self, **holder: Any) -> Lease:
        """A lease whose Run button is about to be pressed."""
        leased = self.lease(**holder)
        assert self.write(attempts.intent, leased.token)
        return leased

    def succeed_next(self, *, seconds: float = 10.0, pl: float = 1.5) -> Lease:
        leased = self.announced()
        self.clock.advance(seconds)
        self.write(attempts.succeed, leased.token, proven(pl))
        return leased

    def fail_next(self, failure_class: FailureClass, message: str = "no", **holder: Any) -> Lease:
        leased = self.announced(**holder)
        self.write(attempts.fail, leased.token, failure_class, message)
        return leased

    def steer(self, run: Run, desired: Desired, **rest) -> Run:
        return self.write(runs.set_desired, run.run_id, desired, **rest)

    def run(self, run: Run) -> Run:
        return self.read(runs.get, run.run_id)

    def tasks(self, run: Run) -> Sequence[Task]:
        return self.read(tasks.page, run.run_id)

    def states(self, run: Run) -> list[str]:
        return [task.state.value for task in self.tasks(run)]

    def events(self, after: int = 0) -> list[Event]:
        return self.read(journal.read, after, run_id=None, limit=100_000)

    def news(self, after: int) -> list[str]:
        """Types of the events since."""
        return [event.type.value for event in self.events(after)]

    def close(self) -> None:
        """Check every promise, then close."""
        try:
            assert not (found := self.read(fsck.problems)), found
        finally:
            self.ledger.close()


def proven(pl: float) -> Figures:
    """Figures as a page shows them that proves them."""
    return Figures({"pl": pl}, proof={"cards": []})


def values_of(count: int) -> tuple[dict[str, int | float | str | bool], ...]:
    return tuple({"delta": 10 + index, "delta.unit": "percent"} for index in range(count))

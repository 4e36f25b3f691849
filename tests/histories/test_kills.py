"""A hundred kills of the daemon while clients watch: their output has every event of the run once, in order."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ooctl.address import Address
from ooctl.daemon import Daemon
from ooctl.pacing import Pacing
from oodaemon.clock import utc_now
from oodaemon.model.batches import Batch
from oodaemon.model.runs import Desired, NewRun
from oodaemon.store import fsck, journal, runs, tests
from oodaemon.store.ledger import Ledger
from tests.histories import victim
from tests.integration.rpc.support import IRON, short_folder, values_of

pytestmark = pytest.mark.slow

KILLS, WATCHERS, PATIENCE = 100, 3, 60
ROOT = Path(__file__).parents[2]


class View:
    """What a user of `ooctl watch` sees, and a way to wait for it."""

    def __init__(self) -> None:
        self.seqs: list[int] = []
        self.snapshots: list[dict] = []
        self.end: dict | None = None
        self.news = threading.Condition()

    def snapshot(self, run: dict) -> None:
        with self.news:
            self.snapshots.append(run)
            self.news.notify_all()

    def event(self, event: dict) -> None:
        with self.news:
            self.seqs.append(event["seq"])
            self.news.notify_all()

    def notice(self, sentence: str) -> None:
        pass

    def wait_for(self, count: int) -> None:
        with self.news:
            assert self.news.wait_for(lambda: len(self.seqs) >= count, PATIENCE), "nothing came"

    def follow(self, target: str, run_id: str) -> None:
        pacing = Pacing(first_delay=0.01, longest_delay=0.05, patience=PATIENCE)
        with Daemon(Address(target), pacing=pacing) as daemon:
            self.end = daemon.follow(run_id, self)


class Lives:
    """The lives of the daemon, one after the other."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", victim.__name__, str(folder)]
        self._mother = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        self._pid: int | None = None

    def begin(self) -> int:
        """Start a daemon; return its boot once it serves."""
        said = dict([self._ask("live").split(), self._hear().split()])
        self._pid = int(said["born"])
        assert int(said["up"]), "it did not come up"
        return int(said["up"])

    def _ask(self, line: str) -> str:
        assert self._mother.stdin is not None
        self._mother.stdin.write(f"{line}\n")
        self._mother.stdin.flush()
        return self._hear()

    def _hear(self) -> str:
        assert self._mother.stdout is not None
        return self._mother.stdout.readline()

    def kill(self) -> None:
        """Kill the daemon, and return when it is gone."""
        if self._pid is not None:
            os.kill(self._pid, signal.SIGKILL)
            assert self._ask("bury").split() == ["buried", str(self._pid)]
            self._pid = None

    def end(self) -> None:
        self.kill()
        self._mother.kill()
        self._mother.communicate()


@pytest.fixture
def folder() -> Iterator[Path]:
    with short_folder() as made:
        yield made


@pytest.fixture
def lives(folder: Path) -> Iterator[Lives]:
    made = Lives(folder)
    yield made
    made.end()


def opened(folder: Path) -> Ledger:
    return Ledger(folder / "state", wall_clock=utc_now, rng=random.Random(1))


@contextlib.contextmanager
def following(folder: Path, run_id: str) -> Iterator[list[View]]:
    views = [View() for _ in range(WATCHERS)]
    threads = [threading.Thread(target=view.follow, args=(f"unix:{folder}/run/d.sock", run_id), daemon=True) for view in views]
    for thread in threads:
        thread.start()
    yield views
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_a_hundred_kills_lose_nothing_and_double_nothing(folder: Path, lives: Lives) -> None:
    rng = random.Random(9)
    ledger = opened(folder)
    ledger.write(tests.remember, [IRON])
    run_id = ledger.write(runs.submit, NewRun("0" * 26, "sweep", IRON.test_id, "{}", (Batch(values_of(20_000)),))).run_id
    began = ledger.head
    ledger.close()

    boots = [lives.begin()]
    with following(folder, run_id) as views:
        for _ in range(KILLS):
            view = rng.choice(views)
            view.wait_for(len(view.seqs) + rng.randrange(12))
            lives.kill()
            boots.append(lives.begin())
        for view in views:
            view.wait_for(len(view.seqs) + 1)
        lives.kill()
        ledger = opened(folder)
        ledger.write(runs.set_desired, run_id, Desired.CANCEL)
        told = [event.seq for event in ledger.read(journal.read, began, run_id=run_id, limit=1_000_000)]
        assert ledger.read(fsck.problems) == []
        ledger.close()
        boots.append(lives.begin())
    assert boots == sorted(set(boots))
    for view in views:
        assert view.seqs == told[told.index(view.seqs[0]) :], "from the first event on, every one, once, in order"
        assert len(view.snapshots) == 1
        assert view.end is not None
        assert view.end["phase"] == "CANCELLED"

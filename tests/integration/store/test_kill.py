"""Killed at any moment, the store keeps what it promised, once, and nothing else is half done."""

import random
import signal
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from oodaemon.clock import utc_now
from oodaemon.store import attempts, evidence, fsck, journal, results, runs
from oodaemon.store.ledger import Ledger
from oodaemon.store.shelf import Shelf
from tests.integration.store import victim

KILLS = 25
ROOT = Path(__file__).parents[3]


class Promises:
    """What the victims said, over all their lives."""

    def __init__(self) -> None:
        self.recorded: dict[tuple[str, int], float] = {}
        self.said_before: dict[tuple[str, int], list[float]] = defaultdict(list)
        self.submitted: set[str] = set()
        self.may_be_submitted: set[str] = set()
        self.failed: set[int] = set()
        self.boots: list[int] = []

    def hear(self, line: str) -> None:
        word, *rest = line.split()
        if word == "recorded":
            self.recorded[rest[0], int(rest[1])] = float(rest[2])
        elif word == "recording":
            self.said_before[rest[0], int(rest[1])].append(float(rest[2]))
        elif word == "submitted":
            self.submitted.add(rest[0])
        elif word == "submitting":
            self.may_be_submitted.add(rest[0])
        elif word == "failed":
            self.failed.add(int(rest[0]))
        elif word == "boot":
            self.boots.append(int(rest[0]))

    def check(self, ledger: Ledger, folder: Path) -> None:
        assert ledger.read(fsck.problems) == []
        assert ledger.read(attempts.in_flight) == 0
        shelf, indexed = Shelf(folder), ledger.read(evidence.on_disk)
        assert shelf.sweep(indexed) == []
        assert {(int(file.parent.name), file.name) for file in shelf.root.rglob("*.*")} == set(indexed)
        ids = {run.run_id for run in ledger.read(runs.page, limit=100_000)}
        assert self.submitted <= ids <= self.may_be_submitted
        found = {}
        for run_id in ids:
            assert ledger.read(runs.get, run_id).counts.total == 8
            for result in ledger.read(results.page, run_id):
                if result.figures is not None:
                    found[run_id, result.index] = result.figures.metrics["pl"]
        assert self.recorded.items() <= found.items()
        for task, pl in found.items():
            assert pl in self.said_before[task]
        kept = {
            row[0] for row in ledger.read(lambda db: db.execute("SELECT attempt_id FROM attempts WHERE closed_at > ''").fetchall())
        }
        assert self.failed <= kept


def live_and_die(folder: Path, promises: Promises, *, seed: int, words: int) -> None:
    """Run a victim, kill it after it said so many words, and hear all that it said until it died."""
    command = [sys.executable, "-m", victim.__name__, str(folder), str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        for _ in range(words):
            promises.hear(process.stdout.readline())
        process.kill()
        said = process.stdout.read()
        for line in said.splitlines(keepends=True):
            if line.endswith("\n"):
                promises.hear(line)
    assert process.returncode == -signal.SIGKILL


def test_nothing_promised_is_lost_and_nothing_is_doubled(tmp_path: Path) -> None:
    folder, promises, rng = tmp_path / "state", Promises(), random.Random(11)
    last_head = 0
    for life in range(KILLS):
        live_and_die(folder, promises, seed=life, words=rng.randrange(1, 60))
        ledger = Ledger(folder, wall_clock=utc_now, rng=rng)
        try:
            promises.check(ledger, folder)
            assert ledger.head > last_head
            last_head = ledger.read(journal.head)
        finally:
            ledger.close()
    assert promises.boots == [1 + 2 * life for life in range(KILLS)]
    assert len(promises.recorded) > KILLS

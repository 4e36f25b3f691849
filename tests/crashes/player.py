"""The one who works with a store that may die: sends its requests again, leases what is to be done, and knows what it was told."""

import copy
import datetime
import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import pytest

from oodaemon.errors import AlreadyExists, FailedPrecondition
from oodaemon.ids import ulid
from oodaemon.model.batches import Batch
from oodaemon.model.evidence import Limits
from oodaemon.model.reuse import Basis, Look, Policy, Reveal
from oodaemon.model.runs import Desired, Mode, NewRun, SavedTest
from oodaemon.model.tasks import FailureClass, Figures, Kept, Lease, Token
from oodaemon.parameters.recipe import Recipe, Recipes
from oodaemon.parameters.registry import discover
from oodaemon.store import attempts, cache, failures, fsck, growth, leases, requests, results, runs, tasks, tests
from oodaemon.store.ledger import Ledger
from tests.integration.store.growing import grow
from tests.integration.store.workbench import proven

START = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
IRON = SavedTest("iron", "Iron condor", "/test/iron", START)
ACTOR = "browser/1"

RECIPES = Recipes(discover([]))
POLICY = Policy("scope", datetime.timedelta(days=1), RECIPES.of)
LOOK = Look("as it always was", "2022-05-16", "2025-10-31")


def recipe_of(values: Mapping[str, Any]) -> Recipe:
    """The recipe of values that are known to have one."""
    found = RECIPES.of(values)
    assert found is not None
    return found


def _basis(leased: Lease) -> Basis | None:
    return POLICY.basis(leased.test_id, LOOK, leased.values, {recipe_of(leased.values).shape: ""}.get)


Plan = Mapping[int, Sequence[FailureClass]]
"""What a task fails by, one after the other, before it succeeds."""


def truth(index: int) -> float:
    """The one right figure of a task."""
    return 100.0 + index


@dataclass
class Memory:
    """What outlives a crash outside the store: the time, the site, and what the client was told."""

    now: datetime.datetime = START
    crashes: int = 0
    runs: dict[str, str] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    recorded: dict[tuple[str, int], float] = field(default_factory=dict)
    clicks: Counter[tuple[str, int]] = field(default_factory=Counter)
    tokens: list[Token] = field(default_factory=list)
    told: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    head: int = 0
    boot: int = 0

    def clone(self) -> "Memory":
        """The same, apart; nothing in it is ever changed in place."""
        parts = {f.name: copy.copy(getattr(self, f.name)) for f in fields(self)}
        return Memory(**parts)


class Player:
    """Plays a scenario on an open ledger. Everything it does may be done again after a crash."""

    def __init__(self, folder: Path, memory: Memory) -> None:
        self.folder, self.memory, self.rng = folder, memory, random.Random(7)
        self.plans: dict[str, Plan] = {}
        self.sightings: set[tuple[str, int]] = set()
        self.ledger = self._open()

    def _open(self) -> Ledger:
        ledger = Ledger(self.folder, wall_clock=lambda: self.memory.now, rng=self.rng)
        assert ledger.boot > self.memory.boot, "a boot number was used again"
        self.memory.boot = ledger.boot
        ledger.policy = POLICY
        return ledger

    def write(self, fn: Any, *args: Any, **rest: Any) -> Any:
        """Write, and remember the events that were acknowledged."""
        value = self.ledger.write(fn, *args, **rest)
        self.listen()
        return value

    def listen(self) -> None:
        """Every event that was committed, as a watcher hears it."""
        if self.ledger.head > self.memory.head:
            self.memory.told |= self._events(self.memory.head)
            self.memory.head = self.ledger.head

    def _events(self, after: int) -> dict[int, tuple[Any, ...]]:
        rows = self.ledger.read(lambda db: db.execute("SELECT * FROM events WHERE seq > ? ORDER BY seq", (after,)).fetchall())
        return {row["seq"]: tuple(row) for row in rows}

    def reopen(self) -> None:
        """Stop in good order and start again."""
        self.ledger.close()
        self.ledger = self._open()

    def request(self, request_id: str, method: str, produce: Any) -> str:
        """A request of a client that repeats it until it was answered; the answer never changes."""
        answer: str = self.write(lambda tx: requests.once(tx, request_id, method, "digest", lambda: produce(tx)))
        assert self.memory.answers.setdefault(request_id, answer) == answer, "one request, two answers"
        with pytest.raises(AlreadyExists):
            self.ledger.write(lambda tx: requests.once(tx, request_id, method, "another", lambda: produce(tx)))
        return answer

    def submit(self, name: str, count: int, plan: Plan | None = None) -> str:
        """A run by a name of the scenario."""
        points = [{"delta": 10 + n} for n in range(count)]
        return self.submit_new(NewRun(self.run_id(), name, IRON.test_id, '{"sweep":{}}', (Batch(points),)), plan)

    def run_id(self) -> str:
        """The id of a run about to be submitted."""
        return ulid(self.memory.now, self.rng)

    def submit_new(self, new: NewRun, plan: Plan | None = None) -> str:
        """A run by its name."""
        name = new.name
        if not self.ledger.read(tests.listing):
            self.write(tests.remember, [IRON])
        run_id = self.request(f"submit {name}", "SubmitRun", lambda tx: self._submit(tx, new))
        self.memory.runs[name], self.plans[run_id] = run_id, plan or {}
        return run_id

    def _submit(self, tx: Any, new: NewRun) -> str:
        run_id: str = runs.submit(tx, new).run_id
        cache.reuse(tx, run_id)
        return run_id

    def look(self) -> None:
        """The saved test is opened, as every task does, and is what it always was."""
        shape = recipe_of({"delta": 10}).shape
        self.write(cache.note_look, POLICY, IRON.test_id, LOOK, Reveal(shape, ""))

    def steer(self, name: str, desired: Desired, step: str = "", *, mode: Mode = Mode.DRAIN) -> None:
        """Pause, resume or cancel; what comes too late is refused, and that is an answer too."""
        run_id = self.memory.runs[name]

        def produce(tx: Any) -> str:
            return runs.set_desired(tx, run_id, desired, mode=mode).run_id

        try:
            self.request(f"{desired.value} {name} {step}", desired.value, produce)
        except FailedPrecondition:
            self.memory.answers[f"{desired.value} {name} {step} refused"] = ""

    def lease(self) -> Lease | None:
        """The next task, waiting for its time if it has to; None when there is none."""
        while True:
            leased: Lease | None = self.write(leases.lease, ACTOR, 1)
            if leased is not None:
                self.memory.tokens.append(leased.token)
                return leased
            due = self.ledger.read(leases.next_due)
            if due is None:
                return None
            self.memory.now = max(self.memory.now, due)

    def click(self, leased: Lease | None) -> Lease | None:
        """Record the intent and press Run; None when it may not be pressed."""
        if leased is None or not self.write(attempts.intent, leased.token):
            return None
        found = self.ledger.read(results.page, leased.run_id)
        assert leased.index not in {row.index for row in found if row.figures}, "Run is pressed for a task that has its result"
        self.memory.clicks[leased.run_id, leased.index] += 1
        self.memory.now += datetime.timedelta(seconds=5)
        return leased

    def finish(self, leased: Lease | None, kept: Kept | None = None) -> None:
        """What the site says of this task, by the plan of its run."""
        if leased is None:
            return
        failed = [c for c in self.failures(leased.run_id)[leased.index] if c is not FailureClass.INTERRUPTED]
        plan = self.plans.get(leased.run_id, {}).get(leased.index, ())
        key, pl = (leased.run_id, leased.index), truth(leased.index)
        if len(failed) < len(plan):
            self._fail(leased, plan[len(failed)], pl)
            return
        self.write(attempts.succeed, leased.token, proven(pl), kept or Kept(basis=_basis(leased)))
        assert key not in self.memory.recorded, "a result was recorded twice"
        self.memory.recorded[key] = pl

    def _fail(self, leased: Lease, failure_class: FailureClass, pl: float) -> None:
        """With what is kept of a failure; the figures of a mismatch lack nothing but the proof."""

        def settle(tx: Any) -> None:
            if failure_class is FailureClass.SITE_ERROR:
                attempts.refuse(tx, leased.token, "no", _basis(leased))
            else:
                attempts.fail(tx, leased.token, failure_class, "no")

        record = failures.Record(quarantined=Figures({"pl": pl}))
        self.write(failures.close, settle, leased.token.attempt_id, record, Limits(10_000))

    def work(self, limit: int = 1000) -> None:
        """Do what there is to do, or so many tasks of it."""
        while limit and (leased := self.lease()) is not None:
            self.finish(self.click(leased))
            limit -= 1

    def work_and_grow(self, name: str, room: int = 1) -> None:
        """Do what there is to do, and let the run get what follows from it, until nothing does."""
        run_id = self.memory.runs[name]
        while True:
            self.work()
            is_growing = any(run.run_id == run_id for run in self.ledger.read(growth.growing))
            if not is_growing or not grow(self.ledger, run_id, room):
                return
            self.listen()

    def settled(self, name: str) -> int:
        """How many tasks have their result."""
        return sum(row.figures is not None for row in self.ledger.read(results.page, self.memory.runs[name]))

    def failures(self, run_id: str) -> dict[int, list[FailureClass]]:
        """What the attempts of every task failed by, in order."""
        found: dict[int, list[FailureClass]] = defaultdict(list)
        query = "SELECT idx, class FROM failures WHERE run_id = ? ORDER BY attempt_id"
        for row in self.ledger.read(lambda db: db.execute(query, (run_id,)).fetchall()):
            found[row["idx"]].append(FailureClass(row["class"]))
        return found

    def check(self) -> None:
        """Nothing that was acknowledged is lost or changed, nothing is half done, and nobody of an older boot can act."""
        assert self.ledger.read(fsck.problems) == []
        assert self.ledger.read(attempts.in_flight) == 0
        kept = self._events(0)
        assert self._told_before(kept).items() <= kept.items(), "an event that was told is gone or is another one now"
        for (run_id, index), pl in self.memory.recorded.items():
            found = {row.index: row.figures for row in self.ledger.read(results.page, run_id)}
            figures = found.get(index)
            assert figures is not None, "a result that was acknowledged is lost"
            assert figures.metrics["pl"] == pl
        for token in self.memory.tokens:
            with pytest.raises(attempts.StaleToken):
                self.ledger.write(attempts.fail, token, FailureClass.BUG, "late")
            with pytest.raises(attempts.StaleToken):
                self.ledger.write(attempts.intent, token)
        self.memory.tokens.clear()

    def _told_before(self, kept: Mapping[int, tuple[Any, ...]]) -> dict[int, tuple[Any, ...]]:
        """What was told, but for the events that a summary which is kept stands for, and old ones of no run."""
        query = (
            "SELECT run_id, json_extract(body, '$.last_seq') AS last_seq FROM events WHERE type = 'run_compacted'"
            " UNION ALL SELECT NULL, last_seq FROM compactions WHERE scope = ''"
        )
        floors = {row["run_id"]: row["last_seq"] for row in self.ledger.read(lambda db: db.execute(query).fetchall())}
        run_id = 4
        return {seq: row for seq, row in self.memory.told.items() if seq in kept or seq > floors.get(row[run_id], 0)}

    def outcome(self) -> dict[str, str]:
        """What users see at the end: phase, then state, counted failures and figure of every task."""
        told = {}
        for name, run_id in self.memory.runs.items():
            run, failed = self.ledger.read(runs.get, run_id), self.failures(run_id)
            figures = {row.index: row.figures.metrics["pl"] for row in self.ledger.read(results.page, run_id) if row.figures}
            words = [run.phase.value]
            for task in self.ledger.read(tasks.page, run_id):
                counted = [c.value for c in failed[task.index] if c is not FailureClass.INTERRUPTED]
                assert figures.get(task.index, truth(task.index)) == truth(task.index), "a wrong figure"
                assert (task.index in figures) is (task.state.value in {"succeeded", "cached"})
                words.append("+".join([*counted, task.state.value]))
            told[name] = " ".join(words)
        return told

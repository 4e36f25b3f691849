"""A run of two stages under any order of outcomes, rulings, pauses and crashes: the second stage comes once, from what was best."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from oodaemon.ids import ulid
from oodaemon.model.runs import Author, Desired, Growth, RunPhase
from oodaemon.model.tasks import FailureClass
from oodaemon.store import fsck, growth, leases, rulings, runs
from oodaemon.store.rulings import Order, Which
from tests.integration.store.growing import STAGED, grow, new_run
from tests.integration.store.workbench import Workbench

ME = Author("trader@desk", "looked at it")
OUTCOMES = st.sampled_from([FailureClass.MISMATCH, FailureClass.SITE_ERROR]) | st.integers(-5, 5)
FIRST, ALL = 2, 4
"""Tasks of the first stage, and of both."""


class GrowingMachine(RuleBasedStateMachine):
    """The store, and what is expected of one run in it: by index `ready`, `held`, `refused`, or the figure that was found."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.bench = Workbench(self.folder)
        self.run = self.bench.write(runs.submit, new_run(ulid(self.bench.clock(), self.bench.rng), "growing", STAGED))
        self.tasks: list[str | float] = ["ready"] * FIRST
        self.growth, self.desired = Growth.GROWING, Desired.RUN
        self.best: int | None = None

    def teardown(self) -> None:
        if hasattr(self, "bench"):
            found = self.bench.read(fsck.problems)
            self.bench.ledger.close()
            shutil.rmtree(self.folder)
            assert not found, found

    def is_open(self) -> bool:
        return "ready" in self.tasks

    def changed(self, index: int, state: str | float) -> None:
        """A task is not any more as it was: a run that was stuck is to be looked at again."""
        self.tasks[index] = state
        if self.growth is Growth.STUCK:
            self.growth = Growth.GROWING

    @precondition(lambda self: self.desired is Desired.RUN and self.is_open())
    @rule(outcomes=st.lists(OUTCOMES, min_size=1, max_size=FIRST), is_planned=st.booleans())
    def work(self, outcomes: list[FailureClass | int], is_planned: bool) -> None:
        for outcome in outcomes[: self.tasks.count("ready")]:
            self.settle(outcome)
        if is_planned:
            self.plan()

    def settle(self, outcome: FailureClass | int) -> None:
        index = self.tasks.index("ready")
        if isinstance(outcome, int):
            assert self.bench.succeed_next(pl=float(outcome)).index == index
            self.changed(index, float(outcome))
        else:
            assert self.bench.fail_next(outcome).index == index
            self.changed(index, "held" if outcome is FailureClass.MISMATCH else "refused")

    @precondition(lambda self: not self.is_open() or self.growth is not Growth.GROWING)
    @rule()
    def plan(self) -> None:
        may = self.desired is Desired.RUN and self.growth is Growth.GROWING
        assert [run.run_id for run in self.bench.read(growth.growing)] == [self.run.run_id] * may
        if not may:
            return
        assert grow(self.bench.ledger, self.run.run_id) is not self.is_open()
        if self.is_open():
            return
        figures = {index: found for index, found in enumerate(self.tasks) if isinstance(found, float)}
        if not figures:
            self.growth = Growth.STUCK
            return
        self.best = max(figures, key=lambda index: figures[index])
        self.growth = Growth.COMPLETE
        self.tasks += ["ready"] * (ALL - FIRST)

    @precondition(lambda self: self.desired is not Desired.CANCEL and "held" in self.tasks)
    @rule(is_retry=st.booleans())
    def decide(self, is_retry: bool) -> None:
        index = self.tasks.index("held")
        order = Order(ref=self.run.run_id, which=Which(indexes=(index,)), author=ME)
        self.bench.write(rulings.retry if is_retry else rulings.skip, order)
        self.changed(index, "ready" if is_retry else "refused")

    @precondition(lambda self: self.desired is not Desired.CANCEL and self.found().ended_at is None)
    @rule()
    def pause_or_resume(self) -> None:
        self.desired = Desired.RUN if self.desired is Desired.PAUSE else Desired.PAUSE
        self.bench.steer(self.run, self.desired)

    @precondition(lambda self: self.growth is not Growth.GROWING and self.found().ended_at is None)
    @rule()
    def cancel(self) -> None:
        """Not before something came of the first stage: nothing follows a cancellation."""
        self.desired = Desired.CANCEL
        self.bench.steer(self.run, self.desired)

    @rule(is_kill=st.booleans())
    def start_again(self, is_kill: bool) -> None:
        if is_kill:
            self.bench.crash()
        else:
            self.bench.restart()

    def found(self) -> runs.Run:
        return self.bench.run(self.run)

    @invariant()
    def a_run_is_what_its_tasks_and_its_growth_make_of_it(self) -> None:
        found = self.found()
        if self.desired is Desired.CANCEL:
            assert found.phase is RunPhase.CANCELLED
            assert self.bench.write(leases.lease, "browser/1", 1) is None
            return
        assert (found.growth, found.counts.total) == (self.growth, len(self.tasks))
        states = {"ready": "ready", "held": "held", "refused": "invalid"}
        assert self.bench.states(self.run) == [states.get(str(each), "succeeded") for each in self.tasks]
        if self.growth is Growth.STUCK:
            assert found.phase is RunPhase.NEEDS_REVIEW or self.desired is Desired.PAUSE
        is_done = self.growth is Growth.COMPLETE and not self.is_open()
        assert (found.phase is RunPhase.COMPLETED) is (is_done and "held" not in self.tasks)

    @invariant()
    def the_second_stage_has_the_best_of_the_first(self) -> None:
        found = self.bench.tasks(self.run)
        assert [task.index for task in found] == list(range(len(found)))
        deltas = [task.values["delta"] for task in found]
        assert deltas[:FIRST] == [10, 11]
        if self.best is not None:
            assert deltas[FIRST:] == [10 + self.best] * (ALL - FIRST)
            assert [task.values["profit_target"] for task in found[FIRST:]] == [30, 40]
        count = "SELECT count(*) AS parts FROM parts WHERE run_id = ?"
        assert self.bench.read(lambda db: db.execute(count, (self.run.run_id,)).fetchone()["parts"]) == 1 + (self.best is not None)


TestGrowingMachine = GrowingMachine.TestCase
TestGrowingMachine.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)

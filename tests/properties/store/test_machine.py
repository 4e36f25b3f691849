"""Any order of commands, outcomes and crashes: the store holds what the model holds, and keeps every promise."""

import datetime
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule

from oodaemon.errors import FailedPrecondition
from oodaemon.model.runs import Desired, NewRun, RunPhase
from oodaemon.model.tasks import FailureClass, Token
from oodaemon.store import attempts, fsck, journal, leases, requests, results, runs, tasks
from oodaemon.store.attempts import StaleToken
from tests.integration.store.workbench import Workbench, proven, values_of
from tests.properties.store.model import ModelRun, ModelTask

CLASSES = st.sampled_from([c for c in FailureClass if c is not FailureClass.INTERRUPTED])


class StoreMachine(RuleBasedStateMachine):
    """The store and its model, side by side."""

    run_ids = Bundle("run_ids")
    tokens = Bundle("tokens")

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.bench = Workbench(self.folder)
        self.runs: dict[str, ModelRun] = {}
        self.requests: dict[str, str] = {}
        self.head = 0
        self.revisions: dict[str, tuple[int, int]] = {}

    def teardown(self) -> None:
        if hasattr(self, "bench"):
            self.bench.ledger.close()
            shutil.rmtree(self.folder)

    def held_by(self, token: Token) -> tuple[ModelRun, ModelTask] | None:
        return next(((run, task) for run in self.runs.values() for task in run.tasks if task.holder == token), None)

    @rule(target=run_ids, count=st.integers(0, 4), request=st.integers(1, 5))
    def submit(self, count: int, request: int):
        request_id = f"request-{request}"
        run_id = f"{len(self.runs):026d}"

        def produce(tx) -> str:
            return requests.once(tx, request_id, "SubmitRun", "d", lambda: runs.submit(tx, new).run_id)

        new = NewRun(run_id, "sweep", "iron", "{}", values_of(count))
        answer = self.bench.write(produce)
        assert answer == self.requests.setdefault(request_id, run_id)
        if answer != run_id:
            return multiple()
        self.runs[run_id] = ModelRun([ModelTask() for _ in range(count)])
        return run_id

    @rule(target=tokens, actor=st.sampled_from(["browser/1", "browser/2"]))
    def lease(self, actor: str):
        leased = self.bench.write(leases.lease, actor, 1)
        now = self.bench.clock.now
        may_run = [(run.last_turn, run_id) for run_id, run in self.runs.items() if run.desired is Desired.RUN]
        expected = next((run_id for _, run_id in sorted(may_run) if self.runs[run_id].next_index(now) is not None), None)
        if expected is None:
            assert leased is None
            return multiple()
        run = self.runs[expected]
        index = run.next_index(now)
        assert leased is not None
        assert index is not None
        task = run.tasks[index]
        assert (leased.run_id, leased.index) == (expected, index)
        assert leased.token.boot == self.bench.ledger.boot
        assert leased.values == values_of(index + 1)[index]
        assert leased.attempt_number == task.tries + 1
        assert leased.strikes == {failure_class: n for failure_class, n in task.strikes.items() if n}
        run.lease(index, leased.token)
        return leased.token

    @rule(token=tokens)
    def intent(self, token: Token) -> None:
        held = self.held_by(token)
        if held is None:
            self.refused(attempts.intent, token)
            return
        run, task = held
        if task.state == "submitted" and run.desired is Desired.RUN:
            return
        assert self.bench.write(attempts.intent, token) is (run.desired is Desired.RUN)
        if run.desired is Desired.RUN:
            task.state = "submitted"
        else:
            run.give_back(task)

    @rule(token=tokens, pl=st.integers(-5, 5))
    def succeed(self, token: Token, pl: int) -> None:
        held = self.held_by(token)
        if held is None:
            self.refused(attempts.succeed, token, proven(float(pl)))
            return
        _, task = held
        if task.state == "submitted":
            self.bench.write(attempts.succeed, token, proven(float(pl)))
            task.state, task.holder, task.result, task.tries = "succeeded", None, float(pl), task.tries + 1

    @rule(token=tokens, failure_class=CLASSES)
    def fail(self, token: Token, failure_class: FailureClass) -> None:
        held = self.held_by(token)
        if held is None:
            self.refused(attempts.fail, token, failure_class, "no")
            return
        decision = self.bench.write(attempts.fail, token, failure_class, "no")
        run, task = held
        run.fail(task, failure_class, self.bench.clock.now + datetime.timedelta(seconds=decision.delay))

    @rule(token=consumes(tokens))
    def release(self, token: Token) -> None:
        held = self.held_by(token)
        if held is None:
            self.refused(attempts.release, token, "recycled")
            return
        self.bench.write(attempts.release, token, "recycled")
        run, task = held
        run.give_back(task)

    def refused(self, fn, *args) -> None:
        with pytest.raises(StaleToken):
            self.bench.write(fn, *args)

    @rule(run_id=run_ids, desired=st.sampled_from(Desired))
    def steer(self, run_id: str, desired: Desired) -> None:
        run = self.runs[run_id]
        before = self.bench.read(runs.get, run_id)
        is_cancel = desired is Desired.CANCEL
        if run.phase() is RunPhase.COMPLETED or (not is_cancel and (run.is_over() or run.desired is Desired.CANCEL)):
            with pytest.raises(FailedPrecondition):
                self.bench.write(runs.set_desired, run_id, desired)
            assert self.bench.read(runs.get, run_id) == before
            return
        is_repeat = run.desired is desired
        after = self.bench.write(runs.set_desired, run_id, desired, if_revision=before.revision)
        assert after.revision == before.revision + (not is_repeat)
        if is_cancel:
            run.cancel()
        run.desired = desired

    @rule(seconds=st.sampled_from([1, 5, 30, 400]))
    def wait(self, seconds: int) -> None:
        self.bench.clock.advance(seconds)

    @rule(in_good_order=st.booleans())
    def start_again(self, in_good_order: bool) -> None:
        if in_good_order:
            self.bench.restart()
        else:
            self.bench.crash()
        for run in self.runs.values():
            for task in run.tasks:
                if task.holder is not None:
                    run.give_back(task)

    @invariant()
    def every_promise_is_kept(self) -> None:
        assert self.bench.read(fsck.problems) == []
        head = self.bench.read(journal.head)
        assert head == self.bench.ledger.head >= self.head
        self.head = head

    @invariant()
    def the_store_holds_what_the_model_holds(self) -> None:
        for run_id, model in self.runs.items():
            run = self.bench.read(runs.get, run_id)
            assert (run.desired, run.phase) == (model.desired, model.phase())
            assert (run.ended_at is not None) is model.is_over()
            found = self.bench.read(tasks.page, run_id)
            assert [(task.state.value, task.not_before) for task in found] == [(task.state, task.due) for task in model.tasks]
            assert [task.attempts for task in found] == [task.tries + (task.holder is not None) for task in model.tasks]
            recorded = {result.index: result.figures for result in self.bench.read(results.page, run_id) if result.figures}
            expected = {i: proven(task.result) for i, task in enumerate(model.tasks) if task.result is not None}
            assert recorded == expected
        assert self.bench.read(attempts.in_flight) == sum(run.in_flight() for run in self.runs.values())

    @invariant()
    def a_revision_grows_with_the_events_of_its_run(self) -> None:
        for run_id in self.runs:
            revision = self.bench.read(runs.get, run_id).revision
            events = len([event for event in self.bench.read(journal.read, 0, run_id=run_id, limit=100_000) if event.run_id])
            if run_id in self.revisions:
                before, events_before = self.revisions[run_id]
                assert (revision > before) is (events > events_before)
            self.revisions[run_id] = (revision, events)

    @invariant()
    def the_next_due_time_is_the_earliest(self) -> None:
        due = [task.due for run in self.runs.values() if run.desired is Desired.RUN for task in run.tasks if task.due is not None]
        assert self.bench.read(leases.next_due) == min(due, default=None)


TestStoreMachine = StoreMachine.TestCase
TestStoreMachine.settings = settings(max_examples=50, stateful_step_count=35, deadline=None)

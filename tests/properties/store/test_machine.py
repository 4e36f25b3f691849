"""Any order of commands, outcomes and crashes: the store holds what the model holds, and keeps every promise."""

import datetime
import enum
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule

from oodaemon.errors import FailedPrecondition
from oodaemon.model.batches import Batch
from oodaemon.model.events import EventType
from oodaemon.model.runs import Author, Desired, Mode, NewRun, RunPhase
from oodaemon.model.tasks import FailureClass, Task, Token, Verdict
from oodaemon.store import attempts, fsck, journal, leases, requests, results, retention, rulings, runs, tasks
from oodaemon.store.attempts import StaleToken
from oodaemon.store.rulings import Order, Which
from tests.integration.store.workbench import Workbench, proven, values_of
from tests.properties.store.model import ModelRun, ModelTask

CLASSES = st.sampled_from([c for c in FailureClass if c is not FailureClass.INTERRUPTED])


OFTEN = [Desired.PAUSE, Desired.RUN, Desired.PAUSE, Desired.CANCEL]
"""What is desired, with what can be followed by most named twice."""


class Ending(enum.Enum):
    """How a task can end."""

    RESULT = "result"
    GIVEN_UP = "given up"
    HELD = "held"
    SKIPPED = "skipped"
    WAITS = "waits"
    NONE = "none yet"


CLASS_FOR = {
    Ending.HELD: FailureClass.MISMATCH,
    Ending.SKIPPED: FailureClass.SITE_ERROR,
    Ending.WAITS: FailureClass.RATE_LIMITED,
}


class StoreMachine(RuleBasedStateMachine):
    """The store and its model, side by side."""

    run_ids = Bundle("run_ids")
    tokens = Bundle("tokens")

    @initialize(target=run_ids)
    def begin(self):
        self.folder = Path(tempfile.mkdtemp())
        self.bench = Workbench(self.folder)
        self.runs: dict[str, ModelRun] = {}
        self.requests: dict[str, str] = {}
        self.head = 0
        self.revisions: dict[str, tuple[int, int]] = {}
        self.is_blocked = False
        return self.submit(3, 1)

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

        new = NewRun(run_id, "sweep", "iron", "{}", (Batch(values_of(count)),))
        answer = self.bench.write(produce)
        assert answer == self.requests.setdefault(request_id, run_id)
        if answer != run_id:
            return multiple()
        self.runs[run_id] = ModelRun([ModelTask() for _ in range(count)])
        return run_id

    @rule(target=tokens, actor=st.sampled_from(["browser/1", "browser/2"]), incarnation=st.integers(1, 2))
    def lease(self, actor: str, incarnation: int):
        leased = self.bench.write(leases.lease, actor, incarnation)
        may_run = [(run.last_turn, run_id) for run_id, run in self.runs.items() if run.desired is Desired.RUN]
        expected = next((run_id for _, run_id in sorted(may_run) if self.runs[run_id].next_index() is not None), None)
        if expected is None:
            assert leased is None
            return multiple()
        run = self.runs[expected]
        index = run.next_index()
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

    @rule(target=tokens, end=st.sampled_from([*Ending]))
    def carry_out(self, end: Ending):
        """A task from its lease to an end in one step, so that what comes after an end is tried often."""
        token = self.lease("browser/1", 1)
        if not isinstance(token, Token):
            return multiple()
        self.intent(token)
        match end:
            case Ending.RESULT:
                self.succeed(token, 0)
            case Ending.GIVEN_UP:
                held = self.held_by(token)
                assert held is not None
                self.bench.write(attempts.release, token, "recycled")
                held[0].give_back(held[1])
            case Ending.HELD | Ending.SKIPPED | Ending.WAITS:
                self.fail(token, CLASS_FOR[end])
            case Ending.NONE:
                pass
        return token

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
            task.asked.add(token.attempt_id)
        else:
            run.give_back(task)

    @rule(token=tokens, pl=st.integers(0, 1))
    def succeed(self, token: Token, pl: int) -> None:
        held = self.held_by(token)
        if held is None:
            self.succeed_late(token, float(pl))
            return
        _, task = held
        if task.state == "submitted":
            assert self.bench.write(attempts.succeed, token, proven(float(pl))) is Verdict.RECORDED
            task.state, task.holder, task.result, task.tries = "succeeded", None, float(pl), task.tries + 1
            task.origin = "verified"

    def succeed_late(self, token: Token, pl: float) -> None:
        """The lease is over: the first verified result counts all the same, whoever brings it, and no other ever does."""
        task = next(task for _, task in self.all_tasks() if token.attempt_id in task.taken)
        if token.attempt_id not in task.asked:
            self.refused(attempts.succeed, token, proven(pl))
            return
        verdict = self.bench.write(attempts.succeed, token, proven(pl))
        if task.result is not None:
            assert verdict is (Verdict.DUPLICATE if pl == task.result else Verdict.DIVERGED)
            if verdict is Verdict.DIVERGED and token.attempt_id in task.interrupted:
                task.interrupted.discard(token.attempt_id)
                task.tries += 1
        elif task.state in ("invalid", "cancelled"):
            assert verdict is Verdict.REFUSED
        else:
            assert verdict is Verdict.ADOPTED
            if task.holder is not None:
                task.interrupted.add(task.holder.attempt_id)
            task.state, task.left, task.holder, task.result, task.origin = "succeeded", None, None, pl, "late"

    def all_tasks(self):
        return [(run, task) for run in self.runs.values() for task in run.tasks]

    @rule(token=tokens, failure_class=CLASSES)
    def fail(self, token: Token, failure_class: FailureClass) -> None:
        held = self.held_by(token)
        if held is None:
            self.refused(attempts.fail, token, failure_class, "no")
            return
        decision = self.bench.write(attempts.fail, token, failure_class, "no")
        run, task = held
        run.fail(task, failure_class, decision.delay)
        if failure_class is FailureClass.MISMATCH:
            task.shown = float(token.attempt_id)
            keep = (token.attempt_id, f'{{"pl":{task.shown}}}')
            insert = "INSERT INTO quarantine (attempt_id, metrics, extra, proof, config) VALUES (?, ?, '{}', '{}', '{}')"
            self.bench.write(lambda tx: tx.note(insert, keep))

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

    @rule(
        run_id=run_ids,
        desired=st.sampled_from([Desired.PAUSE, Desired.RUN, Desired.PAUSE, Desired.CANCEL]),
        mode=st.sampled_from(Mode),
    )
    def steer(self, run_id: str, desired: Desired, mode: Mode) -> None:
        run = self.runs[run_id]
        before = self.bench.read(runs.get, run_id)
        is_cancel = desired is Desired.CANCEL
        if run.phase() is RunPhase.COMPLETED or (not is_cancel and (run.is_over() or run.desired is Desired.CANCEL)):
            with pytest.raises(FailedPrecondition):
                self.bench.write(runs.set_desired, run_id, desired, mode=mode)
            assert self.bench.read(runs.get, run_id) == before
            return
        expected = Mode.DRAIN if desired is Desired.RUN else Mode.NOW if Mode.NOW in (mode, run.mode) else Mode.DRAIN
        is_repeat = (run.desired is desired and run.mode is expected) or (is_cancel and run.phase() is RunPhase.CANCELLED)
        after = self.bench.write(runs.set_desired, run_id, desired, mode=mode, if_revision=before.revision)
        assert after.revision == before.revision + (not is_repeat)
        if is_repeat:
            return
        if is_cancel:
            run.cancel()
        run.desired, run.mode = desired, expected

    @rule(run_id=run_ids, force=st.booleans(), failure_class=st.sampled_from([None, FailureClass.MISMATCH, FailureClass.BUG]))
    def retry(self, run_id: str, force: bool, failure_class: FailureClass | None) -> None:
        run, order = self.runs[run_id], Order(ref=run_id, which=Which(failure_class=failure_class))
        if run.desired is Desired.CANCEL:
            self.not_now(rulings.retry, order)
            return
        ruled = self.bench.write(rulings.retry, order, force=force)
        assert list(ruled.indexes) == run.reopen(force=force, failure_class=failure_class)

    @rule(run_id=run_ids, index=st.integers(0, 3), is_accept=st.booleans())
    def decide(self, run_id: str, index: int, is_accept: bool) -> None:
        run = self.runs[run_id]
        if index >= len(run.tasks):
            return
        task, kind = run.tasks[index], "accepted" if is_accept else "skipped"
        ruling = rulings.accept if is_accept else rulings.skip
        order = Order(ref=run_id, which=Which(indexes=(index,)), author=Author("me@desk", "why not"))
        if run.desired is Desired.CANCEL:
            self.not_now(ruling, order)
        elif task.ruling == kind:
            assert self.bench.write(ruling, order).indexes == ()
        elif task.state != "held" or (is_accept and task.shown is None):
            self.not_now(ruling, order)
        else:
            assert self.bench.write(ruling, order).indexes == (index,)
            task.ruling, task.state = kind, "succeeded" if is_accept else "invalid"
            if is_accept:
                task.result, task.origin = task.shown, "accepted"

    def not_now(self, fn, *args) -> None:
        head = self.bench.ledger.head
        with pytest.raises(FailedPrecondition):
            self.bench.write(fn, *args)
        assert self.bench.ledger.head == head

    @rule(is_blocked=st.booleans())
    def block(self, is_blocked: bool) -> None:
        self.bench.write(journal.condition, "SiteBlocked", "down" if is_blocked else "")
        self.is_blocked = is_blocked

    @rule(seconds=st.sampled_from([-40, 40, 5000]))
    def jump(self, seconds: int) -> None:
        """The wall clock jumps, and the jump is noticed: no time passed."""
        self.bench.clock.advance(seconds)

        def notice(tx) -> None:
            tx.emit(EventType.TEST_SEEN)
            leases.shift_waiting(tx, seconds)

        self.bench.write(notice)

    def stands_still(self, run: ModelRun) -> bool:
        return run.desired is Desired.PAUSE or (run.desired is Desired.RUN and self.is_blocked)

    @rule(seconds=st.sampled_from([1, 5, 30, 400]))
    def wait(self, seconds: int) -> None:
        self.bench.clock.advance(seconds)
        for run, task in self.all_tasks():
            if not self.stands_still(run):
                task.wait_for(seconds)

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
        self.is_blocked = False

    @rule(at_once=st.integers(1, 5), is_finished=st.booleans())
    def compact(self, at_once: int, is_finished: bool) -> None:
        """Whatever is at rest loses its events, in one go or not to the end, and nothing else changes."""
        later = self.bench.clock.now + datetime.timedelta(days=1)
        for run_id in self.bench.read(retention.due, later):
            assert self.runs[run_id].is_over()
            assert self.bench.write(retention.compact, self.bench.read(retention.digest, run_id))
        assert self.bench.read(retention.due, later) == []
        for scope in self.bench.read(retention.unfinished):
            while self.bench.write(retention.remove, scope, limit=at_once) and is_finished:
                pass

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
            assert (run.desired, run.mode, run.phase) == (model.desired, model.mode, model.phase())
            assert (run.ended_at is not None) is model.is_over()
            found = self.bench.read(tasks.page, run_id)
            assert [task.state.value for task in found] == [task.state for task in model.tasks]
            assert [self.left_of(task) for task in found] == [
                None if task.left is None else pytest.approx(task.left if not self.stands_still(model) else max(0.0, task.left))
                for task in model.tasks
            ]
            assert [task.attempts for task in found] == [task.tries + (task.holder is not None) for task in model.tasks]
            page = self.bench.read(results.page, run_id)
            recorded = {result.index: (result.figures.metrics, result.origin) for result in page if result.figures}
            assert recorded == {
                i: ({"pl": task.result}, task.origin) for i, task in enumerate(model.tasks) if task.result is not None
            }
            assert {result.index for result in page if result.ruling} == {i for i, task in enumerate(model.tasks) if task.ruling}
        assert self.bench.read(attempts.in_flight) == sum(run.in_flight() for run in self.runs.values())

    def left_of(self, task: Task) -> float | None:
        return (task.not_before - self.bench.clock.now).total_seconds() if task.not_before else task.remaining

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
        going = [run for run in self.runs.values() if run.desired is Desired.RUN and not self.stands_still(run)]
        left = min((task.left for run in going for task in run.tasks if task.left is not None), default=None)
        due = self.bench.read(leases.next_due)
        assert (due and (due - self.bench.clock.now).total_seconds()) == (None if left is None else pytest.approx(left))


TestStoreMachine = StoreMachine.TestCase
TestStoreMachine.settings = settings(max_examples=50, stateful_step_count=35, deadline=None)

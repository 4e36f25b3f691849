"""Attempts: who gets which task, and what each outcome leaves."""

import dataclasses
import datetime
import math
import sqlite3

import pytest

from oodaemon.failures import facts
from oodaemon.failures.policy import POLICIES, Decision
from oodaemon.ids import ulid
from oodaemon.model.batches import Batch
from oodaemon.model.config import ConfigLeg, TestConfig
from oodaemon.model.runs import Desired, NewRun, RunPhase, TaskCounts, Wants
from oodaemon.model.tasks import FailureClass, Figures, Kept, Lease, Move, TaskState, Token
from oodaemon.store import attempts, charts, leases, results, runs
from oodaemon.store.attempts import StaleToken
from tests.integration.store.workbench import IRON, Workbench, proven, values_of

FIGURES = Figures(
    {"pl": 12.5, "total_trades": 40.0},
    {"Sharpe": "1.2"},
    {"echo": ["delta", 10]},
    TestConfig("SPX", legs=(ConfigLeg("sell", "put", 1, 10, "Δ", 0),)),
)


def test_a_lease_says_what_to_run(bench: Workbench) -> None:
    run, head = bench.submit(2), bench.ledger.head
    leased = bench.lease(actor="browser/3", incarnation=5)
    assert leased == Lease(
        token=Token(1, 1, "browser/3", 5),
        run_id=run.run_id,
        index=0,
        test_id=IRON.test_id,
        test_name=IRON.name,
        test_path=IRON.path,
        values=values_of(1)[0],
        attempt_number=1,
        strikes={},
    )
    (event,) = bench.events(head)
    assert (event.type, event.run_id, event.index, event.attempt_id, event.actor) == ("task_leased", run.run_id, 0, 1, "browser/3")
    assert event.body["values"] == values_of(1)[0]
    assert event.body["counts"]["running"] == 1
    assert bench.read(attempts.in_flight) == 1


def test_the_lowest_index_goes_first(bench: Workbench) -> None:
    bench.submit(3)
    assert [bench.lease().index for _ in range(3)] == [0, 1, 2]
    assert bench.write(leases.lease, "browser/1", 1) is None


def test_runs_take_turns(bench: Workbench) -> None:
    order = []
    for name in "ab":
        order.append(bench.submit(3, name=name).run_id)
        bench.clock.advance(1)
    assert [bench.lease().run_id for _ in range(3)] == [order[0], order[1], order[0]]
    order.append(bench.submit(2, name="late").run_id)
    assert [bench.lease().run_id for _ in range(5)] == [order[2], order[1], order[0], order[2], order[1]]


def test_only_runs_that_are_to_run_get_a_turn(bench: Workbench) -> None:
    paused, cancelled = bench.submit(2), bench.submit(2)
    bench.steer(paused, Desired.PAUSE)
    bench.steer(cancelled, Desired.CANCEL)
    head = bench.ledger.head
    assert bench.write(leases.lease, "browser/1", 1) is None
    assert bench.ledger.head == head
    bench.steer(paused, Desired.RUN)
    assert bench.lease().run_id == paused.run_id


def test_a_retry_waits_for_its_time_and_then_goes_by_index(bench: Workbench) -> None:
    run = bench.submit(3)
    bench.fail_next(FailureClass.MODAL)
    task = bench.tasks(run)[0]
    due = bench.clock.now + datetime.timedelta(seconds=30)
    assert (task.state, task.not_before) == (TaskState.RETRY_WAIT, due)
    assert bench.read(leases.next_due) == due
    bench.clock.advance(29.9)
    assert bench.lease().index == 1
    bench.clock.advance(0.1)
    again = bench.lease()
    assert (again.index, again.attempt_number, again.strikes) == (0, 2, {FailureClass.MODAL: 1})
    assert bench.tasks(run)[0].not_before is None
    assert bench.read(leases.next_due) is None


def test_the_next_due_time_is_of_runs_that_may_run(bench: Workbench) -> None:
    run = bench.submit(2)
    assert bench.read(leases.next_due) is None
    bench.fail_next(FailureClass.MODAL)
    bench.clock.advance(10)
    bench.fail_next(FailureClass.BUG)
    assert bench.read(leases.next_due) == bench.clock.now + datetime.timedelta(seconds=5)
    bench.steer(run, Desired.PAUSE)
    assert bench.read(leases.next_due) is None


class RolledBack(Exception):
    """Ends a transaction whose changes nobody should keep."""


@pytest.mark.parametrize("state", ["cancelled", "retry_wait"])
def test_leasing_costs_the_same_in_a_large_run(bench: Workbench, state: str) -> None:
    def steps_of_a_lease(others: int) -> int:
        run, steps = bench.submit(others + 1), 0

        def count() -> int:
            nonlocal steps
            steps += 1
            return 0

        def lease(tx) -> None:
            due = "9999" if state == "retry_wait" else None
            change = "UPDATE tasks SET state = ?, not_before = ? WHERE run_id = ? AND idx < ?"
            tx.note(change, (state, due, run.run_id, others))
            tx.db.conn.set_progress_handler(count, 10)
            leased = leases.lease(tx, "browser/1", 1)
            tx.db.conn.set_progress_handler(None, 0)
            assert leased is not None
            assert leased.index == others
            raise RolledBack

        with pytest.raises(RolledBack):
            bench.write(lease)
        bench.steer(run, Desired.CANCEL)
        return steps

    small, large = steps_of_a_lease(0), steps_of_a_lease(5000)
    assert large < 2 * small


def test_an_intent_comes_before_the_click(bench: Workbench) -> None:
    run, leased = bench.submit(1), bench.lease()
    head = bench.ledger.head
    assert bench.write(attempts.intent, leased.token) is True
    assert bench.states(run) == ["submitted"]
    (event,) = bench.events(head)
    assert (event.type, event.attempt_id, event.body["values"]) == ("task_submitted", leased.token.attempt_id, leased.values)


@pytest.mark.parametrize(
    ("desired", "state", "event", "phase"),
    [
        (Desired.PAUSE, "ready", "task_interrupted", RunPhase.PAUSED),
        (Desired.CANCEL, "cancelled", "task_cancelled", RunPhase.CANCELLED),
    ],
)
def test_an_intent_of_a_run_that_is_not_to_run_gives_the_task_back(bench: Workbench, desired, state, event, phase) -> None:
    run, leased = bench.submit(1), bench.lease()
    bench.steer(run, desired)
    head = bench.ledger.head
    assert bench.write(attempts.intent, leased.token) is False
    assert bench.states(run) == [state]
    assert bench.news(head) == [event, "run_phase_changed"]
    assert bench.run(run).phase is phase
    assert bench.read(attempts.in_flight) == 0
    assert bench.tasks(run)[0].attempts == 0
    with pytest.raises(StaleToken):
        bench.write(attempts.succeed, leased.token, FIGURES)  # the site was never asked


def test_a_success_is_recorded_with_its_figures(bench: Workbench) -> None:
    run = bench.submit(2)
    leased, head = bench.announced(), bench.ledger.head
    bench.clock.advance(42)
    bench.write(attempts.succeed, leased.token, FIGURES)
    (result,) = bench.read(results.page, run.run_id)
    assert (result.index, result.state, result.figures, result.recorded_at) == (0, "succeeded", FIGURES, bench.clock.now)
    (event,) = bench.events(head)
    assert (event.type, event.body["values"], event.body["metrics"]) == ("task_completed", leased.values, FIGURES.metrics)
    assert event.body["counts"]["completed"] == 1
    assert bench.run(run).median_task_seconds == 42
    assert bench.read(attempts.in_flight) == 0


def test_a_second_success_changes_nothing(bench: Workbench) -> None:
    run = bench.submit(1)
    leased = bench.announced()
    bench.write(attempts.succeed, leased.token, FIGURES)
    before, head = bench.run(run), bench.ledger.head
    assert bench.write(attempts.succeed, leased.token, FIGURES) == "duplicate"
    assert (bench.run(run), bench.ledger.head) == (before, head)
    assert bench.read(results.page, run.run_id)[0].figures == FIGURES


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_a_figure_that_is_no_number_is_never_stored(bench: Workbench, number: float) -> None:
    run = bench.submit(1)
    leased = bench.announced()
    with pytest.raises(ValueError, match="not JSON compliant"):
        bench.write(attempts.succeed, leased.token, proven(number))
    assert bench.states(run) == ["submitted"]
    assert bench.read(results.page, run.run_id) == []


def test_a_success_without_an_intent_is_a_defect(bench: Workbench) -> None:
    run, leased = bench.submit(1), bench.lease()
    with pytest.raises(ValueError, match="leased cannot succeed"):
        bench.write(attempts.succeed, leased.token, FIGURES)
    assert bench.states(run) == ["leased"]


@pytest.mark.parametrize(("desired", "phase"), [(Desired.PAUSE, RunPhase.PAUSED), (Desired.CANCEL, RunPhase.CANCELLED)])
def test_what_was_in_flight_is_recorded_though_the_run_is_not_to_run(bench: Workbench, desired, phase) -> None:
    run = bench.submit(2)
    leased = bench.announced()
    bench.steer(run, desired)
    bench.write(attempts.succeed, leased.token, FIGURES)
    assert bench.read(results.page, run.run_id)[0].figures == FIGURES
    assert bench.run(run).phase is phase


AFTER_ONE_FAILURE = {
    FailureClass.TIMING: ("retry_wait", "task_retry_scheduled"),
    FailureClass.MODAL: ("retry_wait", "task_retry_scheduled"),
    FailureClass.SESSION: ("ready", "task_retry_scheduled"),
    FailureClass.BROWSER: ("ready", "task_retry_scheduled"),
    FailureClass.SITE_ERROR: ("invalid", "task_skipped"),
    FailureClass.RATE_LIMITED: ("retry_wait", "task_retry_scheduled"),
    FailureClass.DRIFT: ("retry_wait", "task_retry_scheduled"),
    FailureClass.MISMATCH: ("held", "task_failed"),
    FailureClass.INTERRUPTED: ("ready", "task_interrupted"),
    FailureClass.BUG: ("retry_wait", "task_retry_scheduled"),
}


@pytest.mark.parametrize("failure_class", FailureClass)
def test_what_a_first_failure_leaves(bench: Workbench, failure_class: FailureClass) -> None:
    run = bench.submit(2)
    leased, head = bench.announced(), bench.ledger.head
    decision = bench.write(attempts.fail, leased.token, failure_class, "the spinner stayed")
    state, event_type = AFTER_ONE_FAILURE[failure_class]
    task, event = bench.tasks(run)[0], bench.events(head)[0]
    assert (task.state.value, event.type.value) == (state, event_type)
    assert (event.body["failure_class"], event.body["message"]) == (failure_class.value, "the spinner stayed")
    assert event.body["values"] == leased.values
    if failure_class is FailureClass.INTERRUPTED:
        assert (task.last_failure, task.attempts) == (None, 0)
    else:
        assert task.last_failure is not None
        assert (task.last_failure.failure_class, task.last_failure.message) == (failure_class, "the spinner stayed")
        assert (task.last_failure.attempt_id, task.attempts) == (leased.token.attempt_id, 1)
    if decision.move is Move.RETRY_LATER:
        assert task.not_before == bench.clock.now + datetime.timedelta(seconds=decision.delay)
        assert event.body["not_before"] == task.not_before.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    else:
        assert task.not_before is None


@pytest.mark.parametrize("failure_class", [c for c in FailureClass if POLICIES[c].budget])
def test_a_task_out_of_strikes_is_held(bench: Workbench, failure_class: FailureClass) -> None:
    run, budget = bench.submit(1), POLICIES[failure_class].budget
    assert budget is not None
    for strikes in range(budget):
        leased = bench.fail_next(failure_class, f"strike {strikes}", incarnation=1 + strikes)
        assert leased.strikes.get(failure_class, 0) == strikes
        bench.clock.advance(600)
        bench.write(attempts.release, bench.lease().token, "an interruption costs nothing")
    bench.fail_next(failure_class, "the last straw", incarnation=99)
    assert bench.run(run).phase is RunPhase.NEEDS_REVIEW
    (result,) = bench.read(results.page, run.run_id)
    reason = "; ".join(filter(None, [POLICIES[failure_class].verdict, "the last straw"]))
    assert (result.state, result.figures, result.reason, result.attempts) == ("held", None, reason, budget + 1)


BROWSERS = [("browser/1", 1), ("browser/1", 1), ("browser/2", 1), ("browser/2", 1), ("browser/1", 1), ("browser/1", 2)]


def test_only_distinct_browsers_that_a_task_ended_count(bench: Workbench) -> None:
    """One that is reported twice is one; so is a browser of this boot and its namesake of another one two."""
    run = bench.submit(1)
    for number, (actor, incarnation) in enumerate(BROWSERS, 1):
        assert bench.states(run) == ["ready"]
        leased = bench.fail_next(FailureClass.BROWSER, "gone", actor=actor, incarnation=incarnation)
        assert leased.strikes.get(FailureClass.BROWSER, 0) == len(set(BROWSERS[: number - 1]))
    assert bench.states(run) == ["held"]
    assert bench.tasks(run)[0].last_failure.message == "poison: it ended three browsers; gone"


def test_browsers_of_other_boots_are_other_browsers(bench: Workbench) -> None:
    run = bench.submit(1)
    for _ in range(3):
        bench.fail_next(FailureClass.BROWSER)
        bench.restart()
    assert bench.states(run) == ["held"]


def test_the_version_of_the_rules_is_kept_with_the_failure(bench: Workbench) -> None:
    bench.submit(1)
    bench.fail_next(FailureClass.TIMING)
    assert [row["rules"] for row in bench.read(lambda db: db.execute("SELECT rules FROM failures").fetchall())] == [facts.VERSION]


def test_strikes_are_counted_by_class_and_free_ones_not_at_all(bench: Workbench) -> None:
    bench.submit(1)
    for failure_class in (
        FailureClass.TIMING,
        FailureClass.BROWSER,
        FailureClass.SESSION,
        FailureClass.TIMING,
        FailureClass.RATE_LIMITED,
    ):
        bench.fail_next(failure_class)
        bench.clock.advance(600)
    leased = bench.lease()
    assert leased.strikes == {FailureClass.TIMING: 2, FailureClass.BROWSER: 1}
    assert leased.attempt_number == 6


@pytest.mark.parametrize("failure_class", FailureClass)
def test_a_failure_in_a_run_being_cancelled_ends_the_task(bench: Workbench, failure_class: FailureClass) -> None:
    run = bench.submit(1)
    leased = bench.announced()
    bench.steer(run, Desired.CANCEL)
    head = bench.ledger.head
    decision = bench.write(attempts.fail, leased.token, failure_class, "no")
    is_refused = failure_class is FailureClass.SITE_ERROR
    assert decision == Decision(Move.REFUSE if is_refused else Move.CANCEL)
    assert bench.states(run) == ["invalid" if is_refused else "cancelled"]
    assert bench.news(head) == ["task_skipped" if is_refused else "task_cancelled", "run_phase_changed"]
    assert bench.run(run).phase is RunPhase.CANCELLED


@pytest.mark.parametrize("is_announced", [True, False], ids=["submitted", "leased"])
def test_a_released_task_is_ready_at_no_cost(bench: Workbench, is_announced: bool) -> None:
    run = bench.submit(1)
    leased = bench.announced() if is_announced else bench.lease()
    head = bench.ledger.head
    bench.write(attempts.release, leased.token, "recycled")
    (event,) = bench.events(head)
    assert (event.type, event.body["message"], event.body["failure_class"]) == ("task_interrupted", "recycled", "interrupted")
    assert bench.run(run).counts == TaskCounts(pending=1)
    again = bench.lease()
    assert (again.attempt_number, again.strikes) == (1, {})
    assert again.token.attempt_id > leased.token.attempt_id


def test_a_run_that_cannot_apply_costs_one_task_and_ends(bench: Workbench) -> None:
    run = bench.submit(3)
    first, second = bench.announced(), bench.lease()
    bench.write(attempts.refuse_test, first.token, "the test has no leg priced in Δ")
    assert bench.states(run) == ["invalid", "leased", "cancelled"]
    (reason,) = [e.body["reason"] for e in bench.events() if e.type == "run_cancel_requested"]
    assert reason == "the test has no leg priced in Δ; no other task can do better"
    bench.write(attempts.refuse_test, second.token, "the test has no leg priced in Δ")
    assert bench.states(run) == ["invalid", "cancelled", "cancelled"]
    assert bench.run(run).phase is RunPhase.CANCELLED


def test_a_run_with_results_that_cannot_apply_any_more_is_paused(bench: Workbench) -> None:
    run = bench.submit(4)
    bench.succeed_next()
    first, second = bench.announced(), bench.lease()
    bench.write(attempts.refuse_test, first.token, "the test has no leg priced in Δ")
    bench.write(attempts.refuse_test, second.token, "the test has no leg priced in Δ")
    assert bench.states(run) == ["succeeded", "invalid", "ready", "ready"]
    (reason,) = [e.body["reason"] for e in bench.events() if e.type == "run_pause_requested"]
    assert reason.endswith("no other task can do better; resume once the test is changed")
    assert bench.write(leases.lease, "browser/1", 1) is None


def test_the_last_task_of_a_run_that_cannot_apply_ends_it(bench: Workbench) -> None:
    run = bench.submit(1)
    bench.write(attempts.refuse_test, bench.announced().token, "no such leg")
    assert bench.run(run).phase is RunPhase.COMPLETED
    assert bench.states(run) == ["invalid"]


def test_charts_are_kept_with_their_result_and_never_change(bench: Workbench) -> None:
    run = bench.submit(3)
    leased = bench.announced()
    bench.write(attempts.succeed, leased.token, FIGURES, Kept({"line-chart": b"\x89PNG1", "bar-chart": b"\x89PNG2"}))
    bench.succeed_next()
    assert bench.read(charts.of_task, run.run_id, 0) == {"bar-chart": b"\x89PNG2", "line-chart": b"\x89PNG1"}
    assert (bench.read(charts.of_task, run.run_id, 1), bench.read(charts.tasks_with, run.run_id)) == ({}, [0])
    with pytest.raises(sqlite3.IntegrityError, match="never changed"):
        bench.write(lambda tx: tx.execute("UPDATE charts SET png = x'00'"))
    with pytest.raises(sqlite3.IntegrityError):
        bench.write(charts.record, run.run_id, 2, {"line-chart": b"of a task without a result"})


def test_a_lease_says_what_is_wanted_beside_the_figures(bench: Workbench) -> None:
    new = NewRun(ulid(bench.clock(), bench.rng), "sweep", IRON.test_id, "{}", (Batch(values_of(1)),), Wants(trades=True))
    bench.write(runs.submit, new)
    assert bench.lease().wants == Wants(trades=True, charts=False)


STALE = {
    "another actor": {"actor": "browser/2"},
    "another incarnation": {"incarnation": 2},
    "another boot": {"boot": 2},
    "no such attempt": {"attempt_id": 99},
}


@pytest.mark.parametrize("change", STALE.values(), ids=STALE.keys())
def test_a_token_that_is_not_current_changes_nothing(bench: Workbench, change: dict[str, object]) -> None:
    run, leased = bench.submit(1), bench.announced()
    token, before, head = dataclasses.replace(leased.token, **change), bench.run(run), bench.ledger.head
    for fn, args in (
        (attempts.intent, ()),
        (attempts.succeed, (FIGURES,)),
        (attempts.fail, (FailureClass.BUG, "x")),
        (attempts.release, ("x",)),
    ):
        with pytest.raises(StaleToken):
            bench.write(fn, token, *args)
    assert (bench.run(run), bench.ledger.head, bench.states(run)) == (before, head, ["submitted"])


@pytest.mark.parametrize("how", ["crash", "restart"])
def test_a_start_closes_what_an_older_boot_left_open(bench: Workbench, how: str) -> None:
    run = bench.submit(4)
    bench.succeed_next()
    bench.lease()
    flying = bench.announced()
    before = bench.ledger.head
    getattr(bench, how)()
    assert bench.ledger.boot == 2
    assert bench.read(attempts.in_flight) == 0
    assert bench.states(run) == ["succeeded", "ready", "ready", "ready"]
    assert bench.news(before) == ["daemon_started", "task_interrupted", "task_interrupted"]
    assert [task.attempts for task in bench.tasks(run)] == [1, 0, 0, 0]
    with pytest.raises(StaleToken):
        bench.write(attempts.fail, flying.token, FailureClass.TIMING, "too late")
    assert bench.lease().token.boot == 2


def test_a_cancellation_survives_a_crash(bench: Workbench) -> None:
    run = bench.submit(2)
    bench.announced()
    bench.steer(run, Desired.CANCEL)
    assert bench.run(run).phase is RunPhase.CANCELLING
    bench.crash()
    assert (bench.run(run).phase, bench.states(run)) == (RunPhase.CANCELLED, ["cancelled", "cancelled"])


def test_a_message_is_bounded_and_clean(bench: Workbench) -> None:
    run = bench.submit(1)
    bench.fail_next(FailureClass.MISMATCH, "\ud800" + "x" * 5000)
    failure = bench.tasks(run)[0].last_failure
    assert failure is not None
    assert len(failure.message) == attempts.MESSAGE_LIMIT
    assert failure.message.startswith("?xxx")
    assert failure.message.endswith("…")


def test_a_clock_that_went_back_makes_no_negative_duration(bench: Workbench) -> None:
    run = bench.submit(1)
    bench.succeed_next(seconds=-50)
    assert bench.read(runs.get, run.run_id).median_task_seconds == 0

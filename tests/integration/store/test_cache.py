"""The cache: what may stand for a new backtest, and that nothing else ever does."""

import datetime
from typing import Any

import pytest

from oodaemon.ids import ulid
from oodaemon.model import reuse
from oodaemon.model.batches import Batch
from oodaemon.model.evidence import Limits
from oodaemon.model.reuse import Look, scope_of
from oodaemon.model.runs import Author, Desired, NewRun, RunPhase, SavedTest, Wants
from oodaemon.model.tasks import FailureClass, Kept, Origin, TaskState, Verdict
from oodaemon.store import attempts, cache, failures, leases, results, rulings, runs, tests
from oodaemon.store.failures import Record
from oodaemon.store.rulings import Order, Which
from tests.integration.store.caching import DAY, EDITED, LOOK, Caching, delta, deltas, policy, with_trades
from tests.integration.store.workbench import IRON, START, Workbench, proven

ME = Author("me@desk", "as I like it")


@pytest.fixture
def at(bench: Workbench) -> Caching:
    return Caching(bench)


def test_a_second_identical_run_completes_at_once_with_the_same_figures_and_their_origin(at: Caching) -> None:
    first = at.submit(deltas(10, 20, 30))
    at.work()
    recorded = at.bench.read(results.page, first.run_id)
    at.bench.clock.advance(600)
    head = at.bench.ledger.head
    second = at.submit(deltas(10, 20, 30))
    assert second.phase is RunPhase.COMPLETED
    assert (second.counts.total, second.counts.completed, second.counts.cached) == (3, 3, 3)
    assert at.bench.states(second) == ["cached"] * 3
    assert at.bench.news(head) == ["run_submitted", "run_phase_changed", *["task_reused"] * 3, "run_phase_changed"]
    for index, (row, original) in enumerate(zip(at.bench.read(results.page, second.run_id), recorded, strict=True)):
        assert (row.figures, row.recorded_at, row.attempts) == (original.figures, original.recorded_at, 0)
        assert (row.origin, row.reused_from) == (Origin.CACHED, (first.run_id, index))
        assert (original.origin, original.reused_from) == (Origin.VERIFIED, None)
    event = [event for event in at.bench.events(head) if event.type == "task_reused"][1]
    assert (event.index, event.attempt_id, event.body["metrics"]) == (1, None, {"pl": 20.0})
    assert event.body["reused_from"] == {"run_id": first.run_id, "index": 1}
    assert at.lease() is None


def test_a_result_that_was_reused_is_reused_again_from_where_it_was_found(at: Caching) -> None:
    first = at.submit(deltas(10))
    at.work()
    at.submit(deltas(10))
    third = at.submit(deltas(10))
    (row,) = at.bench.read(results.page, third.run_id)
    assert row.reused_from == (first.run_id, 0)


FIXED: dict[str, Any] = {"profit_target": 50, "profit_target.unit": "%", "profit_target.group": ""}


def test_one_fixed_value_more_or_other_runs_everything_that_changed_and_nothing_else(at: Caching) -> None:
    at.submit(deltas(10, 20, **FIXED))
    at.work()
    plain = at.submit(deltas(10, 20))
    assert at.hits(plain) == 0
    at.work()
    other = at.submit(deltas(10, 20, **{**FIXED, "profit_target": 60}))
    assert at.hits(other) == 0
    at.work()
    wider = at.submit(deltas(10, 20, 30, **FIXED))
    assert at.bench.states(wider) == ["cached", "cached", "ready"]
    assert [values["delta"] for values in at.work()] == [30]
    assert at.figures(wider) == [10, 20, 30]


@pytest.mark.parametrize(
    "other",
    [
        delta(10, apply_to="call_only"),
        delta(10, side="long_only"),
        delta(10.5),
        {**delta(10), "profit_target": 50, "profit_target.unit": "$", "profit_target.group": ""},
    ],
    ids=["option", "another option", "value", "unit"],
)
def test_an_option_or_a_value_that_differs_is_another_backtest(at: Caching, other: dict[str, Any]) -> None:
    at.submit([delta(10), {**delta(10), **FIXED}])
    at.work()
    assert at.hits(at.submit([other])) == 0


def test_the_order_of_values_and_the_way_a_number_is_written_do_not_matter(at: Caching) -> None:
    at.submit([{**delta(10), **FIXED}])
    at.work()
    again = {key: float(value) if isinstance(value, int) else value for key, value in reversed({**delta(10), **FIXED}.items())}
    assert at.hits(at.submit([again])) == 1


def test_labels_do_not_matter_but_what_they_stand_for_does(at: Caching) -> None:
    puts, calls = {"apply_to": "put_only"}, {"apply_to": "call_only"}
    at.submit([{**delta(10, "@put", **puts), **delta(20, "@call", **calls)}])
    at.work()
    renamed = {**delta(20, "@a", **calls), **delta(10, "@b", **puts)}
    swapped = {**delta(20, "@put", **puts), **delta(10, "@call", **calls)}
    half = delta(10, "@put", **puts)
    assert at.bench.states(at.submit([renamed, swapped, half])) == ["cached", "ready", "ready"]


def test_an_edited_test_is_another_test_until_it_is_as_it_was(at: Caching) -> None:
    at.submit(deltas(10))
    at.work()
    at.look(EDITED)
    edited = at.submit(deltas(10))
    assert at.hits(edited) == 0
    leased = at.lease()
    assert leased is not None
    at.finish(leased, 99, EDITED)
    assert (at.figures(edited), at.figures(at.submit(deltas(10)))) == ([99], [99])
    at.look(LOOK)
    assert at.figures(at.submit(deltas(10))) == [10]


def test_a_test_edited_while_a_run_works_on_it_is_noticed_at_its_next_task(at: Caching) -> None:
    at.submit(deltas(10, 20))
    at.work()
    run = at.submit(deltas(30, 10))
    leased = at.lease()
    assert leased is None or leased.values["delta"] == 30
    assert at.bench.states(run)[1] == "cached"  # that was before the edit
    at.look(EDITED)
    assert at.hits(at.submit(deltas(20))) == 0


def test_the_page_of_a_test_that_says_something_else_makes_its_look_worthless(at: Caching) -> None:
    at.submit(deltas(10))
    at.work()
    page = tests.TestConfig("SPX", "2022-05-16", "2025-10-31")
    at.bench.write(tests.note_config, IRON.test_id, page)
    assert at.hits(at.submit(deltas(10), is_fresh=True)) == 0
    assert at.hits(at.submit(deltas(10))) == 0
    at.look(LOOK)
    at.bench.write(tests.note_config, IRON.test_id, page)  # the same as before: nothing was edited
    assert at.hits(at.submit(deltas(10))) == 1


def test_a_test_that_cannot_be_told_from_others_has_no_hits(at: Caching) -> None:
    at.submit(deltas(10))
    at.work()
    at.look(None)
    assert at.hits(at.submit(deltas(10))) == 0


def test_what_a_closed_toggle_hides_counts_once_it_was_laid_open(at: Caching) -> None:
    at.submit(deltas(10))
    at.work()
    at.laid_open = "Min VIX 15"  # the panel as it is opened looks the same
    other = at.submit(deltas(20))
    at.work()
    assert at.figures(other) == [20]
    assert at.hits(at.submit(deltas(10))) == 0
    at.laid_open = "nothing"
    at.look(LOOK)
    assert at.hits(at.submit(deltas(10, 20))) == 1


def test_what_filling_the_panel_lays_open_must_be_known_of_late_as_well(at: Caching) -> None:
    target = {**delta(10), **FIXED}
    at.submit([target])
    at.work()
    at.bench.clock.advance(DAY - 60)
    at.submit(deltas(30))
    at.work()  # the test was opened just now, but not filled so
    at.bench.clock.advance(120)
    assert at.bench.states(at.submit([target, delta(30)])) == ["ready", "cached"]


def test_another_last_day_is_another_backtest(at: Caching) -> None:
    at.submit(deltas(10))
    at.work()
    at.look(Look(LOOK.fingerprint, LOOK.start_date, "2025-11-03"))
    assert at.hits(at.submit(deltas(10))) == 0


def test_a_day_that_is_set_counts_and_not_the_one_of_the_test(at: Caching) -> None:
    until = {"end_date": "2024-12-31"}
    at.submit(deltas(10, **until))
    at.work()
    assert at.hits(at.submit(deltas(10))) == 0
    assert at.hits(at.submit(deltas(10, end_date="2024-12-30"))) == 0
    assert at.hits(at.submit(deltas(10, **until))) == 1


def test_a_test_of_long_ago_is_trusted_for_as_long_as_the_setting_says(at: Caching) -> None:
    at.submit(deltas(10))
    at.work()
    at.bench.clock.advance(DAY - 60)
    assert at.hits(at.submit(deltas(10))) == 1
    at.bench.clock.advance(120)
    stale = at.submit(deltas(10, 20))
    assert at.hits(stale) == 0
    shape = at.shape(delta(10))
    assert at.bench.read(cache.needs_look, at.policy, IRON.test_id, shape, at.bench.clock())
    assert not at.bench.read(cache.needs_look, at.policy, IRON.test_id, "another shape", at.bench.clock())
    at.look(LOOK)  # its page was opened for whatever reason: what waits takes what is known at once
    assert at.bench.states(stale) == ["cached", "ready"]
    assert not at.bench.read(cache.needs_look, at.policy, IRON.test_id, shape, at.bench.clock())


def test_a_clock_that_went_back_trusts_nothing(at: Caching) -> None:
    at.submit(deltas(10))
    at.work()
    at.bench.clock.advance(-3600)
    assert at.hits(at.submit(deltas(10))) == 0


@pytest.mark.parametrize(("days_before", "hits"), [(3, 0), (12, 1)])
def test_a_last_day_that_may_move_with_the_calendar_is_trusted_for_an_hour(at: Caching, days_before: int, hits: int) -> None:
    end = (START - datetime.timedelta(days=days_before)).date().isoformat()
    recent = Look("recent", "2025-01-02", end)
    at.look(recent)
    at.submit(deltas(10))
    at.work(recent)
    at.bench.clock.advance(3500)
    assert at.hits(at.submit(deltas(10))) == 1
    at.bench.clock.advance(200)
    assert at.hits(at.submit(deltas(10))) == hits


@pytest.mark.parametrize("end", [START.date(), START.date() - datetime.timedelta(days=1), datetime.date(2030, 1, 1)], ids=str)
def test_a_result_whose_data_was_not_complete_is_soon_none(at: Caching, end: datetime.date) -> None:
    until = {"end_date": end.isoformat()}
    at.submit(deltas(10, **until))
    at.work()
    assert at.hits(at.submit(deltas(10, **until))) == 1
    at.bench.clock.advance(2 * 3600)
    at.look(LOOK)
    later = at.submit(deltas(10, **until))
    assert at.hits(later) == 0
    at.bench.clock.advance(3 * DAY)
    at.work()
    at.bench.clock.advance(2 * 3600)
    at.look(LOOK)
    assert at.hits(at.submit(deltas(10, **until))) == (end < at.bench.clock().date())


def test_a_day_that_cannot_be_read_makes_no_basis(at: Caching) -> None:
    at.submit(
        deltas(10, field="soon", **{"field.at": "Dates/End Date", "field.unit": "", "field.toggle": "", "field.group": ""}),
        is_known=False,
    )
    leased = at.lease()
    assert leased is not None
    assert at.basis(leased) is None
    assert at.basis(leased, Look("x", "", "")) is None


@pytest.mark.parametrize(
    "scope",
    [
        scope_of("store", "https://example.com", "me@example.com"),
        scope_of("store", "https://optionomega.com", "you@example.com"),
        scope_of("other store", "https://optionomega.com", "me@example.com"),
    ],
    ids=["site", "account", "store"],
)
def test_another_site_account_or_store_knows_nothing(at: Caching, scope: str) -> None:
    at.submit(deltas(10))
    at.work()
    mine = at.policy
    at.adopt(policy(scope))
    at.look(LOOK)
    assert at.hits(at.submit(deltas(10))) == 0
    at.work()
    at.adopt(mine)
    assert at.hits(at.submit(deltas(10))) == 1


def test_another_saved_test_with_the_same_form_is_another_test(at: Caching) -> None:
    at.bench.write(tests.remember, [SavedTest("twin", "Twin", "/test/twin", START)])
    at.submit(deltas(10))
    at.work()
    at.look(LOOK, "twin")
    assert at.hits(at.submit(deltas(10), test_id="twin")) == 0


def test_without_a_policy_nothing_is_taken(at: Caching) -> None:
    at.submit(deltas(10))
    at.work()
    at.bench.ledger.policy = None
    assert at.hits(at.submit(deltas(10))) == 0


def test_figures_that_a_user_accepted_are_never_taken_for_another_task(at: Caching) -> None:
    run = at.submit(deltas(10))
    leased = at.lease()
    assert leased is not None
    at.bench.write(attempts.intent, leased.token)

    def mismatch(tx: Any) -> object:
        return attempts.fail(tx, leased.token, FailureClass.MISMATCH, "no proof")

    record = Record(quarantined=proven(7.0))
    at.bench.write(failures.close, mismatch, leased.token.attempt_id, record, Limits(1_000_000))
    at.bench.write(rulings.accept, Order(ref=run.run_id, which=Which(indexes=(0,)), author=ME))
    assert at.figures(run) == [7.0]
    assert at.hits(at.submit(deltas(10))) == 0


def test_results_of_before_there_was_a_basis_are_never_taken(at: Caching) -> None:
    at.submit(deltas(10))
    leased = at.lease()
    assert leased is not None
    at.bench.write(attempts.intent, leased.token)
    at.bench.write(attempts.succeed, leased.token, proven(10.0))
    assert at.hits(at.submit(deltas(10))) == 0


def test_results_of_older_rules_are_never_taken(at: Caching, monkeypatch: pytest.MonkeyPatch) -> None:
    at.submit(deltas(10))
    at.work()
    monkeypatch.setattr(reuse, "RULES", reuse.RULES + 1)
    assert at.hits(at.submit(deltas(10))) == 0


@pytest.mark.parametrize(
    ("kept", "trades", "wants", "hits"),
    [
        ({}, 40.0, Wants(), 1),
        ({}, 40.0, Wants(trades=True), 0),
        ({}, 0.0, Wants(trades=True), 1),
        ({}, 40.0, Wants(charts=True), 0),
        ({"charts": {"line-chart": b"\x89PNG"}}, 40.0, Wants(charts=True), 1),
        ({"charts": {"line-chart": b"\x89PNG"}}, 40.0, Wants(charts=True, trades=True), 0),
    ],
)
def test_what_is_wanted_beside_the_figures_must_have_been_kept(
    at: Caching, kept: Any, trades: float, wants: Wants, hits: int
) -> None:
    at.submit(deltas(10))
    at.work(figures=with_trades(trades), **kept)
    assert at.hits(at.submit(deltas(10), wants)) == hits


def test_the_newest_result_that_has_what_is_wanted_is_taken(at: Caching) -> None:
    first = at.submit(deltas(10), Wants(charts=True))
    at.work(charts={"line-chart": b"\x89PNG"})
    second = at.submit(deltas(10), is_fresh=True)
    at.work()
    plain, pictured = at.submit(deltas(10)), at.submit(deltas(10), Wants(charts=True))
    assert at.bench.read(results.page, plain.run_id)[0].reused_from == (second.run_id, 0)
    assert at.bench.read(results.page, pictured.run_id)[0].reused_from == (first.run_id, 0)


def test_a_fresh_run_takes_nothing_and_gives_to_later_ones(at: Caching) -> None:
    at.submit(deltas(10))
    at.work()
    fresh = at.submit(deltas(10, 10.0), is_fresh=True)
    assert at.hits(fresh) == 0
    assert len(at.work()) == 2
    assert at.bench.states(fresh) == ["succeeded", "succeeded"]


def test_a_result_that_another_run_records_meanwhile_is_taken_at_the_next_lease(at: Caching) -> None:
    first, second = at.submit(deltas(10, 20)), at.submit(deltas(10, 20, 30))
    assert at.hits(second) == 0
    done = at.work()
    assert sorted(values["delta"] for values in done) == [10, 20, 30]
    assert at.figures(first) == [10, 20]
    assert at.figures(second) == [10, 20, 30]
    assert at.hits(first) + at.hits(second) == 2


def test_a_run_that_is_not_to_run_takes_nothing(at: Caching) -> None:
    at.submit(deltas(10))
    at.work()
    at.bench.clock.advance(2 * DAY)
    paused = at.submit(deltas(10))
    at.bench.steer(paused, Desired.PAUSE)
    at.look(LOOK)
    assert at.bench.states(paused) == ["ready"]
    assert at.lease() is None
    at.bench.steer(paused, Desired.RUN)
    assert at.lease() is None
    assert at.bench.states(paused) == ["cached"]


def test_only_so_many_are_taken_before_one_is_run(at: Caching, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "REUSED_AT_ONCE", 2)
    first, second = at.submit(deltas(10, 11, 12, 13)), at.submit(deltas(10, 11, 12, 13))
    at.bench.steer(second, Desired.PAUSE)
    at.work()
    at.bench.steer(second, Desired.RUN)
    leased = at.lease()
    assert leased is not None
    assert (at.hits(second), leased.index) == (2, 2)
    at.finish(leased, 12)
    at.work()
    assert at.figures(first) == at.figures(second)


def test_a_growing_run_takes_only_from_the_index_it_names(at: Caching) -> None:
    at.submit(deltas(10, 20))
    at.work()
    run_id = ulid(at.bench.clock(), at.bench.rng)
    new = NewRun(run_id, "grows", IRON.test_id, "{}", (Batch(deltas(10, 20)),))
    run = at.bench.write(runs.submit, new)
    assert at.bench.write(cache.reuse, run_id, 1) == 1
    assert at.bench.states(run) == ["ready", "cached"]
    assert at.bench.write(cache.reuse, run_id) == 1
    assert at.bench.write(cache.reuse, run_id) == 0


def test_the_late_result_of_a_cancelled_run_goes_to_the_next_one(at: Caching) -> None:
    run = at.submit(deltas(10))
    leased = at.lease()
    assert leased is not None
    at.open(leased)
    at.bench.write(attempts.intent, leased.token)
    at.bench.steer(run, Desired.CANCEL)
    at.bench.write(attempts.fail, leased.token, FailureClass.INTERRUPTED, "stopped at once")
    kept = Kept(basis=at.basis(leased))
    assert at.bench.write(attempts.succeed, leased.token, proven(10.0), kept) is Verdict.REFUSED
    assert at.bench.write(attempts.succeed, leased.token, proven(10.0), kept) is Verdict.REFUSED
    assert (at.bench.states(run), at.figures(run)) == (["cancelled"], [])
    later = at.submit(deltas(10))
    (row,) = at.bench.read(results.page, later.run_id)
    assert (row.state, row.origin, row.reused_from) == (TaskState.CACHED, Origin.CACHED, (run.run_id, 0))
    assert row.figures == proven(10.0)
    assert at.hits(at.submit(deltas(10), Wants(charts=True))) == 0


def test_a_refusal_stands_for_the_same_values_and_is_told_with_its_reason(at: Caching) -> None:
    first = at.submit(deltas(10, 20))
    leased = at.lease()
    assert leased is not None
    at.refuse(leased)
    at.work()
    second = at.submit(deltas(10, 20))
    assert at.bench.states(second) == ["invalid", "cached"]
    assert second.phase is RunPhase.COMPLETED
    assert (second.counts.skipped, second.counts.completed, second.counts.cached) == (1, 1, 1)
    row = at.bench.read(results.page, second.run_id)[0]
    assert (row.figures, row.origin, row.reused_from) == (None, None, (first.run_id, 0))
    assert row.reason == "the site does not take these values: Delta"
    assert at.hits(at.submit(deltas(20))) == 1


def test_a_refusal_is_forgotten_after_a_day(at: Caching) -> None:
    at.submit(deltas(10))
    leased = at.lease()
    assert leased is not None
    at.refuse(leased)
    at.bench.clock.advance(DAY + 60)
    at.look(LOOK)
    assert at.bench.states(at.submit(deltas(10))) == ["ready"]


def test_what_a_user_has_tried_again_is_really_asked_and_its_result_replaces_the_refusal(at: Caching) -> None:
    at.submit(deltas(10))
    leased = at.lease()
    assert leased is not None
    at.refuse(leased)
    second = at.submit(deltas(10))
    assert at.bench.states(second) == ["invalid"]
    order = Order(ref=second.run_id, which=Which(indexes=(0,)), author=ME)
    assert at.bench.write(rulings.retry, order, force=True).indexes == (0,)
    at.work()
    assert at.bench.states(second) == ["succeeded"]
    assert at.figures(at.submit(deltas(10))) == [10]


def test_a_test_that_lacks_something_is_no_refusal_of_the_values(at: Caching) -> None:
    at.submit(deltas(10, 20))
    leased = at.lease()
    assert leased is not None
    at.bench.write(attempts.refuse_test, leased.token, "the test has no leg priced in Δ")
    assert at.bench.states(at.submit(deltas(10))) == ["ready"]


def test_a_result_that_contradicts_an_earlier_one_makes_everything_before_it_worthless(at: Caching) -> None:
    at.bench.write(tests.remember, [SavedTest("twin", "Twin", "/test/twin", START)])
    at.look(LOOK, "twin")
    at.submit(deltas(10, 20))
    at.submit(deltas(10), test_id="twin")
    at.work()
    head = at.bench.ledger.head
    at.submit(deltas(20), is_fresh=True)
    leased = at.lease()
    assert leased is not None
    at.finish(leased, 21)
    (told,) = [event for event in at.bench.events(head) if event.type == "task_completed"]
    assert "nothing that was recorded before" in told.body["message"]
    assert at.bench.states(at.submit(deltas(10, 20))) == ["ready", "cached"]
    assert at.bench.states(at.submit(deltas(10), test_id="twin")) == ["ready"]


def test_the_same_result_again_contradicts_nothing(at: Caching) -> None:
    at.submit(deltas(10, 20))
    at.work()
    at.submit(deltas(20), is_fresh=True)
    at.work()
    assert at.hits(at.submit(deltas(10, 20))) == 2


def test_a_late_result_of_a_task_that_took_another_one_is_compared_with_it(at: Caching) -> None:
    run = at.submit(deltas(10, 20))
    first = at.lease()
    assert first is not None
    at.bench.write(attempts.intent, first.token)
    at.bench.write(attempts.fail, first.token, FailureClass.INTERRUPTED, "given up")
    other = at.submit(deltas(10))
    at.bench.steer(run, Desired.PAUSE)
    at.work()
    at.bench.steer(run, Desired.RUN)
    at.work()
    assert at.bench.states(run) == ["cached", "succeeded"]
    kept = Kept(basis=at.basis(first))
    assert at.bench.write(attempts.succeed, first.token, proven(10.0), kept) is Verdict.DUPLICATE
    assert at.bench.write(attempts.succeed, first.token, proven(11.0), kept) is Verdict.DIVERGED
    assert (at.figures(run), at.figures(other)) == ([10, 20], [10])
    assert at.bench.states(at.submit(deltas(10, 20))) == ["ready", "ready"]  # nobody knows any more which is right


def test_many_tasks_are_told_of_at_once(at: Caching, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "REUSED_ONE_BY_ONE", 3)
    at.submit(deltas(*range(10, 16)))
    leased = at.lease()
    assert leased is not None
    at.refuse(leased)
    at.work()
    head = at.bench.ledger.head
    again = at.submit(deltas(*range(10, 16)))
    assert again.phase is RunPhase.COMPLETED
    told = [event for event in at.bench.events(head) if event.type in {"task_reused", "task_skipped"}]
    assert [(event.type.value, event.index, event.body.get("indexes")) for event in told] == [
        ("task_reused", None, "1-5"),
        ("task_skipped", 0, None),
    ]


def test_counting_changes_nothing_and_agrees_with_what_is_taken(at: Caching) -> None:
    at.submit(deltas(10, 20))
    at.work()
    points = deltas(10, 15, 20)

    def count(wants: Wants) -> int:
        return at.bench.read(cache.count, at.policy, IRON.test_id, points, wants=wants, now=at.bench.clock())

    head = at.bench.ledger.head
    assert count(Wants()) == 2
    assert count(Wants(charts=True)) == 0
    assert at.bench.read(cache.hits, at.policy, IRON.test_id, points, wants=Wants(), now=at.bench.clock()) == [0, 2]
    assert at.bench.ledger.head == head
    assert at.hits(at.submit(points)) == 2
    at.bench.clock.advance(2 * DAY)
    assert count(Wants()) == 0


def test_everything_is_remembered_over_a_crash(at: Caching) -> None:
    at.submit(deltas(10))
    at.work()
    at.bench.crash()
    at.adopt(at.policy)
    assert at.figures(at.submit(deltas(10))) == [10]

"""Twins: a backtest is not made twice at once, and nobody waits for one in vain."""

from typing import Any

import pytest

from oodaemon.model.runs import Desired, Wants
from oodaemon.model.tasks import FailureClass, Kept, Lease
from oodaemon.store import attempts, leases, rulings, runs, twins
from oodaemon.store.rulings import Order, Which
from tests.integration.store.caching import EDITED, Caching, deltas, policy
from tests.integration.store.workbench import IRON, Workbench, proven


@pytest.fixture
def at(bench: Workbench) -> Caching:
    return Caching(bench)


def leased(at: Caching) -> Lease:
    found = at.lease()
    assert found is not None
    return found


def fail(at: Caching, lease: Lease, failure_class: FailureClass = FailureClass.TIMING) -> None:
    at.open(lease)
    at.bench.write(attempts.intent, lease.token)
    at.bench.write(attempts.fail, lease.token, failure_class, "too slow")


def test_two_runs_of_one_grid_share_its_backtests(at: Caching) -> None:
    first, second = at.submit(deltas(10, 20, 30, 40)), at.submit(deltas(10, 20, 30, 40))
    flying = [leased(at) for _ in range(4)]
    assert sorted(each.values["delta"] for each in flying) == [10, 20, 30, 40]
    assert {each.run_id for each in flying} == {first.run_id, second.run_id}
    assert at.lease() is None
    for each in flying:
        at.finish(each, float(each.values["delta"]))
    assert at.lease() is None
    assert at.figures(first) == at.figures(second) == [10, 20, 30, 40]
    assert at.hits(first) + at.hits(second) == 4


def test_the_same_row_twice_in_a_run_is_backtested_once(at: Caching) -> None:
    run = at.submit(deltas(10, 20, 10.0))
    assert [leased(at).index, leased(at).index, at.lease()] == [0, 1, None]
    assert at.bench.states(run) == ["leased", "leased", "ready"]


def test_who_waits_has_the_next_turn_and_a_retry_that_is_due_takes_its_result(at: Caching) -> None:
    first, second = at.submit(deltas(10)), at.submit(deltas(10))
    lost = leased(at)
    assert (lost.run_id, at.lease()) == (first.run_id, None)
    fail(at, lost)
    other = leased(at)
    assert other.run_id == second.run_id
    at.bench.clock.advance(600)
    assert at.bench.states(first) == ["retry_wait"]
    assert at.lease() is None, "it is due, and its backtest is in flight"
    at.finish(other, 10)
    assert at.lease() is None
    assert (at.bench.states(first), at.figures(first)) == (["cached"], [10])


def test_a_retry_that_is_due_takes_a_refusal_as_well(at: Caching) -> None:
    first, _ = at.submit(deltas(10)), at.submit(deltas(10))
    fail(at, leased(at))
    at.refuse(leased(at))
    at.bench.clock.advance(600)
    assert at.lease() is None
    assert at.bench.states(first) == ["invalid"]


def test_a_retry_takes_nothing_before_it_is_due(at: Caching) -> None:
    first, _ = at.submit(deltas(10)), at.submit(deltas(10))
    fail(at, leased(at))
    at.finish(leased(at), 10)
    assert (at.lease(), at.bench.states(first)) == (None, ["retry_wait"])


def test_a_backtest_that_is_given_up_is_made_by_whoever_is_left(at: Caching) -> None:
    first, second = at.submit(deltas(10)), at.submit(deltas(10))
    lost = leased(at)
    at.bench.steer(first, Desired.CANCEL)
    assert at.lease() is None
    at.bench.write(attempts.release, lost.token, "stopped")
    assert leased(at).run_id == second.run_id


@pytest.mark.parametrize(
    ("in_flight", "wanted", "waits"),
    [
        (Wants(), Wants(), True),
        (Wants(trades=True, charts=True), Wants(trades=True), True),
        (Wants(), Wants(trades=True), False),
        (Wants(trades=True), Wants(trades=True, charts=True), False),
    ],
)
def test_only_what_will_have_all_that_is_wanted_is_waited_for(at: Caching, in_flight: Wants, wanted: Wants, waits: bool) -> None:
    at.submit(deltas(10), in_flight)
    at.submit(deltas(10), wanted)
    assert leased(at)
    assert (at.lease() is None) is waits


def test_a_fresh_run_waits_for_none_and_others_wait_for_it(at: Caching) -> None:
    plain, fresh = at.submit(deltas(10)), at.submit(deltas(10), is_fresh=True)
    assert [leased(at).run_id, leased(at).run_id, at.lease()] == [plain.run_id, fresh.run_id, None]
    later = at.submit(deltas(10))
    at.bench.steer(plain, Desired.CANCEL)
    assert at.lease() is None
    assert at.bench.states(later) == ["ready"]


def test_a_task_that_is_to_be_asked_anew_waits_for_none(at: Caching) -> None:
    run = at.submit(deltas(10))
    at.refuse(leased(at))
    at.bench.write(rulings.retry, Order(ref=run.run_id, which=Which(indexes=(0,))), force=True)
    at.submit(deltas(10), is_fresh=True)
    assert {leased(at).run_id, leased(at).run_id} >= {run.run_id}


@pytest.mark.parametrize("hours", [None, 0])
def test_without_anything_that_is_trusted_nobody_waits(at: Caching, hours: float | None) -> None:
    at.bench.ledger.policy = None if hours is None else policy(hours=hours)
    at.submit(deltas(10, 10))
    assert [leased(at).index, leased(at).index] == [0, 1]


def test_nobody_waits_for_a_result_that_stands_for_no_other(at: Caching) -> None:
    """Of values that the parameters do not take any more nothing is known."""
    unknown: Any = [{"gone": 1}, {"gone": 1}]
    at.submit(unknown, is_known=False)
    assert [leased(at).index, leased(at).index] == [0, 1]


def test_a_test_that_is_edited_meanwhile_is_backtested_by_who_waited(at: Caching) -> None:
    first, second = at.submit(deltas(10)), at.submit(deltas(10))
    before = leased(at)
    at.open(before)
    kept = Kept(basis=at.basis(before))
    at.bench.write(attempts.intent, before.token)
    at.look(EDITED)
    at.bench.write(attempts.succeed, before.token, proven(10.0), kept)
    after = leased(at)
    at.finish(after, 11, EDITED)
    assert (at.figures(first), at.figures(second)) == ([10], [11])


def test_after_a_crash_the_backtest_is_made_once_again(at: Caching) -> None:
    first, second = at.submit(deltas(10)), at.submit(deltas(10))
    leased(at)
    at.bench.crash()
    at.adopt(at.policy)
    again = leased(at)
    assert at.lease() is None
    at.finish(again, 10)
    assert at.lease() is None
    assert at.figures(first) == at.figures(second) == [10]


def test_nobody_waits_for_ever_for_a_browser_that_does_not_end(at: Caching) -> None:
    at.submit(deltas(10, 10))
    leased(at)
    at.bench.clock.advance(twins.WAITED_FOR.total_seconds() - 1)
    assert at.lease() is None
    at.bench.clock.advance(2)
    assert leased(at).index == 1


def test_a_run_of_nothing_but_twins_is_passed_over_as_a_whole(at: Caching, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "PASSED_OVER_AT_ONCE", 3)
    run, other = at.submit(deltas(*[10] * 5, 20)), at.submit(deltas(30))
    first = leased(at)
    assert (first.run_id, leased(at).run_id, at.lease()) == (run.run_id, other.run_id, None)
    at.finish(first, 10)
    assert leased(at).index == 5
    assert at.bench.states(run) == ["succeeded", *["cached"] * 4, "leased"]


def test_a_run_knows_who_makes_its_backtests(at: Caching) -> None:
    first, second, fresh = at.submit(deltas(10)), at.submit(deltas(10)), at.submit(deltas(10), is_fresh=True)
    leased(at)
    found = [at.bench.read(runs.get, run.run_id).standing for run in (first, second, fresh)]
    assert [standing.same_test for standing in found if standing] == [(), (first.run_id,), ()]
    assert IRON.test_id == first.test.test_id

"""Verified results that come too late: adopted once, never doubled, and never instead of another."""

import pytest

from oodaemon.model.runs import Desired, RunPhase
from oodaemon.model.tasks import FailureClass, Figures, Token
from oodaemon.store import attempts, fsck, holding, results
from oodaemon.store.attempts import StaleToken
from tests.integration.store.workbench import Workbench, proven


def given_up(bench: Workbench) -> Token:
    token = bench.announced().token
    bench.write(attempts.release, token, "given up")
    return token


@pytest.mark.parametrize("state", ["ready", "retry_wait", "leased", "submitted", "held"])
def test_a_late_result_settles_a_task_that_has_none(bench: Workbench, state: str) -> None:
    run, late = bench.submit(1), given_up(bench)
    if state in {"retry_wait", "held"}:
        bench.fail_next(FailureClass.RATE_LIMITED if state == "retry_wait" else FailureClass.MISMATCH)
    elif state != "ready":
        newer = bench.lease() if state == "leased" else bench.announced()
    assert bench.states(run) == [state]
    head = bench.ledger.head
    assert bench.write(attempts.succeed, late, proven(7)) == "adopted"
    assert (bench.states(run), bench.run(run).phase) == (["succeeded"], RunPhase.COMPLETED)
    assert bench.news(head)[0] == "task_adopted"
    (result,) = bench.read(results.page, run.run_id)
    assert (result.figures, result.origin) == (proven(7), "late")
    assert bench.read(attempts.in_flight) == 0
    if state in {"leased", "submitted"}:
        assert bench.events(head)[0].body["superseded"] == newer.token.attempt_id
        assert not bench.read(holding.is_wanted, newer.token)
        with pytest.raises(StaleToken):
            bench.write(attempts.fail, newer.token, FailureClass.TIMING, "no")
        assert result.attempts == 0, "being superseded costs nothing"


def test_a_late_result_of_an_older_boot_is_adopted_too(bench: Workbench) -> None:
    run, leased = bench.submit(1), bench.announced()
    bench.crash()
    assert bench.write(attempts.succeed, leased.token, proven(3)) == "adopted"
    assert bench.states(run) == ["succeeded"]


def test_a_paused_run_takes_a_late_result(bench: Workbench) -> None:
    run, late = bench.submit(2), given_up(bench)
    bench.steer(run, Desired.PAUSE)
    assert bench.write(attempts.succeed, late, proven(3)) == "adopted"
    assert bench.run(run).phase is RunPhase.PAUSED


@pytest.mark.parametrize("why", ["cancelled", "refused"])
def test_a_task_that_was_settled_without_a_result_stays_so(bench: Workbench, why: str) -> None:
    run, late = bench.submit(1), given_up(bench)
    if why == "cancelled":
        bench.steer(run, Desired.CANCEL)
    else:
        bench.fail_next(FailureClass.SITE_ERROR)
    states, head = bench.states(run), bench.ledger.head
    assert bench.write(attempts.succeed, late, proven(3)) == "refused"
    assert (bench.states(run), bench.ledger.head) == (states, head)


def test_an_equal_result_is_a_duplicate_and_changes_nothing(bench: Workbench) -> None:
    run, late = bench.submit(1), given_up(bench)
    bench.succeed_next(pl=2)
    head = bench.ledger.head
    assert bench.write(attempts.succeed, late, proven(2)) == "duplicate"
    assert bench.ledger.head == head
    assert bench.read(results.page, run.run_id)[0].origin == "verified"


@pytest.mark.parametrize("ended", ["released", "failed", "succeeded"])
def test_a_result_that_differs_is_told_of_and_replaces_nothing(bench: Workbench, ended: str) -> None:
    run = bench.submit(1)
    leased = bench.announced()
    if ended == "succeeded":
        bench.write(attempts.succeed, leased.token, proven(2))
    else:
        failure_class = FailureClass.BROWSER if ended == "failed" else FailureClass.INTERRUPTED
        bench.write(attempts.fail, leased.token, failure_class, "gone")
        bench.succeed_next(pl=2)
    head = bench.ledger.head
    assert bench.write(attempts.succeed, leased.token, proven(3)) == "diverged"
    assert bench.news(head) == ["task_diverged"]
    event = bench.events(head)[0]
    assert event.body["metrics"] == {"pl": 3}
    assert "pl 3 instead of 2" in event.body["message"]
    assert bench.read(results.page, run.run_id)[0].figures == proven(2)
    failure = bench.tasks(run)[0].last_failure
    expected = {"released": "mismatch", "failed": "browser", "succeeded": None}[ended]
    assert (failure and failure.failure_class.value) == expected


def test_no_result_without_a_proof_and_none_of_who_never_asked(bench: Workbench) -> None:
    run, late = bench.submit(2), given_up(bench)
    with pytest.raises(ValueError, match="without a proof"):
        bench.write(attempts.succeed, late, Figures({"pl": 3.0}))
    with pytest.raises(ValueError, match="without a proof"):
        bench.write(attempts.succeed, bench.announced().token, Figures({"pl": 3.0}))
    unasked = bench.lease().token
    bench.write(attempts.release, unasked, "given up")
    for unknown in (unasked, Token(99, 1, "browser/1", 1), Token(late.attempt_id, late.boot, "browser/2", late.incarnation)):
        with pytest.raises(StaleToken):
            bench.write(attempts.succeed, unknown, proven(1))
    assert bench.read(results.page, run.run_id) == []


def test_a_result_without_a_proof_is_found(bench: Workbench) -> None:
    """As another program, or a defect, might have left it."""
    run = bench.submit(1)
    bench.succeed_next()
    bench.ledger._writer.execute("DROP TRIGGER results_are_final")
    bench.ledger._writer.execute("UPDATE results SET proof = '{}'")
    assert bench.read(fsck.problems) == [f"task {run.run_id}/0 has a result that was neither proven nor accepted"]
    bench.ledger._writer.execute("UPDATE results SET proof = '{\"cards\":[]}'")

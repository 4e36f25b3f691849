"""Decisions of users about failed tasks: tried again, done without, or accepted; each with its author, and none twice."""

import json

import pytest

from oodaemon.errors import Aborted, FailedPrecondition, InvalidArgument, NotFound
from oodaemon.model.runs import Author, Desired, Mode, Run, RunPhase
from oodaemon.model.tasks import FailureClass
from oodaemon.store import attempts, fsck, results, rulings
from oodaemon.store.rulings import Order, Which
from tests.integration.store.workbench import Workbench

ME = Author("me@desk", "looked at the page")


def order(run: Run, *indexes: int, failure_class: FailureClass | None = None, author: Author = ME, **rest) -> Order:
    return Order(ref=run.run_id, which=Which(indexes=indexes or None, failure_class=failure_class), author=author, **rest)


def quarantine(bench: Workbench, attempt_id: int, pl: float) -> None:
    """What is kept of a mismatch."""
    insert = "INSERT INTO quarantine (attempt_id, metrics, extra, proof, config) VALUES (?, ?, ?, '{}', '{}')"

    def keep(tx) -> None:
        tx.note(insert, (attempt_id, json.dumps({"pl": pl}), json.dumps({"Sharpe": "2"})))

    bench.write(keep)


def mismatch(bench: Workbench, pl: float) -> None:
    quarantine(bench, bench.fail_next(FailureClass.MISMATCH).token.attempt_id, pl)


def a_run_to_review(bench: Workbench) -> Run:
    """Tasks: mismatched with figures, defect of ours, refused by the site, succeeded."""
    run = bench.submit(4)
    mismatch(bench, 3.5)
    for _ in range(3):
        bench.fail_next(FailureClass.BUG, "KeyError")
        bench.clock.advance(5)
    bench.fail_next(FailureClass.SITE_ERROR, "not so")
    bench.succeed_next()
    assert bench.states(run) == ["held", "held", "invalid", "succeeded"]
    assert bench.run(run).phase is RunPhase.NEEDS_REVIEW
    return run


def test_a_retry_has_every_failed_task_tried_again_from_nothing(bench: Workbench) -> None:
    run = a_run_to_review(bench)
    head = bench.ledger.head
    ruled = bench.write(rulings.retry, order(run))
    assert (ruled.run_id, ruled.indexes) == (run.run_id, (0, 1))
    assert bench.states(run) == ["ready", "ready", "invalid", "succeeded"]
    assert bench.run(run).phase is RunPhase.RUNNING
    assert bench.news(head) == ["task_reopened", "task_reopened", "run_phase_changed"]
    assert bench.events(head)[0].body["client"] == "me@desk"
    assert [task.attempts for task in bench.tasks(run)] == [1, 3, 1, 1], "what was tried stays known"
    assert bench.lease().strikes == {}
    assert bench.fail_next(FailureClass.BUG).strikes == {}
    assert bench.states(run)[1] == "retry_wait", "its strikes count from the retry on"


@pytest.mark.parametrize(
    ("which", "force", "changed"),
    [
        ({"failure_class": FailureClass.BUG}, False, (1,)),
        ({"failure_class": FailureClass.TIMING}, False, ()),
        ({"failure_class": FailureClass.SITE_ERROR}, False, ()),
        ({"failure_class": FailureClass.SITE_ERROR}, True, (2,)),
    ],
)
def test_a_retry_of_one_class_passes_over_the_others(bench: Workbench, which, force, changed) -> None:
    run = a_run_to_review(bench)
    head = bench.ledger.head
    assert bench.write(rulings.retry, order(run, **which), force=force).indexes == changed
    assert (bench.ledger.head > head) is bool(changed)


def test_a_retry_by_index_passes_over_what_has_not_failed(bench: Workbench) -> None:
    run = a_run_to_review(bench)
    assert bench.write(rulings.retry, order(run, 1, 2, 3)).indexes == (1,)
    assert bench.write(rulings.retry, order(run, 1, 2, 3)).indexes == ()
    with pytest.raises(NotFound, match="the run has tasks 0 to 3"):
        bench.write(rulings.retry, order(run, 4))


def test_a_run_without_failures_is_reopened_by_force_alone(bench: Workbench) -> None:
    run = bench.submit(1)
    bench.fail_next(FailureClass.SITE_ERROR)
    assert bench.run(run).phase is RunPhase.COMPLETED
    assert bench.write(rulings.retry, order(run)).indexes == ()
    assert bench.write(rulings.retry, order(run), force=True).indexes == (0,)
    assert (bench.run(run).phase, bench.run(run).ended_at) == (RunPhase.RUNNING, None)


def test_a_retry_of_very_many_tasks_is_told_once(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rulings, "REOPENED_ONE_BY_ONE", 1)
    run = a_run_to_review(bench)
    head = bench.ledger.head
    bench.write(rulings.retry, order(run))
    assert bench.news(head) == ["task_reopened", "run_phase_changed"]
    assert bench.events(head)[0].body["indexes"] == [0, 1]
    assert bench.read(fsck.problems) == []


def test_a_skipped_task_has_its_reason_and_its_author(bench: Workbench) -> None:
    run = a_run_to_review(bench)
    head = bench.ledger.head
    assert bench.write(rulings.skip, order(run, 0, 1)).indexes == (0, 1)
    assert bench.states(run) == ["invalid", "invalid", "invalid", "succeeded"]
    assert bench.run(run).phase is RunPhase.COMPLETED
    assert bench.news(head) == ["task_skipped", "task_skipped", "run_phase_changed"]
    first, _, by_site, _ = bench.read(results.page, run.run_id)
    assert (first.reason, first.ruling.client, first.ruling.decided_at) == ("looked at the page", "me@desk", bench.clock.now)
    assert (by_site.reason, by_site.ruling) == ("not so", None)
    head = bench.ledger.head
    assert bench.write(rulings.skip, order(run, 0, 1)).indexes == (), "a repeat changes nothing"
    assert bench.ledger.head == head
    assert bench.write(rulings.retry, order(run, 0), force=True).indexes == (0,)
    assert bench.read(results.page, run.run_id)[0].index == 1


def test_an_accepted_task_has_the_figures_of_its_last_mismatch_and_is_marked(bench: Workbench) -> None:
    run = bench.submit(1)
    mismatch(bench, 3.5)
    bench.write(rulings.retry, order(run))
    mismatch(bench, 4.5)
    head = bench.ledger.head
    assert bench.write(rulings.accept, order(run, 0)).indexes == (0,)
    assert bench.news(head) == ["task_accepted", "run_phase_changed"]
    assert bench.events(head)[0].body["metrics"] == {"pl": 4.5}
    (result,) = bench.read(results.page, run.run_id)
    assert result.figures.metrics == {"pl": 4.5}
    assert (result.origin, result.ruling.client, result.ruling.reason, result.reason) == (
        "accepted",
        "me@desk",
        "looked at the page",
        "",
    )
    assert bench.run(run).phase is RunPhase.COMPLETED
    assert bench.write(rulings.accept, order(run, 0)).indexes == ()
    assert bench.read(results.latest, 8) == [], "no page is suspected because of figures that were never proven"


def test_nothing_is_accepted_that_was_not_shown(bench: Workbench) -> None:
    run = a_run_to_review(bench)
    head = bench.ledger.head
    with pytest.raises(FailedPrecondition, match=r"/1 has no quarantined figures .* retry or skip it"):
        bench.write(rulings.accept, order(run, 0, 1))
    assert bench.ledger.head == head
    assert bench.states(run)[0] == "held", "all or nothing"


@pytest.mark.parametrize("ruling", [rulings.skip, rulings.accept])
@pytest.mark.parametrize(("index", "status"), [(2, "skipped"), (3, "completed")])
def test_only_a_failed_task_can_be_decided_upon(bench: Workbench, ruling, index: int, status: str) -> None:
    run = a_run_to_review(bench)
    with pytest.raises(FailedPrecondition, match=f"is {status} and cannot be .*; only a failed task can"):
        bench.write(ruling, order(run, index))


@pytest.mark.parametrize("ruling", [rulings.skip, rulings.accept])
def test_a_decision_needs_a_reason(bench: Workbench, ruling) -> None:
    run = a_run_to_review(bench)
    with pytest.raises(InvalidArgument, match="say why"):
        bench.write(ruling, order(run, 0, author=Author("me@desk", " ")))


@pytest.mark.parametrize("ruling", [rulings.retry, rulings.skip, rulings.accept])
def test_a_decision_for_another_revision_or_a_cancelled_run_changes_nothing(bench: Workbench, ruling) -> None:
    run = a_run_to_review(bench)
    revision = bench.run(run).revision
    with pytest.raises(Aborted, match=f"has revision {revision}, not 1"):
        bench.write(ruling, order(run, 0, if_revision=1))
    bench.steer(run, Desired.CANCEL)
    with pytest.raises(FailedPrecondition, match="is cancelled and its tasks cannot be"):
        bench.write(ruling, order(run, 0))


def test_what_is_retried_in_a_paused_run_waits_for_the_resume(bench: Workbench) -> None:
    run = bench.submit(1)
    leased = bench.announced()
    bench.steer(run, Desired.PAUSE)
    bench.write(attempts.fail, leased.token, FailureClass.MISMATCH, "no")
    assert bench.run(run).phase is RunPhase.NEEDS_REVIEW
    bench.write(rulings.retry, order(run))
    assert bench.run(run).phase is RunPhase.PAUSED


def test_a_mode_absorbs_until_a_resume(bench: Workbench) -> None:
    run = bench.submit(1)
    bench.announced()
    assert bench.steer(run, Desired.PAUSE).mode is Mode.DRAIN
    now = bench.steer(run, Desired.PAUSE, mode=Mode.NOW)
    assert (now.phase, now.mode) == (RunPhase.PAUSING, Mode.NOW)
    assert bench.steer(run, Desired.PAUSE, mode=Mode.DRAIN) == now, "it does not go back"
    assert bench.steer(run, Desired.RUN).mode is Mode.DRAIN
    assert bench.run(run).phase is RunPhase.RUNNING
    bench.steer(run, Desired.CANCEL)
    assert bench.steer(run, Desired.CANCEL, mode=Mode.NOW).mode is Mode.NOW
    assert bench.run(run).phase is RunPhase.CANCELLING

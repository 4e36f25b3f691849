"""Evidence: what the index has is on disk, what must go goes in its order, and what a crash leaves is tidied up."""

import datetime
import stat
from functools import partial
from pathlib import Path

import pytest

from oodaemon.errors import NotFound
from oodaemon.model.config import TestConfig
from oodaemon.model.events import EventType
from oodaemon.model.evidence import CONSOLE, DOM, SCREENSHOT, CaseFile, Item, Limits, Scene
from oodaemon.model.runs import Desired, Run
from oodaemon.model.tasks import FailureClass, Figures, Lease
from oodaemon.store import attempts, evidence, failures, fsck
from oodaemon.store.failures import NO_ROOM, Record
from oodaemon.store.shelf import Shelf
from tests.integration.store.workbench import Workbench

BLOCK = evidence.BLOCK
PLENTY = Limits(1000 * BLOCK)
SCENE = Scene("run", "https://site.example/test/iron", "Iron", ("TooSlow: no", "Error: timeout"), {"trace.zip": "the page hung"})
UNPROVEN = Figures({"pl": 12.5}, {"Sharpe": "1.2"}, {"bullets": []}, TestConfig(underlying="SPX"))


@pytest.fixture
def shelf(bench: Workbench) -> Shelf:
    return Shelf(bench.state_dir)


def fail(
    bench: Workbench,
    failure_class: FailureClass = FailureClass.TIMING,
    *,
    limits: Limits = PLENTY,
    quarantined: Figures | None = None,
    later: float = 0,
) -> Lease:
    """The next task fails and leaves two blocks; its retry is due after 600 s."""
    shelf, lease = Shelf(bench.state_dir), bench.announced()
    number = lease.token.attempt_id
    kept = shelf.put(number, [Item(name, f"{number} {name}".encode()) for name in (SCREENSHOT, DOM)])
    settle = partial(attempts.fail, token=lease.token, failure_class=failure_class, message="no")
    shelf.remove(bench.write(failures.close, settle, number, Record(SCENE, kept, quarantined), limits))
    bench.clock.advance(later)
    return lease


def on_disk(shelf: Shelf) -> set[int]:
    """The attempts whose files are all there."""
    return {int(folder.name) for folder in shelf.root.iterdir()}


def cases(bench: Workbench, run: Run, **rest) -> list[CaseFile]:
    return bench.read(failures.page, run.run_id, **rest)


def test_what_is_kept_comes_back(bench: Workbench, shelf: Shelf) -> None:
    run, lease = bench.submit(1), fail(bench)
    (case,) = cases(bench, run)
    assert (case.run_id, case.index, case.failure.attempt_id, case.failure.message) == (run.run_id, 0, lease.token.attempt_id, "no")
    assert case.scene == SCENE
    assert [item.name for item in case.items] == [DOM, SCREENSHOT]
    item = bench.read(evidence.get, lease.token.attempt_id, DOM)
    assert shelf.read(lease.token.attempt_id, item) == f"{lease.token.attempt_id} dom.html".encode()
    assert case.quarantined is None


def test_evidence_is_for_this_user_alone(bench: Workbench, shelf: Shelf) -> None:
    bench.submit(1)
    fail(bench)
    files = [path for path in shelf.root.rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in [shelf.root, *(file.parent for file in files)]} == {0o700}


def test_failures_are_read_in_pages_by_task_and_class(bench: Workbench) -> None:
    run = bench.submit(3)
    for failure_class in (FailureClass.MISMATCH, FailureClass.TIMING, FailureClass.MISMATCH):
        fail(bench, failure_class)
    found = cases(bench, run)
    assert [case.index for case in found] == [0, 1, 2]
    first = cases(bench, run, limit=2)
    last = first[-1]
    assert [case.index for case in cases(bench, run, after=(last.index, last.failure.attempt_id))] == [2]
    assert [case.index for case in cases(bench, run, failure_class=FailureClass.MISMATCH)] == [0, 2]
    assert [case.index for case in cases(bench, run, index=1)] == [1]


def test_a_failure_without_any_record_is_still_one(bench: Workbench) -> None:
    run = bench.submit(1)
    bench.fail_next(FailureClass.TIMING, "as older versions did")
    (case,) = cases(bench, run)
    assert (case.failure.message, case.scene, case.items) == ("as older versions did", Scene(), ())


def test_unproven_figures_are_kept_for_a_person(bench: Workbench) -> None:
    run = bench.submit(2)
    fail(bench, FailureClass.MISMATCH, quarantined=UNPROVEN)
    assert bench.read(failures.quarantined, run.run_id, 0) == UNPROVEN
    assert bench.read(failures.quarantined, run.run_id, 1) is None
    assert cases(bench, run)[0].quarantined == UNPROVEN


def test_only_a_mismatch_has_unproven_figures(bench: Workbench) -> None:
    run = bench.submit(1)
    fail(bench, FailureClass.TIMING, quarantined=UNPROVEN)
    assert bench.read(failures.quarantined, run.run_id, 0) is None


def test_unproven_figures_of_an_older_failure_do_not_count(bench: Workbench) -> None:
    run, first, second = bench.submit(1), bench.announced(), 2
    settle = partial(attempts.fail, token=first.token, failure_class=FailureClass.MISMATCH, message="no")

    def retried(tx) -> Figures | None:
        """What a person finds after the task was retried and failed otherwise; undone afterwards."""
        failures.close(tx, settle, first.token.attempt_id, Record(quarantined=UNPROVEN), PLENTY)
        assert failures.quarantined(tx.db, run.run_id, 0) == UNPROVEN
        again = "SELECT ?, run_id, idx, boot, actor, incarnation, leased_at, NULL, closed_at, 'timing', 1 FROM attempts"
        tx.execute(f"INSERT INTO attempts {again}", (first.token.attempt_id + second,))
        failed = "INSERT INTO failures SELECT attempt_id + ?, run_id, idx, 'timing', 'slow', failed_at, rules FROM failures"
        tx.execute(failed, (second,))
        raise Undone(failures.quarantined(tx.db, run.run_id, 0))

    with pytest.raises(Undone) as found:
        bench.write(retried)
    assert found.value.args == (None,)


class Undone(Exception):
    """Ends a transaction without a trace."""


def _anything() -> EventType:
    return EventType.PROCESSES_REAPED


def test_the_oldest_evidence_of_settled_tasks_goes_first(bench: Workbench, shelf: Shelf) -> None:
    limits = Limits(6 * BLOCK)  # three attempts
    bench.submit(5)
    waiting = fail(bench, limits=limits)
    retried = fail(bench, limits=limits)
    settled = fail(bench, FailureClass.SITE_ERROR, limits=limits)
    assert on_disk(shelf) == {lease.token.attempt_id for lease in (waiting, retried, settled)}
    newest = fail(bench, FailureClass.SITE_ERROR, limits=limits)
    assert on_disk(shelf) == {lease.token.attempt_id for lease in (waiting, retried, newest)}
    with pytest.raises(NotFound, match="to make room"):
        bench.read(evidence.get, settled.token.attempt_id, DOM)


def test_without_settled_tasks_the_oldest_goes(bench: Workbench, shelf: Shelf) -> None:
    limits = Limits(4 * BLOCK)
    bench.submit(3)
    leases = [fail(bench, limits=limits) for _ in range(3)]
    assert on_disk(shelf) == {lease.token.attempt_id for lease in leases[1:]}


def test_evidence_of_failed_tasks_stays_whatever_comes(bench: Workbench, shelf: Shelf) -> None:
    limits = Limits(4 * BLOCK)
    run = bench.submit(4)
    held = [fail(bench, FailureClass.MISMATCH, limits=limits) for _ in range(2)]
    late = fail(bench, limits=limits)
    assert on_disk(shelf) == {lease.token.attempt_id for lease in held}
    case = cases(bench, run, index=late.index)[0]
    assert case.items == ()
    assert case.scene.missing == {"trace.zip": "the page hung", SCREENSHOT: NO_ROOM, DOM: NO_ROOM}


@pytest.mark.parametrize(
    ("limits", "left"),
    [
        (Limits(1000 * BLOCK, attempts=3), 3),
        (Limits(1000 * BLOCK, attempts_of_run=2), 2),
        (Limits(1000 * BLOCK, attempts_of_task=1), 1),
    ],
)
def test_attempts_are_counted_too(bench: Workbench, shelf: Shelf, limits: Limits, left: int) -> None:
    bench.submit(1)
    leases = [fail(bench, limits=limits, later=600) for _ in range(5)]
    assert on_disk(shelf) == {lease.token.attempt_id for lease in leases[-left:]}


def test_the_size_is_that_of_whole_blocks(bench: Workbench) -> None:
    bench.submit(1)
    fail(bench)
    assert bench.read(evidence.size) == 2 * BLOCK


def test_a_file_without_a_row_goes_at_the_next_start(bench: Workbench, shelf: Shelf) -> None:
    bench.submit(2)
    kept = fail(bench)
    lost = bench.announced()
    shelf.put(lost.token.attempt_id, [Item(CONSOLE, b"{}")])  # and the power goes before the row is written
    (shelf.root / str(kept.token.attempt_id) / "left.tmp").touch()
    (shelf.root / "nonsense").touch()
    bench.restart()
    assert shelf.sweep(bench.read(evidence.on_disk)) == []
    assert on_disk(shelf) == {kept.token.attempt_id}
    assert len([path for path in shelf.root.rglob("*") if path.is_file()]) == 2


def test_a_dropped_row_whose_file_is_still_there_goes_at_the_next_start(bench: Workbench, shelf: Shelf) -> None:
    bench.submit(1)
    lease = fail(bench)
    bench.write(lambda tx: (evidence.drop(tx, [lease.token.attempt_id]), tx.emit(_anything(), boot=1)))
    shelf.sweep(bench.read(evidence.on_disk))
    assert on_disk(shelf) == set()


def test_a_file_that_somebody_removed_is_found_missing(bench: Workbench, shelf: Shelf) -> None:
    bench.submit(1)
    lease = fail(bench)
    (shelf.root / str(lease.token.attempt_id) / DOM).unlink()
    assert bench.read(fsck.problems) == [f"the evidence {lease.token.attempt_id}/dom.html has no file"]
    lost = shelf.sweep(bench.read(evidence.on_disk))
    assert lost == [(lease.token.attempt_id, DOM)]
    bench.write(evidence.mark_dropped, lost)
    assert bench.read(fsck.problems) == []
    assert bench.read(evidence.on_disk) == [(lease.token.attempt_id, SCREENSHOT)]


def test_a_file_that_changed_is_not_given_out(bench: Workbench, shelf: Shelf) -> None:
    bench.submit(1)
    number = fail(bench).token.attempt_id
    (shelf.root / str(number) / DOM).write_bytes(b"changed")
    assert shelf.read(number, bench.read(evidence.get, number, DOM)) is None
    assert bench.read(fsck.problems) == [f"the file of the evidence {number}/dom.html is not the one that was kept"]
    bench.write(evidence.mark_dropped, [(number, DOM)])


def test_a_settlement_that_is_no_failure_keeps_nothing(bench: Workbench, shelf: Shelf) -> None:
    run = bench.submit(2)
    lease = bench.announced()
    bench.steer(run, Desired.PAUSE)
    number = lease.token.attempt_id
    kept = shelf.put(number, [Item(DOM, b"x")])
    settle = partial(attempts.refuse_test, token=lease.token, message="no such leg")
    gone = bench.write(failures.close, settle, number, Record(SCENE, kept), PLENTY)
    assert gone == [(number, DOM)]
    assert cases(bench, run) == []


def test_a_record_that_cannot_be_written_undoes_the_settlement(bench: Workbench) -> None:
    run, lease = bench.submit(1), bench.announced()
    settle = partial(attempts.fail, token=lease.token, failure_class=FailureClass.MISMATCH, message="no")
    with pytest.raises(ValueError, match="not JSON compliant"):
        bench.write(failures.close, settle, lease.token.attempt_id, Record(quarantined=Figures({"pl": float("nan")})), PLENTY)
    assert bench.states(run) == ["submitted"]


def test_a_disk_that_refuses_leaves_nothing(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    with pytest.raises(OSError, match="exists"):
        shelf.put(1, [Item(DOM, b"x"), Item(DOM, b"twice")])
    assert on_disk(shelf) == set()


def test_names_are_not_paths(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no name of evidence"):
        Shelf(tmp_path).remove([(1, "../../oodaemon.db")])


def test_moments_are_those_of_the_clock(bench: Workbench) -> None:
    bench.submit(1)
    number = fail(bench).token.attempt_id
    bench.clock.advance(60)
    bench.write(lambda tx: (evidence.drop(tx, [number]), tx.emit(_anything(), boot=1)))
    dropped = {item.dropped_at for item in bench.read(evidence.of_attempt, number)}
    assert dropped == {bench.clock.now}
    assert bench.clock.now.tzinfo is datetime.UTC

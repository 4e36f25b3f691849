"""The check of a store finds each kind of damage that it is there for."""

import re

import pytest

from oodaemon.model.runs import Desired
from oodaemon.model.tasks import FailureClass
from oodaemon.store import fsck
from tests.integration.store.workbench import Workbench

DAMAGE = {
    "DELETE FROM results": "task .*/0 succeeded without a result",
    "UPDATE tasks SET state = 'ready' WHERE state = 'succeeded'": "has a result without having succeeded",
    "UPDATE attempts SET outcome = 'bug' WHERE outcome = 'succeeded'": "has a result that its attempt does not know",
    "UPDATE attempts SET closed_at = '', outcome = 'interrupted' WHERE closed_at IS NULL": "in flight without an open attempt",
    "UPDATE tasks SET state = 'ready' WHERE state = 'leased'": "has an open attempt without being in flight",
    "UPDATE attempts SET boot = 0 WHERE closed_at IS NULL": "has an open attempt of an older boot",
    "DELETE FROM failures": "has a failed attempt without a failure",
    "UPDATE failures SET class = 'bug'": "has a failure without a failed attempt",
    "UPDATE tasks SET state = 'cancelled' WHERE idx = 3": "its tasks are not what its events make of them",
    "UPDATE tallies SET tasks = tasks + 1 WHERE state = 'ready'": "it counts",
    "UPDATE runs SET phase = 'paused'": "is run/paused, its events make run/running",
    "UPDATE runs SET desired = 'pause'": "is pause/running, its events make run/running",
    "UPDATE runs SET ended_at = created_at": "is running and ended at 2026",
    "DELETE FROM events WHERE type = 'task_submitted'": "leased cannot succeed",
    "DELETE FROM events WHERE type = 'task_leased'": "holds the task",
    "DELETE FROM events WHERE type = 'run_submitted'": "the run was not submitted",
    "DELETE FROM events WHERE run_id IS NOT NULL": "are in the tables or in the journal only",
    "DELETE FROM events WHERE type = 'run_phase_changed'": "its events make run/pending",
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_found(bench: Workbench, damage: str) -> None:
    run = bench.submit(5)
    bench.succeed_next()
    bench.fail_next(FailureClass.TIMING)
    bench.lease()
    assert bench.read(fsck.problems) == []

    class Undo(Exception):
        pass

    found: list[str] = []

    def harm(tx) -> None:
        tx.note(damage, ())
        found.extend(fsck.problems(tx.db))
        raise Undo

    with pytest.raises(Undo):
        bench.write(harm)
    pattern = DAMAGE[damage]
    assert any(re.search(pattern, problem) for problem in found), found
    bench.steer(run, Desired.CANCEL)

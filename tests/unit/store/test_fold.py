"""Folding the journal: every kind of event, and every contradiction."""

import datetime
from typing import Any

import pytest

from oodaemon.model.events import Event, EventType
from oodaemon.model.runs import Desired, RunPhase, TaskCounts
from oodaemon.store.fold import Contradiction, fold

E = EventType
NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
COUNTS = ("pending", "running", "completed", "failed", "skipped", "cancelled")


class Tape:
    """Writes events one after the other."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def add(self, kind: EventType, counts: str, *, index: int | None = None, attempt: int | None = None, **body: Any) -> "Tape":
        """Append an event of run R; `counts` are the six numbers after it."""
        numbers = dict(zip(COUNTS, map(int, counts.split()), strict=True))
        event = Event(len(self.events) + 1, NOW, 1, kind, "R", index, attempt, "", {"counts": numbers, **body})
        self.events.append(event)
        return self


def submitted(tasks: int) -> Tape:
    return (
        Tape()
        .add(E.RUN_SUBMITTED, f"{tasks} 0 0 0 0 0", tasks=tasks)
        .add(E.RUN_PHASE_CHANGED, f"{tasks} 0 0 0 0 0", phase="running")
    )


def test_a_life_of_tasks() -> None:
    tape = submitted(3)
    tape.add(E.TASK_LEASED, "2 1 0 0 0 0", index=0, attempt=1).add(E.TASK_SUBMITTED, "2 1 0 0 0 0", index=0, attempt=1)
    tape.add(E.TASK_LEASED, "1 2 0 0 0 0", index=1, attempt=2)
    tape.add(E.TASK_COMPLETED, "1 1 1 0 0 0", index=0, attempt=1)
    tape.add(E.TASK_RETRY_SCHEDULED, "2 0 1 0 0 0", index=1, attempt=2, not_before="later")
    tape.add(E.TASK_LEASED, "1 1 1 0 0 0", index=1, attempt=3).add(E.TASK_FAILED, "1 0 1 1 0 0", index=1, attempt=3)
    tape.add(E.TASK_LEASED, "0 1 1 1 0 0", index=2, attempt=4).add(E.TASK_INTERRUPTED, "1 0 1 1 0 0", index=2, attempt=4)
    run = fold(tape.events)["R"]
    assert {index: state.value for index, state in run.states.items()} == {0: "succeeded", 1: "held", 2: "ready"}
    assert run.counts() == TaskCounts(pending=1, completed=1, failed=1)
    assert (run.phase, run.desired, run.open_attempts) == (RunPhase.RUNNING, Desired.RUN, {})


def test_a_retry_waits_only_when_it_has_a_time() -> None:
    for body, state in (({"not_before": "later"}, "retry_wait"), ({}, "ready")):
        tape = submitted(1).add(E.TASK_LEASED, "0 1 0 0 0 0", index=0, attempt=1)
        tape.add(E.TASK_RETRY_SCHEDULED, "1 0 0 0 0 0", index=0, attempt=1, **body)
        assert fold(tape.events)["R"].states[0].value == state


def test_a_cancellation_of_many_is_one_event() -> None:
    tape = submitted(4).add(E.TASK_LEASED, "3 1 0 0 0 0", index=0, attempt=1)
    tape.add(E.TASK_LEASED, "2 2 0 0 0 0", index=1, attempt=2).add(E.TASK_SKIPPED, "2 1 0 0 1 0", index=1, attempt=2)
    tape.add(E.RUN_CANCEL_REQUESTED, "2 1 0 0 1 0").add(E.TASK_CANCELLED, "0 1 0 0 1 2", tasks=2)
    run = fold(tape.events)["R"]
    assert [state.value for state in run.states.values()] == ["leased", "invalid", "cancelled", "cancelled"]
    assert (run.desired, run.open_attempts) == (Desired.CANCEL, {0: 1})


def test_what_is_desired_follows_the_requests() -> None:
    tape = submitted(1).add(E.RUN_PAUSE_REQUESTED, "1 0 0 0 0 0")
    assert fold(tape.events)["R"].desired is Desired.PAUSE
    assert fold(tape.add(E.RUN_RESUME_REQUESTED, "1 0 0 0 0 0").events)["R"].desired is Desired.RUN


def test_events_of_no_run_change_no_run() -> None:
    started = Event(1, NOW, 1, E.DAEMON_STARTED)
    assert fold([started]) == {}


LEASE_0 = (E.TASK_LEASED, "0 1 0 0 0 0", 0, 1)
IMPOSSIBLE = {
    "a move that is not in the table": [LEASE_0, (E.TASK_COMPLETED, "0 0 1 0 0 0", 0, 1)],
    "an attempt that does not hold the task": [LEASE_0, (E.TASK_SUBMITTED, "0 1 0 0 0 0", 0, 2)],
    "a task that nobody holds": [(E.TASK_SUBMITTED, "1 0 0 0 0 0", 0, 1)],
    "two leases": [LEASE_0, (E.TASK_LEASED, "0 1 0 0 0 0", 0, 2)],
    "a lease of nobody": [(E.TASK_LEASED, "0 1 0 0 0 0", 0, None)],
    "a lease of a paused run": [(E.RUN_PAUSE_REQUESTED, "1 0 0 0 0 0", None, None), LEASE_0],
    "a task that is not there": [(E.TASK_LEASED, "0 1 0 0 0 0", 7, 1)],
    "counts that do not add up": [(E.TASK_LEASED, "1 0 0 0 0 0", 0, 1)],
}


@pytest.mark.parametrize("events", IMPOSSIBLE.values(), ids=IMPOSSIBLE.keys())
def test_a_contradiction_names_its_event(events) -> None:
    tape = submitted(1)
    for kind, counts, index, attempt in events:
        tape.add(kind, counts, index=index, attempt=attempt)
    with pytest.raises(Contradiction, match=rf"^event {len(tape.events)} ") as caught:
        fold(tape.events)
    assert caught.value.event is tape.events[-1]


def test_events_out_of_order_and_of_unknown_runs_are_contradictions() -> None:
    events = submitted(1).events
    with pytest.raises(Contradiction, match="comes after event 2"):
        fold([events[0], events[1], events[1]])
    with pytest.raises(Contradiction, match="was not submitted"):
        fold(events[1:])

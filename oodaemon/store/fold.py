"""The journal folded into states: what every task, attempt and run is, told by events alone. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from oodaemon.model.events import Event, EventType
from oodaemon.model.runs import Desired, Growth, Mode, RunPhase, TaskCounts
from oodaemon.model.tasks import PUBLIC_STATUS, WAITING, Move, TaskState, TaskStatus, move
from oodaemon.store import ranges


class Contradiction(ValueError):
    """An event cannot follow from those before it; says which and why."""

    def __init__(self, event: Event, reason: str) -> None:
        self.event = event
        super().__init__(f"event {event.seq} ({event.type.value} of {event.run_id}/{event.index}): {reason}")


_STATES_OF = tuple(
    (status.value, tuple(state for state, shown in PUBLIC_STATUS.items() if shown is status)) for status in TaskStatus
)


@dataclass(slots=True)
class FoldedRun:
    """A run as its events tell it.

    `open_attempts` is by index of the task, and so is `meanings`, the values it stands for. `failures` counts failed attempts by
    index and class, as they were told; those of an `excused` task may have been forgiven since.
    """

    states: dict[int, TaskState]
    tally: Counter[TaskState]
    desired: Desired = Desired.RUN
    mode: Mode = Mode.DRAIN
    phase: RunPhase = RunPhase.PENDING
    growth: Growth = Growth.COMPLETE
    meanings: dict[int, object] = field(default_factory=dict)
    open_attempts: dict[int, int] = field(default_factory=dict)
    failures: Counter[tuple[int, str]] = field(default_factory=Counter)

    @classmethod
    def of(cls, tasks: int, growth: Growth = Growth.COMPLETE) -> "FoldedRun":
        """A run just submitted, with so many tasks."""
        return cls(dict.fromkeys(range(tasks), TaskState.READY), Counter({TaskState.READY: tasks}), growth=growth)

    @classmethod
    def of_summary(cls, body: Mapping[str, Any]) -> "FoldedRun":
        """The run that `summary` told of. Raises KeyError and ValueError for a body that cannot be one."""
        states = {index: TaskState(name) for name, spans in body["states"].items() for index in ranges.numbers(spans)}
        failures = Counter({(index, name): n for index, name, n in body["failures"]})
        desired, mode = Desired(body["desired"]), Mode(body.get("mode", Mode.DRAIN))
        phase, growth = RunPhase(body["phase"]), Growth(body.get("growing", Growth.COMPLETE))
        return cls(dict(sorted(states.items())), Counter(states.values()), desired, mode, phase, growth, failures=failures)

    def summary(self) -> dict[str, Any]:
        """What stands for all events of a run at rest: the body of RUN_COMPACTED, without the counts."""
        by_state: dict[str, list[int]] = {}
        for index, state in sorted(self.states.items()):
            by_state.setdefault(state.value, []).append(index)
        return {
            "desired": self.desired.value,
            "mode": self.mode.value,
            "phase": self.phase.value,
            "growing": self.growth.value,
            "states": {name: ranges.text(indexes) for name, indexes in sorted(by_state.items())},
            "failures": [[index, name, n] for (index, name), n in sorted(self.failures.items())],
        }

    def shift(self, index: int, what: Move) -> None:
        """Move one task; a run that was stuck grows again. Raises ValueError for a move that the table does not have."""
        if self.growth is Growth.STUCK:
            self.growth = Growth.GROWING
        before = self.states[index]
        after = self.states[index] = move(before, what)
        self.tally[before] -= 1
        self.tally[after] += 1

    def extend(self, first: int, tasks: int, growth: Growth) -> None:
        """Add tasks behind those that are there. Raises ValueError when the run does not grow, or not from `first` on."""
        if self.growth is not Growth.GROWING or self.desired is not Desired.RUN:
            raise ValueError(f"the run is {self.growth.value} and {self.desired.value} is desired")
        if first != len(self.states):
            raise ValueError(f"tasks from {first} on are added to {len(self.states)}")
        self.states.update(dict.fromkeys(range(first, first + tasks), TaskState.READY))
        self.tally[TaskState.READY] += tasks
        self.growth = growth

    def counts(self) -> TaskCounts:
        """The tasks by public status."""
        tally = self.tally
        by_status = {status: sum(tally[state] for state in states) for status, states in _STATES_OF}
        return TaskCounts(**by_status, cached=tally[TaskState.CACHED])


_DESIRED: Mapping[EventType, Desired] = {
    EventType.RUN_PAUSE_REQUESTED: Desired.PAUSE,
    EventType.RUN_RESUME_REQUESTED: Desired.RUN,
    EventType.RUN_CANCEL_REQUESTED: Desired.CANCEL,
}

_MOVES: Mapping[EventType, Move] = {
    EventType.TASK_LEASED: Move.LEASE,
    EventType.TASK_SUBMITTED: Move.INTENT,
    EventType.TASK_COMPLETED: Move.SUCCEED,
    EventType.TASK_FAILED: Move.HOLD,
    EventType.TASK_SKIPPED: Move.REFUSE,
    EventType.TASK_INTERRUPTED: Move.RETRY_NOW,
    EventType.TASK_CANCELLED: Move.CANCEL,
    EventType.TASK_REOPENED: Move.REOPEN,
    EventType.TASK_ACCEPTED: Move.ACCEPT,
    EventType.TASK_ADOPTED: Move.ADOPT,
    EventType.TASK_REUSED: Move.REUSE,
}

_REUSED: Mapping[EventType, Move] = {EventType.TASK_REUSED: Move.REUSE, EventType.TASK_SKIPPED: Move.REUSE_REFUSAL}
"""What it means when the answer to another task was taken."""

_BY_OTHERS: Mapping[EventType, Move] = {EventType.TASK_INTERRUPTED: Move.EXCUSE, EventType.TASK_SKIPPED: Move.SKIP}
"""What it means when no attempt is named: not the holder of the task did it."""


def fold(events: Iterable[Event]) -> dict[str, FoldedRun]:
    """All runs after these events, which must be all there are from the first one on, in order.

    Raises Contradiction where an event is not possible: an illegal move, a lease of a run that is not to run, an attempt that does
    not hold the task, counts that do not add up.
    """
    runs: dict[str, FoldedRun] = {}
    last = 0
    for event in events:
        if event.seq <= last:
            raise Contradiction(event, f"comes after event {last}")
        last = event.seq
        if event.run_id is not None:
            _apply(runs, event, event.run_id)
    return runs


def _apply(runs: dict[str, FoldedRun], event: Event, run_id: str) -> None:
    if event.type is EventType.RUN_SUBMITTED:
        runs[run_id] = FoldedRun.of(event.body["tasks"], Growth(event.body.get("growing", Growth.COMPLETE)))
    elif event.type is EventType.RUN_COMPACTED:
        _begin_anew(runs, event, run_id)
    run = runs.get(run_id)
    if run is None:
        raise Contradiction(event, "the run was not submitted")
    if event.type in _DESIRED:
        run.desired, run.mode = _DESIRED[event.type], Mode(event.body.get("mode", Mode.DRAIN))
    elif event.type is EventType.RUN_PHASE_CHANGED:
        run.phase = RunPhase(event.body["phase"])
    elif event.type is EventType.RUN_EXTENDED:
        _extend(run, event)
    elif event.type is EventType.TASK_CANCELLED and event.index is None:
        _cancel_at_rest(run)
    elif event.index is None and "indexes" in event.body:
        _shift_many(run, event)
    elif event.index is not None:
        _apply_to_task(run, event, event.index)
    if run.counts() != TaskCounts(**event.body["counts"]):
        raise Contradiction(event, f"counts {event.body['counts']} where the events before make {run.counts()}")


def _shift_many(run: FoldedRun, event: Event) -> None:
    """What happened to many tasks at once."""
    indexes = event.body["indexes"]
    if event.type is EventType.TASK_REOPENED:
        for index in indexes:
            run.shift(index, Move.REOPEN)
    else:
        for index in ranges.numbers(indexes):
            run.shift(index, _REUSED[event.type])


def _begin_anew(runs: dict[str, FoldedRun], event: Event, run_id: str) -> None:
    if run_id in runs:
        raise Contradiction(event, "events that it stands for are still there")
    try:
        runs[run_id] = FoldedRun.of_summary(event.body)
    except (KeyError, ValueError) as error:
        raise Contradiction(event, f"its summary cannot be read: {error}") from None


def _extend(run: FoldedRun, event: Event) -> None:
    try:
        run.extend(event.body["first"], event.body["tasks"], Growth(event.body["growing"]))
    except (KeyError, ValueError) as error:
        raise Contradiction(event, f"the run cannot be extended: {error}") from None


def _cancel_at_rest(run: FoldedRun) -> None:
    for index, state in run.states.items():
        if state in WAITING or state is TaskState.HELD:
            run.shift(index, Move.CANCEL)


def _apply_to_task(run: FoldedRun, event: Event, index: int) -> None:
    meaning = event.body.get("values")
    if meaning is not None and run.meanings.setdefault(index, meaning) != meaning:
        raise Contradiction(event, f"it stands for {meaning}, and stood for {run.meanings[index]} before")
    if event.type is EventType.TASK_DIVERGED:
        if run.states[index] not in {TaskState.SUCCEEDED, TaskState.CACHED}:
            raise Contradiction(event, f"there is no result to differ from: the task is {run.states[index]}")
        run.failures.update([(index, name) for name in [event.body.get("failure_class")] if name])
        return
    _hold(run, event, index)
    try:
        run.shift(index, _move_of(event))
    except (KeyError, ValueError) as error:
        raise Contradiction(event, str(error)) from None


def _hold(run: FoldedRun, event: Event, index: int) -> None:
    """Who holds the task after the event."""
    if event.type is EventType.TASK_ADOPTED:
        if run.open_attempts.pop(index, None) != event.body.get("superseded"):
            raise Contradiction(event, "it does not name the attempt that it superseded")
    elif event.type is EventType.TASK_LEASED:
        if run.desired is not Desired.RUN or index in run.open_attempts or event.attempt_id is None:
            raise Contradiction(event, f"leased while {run.desired.value} is desired, or twice")
        run.open_attempts[index] = event.attempt_id
    elif run.open_attempts.get(index) != event.attempt_id:
        raise Contradiction(event, f"attempt {run.open_attempts.get(index)} holds the task, not {event.attempt_id}")
    elif event.type is not EventType.TASK_SUBMITTED:
        run.open_attempts.pop(index, None)
        if event.type is not EventType.TASK_INTERRUPTED and "failure_class" in event.body:
            run.failures[index, event.body["failure_class"]] += 1


def _move_of(event: Event) -> Move:
    if event.type is EventType.TASK_RETRY_SCHEDULED:
        return Move.RETRY_LATER if "not_before" in event.body else Move.RETRY_NOW
    if "reused_from" in event.body:
        return _REUSED[event.type]
    if event.attempt_id is None and event.type in _BY_OTHERS:
        return _BY_OTHERS[event.type]
    return _MOVES[event.type]

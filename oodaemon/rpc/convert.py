"""From our nouns to the wire."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urljoin

from google.protobuf import json_format
from google.protobuf.duration_pb2 import Duration
from google.protobuf.struct_pb2 import Value as WireValue
from google.protobuf.timestamp_pb2 import Timestamp

from oodaemon.api.v1 import runs_pb2, tests_pb2
from oodaemon.dispatch.forecast import Forecast
from oodaemon.ids import task_id
from oodaemon.model.config import TestConfig
from oodaemon.model.config import to_json as config_json
from oodaemon.model.events import Cursor, Event, EventType
from oodaemon.model.runs import AT_REST, Condition, Desired, Run, RunPhase, SavedTest, TaskCounts
from oodaemon.model.tasks import METRICS, PUBLIC_STATUS, Failure, FailureClass, Result, Task
from oodaemon.model.values import Value
from oodaemon.parameters.registry import Registry
from oodaemon.plans import progress
from oodaemon.plans.outlook import UNKNOWN, Outlook


def timestamp(moment: datetime.datetime) -> Timestamp:
    """A moment on the wire."""
    wire = Timestamp()
    wire.FromDatetime(moment)
    return wire


def duration(seconds: float) -> Duration:
    """A duration on the wire, to the millisecond."""
    wire = Duration()
    wire.FromMilliseconds(round(seconds * 1000))
    return wire


class Converter:
    """Knows the address of the site, and which options go without saying."""

    def __init__(self, base_url: str, registry: Registry) -> None:
        self._base_url, self._registry = base_url, registry

    def run(self, run: Run, *, conditions: Iterable[Condition] = (), ahead: Outlook = UNKNOWN) -> runs_pb2.Run:
        """A run as it stands, with what is in its way and how long it still takes."""
        spec = json_format.Parse(run.spec, runs_pb2.RunSpec())
        wire = runs_pb2.Run(
            run_id=run.run_id,
            name=run.name,
            revision=run.revision,
            phase=phase(run.phase),
            spec=spec,
            test=self.test(run.test),
            tasks=counts(run.counts),
            created_at=timestamp(run.created_at),
            conditions=[] if run.phase in AT_REST else [condition(c) for c in conditions],
            growing=run.is_growing and run.phase is not RunPhase.CANCELLED,
            planned_tasks=run.planned_tasks,
            stage=progress.stage(spec, run.part),
        )
        if run.desired is not Desired.RUN:
            wire.stop_mode = runs_pb2.StopMode.Value(f"STOP_MODE_{run.mode.name}")
        if run.ended_at is not None:
            wire.ended_at.CopyFrom(timestamp(run.ended_at))
        if run.median_task_seconds is not None:
            wire.median_task_duration.CopyFrom(duration(run.median_task_seconds))
        if ahead.eta is not None:
            wire.eta.CopyFrom(duration(ahead.eta))
        if ahead.next_result is not None:
            wire.next_result_in.CopyFrom(duration(ahead.next_result))
        return wire

    def outlook(self, ahead: Outlook, conditions: Iterable[Condition]) -> runs_pb2.Outlook:
        """What a stream tells of a run beside its events."""
        return runs_pb2.Outlook(
            eta=None if ahead.eta is None else duration(ahead.eta),
            next_result_in=None if ahead.next_result is None else duration(ahead.next_result),
            conditions=[condition(each) for each in conditions],
        )

    def forecast(self, found: Forecast, browsers: int, seconds: float | None) -> runs_pb2.PlanRunResponse:
        """What would be run, by so many browsers, in so many seconds if that can be told."""
        wire = runs_pb2.PlanRunResponse(
            test=self.test(found.test),
            tasks=found.tasks,
            planned_tasks=found.planned_tasks,
            cached=found.cached,
            browsers=browsers,
            sample=[
                runs_pb2.PlannedTask(index=index, parameters=self.values(point), cached=is_cached)
                for index, (point, is_cached) in enumerate(zip(found.sample, found.is_cached, strict=True))
            ],
            notes=found.notes,
        )
        if found.median_seconds is not None:
            wire.median_task_duration.CopyFrom(duration(found.median_seconds))
        if seconds is not None:
            wire.estimated_duration.CopyFrom(duration(seconds))
        return wire

    def test(self, test: SavedTest) -> runs_pb2.TestSummary:
        """A saved test with its address."""
        return runs_pb2.TestSummary(test_id=test.test_id, name=test.called, url=urljoin(self._base_url, test.path))

    def saved_test(self, number: int, test: SavedTest) -> tests_pb2.SavedTest:
        """A saved test with its place in the list."""
        wire = tests_pb2.SavedTest(
            number=number, test=self.test(test), last_seen_at=timestamp(test.last_seen_at), site_name=test.name
        )
        if test.removed_from is not None:
            wire.removed_from = tests_pb2.TestPlace.Value(f"TEST_PLACE_{test.removed_from.name}")
        if test.last_used_at is not None:
            wire.last_used_at.CopyFrom(timestamp(test.last_used_at))
        return wire

    def values(self, values: Mapping[str, Value]) -> dict[str, WireValue]:
        """The values of a task, without options that have their default."""
        return {name: _value(value) for name, value in values.items() if not self.goes_without_saying(name, value)}

    def goes_without_saying(self, name: str, value: Value) -> bool:
        """True for an option that has its default."""
        owner, _, option = name.partition(".")
        parameter = self._registry.get(owner)
        return bool(option and parameter and option in parameter.options and parameter.options[option].default == value)

    def task(self, task: Task) -> runs_pb2.Task:
        """A task as it stands."""
        wire = runs_pb2.Task(
            task_id=task_id(task.run_id, task.index),
            run_id=task.run_id,
            index=task.index,
            parameters=self.values(task.values),
            status=runs_pb2.TaskStatus.Value(f"TASK_STATUS_{PUBLIC_STATUS[task.state].name}"),
            attempts=task.attempts,
        )
        if task.not_before is not None:
            wire.not_before.CopyFrom(timestamp(task.not_before))
        if task.remaining is not None:
            wire.remaining_delay.CopyFrom(duration(task.remaining))
        if task.last_failure is not None:
            wire.last_failure.CopyFrom(_failure(task.last_failure))
        return wire

    def result(self, result: Result) -> runs_pb2.Result:
        """A settled task."""
        wire = runs_pb2.Result(
            task_id=task_id(result.run_id, result.index),
            run_id=result.run_id,
            index=result.index,
            parameters=self.values(result.values),
            status=runs_pb2.TaskStatus.Value(f"TASK_STATUS_{PUBLIC_STATUS[result.state].name}"),
            attempts=result.attempts,
            recorded_at=timestamp(result.recorded_at),
            reason=result.reason,
            part=result.part,
        )
        if result.figures is not None:
            wire.metrics.CopyFrom(metrics(result.figures.metrics))
            wire.extra.update(result.figures.extra)
            wire.config.CopyFrom(test_config(result.figures.config))
        if result.origin is not None:
            wire.origin = runs_pb2.ResultOrigin.Value(f"RESULT_ORIGIN_{result.origin.name}")
        if result.ruling is not None:
            decided_at = timestamp(result.ruling.decided_at)
            wire.ruling.CopyFrom(runs_pb2.Ruling(client=result.ruling.client, reason=result.ruling.reason, decided_at=decided_at))
        if result.reused_from is not None:
            run_id, index = result.reused_from
            wire.reused_from.CopyFrom(runs_pb2.TaskReference(run_id=run_id, index=index))
        if result.trade_count is not None:
            wire.trade_count = result.trade_count
            wire.derived.update(result.derived)
        return wire

    def event(self, event: Event) -> runs_pb2.Event:
        """An event; its type must have a public name."""
        body = event.body
        wire = runs_pb2.Event(
            seq=event.seq,
            occurred_at=timestamp(event.occurred_at),
            type=runs_pb2.EventType.Value(f"EVENT_TYPE_{event.type.name}"),
            run_id=event.run_id or "",
            actor=event.actor,
            message=_message(event),
            parameters=self.values(body.get("values", {})),
            client=body.get("client", ""),
        )
        if event.index is not None:
            wire.task_index = event.index
        if event.attempt_id is not None:
            wire.attempt_id = event.attempt_id
        if "phase" in body:
            wire.phase = phase(RunPhase(body["phase"]))
        if "failure_class" in body:
            wire.failure_class = failure_class(FailureClass(body["failure_class"]))
        if "counts" in body:
            wire.tasks.CopyFrom(counts(TaskCounts(**body["counts"])))
        if "metrics" in body:
            wire.metrics.CopyFrom(metrics(body["metrics"]))
        return wire


def _value(value: Value) -> WireValue:
    if isinstance(value, bool):
        return WireValue(bool_value=value)
    return WireValue(string_value=value) if isinstance(value, str) else WireValue(number_value=value)


def _failure(failure: Failure) -> runs_pb2.Failure:
    return runs_pb2.Failure(
        attempt_id=failure.attempt_id,
        failure_class=failure_class(failure.failure_class),
        message=failure.message,
        failed_at=timestamp(failure.failed_at),
    )


def _message(event: Event) -> str:
    body: Mapping[str, Any] = event.body
    if event.type is EventType.SITE_CONDITION_CHANGED:
        return f"{body['kind']}: {body['message'] or 'over'}"
    return str(body.get("message") or body.get("reason") or "")


def phase(value: RunPhase) -> runs_pb2.RunPhase.ValueType:
    """A phase on the wire."""
    return runs_pb2.RunPhase.Value(f"RUN_PHASE_{value.name}")


def failure_class(value: FailureClass) -> runs_pb2.FailureClass.ValueType:
    """A class of failure on the wire."""
    return runs_pb2.FailureClass.Value(f"FAILURE_CLASS_{value.name}")


def counts(value: TaskCounts) -> runs_pb2.TaskCounts:
    """Tasks by status on the wire."""
    return runs_pb2.TaskCounts(
        total=value.total,
        pending=value.pending,
        running=value.running,
        completed=value.completed,
        failed=value.failed,
        skipped=value.skipped,
        cancelled=value.cancelled,
        cached=value.cached,
    )


def condition(value: Condition) -> runs_pb2.Condition:
    """A condition on the wire."""
    return runs_pb2.Condition(kind=value.kind, message=value.message, since=timestamp(value.since))


def metrics(numbers: Mapping[str, float]) -> runs_pb2.Metrics:
    """The figures that are there; the others stay absent."""
    return runs_pb2.Metrics(**{name: numbers[name] for name in METRICS if numbers.get(name) is not None})


def test_config(config: TestConfig) -> runs_pb2.TestConfig:
    """The configuration that a result page repeats."""
    return json_format.ParseDict(config_json(config), runs_pb2.TestConfig())


def cursor(value: Cursor) -> runs_pb2.Cursor:
    """A place in the journal on the wire."""
    return runs_pb2.Cursor(store_id=value.store_id, generation=value.generation, seq=value.seq)

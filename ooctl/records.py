"""Wire messages as plain records: the field names, their order and their units are what `-o json` promises."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ooctl.spec_records import spec_record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from google.protobuf.duration_pb2 import Duration
    from google.protobuf.message import Message
    from google.protobuf.struct_pb2 import Value
    from google.protobuf.timestamp_pb2 import Timestamp

    from oodaemon.api.v1 import daemon_pb2, parameters_pb2, runs_pb2, tests_pb2

Record = dict[str, Any]
"""What JSON can hold, with keys in the order in which they are printed."""


def run_record(run: runs_pb2.Run) -> Record:
    """A run; `test` and `tasks` are objects, durations are seconds."""
    return {
        "run_id": run.run_id,
        "name": run.name,
        "revision": run.revision,
        "phase": enum_name(run, "phase"),
        "test": {"test_id": run.test.test_id, "name": run.test.name, "url": run.test.url},
        "spec": spec_record(run.spec),
        "tasks": _counts(run.tasks),
        "conditions": [_condition(each) for each in run.conditions],
        "created_at": _time(run, "created_at"),
        "ended_at": _time(run, "ended_at"),
        "median_task_seconds": seconds_of(run, "median_task_duration"),
        "eta_seconds": seconds_of(run, "eta"),
        "stop_mode": enum_name(run, "stop_mode"),
        "growing": run.growing,
        "planned_tasks": run.planned_tasks if run.HasField("planned_tasks") else None,
        "stage": run.stage,
    }


def outlook_record(outlook: runs_pb2.Outlook) -> Record:
    """Of a run, what follows from the time and the browsers; the keys are those of a run."""
    return {
        "eta_seconds": seconds_of(outlook, "eta"),
        "conditions": [_condition(each) for each in outlook.conditions],
    }


def task_record(task: runs_pb2.Task) -> Record:
    """A task with its last failure, or null."""
    return {
        "task_id": task.task_id,
        "run_id": task.run_id,
        "index": task.index,
        "parameters": parameters_record(task.parameters),
        "status": enum_name(task, "status"),
        "attempts": task.attempts,
        "not_before": _time(task, "not_before"),
        "last_failure": _failure(task.last_failure) if task.HasField("last_failure") else None,
        "remaining_delay_seconds": seconds_of(task, "remaining_delay"),
    }


def result_record(result: runs_pb2.Result) -> Record:
    """A settled task; every metric is present, null where the site showed none."""
    return {
        "task_id": result.task_id,
        "run_id": result.run_id,
        "index": result.index,
        "parameters": parameters_record(result.parameters),
        "status": enum_name(result, "status"),
        "attempts": result.attempts,
        "metrics": metrics_record(result.metrics),
        "extra": dict(sorted(result.extra.items())),
        "config": config_record(result.config) if result.HasField("config") else None,
        "trade_count": result.trade_count if result.HasField("trade_count") else None,
        "derived": {name: _number(result.derived[name]) for name in sorted(result.derived)},
        "recorded_at": _time(result, "recorded_at"),
        "reason": result.reason,
        "origin": enum_name(result, "origin"),
        "ruling": _ruling(result.ruling) if result.HasField("ruling") else None,
        "reused_from": f"{result.reused_from.run_id}/{result.reused_from.index}" if result.HasField("reused_from") else None,
        "part": result.part,
    }


def event_record(event: runs_pb2.Event) -> Record:
    """An event of the journal; what it does not carry is null."""
    return {
        "seq": event.seq,
        "occurred_at": _time(event, "occurred_at"),
        "type": enum_name(event, "type"),
        "run_id": event.run_id,
        "task_index": event.task_index if event.HasField("task_index") else None,
        "attempt_id": event.attempt_id if event.HasField("attempt_id") else None,
        "actor": event.actor,
        "message": event.message,
        "phase": enum_name(event, "phase"),
        "failure_class": enum_name(event, "failure_class"),
        "tasks": _counts(event.tasks) if event.HasField("tasks") else None,
        "parameters": parameters_record(event.parameters),
        "metrics": metrics_record(event.metrics) if event.HasField("metrics") else None,
        "client": event.client,
    }


def saved_test_record(saved: tests_pb2.SavedTest) -> Record:
    """A saved test of the site."""
    return {
        "number": saved.number,
        "test_id": saved.test.test_id,
        "name": saved.test.name,
        "url": saved.test.url,
        "last_used_at": _time(saved, "last_used_at"),
        "last_seen_at": _time(saved, "last_seen_at"),
    }


def parameter_record(parameter: parameters_pb2.Parameter) -> Record:
    """The schema of a parameter; bounds and defaults are text, as the daemon writes them."""
    return {
        "name": parameter.name,
        "description": parameter.description,
        "section": parameter.section,
        "requires_toggle": parameter.requires_toggle,
        "value": _field(parameter.value),
        "options": [_field(each) for each in parameter.options],
    }


def daemon_record(status: daemon_pb2.GetStatusResponse) -> Record:
    """The daemon with its supervision tree, or a null tree."""
    return {
        "version": status.version,
        "boot": status.boot,
        "started_at": _time(status, "started_at"),
        "uptime_seconds": seconds_of(status, "uptime"),
        "pid": status.pid,
        "base_url": status.base_url,
        "state_dir": status.state_dir,
        "is_draining": status.is_draining,
        "active_runs": status.active_runs,
        "in_flight": status.in_flight,
        "http_address": status.http_address,
        "console_address": status.console_address,
        "conditions": [_condition(each) for each in status.conditions],
        "tree": _actor(status.tree) if status.HasField("tree") else None,
    }


def _actor(actor: daemon_pb2.Actor) -> Record:
    return {
        "path": actor.path,
        "state": enum_name(actor, "state"),
        "incarnation": actor.incarnation,
        "restarts": actor.restarts,
        "since": _time(actor, "since"),
        "detail": actor.detail,
        "children": [_actor(each) for each in actor.children],
    }


def _condition(condition: runs_pb2.Condition) -> Record:
    return {"kind": condition.kind, "message": condition.message, "since": _time(condition, "since")}


def _ruling(ruling: runs_pb2.Ruling) -> Record:
    return {"client": ruling.client, "reason": ruling.reason, "decided_at": _time(ruling, "decided_at")}


def _failure(failure: runs_pb2.Failure) -> Record:
    return {
        "attempt_id": failure.attempt_id,
        "failure_class": enum_name(failure, "failure_class"),
        "message": failure.message,
        "failed_at": _time(failure, "failed_at"),
    }


def _field(field: parameters_pb2.Field) -> Record:
    return {
        "name": field.name,
        "kind": enum_name(field, "kind"),
        "description": field.description,
        "default_value": field.default_value,
        "minimum": field.minimum,
        "maximum": field.maximum,
        "default_step": field.default_step,
        "choices": list(field.choices),
        "decimals": field.decimals,
        "unit": field.unit,
    }


def _counts(counts: runs_pb2.TaskCounts) -> Record:
    return {field.name: getattr(counts, field.name) for field in counts.DESCRIPTOR.fields}


def metrics_record(metrics: runs_pb2.Metrics) -> Record:
    """Every metric, null where there is none."""
    return {
        field.name: _number(getattr(metrics, field.name)) if metrics.HasField(field.name) else None  # type: ignore[arg-type]  # a name out of the descriptor itself
        for field in metrics.DESCRIPTOR.fields
    }


def config_record(config: runs_pb2.TestConfig) -> Record:
    """What a page says of its configuration."""
    return {
        "underlying": config.underlying,
        "start_date": config.start_date or None,
        "end_date": config.end_date or None,
        "legs": [
            {
                "side": leg.side,
                "right": leg.right,
                "quantity": _number(leg.quantity) if leg.HasField("quantity") else None,
                "value": _number(leg.value) if leg.HasField("value") else None,
                "unit": leg.unit,
                "dte": _number(leg.dte) if leg.HasField("dte") else None,
                "group": leg.group,
            }
            for leg in config.legs
        ],
        "cards": [{"title": card.title, "group": card.group, "lines": [line.text for line in card.lines]} for card in config.cards],
    }


def parameters_record(values: Mapping[str, Value]) -> Record:
    """Sorted, and the swept parameter before its options, because `delta` sorts before `delta.unit`."""
    return {name: _value(values[name]) for name in sorted(values)}


def _value(value: Value) -> int | float | str | bool | None:
    match value.WhichOneof("kind"):
        case "number_value":
            return _number(value.number_value)
        case "string_value":
            return value.string_value
        case "bool_value":
            return value.bool_value
        case _:
            return None


def _number(number: float) -> int | float | None:
    """Whole numbers as integers; what JSON cannot hold as null."""
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() else number


def _time(message: Message, field: str) -> str | None:
    if not message.HasField(field):
        return None
    moment: Timestamp = getattr(message, field)
    return moment.ToJsonString()


def seconds_of(message: Message, field: str) -> int | float | None:
    """A duration of a message in seconds; None when it is not there."""
    if not message.HasField(field):
        return None
    span: Duration = getattr(message, field)
    return _number(span.ToNanoseconds() / 1e9)


def enum_name(message: Message, field: str) -> str | None:
    """The short name, null for UNSPECIFIED; a value of a newer daemon keeps its number."""
    number: int = getattr(message, field)
    kind = message.DESCRIPTOR.fields_by_name[field].enum_type
    assert kind is not None
    if number == 0:
        return None
    prefix = kind.values_by_number[0].name.removesuffix("UNSPECIFIED")
    known = kind.values_by_number.get(number)
    return known.name.removeprefix(prefix) if known is not None else f"UNKNOWN_{number}"

"""Figures, times and states in words, as filters of the templates."""

import datetime
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.protobuf.struct_pb2 import Value
from google.protobuf.timestamp_pb2 import Timestamp

from oodaemon.api.v1 import daemon_pb2, runs_pb2

DASH = "\N{EN DASH}"
MINUTE, HOUR, DAY = 60, 3600, 86400


def duration(value: Duration | float | None) -> str:
    """Seconds in the largest two units, such as `2 h 05 min`."""
    if value is None:
        return DASH
    exact = seconds(value) if isinstance(value, Duration) else float(value)
    whole = round(exact)
    if exact < 10:
        return f"{exact:.1f} s"
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min {whole % MINUTE:02d} s"
    if whole < DAY:
        return f"{whole // HOUR} h {whole % HOUR // MINUTE:02d} min"
    return f"{whole // DAY} d {whole % DAY // HOUR:02d} h"


def seconds(value: Duration) -> float:
    """A duration in seconds."""
    return value.seconds + value.nanos / 1e9


def moment(value: Timestamp | None) -> str:
    """A moment in the time of this machine."""
    return "" if value is None else _local(value).strftime("%Y-%m-%d %H:%M:%S")


def machine_moment(value: Timestamp) -> str:
    """A moment for the `datetime` attribute of a <time>."""
    return _local(value).isoformat(timespec="seconds")


def _local(value: Timestamp) -> datetime.datetime:
    return value.ToDatetime(datetime.UTC).astimezone()


def phase(value: "runs_pb2.RunPhase.ValueType") -> str:
    """The phase of a run in small letters, such as `needs review`."""
    return _words(runs_pb2.RunPhase.Name(value), "RUN_PHASE_")


def status(value: "runs_pb2.TaskStatus.ValueType") -> str:
    """The status of a task in small letters."""
    return _words(runs_pb2.TaskStatus.Name(value), "TASK_STATUS_")


def failure(value: "runs_pb2.FailureClass.ValueType") -> str:
    """The class of a failure in small letters."""
    return _words(runs_pb2.FailureClass.Name(value), "FAILURE_CLASS_")


def actor_state(value: "daemon_pb2.ActorState.ValueType") -> str:
    """The state of an actor in small letters."""
    return _words(daemon_pb2.ActorState.Name(value), "ACTOR_STATE_")


def origin(value: "runs_pb2.ResultOrigin.ValueType") -> str:
    """How a result came to be recorded; nothing for no result."""
    return "" if not value else _words(runs_pb2.ResultOrigin.Name(value), "RESULT_ORIGIN_")


def _words(name: str, prefix: str) -> str:
    return name.removeprefix(prefix).lower().replace("_", " ")


def slug(value: str) -> str:
    """Words as a class of CSS."""
    return value.replace(" ", "-")


def number(value: float | None) -> str:
    """A figure with thousands apart and no decimals that nobody gave: two of large ones, four of small ones, as a ratio of 0.0041
    is not 0; a dash for one that does not exist.
    """
    if value is None or math.isnan(value):
        return DASH
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    whole, point, rest = f"{value:,.{2 if abs(value) >= 100 else 4}f}".partition(".")
    text = whole + (point + rest).rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def value(given: Value | float | str | bool | None) -> str:  # noqa: FBT001 - a filter
    """A value of a parameter as a person would write it."""
    plain = _plain(given) if isinstance(given, Value) else given
    match plain:
        case None:
            return DASH
        case bool():
            return "yes" if plain else "no"
        case float() if plain.is_integer():
            return str(int(plain))
        case float():
            return f"{plain:.10g}"
        case _:
            return str(plain)


def _plain(given: Value) -> Any:
    kind = given.WhichOneof("kind")
    return getattr(given, kind) if kind in ("number_value", "string_value", "bool_value") else None


def values(parameters: Mapping[str, Value]) -> str:
    """The values of a task in one line."""
    return ", ".join(f"{name} {value(parameters[name])}" for name in sorted(parameters))


def has(message: Message, name: str) -> bool:
    """Whether a field of a message is there."""
    return bool(message.HasField(name))


def share(part: float, whole: float) -> str:
    """A part of a whole, 0 to 100, for the widths of pictures."""
    return "0" if not whole else f"{100 * part / whole:.3f}"


_WORK = re.compile(r"run (?P<run_id>[0-9A-Z]{26}) task (?P<index>[0-9]{1,9})")


def work(detail: str) -> dict[str, str] | None:
    """The run and the task that a browser works on, from what it says of itself; None when it says something else."""
    match = _WORK.fullmatch(detail.strip())
    return match.groupdict() if match else None


FILTERS: Mapping[str, Callable[..., object]] = {
    "duration": duration,
    "moment": moment,
    "machine_moment": machine_moment,
    "phase": phase,
    "status": status,
    "failure": failure,
    "actor_state": actor_state,
    "origin": origin,
    "slug": slug,
    "number": number,
    "value": value,
    "values": values,
    "has": has,
    "share": share,
    "work": work,
}

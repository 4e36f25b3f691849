"""The supervision tree as a record, and line by line for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from ooctl.render.tables import Noun, Record
from ooctl.render.text import duration, moment, plain

if TYPE_CHECKING:
    from oodaemon.api.v1 import daemon_pb2

MIB: Final = 2**20
ACTORS: Final = Noun(
    lambda _: (),
    (
        *("path", "state", "incarnation", "restarts", "since", "detail", "started_at", "since_progress_seconds"),
        *("failures_in_minute", "failures_in_hour", "next_retry_seconds", "stopped_by", "stop_reason", "last_failure"),
        *("pid", "resident_bytes", "children"),
    ),
)


def tree_record(actor: daemon_pb2.Actor) -> Record:
    """One actor with everything below it. Durations in seconds, times as RFC 3339 text; null where there is none."""
    return {
        "path": actor.path,
        "state": _state(actor.state),
        "incarnation": actor.incarnation,
        "restarts": actor.restarts,
        "since": _time(actor, "since"),
        "detail": actor.detail,
        "started_at": _time(actor, "started_at"),
        "since_progress_seconds": _seconds(actor, "since_progress"),
        "failures_in_minute": actor.failures_in_minute,
        "failures_in_hour": actor.failures_in_hour,
        "next_retry_seconds": _seconds(actor, "next_retry_in"),
        "stopped_by": actor.stopped_by,
        "stop_reason": actor.stop_reason,
        "last_failure": actor.last_failure,
        "pid": actor.pid or None,
        "resident_bytes": actor.resident_bytes or None,
        "children": [tree_record(child) for child in actor.children],
    }


def tree_lines(actor: Record) -> Iterator[str]:
    """The tree for people: where each actor stands, and below it what is worth knowing."""
    return _branch(actor, 0)


def _branch(actor: Record, depth: int) -> Iterator[str]:
    indent = "  " * depth
    yield indent + plain(" ".join(_headline(actor)))
    for note in _notes(actor):
        yield f"{indent}    {plain(note)}"
    for child in actor["children"]:
        yield from _branch(child, depth + 1)


def _headline(actor: Record) -> Iterator[str]:
    yield f"{actor['path']} {actor['state']}"
    if actor["since"]:
        yield f"since {moment(actor['since'])}"
    if actor["incarnation"] > 1:
        yield f"#{actor['incarnation']}"
    if actor["pid"]:
        yield f"process {actor['pid']}, {actor['resident_bytes'] / MIB if actor['resident_bytes'] else 0:.0f} MiB"
    if actor["detail"]:
        yield f"- {actor['detail']}"


def _notes(actor: Record) -> Iterator[str]:
    if actor["since_progress_seconds"] is not None:
        yield f"last progress {duration(actor['since_progress_seconds'])} ago"
    if actor["restarts"]:
        yield (
            f"{actor['restarts']} restarts; failures that count: {actor['failures_in_minute']} in the short window,"
            f" {actor['failures_in_hour']} in the long one"
        )
    if actor["next_retry_seconds"] is not None:
        yield f"next try in {duration(actor['next_retry_seconds'])}"
    if actor["last_failure"]:
        yield f"last failure: {actor['last_failure']}"
    if actor["stopped_by"]:
        yield f"last stopped by {actor['stopped_by']}: {actor['stop_reason']}"


def _state(value: int) -> str:
    from oodaemon.api.v1 import daemon_pb2  # noqa: PLC0415 - not paid for by commands that do not need it

    known = daemon_pb2.ActorState.DESCRIPTOR.values_by_number.get(value)
    return known.name.removeprefix("ACTOR_STATE_") if known else str(value)


def _time(actor: daemon_pb2.Actor, field: str) -> str | None:
    return getattr(actor, field).ToJsonString() if actor.HasField(field) else None  # type: ignore[arg-type]  # a field by its name


def _seconds(actor: daemon_pb2.Actor, field: str) -> float | None:
    found = getattr(actor, field)
    return found.seconds + found.nanos / 1e9 if actor.HasField(field) else None  # type: ignore[arg-type]  # a field by its name

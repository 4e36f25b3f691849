"""The supervision tree on the wire."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import psutil

from oodaemon.actors.states import ChildState
from oodaemon.actors.tree import ChildSnapshot, TreeSnapshot
from oodaemon.api.v1 import daemon_pb2
from oodaemon.browser.family import Family
from oodaemon.rpc import convert

STATES = {
    ChildState.STARTING: daemon_pb2.ACTOR_STATE_STARTING,
    ChildState.UP: daemon_pb2.ACTOR_STATE_UP,
    ChildState.STOPPING: daemon_pb2.ACTOR_STATE_STOPPING,
    ChildState.DOWN: daemon_pb2.ACTOR_STATE_DOWN,
    ChildState.BACKOFF: daemon_pb2.ACTOR_STATE_BACKOFF,
    ChildState.QUARANTINED: daemon_pb2.ACTOR_STATE_QUARANTINED,
}
PROBED = frozenset({ChildState.STARTING, ChildState.UP})
DRIVER = "driver"


@dataclass(frozen=True, slots=True)
class Holding:
    """The process of an actor, and the resident memory of it and all that belong to it, in bytes."""

    pid: int
    resident: int


def holdings(pids: Mapping[str, int]) -> dict[str, Holding]:
    """What the processes of actors hold now; blocks for some milliseconds each. Browsers do not count as a part of their driver."""
    found = {}
    for actor, pid in pids.items():
        with suppress(psutil.Error):
            is_driver = actor.endswith(DRIVER)
            resident = psutil.Process(pid).memory_info().rss if is_driver else Family(pid, leads_group=True).resident()
            found[actor] = Holding(pid, resident)
    return found


def root(tree: TreeSnapshot, held: Mapping[str, Holding] | None = None) -> daemon_pb2.Actor:
    """The whole tree; with `held`, also what the actors hold."""
    state = daemon_pb2.ACTOR_STATE_UP if tree.is_running else daemon_pb2.ACTOR_STATE_DOWN
    children = [_actor(child, held or {}) for child in tree.children]
    return daemon_pb2.Actor(path=tree.path or "root", state=state, incarnation=1, children=children)


def _actor(child: ChildSnapshot, held: Mapping[str, Holding]) -> daemon_pb2.Actor:
    holding = held.get(child.path)
    return daemon_pb2.Actor(
        path=child.path,
        state=daemon_pb2.ACTOR_STATE_PROBE if child.is_probe and child.state in PROBED else STATES[child.state],
        incarnation=child.incarnation,
        restarts=child.restarts,
        since=convert.timestamp(child.since),
        detail=_detail(child),
        children=[_actor(inner, held) for inner in child.children],
        started_at=None if child.started_at is None else convert.timestamp(child.started_at),
        since_progress=None if child.silent_for is None else convert.duration(child.silent_for),
        failures_in_minute=child.burst_used,
        failures_in_hour=child.sustained_used,
        next_retry_in=None if child.next_retry_in is None else convert.duration(child.next_retry_in),
        stopped_by=child.last_stop.canceller if child.last_stop else "",
        stop_reason=child.last_stop.reason if child.last_stop else "",
        last_failure=_failure(child),
        pid=holding.pid if holding else 0,
        resident_bytes=holding.resident if holding else 0,
    )


def _failure(child: ChildSnapshot) -> str:
    failure = child.last_failure
    return "" if failure is None else f"{failure.failure_class}: {next(iter(failure.causes), 'no reason given')}"


def _detail(child: ChildSnapshot) -> str:
    if child.last_failure is not None and child.state in {ChildState.BACKOFF, ChildState.QUARANTINED}:
        return _failure(child)
    if child.waiting_for:
        return f"waiting for {', '.join(child.waiting_for)}"
    return child.detail

"""DaemonService: what the daemon is and how it is; draining it."""

import datetime
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from oodaemon.actors.states import ChildState
from oodaemon.actors.tree import ChildSnapshot, TreeSnapshot
from oodaemon.api.v1 import daemon_pb2, daemon_pb2_grpc
from oodaemon.bridge.loop import call_trio
from oodaemon.clock import WallClock
from oodaemon.dispatch.site import DRAINING, SiteDesk
from oodaemon.rpc import convert
from oodaemon.rpc.presence import Presence
from oodaemon.store import attempts, runs
from oodaemon.store.store import Store
from oodaemon.store.transaction import Snapshot

STATES = {
    ChildState.STARTING: daemon_pb2.ACTOR_STATE_STARTING,
    ChildState.UP: daemon_pb2.ACTOR_STATE_UP,
    ChildState.STOPPING: daemon_pb2.ACTOR_STATE_STOPPING,
    ChildState.DOWN: daemon_pb2.ACTOR_STATE_DOWN,
    ChildState.BACKOFF: daemon_pb2.ACTOR_STATE_BACKOFF,
    ChildState.QUARANTINED: daemon_pb2.ACTOR_STATE_QUARANTINED,
}
DRAIN_MESSAGE = "the daemon finishes what is in flight and starts nothing new"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What does not change while a daemon runs. `http_address` is asked for each time, as it may come up late."""

    version: str
    started_at: datetime.datetime
    base_url: str
    state_dir: str
    http_address: Callable[[], str]


class DaemonServicer(daemon_pb2_grpc.DaemonServiceServicer):
    """See daemon.proto."""

    def __init__(
        self,
        *,
        identity: Identity,
        store: Store,
        desk: SiteDesk,
        presence: Presence,
        tree: Callable[[], TreeSnapshot],
        wall_clock: WallClock,
    ) -> None:
        self._identity, self._store, self._desk, self._presence = identity, store, desk, presence
        self._tree, self._wall_clock = tree, wall_clock

    async def GetStatus(self, request: daemon_pb2.GetStatusRequest, context: Any) -> daemon_pb2.GetStatusResponse:
        """See daemon.proto."""
        active, in_flight = await call_trio(self._store.read, _load)
        identity = self._identity
        return daemon_pb2.GetStatusResponse(
            version=identity.version,
            boot=self._store.boot,
            started_at=convert.timestamp(identity.started_at),
            uptime=convert.duration((self._wall_clock() - identity.started_at).total_seconds()),
            pid=os.getpid(),
            base_url=identity.base_url,
            state_dir=identity.state_dir,
            is_draining=DRAINING in self._desk.conditions,
            tree=_root(self._tree()),
            conditions=[convert.condition(c) for c in self._presence.conditions()],
            active_runs=active,
            in_flight=in_flight,
            http_address=identity.http_address(),
        )

    async def Drain(self, request: daemon_pb2.DrainRequest, context: Any) -> daemon_pb2.DrainResponse:
        """See daemon.proto."""
        await call_trio(self._desk.enter, DRAINING, DRAIN_MESSAGE)
        _, in_flight = await call_trio(self._store.read, _load)
        return daemon_pb2.DrainResponse(in_flight=in_flight)


def _load(db: Snapshot) -> tuple[int, int]:
    return len(runs.active(db)), attempts.in_flight(db)


def _root(tree: TreeSnapshot) -> daemon_pb2.Actor:
    state = daemon_pb2.ACTOR_STATE_UP if tree.is_running else daemon_pb2.ACTOR_STATE_DOWN
    return daemon_pb2.Actor(
        path=tree.path or "root", state=state, incarnation=1, children=[_actor(child) for child in tree.children]
    )


def _actor(child: ChildSnapshot) -> daemon_pb2.Actor:
    return daemon_pb2.Actor(
        path=child.path,
        state=STATES[child.state],
        incarnation=child.incarnation,
        restarts=child.restarts,
        since=convert.timestamp(child.since),
        detail=_detail(child),
        children=[_actor(inner) for inner in child.children],
    )


def _detail(child: ChildSnapshot) -> str:
    failure = child.last_failure
    if failure is not None and child.state in {ChildState.BACKOFF, ChildState.QUARANTINED}:
        return f"{failure.failure_class}: {next(iter(failure.causes), 'no reason given')}"
    if child.waiting_for:
        return f"waiting for {', '.join(child.waiting_for)}"
    return child.detail

"""DaemonService: what the daemon is and how it is; draining it."""

import datetime
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import trio

from oodaemon.actors.tasks import task_tree
from oodaemon.actors.tree import TreeSnapshot
from oodaemon.api.v1 import daemon_pb2, daemon_pb2_grpc
from oodaemon.bridge.loop import call_trio
from oodaemon.browser.profile import Profiles
from oodaemon.clock import WallClock
from oodaemon.dispatch.site import DRAINING, SiteDesk
from oodaemon.model.runs import Author
from oodaemon.rpc import convert, profiles, requests
from oodaemon.rpc.logs import Logs
from oodaemon.rpc.presence import Presence
from oodaemon.rpc.tree import holdings, root
from oodaemon.store import attempts, os_processes, runs
from oodaemon.store.store import Store
from oodaemon.store.transaction import Snapshot

DRAIN_MESSAGE = "the daemon finishes what is in flight and starts nothing new"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What does not change while a daemon runs. The addresses are asked for each time, as they may come up late."""

    version: str
    started_at: datetime.datetime
    base_url: str
    state_dir: str
    http_address: Callable[[], str]
    console_address: Callable[[], str] = str


class DaemonServicer(daemon_pb2_grpc.DaemonServiceServicer):
    """See daemon.proto."""

    def __init__(  # noqa: PLR0913 - what it tells of
        self,
        *,
        identity: Identity,
        store: Store,
        desk: SiteDesk,
        presence: Presence,
        tree: Callable[[], TreeSnapshot],
        wall_clock: WallClock,
        logs: Logs,
        profiles: Profiles,
    ) -> None:
        self._identity, self._store, self._desk, self._presence = identity, store, desk, presence
        self._tree, self._wall_clock, self._logs, self._profiles = tree, wall_clock, logs, profiles

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
            tree=root(self._tree()),
            conditions=[convert.condition(c) for c in self._presence.conditions()],
            active_runs=active,
            in_flight=in_flight,
            http_address=identity.http_address(),
            console_address=identity.console_address(),
        )

    async def GetTree(self, request: daemon_pb2.GetTreeRequest, context: Any) -> daemon_pb2.GetTreeResponse:
        """See daemon.proto."""
        recorded = await call_trio(self._store.read, os_processes.recorded)
        pids = {process.actor: process.pid for process in recorded if process.boot == self._store.boot}
        held = await call_trio(trio.to_thread.run_sync, holdings, pids)
        return daemon_pb2.GetTreeResponse(tree=root(self._tree(), held))

    async def DumpTasks(self, request: daemon_pb2.DumpTasksRequest, context: Any) -> daemon_pb2.DumpTasksResponse:
        """See daemon.proto."""
        return daemon_pb2.DumpTasksResponse(text=await call_trio(_dump))

    async def GetProfile(self, request: daemon_pb2.GetProfileRequest, context: Any) -> daemon_pb2.GetProfileResponse:
        """See daemon.proto."""
        return profiles.answer(self._profiles, request)

    async def ReadLogs(self, request: daemon_pb2.ReadLogsRequest, context: Any) -> None:  # type: ignore[override]
        """See daemon.proto. Writes its answers itself: the stubs expect an iterator."""
        await self._logs.stream(request, context)

    async def Drain(self, request: daemon_pb2.DrainRequest, context: Any) -> daemon_pb2.DrainResponse:
        """See daemon.proto."""
        await call_trio(partial(self._desk.enter, DRAINING, DRAIN_MESSAGE, author=Author(requests.client_of(context))))
        _, in_flight = await call_trio(self._store.read, _load)
        return daemon_pb2.DrainResponse(in_flight=in_flight)


async def _dump() -> str:
    await trio.lowlevel.checkpoint()
    return task_tree()


def _load(db: Snapshot) -> tuple[int, int]:
    return len(runs.active(db)), attempts.in_flight(db)

"""The daemon itself as the client asks for it: one method per request. Importing this module imports grpc."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final

from ooctl.pacing import SECONDS
from oodaemon.api.v1 import daemon_pb2, daemon_pb2_grpc

if TYPE_CHECKING:
    import grpc

    from ooctl.tradelogs import Ask

PATIENCE: Final = 10 * SECONDS


class Itself:
    """State and tree of one daemon. Every method raises ClientError."""

    def __init__(self, channel: grpc.Channel, ask: Ask) -> None:
        self._stub, self._ask = daemon_pb2_grpc.DaemonServiceStub(channel), ask

    def status(self) -> daemon_pb2.GetStatusResponse:
        """What the daemon says of itself."""
        return self._ask(self._stub.GetStatus, daemon_pb2.GetStatusRequest(), timeout=PATIENCE, not_found="")

    def tree(self) -> daemon_pb2.Actor:
        """The supervision tree with all that is known of it."""
        return self._ask(self._stub.GetTree, daemon_pb2.GetTreeRequest(), timeout=PATIENCE, not_found="").tree

    def dump(self) -> str:
        """The tasks of the daemon, one line each."""
        return self._ask(self._stub.DumpTasks, daemon_pb2.DumpTasksRequest(), timeout=PATIENCE, not_found="").text

    def drain(self) -> int:
        """Start nothing new; the number of backtests still in flight."""
        request = daemon_pb2.DrainRequest(request_id=str(uuid.uuid4()))
        return self._ask(self._stub.Drain, request, timeout=PATIENCE, not_found="").in_flight

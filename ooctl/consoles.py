"""The web console as the client asks for it. Importing this module imports grpc."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ooctl.pacing import SECONDS
from oodaemon.api.v1 import console_pb2, console_pb2_grpc

if TYPE_CHECKING:
    import grpc

    from ooctl.tradelogs import Ask

PATIENCE: Final = 10 * SECONDS


class Consoles:
    """The way into the console of a daemon. Every method raises ClientError."""

    def __init__(self, channel: grpc.Channel, ask: Ask) -> None:
        self._stub, self._ask = console_pb2_grpc.ConsoleServiceStub(channel), ask

    def link(self) -> str:
        """A link that opens the console with the right to act: once, and within a minute."""
        return self._ask(self._stub.OpenConsole, console_pb2.OpenConsoleRequest(), timeout=PATIENCE, not_found="").url

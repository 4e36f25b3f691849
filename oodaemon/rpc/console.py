"""ConsoleService: the way from this socket, which is the owner's alone, into the web console, which is not."""

import datetime
from collections.abc import Callable
from typing import Any

from oodaemon.api.v1 import console_pb2, console_pb2_grpc
from oodaemon.rpc import convert

Link = Callable[[], tuple[str, datetime.datetime]]
"""Makes a link, and says when it expires. Raises FailedPrecondition when there is no console, Unavailable when it is not up."""


class ConsoleServicer(console_pb2_grpc.ConsoleServiceServicer):
    """See console.proto."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def OpenConsole(self, request: console_pb2.OpenConsoleRequest, context: Any) -> console_pb2.OpenConsoleResponse:
        """See console.proto."""
        url, expires_at = self._link()
        return console_pb2.OpenConsoleResponse(url=url, expires_at=convert.timestamp(expires_at))

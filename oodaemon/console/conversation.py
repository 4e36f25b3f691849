"""Connections: hypercorn's protocol on streams that cannot hold the daemon up."""

from collections.abc import Awaitable, Callable
from typing import Any, cast

import structlog
import trio
from hypercorn.app_wrappers import ASGIWrapper
from hypercorn.config import Config
from hypercorn.trio.tcp_server import TCPServer
from hypercorn.trio.worker_context import WorkerContext
from hypercorn.typing import ASGIFramework, ConnectionState

from oodaemon.clock import SECONDS

log = structlog.get_logger()

SEND = 20 * SECONDS
"""A reader that takes nothing for so long is gone."""


class Patient:
    """A stream whose reader must not stall: hypercorn shields what it sends from being cancelled."""

    def __init__(self, stream: trio.SocketStream) -> None:
        self._stream, self.socket = stream, stream.socket

    async def send_all(self, data: bytes) -> None:
        """See trio.SocketStream. Raises BrokenResourceError also for a reader that stalls."""
        try:
            with trio.fail_after(SEND):
                await self._stream.send_all(data)
        except trio.TooSlowError:
            raise trio.BrokenResourceError("the reader stalls") from None

    async def receive_some(self, most: int | None = None) -> bytes | bytearray:
        """See trio.SocketStream."""
        return await self._stream.receive_some(most)

    async def send_eof(self) -> None:
        """See trio.SocketStream."""
        await self._stream.send_eof()

    async def aclose(self) -> None:
        """See trio.SocketStream."""
        await self._stream.aclose()


def talk_of(application: object) -> Callable[[trio.SocketStream], Awaitable[None]]:
    """The protocol for one connection with an ASGI application. Raises nothing but what ends the whole daemon."""
    settings = Config()
    settings.errorlog = None
    settings.accesslog = None
    settings.graceful_timeout = 0.1 * SECONDS
    settings.keep_alive_timeout = int(15 * SECONDS)
    settings.include_server_header = False
    app, context = ASGIWrapper(cast("ASGIFramework", application)), WorkerContext(None)

    async def talk(stream: trio.SocketStream) -> None:
        try:
            await TCPServer(app, settings, context, ConnectionState({}), cast("Any", Patient(stream)))
        except Exception as error:  # noqa: BLE001 - a request that its parser cannot stand ends its own connection only
            log.debug("a connection of the console failed", reason=repr(error))

    return talk

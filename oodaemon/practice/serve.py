"""Serving a practice site over HTTP."""

import socket
from collections.abc import Awaitable, Callable
from typing import cast

import trio
from hypercorn.app_wrappers import ASGIWrapper
from hypercorn.config import Config
from hypercorn.trio.tcp_server import TCPServer
from hypercorn.trio.worker_context import WorkerContext
from hypercorn.typing import ASGIFramework, ConnectionState

from oodaemon.practice.site import Site
from oodaemon.practice.web import application

SECONDS = 1.0


def _settings() -> Config:
    """Quiet and quick to stop."""
    settings = Config()
    settings.errorlog = None
    settings.graceful_timeout = 0.1 * SECONDS
    settings.include_server_header = False
    return settings


async def serve(
    site: Site, *, host: str = "127.0.0.1", port: int = 0, task_status: trio.TaskStatus[int] = trio.TASK_STATUS_IGNORED
) -> None:
    """Serve a site until cancelled; port 0 takes any free one. `started` reports the port, once it takes connections.

    Raises OSError when the address cannot be bound. Cancelling drops open connections and running backtests at once and
    leaves the port free.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        bound: int = listener.getsockname()[1]
        async with trio.open_nursery() as nursery:
            await nursery.start(site.work)
            settings = _settings()
            listener.listen(settings.backlog)
            accepting = trio.SocketListener(trio.socket.from_stdlib_socket(listener))
            await nursery.start(trio.serve_listeners, _conversation(site, settings), [accepting])
            task_status.started(bound)


def _conversation(site: Site, settings: Config) -> Callable[[trio.SocketStream], Awaitable[None]]:
    """Hypercorn's protocol on connections that the site knows, so that it can cut them."""
    app, context = ASGIWrapper(cast("ASGIFramework", application(site))), WorkerContext(None)

    async def talk(stream: trio.SocketStream) -> None:
        try:
            peer = stream.socket.getpeername()[:2]
        except OSError:  # gone before it said anything
            await stream.aclose()
            return
        site.connections[peer] = stream
        try:
            await TCPServer(app, settings, context, ConnectionState({}), cast("trio.SSLStream[trio.SocketStream]", stream))
        finally:
            site.connections.pop(peer, None)

    return talk

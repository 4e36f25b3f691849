"""Serving a practice site over HTTP."""

import socket
from functools import partial
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
            await nursery.start(partial(_serve_http, site, listener))
            task_status.started(bound)


async def _serve_http(site: Site, listener: socket.socket, *, task_status: trio.TaskStatus[object]) -> None:
    """Serve with Hypercorn's protocol on connections that the site knows, so that it can cut them."""
    app = ASGIWrapper(cast("ASGIFramework", application(site)))
    settings, context = _settings(), WorkerContext(None)
    listener.listen(settings.backlog)

    async def connected(stream: trio.SocketStream) -> None:
        peer = stream.socket.getpeername()[:2]
        site.connections[peer] = stream
        try:
            await TCPServer(app, settings, context, ConnectionState({}), cast("trio.SSLStream[trio.SocketStream]", stream))
        finally:
            site.connections.pop(peer, None)

    accepting = trio.SocketListener(trio.socket.from_stdlib_socket(listener))
    await trio.serve_listeners(connected, [accepting], task_status=task_status)

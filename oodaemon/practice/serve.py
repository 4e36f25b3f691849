"""Serving a practice site over HTTP."""

import socket
from functools import partial
from typing import cast

import trio
from hypercorn.config import Config, Sockets
from hypercorn.trio import serve as serve_http
from hypercorn.typing import Framework

from oodaemon.practice.site import Site
from oodaemon.practice.web import application

SECONDS = 1.0


class _Settings(Config):
    """Hypercorn's settings, quiet and quick to stop, around a socket that is bound already."""

    errorlog = None
    graceful_timeout = 0.1 * SECONDS
    include_server_header = False

    def __init__(self, listener: socket.socket) -> None:
        super().__init__()
        self._listener = listener

    def create_sockets(self) -> Sockets:
        return Sockets([], [self._listener], [])


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
            await nursery.start(partial(serve_http, cast("Framework", application(site)), _Settings(listener)))
            task_status.started(bound)

"""The log of the daemon: the newest lines that it keeps, by level and run, and the ones that come."""

from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress
from functools import partial
from typing import Final

import trio
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from oodaemon.api.v1 import daemon_pb2
from oodaemon.console.live import LIFE, Write, event
from oodaemon.console.pages import Console, require_session
from oodaemon.console.service import CLIENT
from oodaemon.errors import Unavailable

LEVELS: Final = {
    "info": daemon_pb2.LOG_LEVEL_INFO,
    "warning": daemon_pb2.LOG_LEVEL_WARNING,
    "error": daemon_pb2.LOG_LEVEL_ERROR,
}
SHOWN: Final = 500
BODY: Final = "log-lines"
"""The element that holds the lines."""


class Logs:
    """The page; for those who may act, as lines may name folders and addresses."""

    def __init__(self, console: Console) -> None:
        self._console = console

    async def page(self, request: Request) -> Response:
        """The newest lines, the newest first."""
        require_session(request)
        level, run = _asked(request)
        lines, _ = await self._newest(daemon_pb2.ReadLogsRequest(run_id=run, level=LEVELS[level]))
        return self._console.page(request, "daemon_logs.html", lines=lines, level=level, run=run, levels=tuple(LEVELS), most=SHOWN)

    async def live(self, request: Request) -> Response:
        """The newest lines, then each as it is written, until the session ends."""
        require_session(request)
        return self._console.streams.relay(partial(self._tell, request))

    async def _tell(self, request: Request, write: Write) -> None:
        level, run = _asked(request)
        wanted = daemon_pb2.ReadLogsRequest(run_id=run, level=LEVELS[level])
        await write(b"retry: 2000\n\n")
        lines, place = await self._newest(wanted)
        await write(event("patch", {BODY: self._rows(request, lines)}, ""))
        wanted.follow = True
        if place is not None:
            wanted.cursor.CopyFrom(place)
        with trio.move_on_after(LIFE):
            async with self._console.means.services.stream("DaemonService.ReadLogs", wanted, client=CLIENT) as frames:
                with suppress(Unavailable):
                    await self._relay(request, frames, write)
                    return
                await write(b"event: bye\ndata: {}\n\n")

    async def _relay(self, request: Request, frames: AsyncIterator[daemon_pb2.ReadLogsResponse], write: Write) -> None:
        async for frame in frames:
            if self._console.means.sessions.find(request.state.cookie) is None:
                return
            news = {BODY: self._rows(request, list(frame.lines)[::-1])} if frame.lines else None
            await write(event("prepend", news, "") if news else b": here\n\n")

    async def _newest(self, request: daemon_pb2.ReadLogsRequest) -> tuple[list[daemon_pb2.LogLine], daemon_pb2.LogCursor | None]:
        """The lines that are shown, the newest first, and the place after them; None while there is no such line."""
        found: deque[daemon_pb2.LogLine] = deque(maxlen=SHOWN)
        place = None
        async with self._console.means.services.stream("DaemonService.ReadLogs", request, client=CLIENT) as frames:
            async for frame in frames:
                found.extend(frame.lines)
                place = frame.cursor
        return [*found][::-1], place

    def _rows(self, request: Request, lines: list[daemon_pb2.LogLine]) -> str:
        return self._console.fragment(request, "daemon/log_lines.html", lines=lines)


def _asked(request: Request) -> tuple[str, str]:
    """The level and the run that an address names; the lowest level for one that is none."""
    asked = request.query_params
    level = asked.get("level", "info")
    return level if level in LEVELS else "info", asked.get("run", "").strip()


def routes(console: Console) -> list[BaseRoute]:
    """The addresses of this page."""
    logs = Logs(console)
    return [
        Route("/daemon/logs", logs.page, methods=["GET"]),
        Route("/live/daemon/logs", logs.live, methods=["GET"]),
    ]

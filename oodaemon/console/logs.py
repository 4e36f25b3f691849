"""The log of the daemon: the newest lines that it keeps, by level and run."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from oodaemon.api.v1 import daemon_pb2
from oodaemon.console.pages import Console, require_session
from oodaemon.console.service import CLIENT

LEVELS: Final = {
    "info": daemon_pb2.LOG_LEVEL_INFO,
    "warning": daemon_pb2.LOG_LEVEL_WARNING,
    "error": daemon_pb2.LOG_LEVEL_ERROR,
}
SHOWN: Final = 500


class Logs:
    """The page; for those who may act, as lines may name folders and addresses."""

    def __init__(self, console: Console) -> None:
        self._console = console

    async def page(self, request: Request) -> Response:
        """The newest lines, the newest first."""
        require_session(request)
        asked = request.query_params
        level, run = asked.get("level", "info"), asked.get("run", "").strip()
        level = level if level in LEVELS else "info"
        lines = await self._lines(daemon_pb2.ReadLogsRequest(run_id=run, level=LEVELS[level]))
        return self._console.page(request, "daemon_logs.html", lines=lines, level=level, run=run, levels=tuple(LEVELS))

    async def _lines(self, request: daemon_pb2.ReadLogsRequest) -> list[daemon_pb2.LogLine]:
        found: list[daemon_pb2.LogLine] = []
        async with self._console.means.services.stream("DaemonService.ReadLogs", request, client=CLIENT) as frames:
            async for frame in frames:
                found += frame.lines
        return found[-SHOWN:][::-1]


def routes(console: Console) -> list[BaseRoute]:
    """The address of this page."""
    return [Route("/daemon/logs", Logs(console).page, methods=["GET"])]

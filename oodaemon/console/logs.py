"""The log of the daemon, as far as its service hands it out: the newest lines, by level and run."""

from collections.abc import Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from oodaemon.api.v1 import daemon_pb2
from oodaemon.console.pages import Console, require_session
from oodaemon.console.service import CLIENT

LEVELS: Final = ("debug", "info", "warning", "error")
SHOWN: Final = 500
_METHODS = daemon_pb2.DESCRIPTOR.services_by_name["DaemonService"].methods_by_name
IS_OFFERED: Final = "ReadLogs" in _METHODS
"""Whether this daemon hands out its log."""


class Logs:
    """The page; for those who may act, as lines may name folders and addresses."""

    def __init__(self, console: Console) -> None:
        self._console = console

    async def page(self, request: Request) -> Response:
        """The newest lines, the newest first."""
        require_session(request)
        asked = request.query_params
        level = asked.get("level", "info")
        level = level if level in LEVELS else "info"
        run = asked.get("run", "").strip()
        lines = await self._lines(level, run) if IS_OFFERED else ()
        context: dict[str, Any] = {"lines": lines, "level": level, "run": run, "levels": LEVELS, "is_offered": IS_OFFERED}
        return self._console.page(request, "daemon_logs.html", **context)

    async def _lines(self, level: str, run: str) -> Sequence[Any]:
        wire: Any = daemon_pb2
        number = wire.LogLevel.Value(f"LOG_LEVEL_{level.upper()}")
        found: list[Any] = []
        request = wire.ReadLogsRequest(run_id=run, level=number)
        async with self._console.means.services.stream("DaemonService.ReadLogs", request, client=CLIENT) as frames:
            async for frame in frames:
                found += frame.lines
        return found[-SHOWN:][::-1]


def routes(console: Console) -> list[BaseRoute]:
    """The address of this page."""
    return [Route("/daemon/logs", Logs(console).page, methods=["GET"])]

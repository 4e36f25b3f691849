"""What is done to a run: the forms of its page as requests of the API."""

import re
from typing import Any, Final

from google.protobuf.message import Message
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from oodaemon.api.v1 import runs_pb2
from oodaemon.console.forms import Form
from oodaemon.console.pages import Console, form_of, request_id_of, see_other
from oodaemon.console.run import run_of
from oodaemon.errors import InvalidArgument

CHANGES: Final[dict[str, tuple[str, type[Message], int | None]]] = {
    "pause": ("RunService.PauseRun", runs_pb2.PauseRunRequest, runs_pb2.STOP_MODE_DRAIN),
    "pause-now": ("RunService.PauseRun", runs_pb2.PauseRunRequest, runs_pb2.STOP_MODE_NOW),
    "resume": ("RunService.ResumeRun", runs_pb2.ResumeRunRequest, None),
    "cancel": ("RunService.CancelRun", runs_pb2.CancelRunRequest, runs_pb2.STOP_MODE_DRAIN),
}
RULINGS: Final[dict[str, tuple[str, type[Message]]]] = {
    "retry": ("RunService.RetryTasks", runs_pb2.RetryTasksRequest),
    "skip": ("RunService.SkipTasks", runs_pb2.SkipTasksRequest),
    "accept": ("RunService.AcceptTasks", runs_pb2.AcceptTasksRequest),
}
_RANGE: Final = re.compile(r"\s*(?P<first>[0-9]{1,7})\s*(?:-\s*(?P<last>[0-9]{1,7})\s*)?")


class Actions:
    """The forms of a run."""

    def __init__(self, console: Console) -> None:
        self._console = console

    async def change(self, request: Request) -> Response:
        """Pause, resume or cancel."""
        run, form = await run_of(self._console, request), form_of(request)
        method, kind, mode = _chosen(CHANGES, form)
        given: dict[str, Any] = {"request_id": request_id_of(form), "run_id": run.run_id, "reason": form.get("reason")}
        if mode is not None:
            given["mode"] = mode
        await self._console.ask(method, kind(**given))
        return see_other(f"/runs/{run.run_id}")

    async def rule(self, request: Request) -> Response:
        """Retry, skip or accept failed tasks."""
        run, form = await run_of(self._console, request), form_of(request)
        method, kind = _chosen(RULINGS, form)
        given = {"request_id": request_id_of(form), "run_id": run.run_id, "reason": form.get("reason")}
        await self._console.ask(method, kind(**given, tasks=ranges(form.get("tasks"))))
        return see_other(f"/runs/{run.run_id}")


def ranges(text: str) -> list[runs_pb2.TaskRange]:
    """Tasks as people write them, such as `3, 5-9`. Raises InvalidArgument."""
    found = []
    for piece in text.split(",") if text.strip() else ():
        match = _RANGE.fullmatch(piece)
        if match is None:
            raise InvalidArgument.of("tasks", f"{piece.strip()[:40]!r} is neither a number of a task nor a range such as 5-9")
        first = int(match["first"])
        found.append(runs_pb2.TaskRange(first=first, last=int(match["last"] or first)))
    return found


def _chosen(table: dict[str, Any], form: Form) -> Any:
    found = table.get(form.get("do"))
    if found is None:
        raise InvalidArgument.of("do", f"{form.get('do')[:40]!r} is none of {', '.join(table)}")
    return found


def routes(console: Console) -> list[BaseRoute]:
    """The addresses of these forms."""
    actions = Actions(console)
    return [
        Route("/runs/{ref}/change", actions.change, methods=["POST"]),
        Route("/runs/{ref}/rule", actions.rule, methods=["POST"]),
    ]

"""Task: one backtest with its figures, its trades and its failures; and the evidence of a failure, which comes from a web site.

Evidence is never a page of ours: pictures that are pictures are shown, everything else is downloaded or shown as text.
"""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from oodaemon.api.v1 import failures_pb2, runs_pb2, trades_pb2
from oodaemon.console.pages import Console, new_request_id, require_session
from oodaemon.console.profile import profile_of
from oodaemon.console.refusals import Refused
from oodaemon.console.run import run_of
from oodaemon.errors import FailedPrecondition, NotFound

TRADES = 100
PNG: Final = b"\x89PNG\r\n\x1a\n"
NAMES: Final = ("screenshot.png", "dom.html", "console.jsonl", "network.jsonl", "trace.zip")
TEXT_SHOWN: Final = 2_000_000
"""Bytes of a text that a browser is given to show; the rest is in the file."""


class TaskPage:
    """The page of a task, and its files."""

    def __init__(self, console: Console) -> None:
        self._console = console

    async def page(self, request: Request) -> Response:
        """The page."""
        run = await run_of(self._console, request)
        index = _index(request, run)
        token = str(index - 1) if index else ""
        wanted = runs_pb2.ListTasksRequest(run_id=run.run_id, page_size=1, page_token=token)
        tasks = await self._console.ask("RunService.ListTasks", wanted)
        settled = runs_pb2.ListResultsRequest(run_id=run.run_id, page_size=1, page_token=token)
        results = await self._console.ask("RunService.ListResults", settled)
        asked = failures_pb2.ListFailuresRequest(run_id=run.run_id, index=index)
        failures = await self._console.ask("FailureService.ListFailures", asked)
        context = {
            "run": run,
            "index": index,
            "task": tasks.tasks[0],
            "result": next((each for each in results.results if each.index == index), None),
            "failures": failures.failures,
            "charts": await self._charts(run, index),
            "request_id": new_request_id(),
            **await profile_of(self._console, run.run_id, index),
            **await self._trades(run, index, request),
        }
        return self._console.page(request, "task.html", **context)

    async def _charts(self, run: runs_pb2.Run, index: int) -> list[str]:
        answer = await self._console.ask("RunService.GetCharts", runs_pb2.GetChartsRequest(run_id=run.run_id, index=index))
        return [chart.name for chart in answer.charts]

    async def _trades(self, run: runs_pb2.Run, index: int, request: Request) -> dict[str, Any]:
        task = trades_pb2.TaskRef(run_id=run.run_id, index=index)
        asked = trades_pb2.ListTradesRequest(task=task, page_size=TRADES, page_token=request.query_params.get("trades", ""))
        try:
            answer = await self._console.ask("TradeService.ListTrades", asked)
        except (NotFound, FailedPrecondition):
            return {"trades": [], "more_trades": ""}
        return {"trades": answer.trades, "more_trades": answer.next_page_token}

    async def chart(self, request: Request) -> Response:
        """A picture of a chart of the result page."""
        run = await run_of(self._console, request)
        index = _index(request, run)
        answer = await self._console.ask("RunService.GetCharts", runs_pb2.GetChartsRequest(run_id=run.run_id, index=index))
        found = next((chart.png for chart in answer.charts if chart.name == request.path_params["name"]), None)
        if found is None:
            raise Refused(404, "there is no such chart")
        return _picture(found)

    async def evidence(self, request: Request) -> Response:
        """A piece of evidence: a picture, a file to keep, or with `?as=text` its text."""
        require_session(request)
        name, attempt = request.path_params["name"], request.path_params["attempt"]
        if name not in NAMES:
            raise Refused(404, "there is no such evidence")
        content = bytearray()
        asked = failures_pb2.GetEvidenceRequest(attempt_id=attempt, name=name)
        async with self._console.means.services.stream("FailureService.GetEvidence", asked, client="console") as frames:
            async for frame in frames:
                content += frame.chunk
        if name.endswith(".png") and request.query_params.get("as") != "file":
            return _picture(bytes(content))
        if request.query_params.get("as") == "text" and not name.endswith((".zip", ".png")):
            headers = {"content-disposition": "inline"}
            return Response(bytes(content[:TEXT_SHOWN]), media_type="text/plain; charset=utf-8", headers=headers)
        headers = {"content-disposition": f'attachment; filename="{attempt}-{name}"'}
        return Response(bytes(content), media_type="application/octet-stream", headers=headers)


def _picture(content: bytes) -> Response:
    if not content.startswith(PNG):
        raise Refused(404, "the file is no picture")
    return Response(content, media_type="image/png")


def _index(request: Request, run: runs_pb2.Run) -> int:
    index: int = request.path_params["index"]
    if index >= run.tasks.total:
        raise NotFound("task", f"{run.run_id}/{index}", f"the run has tasks 0 to {run.tasks.total - 1}")
    return index


def routes(console: Console) -> list[BaseRoute]:
    """The addresses of this page."""
    page = TaskPage(console)
    return [
        Route("/runs/{ref}/tasks/{index:int}", page.page, methods=["GET"]),
        Route("/runs/{ref}/tasks/{index:int}/charts/{name}", page.chart, methods=["GET"]),
        Route("/evidence/{attempt:int}/{name}", page.evidence, methods=["GET"]),
    ]

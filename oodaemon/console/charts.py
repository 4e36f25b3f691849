"""Charts of a run: a figure by parameters, how it is spread, and the equity of a task; as JSON and as a page."""

from collections.abc import Sequence
from typing import Any

import trio
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from oodaemon.api.v1 import runs_pb2, trades_pb2
from oodaemon.console import chart_figures
from oodaemon.console.chart_table import ChartTable, chart_table
from oodaemon.console.figure_words import rows_of_chart
from oodaemon.console.pages import Console
from oodaemon.console.run import run_of
from oodaemon.errors import InvalidArgument, OODaemonError

METRIC = "pl"
VIEWS = ("parameters", "spread", "equity")


class Charts:
    """The charts of all runs."""

    def __init__(self, console: Console) -> None:
        self._console = console

    async def page(self, request: Request) -> Response:
        """The page: what can be chosen, and where the picture comes; with `table` the figures as text, for those without script."""
        run = await run_of(self._console, request)
        header = await self._table(run)
        asked = request.query_params
        chosen = {
            "view": asked.get("view", VIEWS[0]),
            "metric": asked.get("metric", METRIC),
            "by": [name for name in asked.getlist("by") if name][:2],
            "task": asked.get("task", ""),
        }
        columns: Sequence[str] = ()
        rows: list[list[str]] = []
        problem = ""
        if asked.get("table"):
            try:
                columns, rows = rows_of_chart(await self._figure(request, run))
            except OODaemonError as error:
                problem = str(error)
        context: dict[str, Any] = {
            "run": run,
            "chosen": chosen,
            "header": header,
            "columns": columns,
            "rows": rows,
            "problem": problem,
        }
        return self._console.page(request, "charts.html", **context)

    async def figure(self, request: Request) -> Response:
        """The figure as JSON."""
        run = await run_of(self._console, request)
        return JSONResponse(await self._figure(request, run))

    async def _figure(self, request: Request, run: runs_pb2.Run) -> dict[str, Any]:
        asked = request.query_params
        view = asked.get("view", VIEWS[0])
        if view == "equity":
            return await self._equity(run, asked.get("task", ""))
        metric, by = asked.get("metric") or METRIC, [name for name in asked.getlist("by") if name]
        table = await self._table(run)
        if view == "spread":
            return await trio.to_thread.run_sync(chart_figures.histogram, table, metric)
        return await trio.to_thread.run_sync(chart_figures.drawing, table, metric, by)

    async def _equity(self, run: runs_pb2.Run, task: str) -> dict[str, Any]:
        if not (task.isascii() and task.isdigit() and len(task) < 8):
            raise InvalidArgument.of("task", "give the number of a task, from 0")
        log = trades_pb2.LogRef(task=trades_pb2.TaskRef(run_id=run.run_id, index=int(task)))
        request = trades_pb2.GetTradeAnalysisRequest(log=log, equity=True)
        found = await self._console.ask("TradeService.GetTradeAnalysis", request)
        points = [(point.at, point.total) for point in found.equity]
        return await trio.to_thread.run_sync(chart_figures.equity, int(task), points, run.name)

    async def _table(self, run: runs_pb2.Run) -> ChartTable:
        found = await self._console.tables.of(run)
        return chart_table(found.columns, found.values)


def routes(console: Console) -> list[BaseRoute]:
    """The addresses of the charts."""
    charts = Charts(console)
    return [
        Route("/runs/{ref}/charts", charts.page, methods=["GET"]),
        Route("/runs/{ref}/chart.json", charts.figure, methods=["GET"]),
    ]

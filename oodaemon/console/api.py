"""JSON for other programs, such as Grafana's Infinity datasource: flat rows with the columns of `ooctl export --format json`."""

import json
from typing import Any

import trio
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from oodaemon.api.v1 import exports_pb2, runs_pb2
from oodaemon.console import result_table, text
from oodaemon.console.pages import Console
from oodaemon.console.result_table import Query, Table
from oodaemon.console.run import STATUSES, run_of
from oodaemon.errors import InvalidArgument

RUNS, MOST_RUNS = 50, 500
ROWS, MOST_ROWS = 1000, 10_000


class Api:
    """The addresses below /api/."""

    def __init__(self, console: Console) -> None:
        self._console = console

    async def runs(self, request: Request) -> Response:
        """The newest runs: `limit` of them, 50 if not said."""
        limit = number_of(request, "limit", RUNS, MOST_RUNS)
        answer = await self._console.ask("RunService.ListRuns", runs_pb2.ListRunsRequest(page_size=limit))
        return JSONResponse([_run(run) for run in answer.runs])

    async def results(self, request: Request) -> Response:
        """The settled tasks of a run: `limit` of them from `offset` on, by `sort` and `order`, only `where` and `status`."""
        run = await run_of(self._console, request)
        table = await self._console.tables.of(run)
        asked = request.query_params
        query = Query(
            sort=asked.get("sort", "") or "index",
            is_descending=asked.get("order") == "desc",
            where=asked.get("where", ""),
            status=asked.get("status", "") if asked.get("status") in STATUSES else "",
            place=number_of(request, "offset", 0, 10_000_000),
            size=number_of(request, "limit", ROWS, MOST_ROWS),
        )
        body, total = await trio.to_thread.run_sync(_rows, table, query)
        return Response(body, media_type="application/json", headers={"x-total-count": str(total)})


def number_of(request: Request, name: str, usual: int, most: int) -> int:
    """A number of the query, 0 to `most`. Raises InvalidArgument."""
    given = request.query_params.get(name, "")
    if not given:
        return usual
    if not (given.isascii() and given.isdigit() and len(given) < 9) or int(given) > most:
        raise InvalidArgument.of(name, f"{given[:20]!r} is no number from 0 to {most}")
    return int(given)


def _rows(table: Table, query: Query) -> tuple[bytes, int]:
    found = table.find(query)
    records = result_table.records(table, found.rows)
    kinds = {column.name: column.kind for column in table.columns}
    shown = [{name: exact(kinds[name], value) for name, value in record.items()} for record in records]
    return json.dumps(shown, ensure_ascii=False, allow_nan=False).encode(), found.total


def exact(kind: int, value: Any) -> Any:
    """A value as an export to JSON has it: decimal text as a number, JSON as what it says."""
    if value is None:
        return None
    if kind == exports_pb2.COLUMN_KIND_DECIMAL:
        number = float(value)
        return int(number) if number.is_integer() else number
    return json.loads(value) if kind == exports_pb2.COLUMN_KIND_JSON else value


def _run(run: runs_pb2.Run) -> dict[str, Any]:
    tasks = run.tasks
    return {
        "run_id": run.run_id,
        "name": run.name,
        "phase": runs_pb2.RunPhase.Name(run.phase).removeprefix("RUN_PHASE_"),
        "test": run.test.name,
        "stage": run.stage,
        "created_at": run.created_at.ToJsonString(),
        "ended_at": run.ended_at.ToJsonString() if run.HasField("ended_at") else None,
        "eta_seconds": text.seconds(run.eta) if run.HasField("eta") else None,
        "median_task_seconds": text.seconds(run.median_task_duration) if run.HasField("median_task_duration") else None,
        **{name: getattr(tasks, name) for name in tasks.DESCRIPTOR.fields_by_name},
        "conditions": "; ".join(condition.message for condition in run.conditions),
    }


def routes(console: Console) -> list[BaseRoute]:
    """The addresses."""
    api = Api(console)
    return [
        Route("/api/runs.json", api.runs, methods=["GET"]),
        Route("/api/runs/{ref}/results.json", api.results, methods=["GET"]),
    ]

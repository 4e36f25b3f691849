"""Run: what became of one run, and what can be done with it."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

import trio
from google.protobuf import json_format
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from oodaemon.api.v1 import exports_pb2, failures_pb2, runs_pb2
from oodaemon.console import result_table
from oodaemon.console.home import AT_REST
from oodaemon.console.pages import Console, new_request_id
from oodaemon.console.result_table import Column, Query, Table
from oodaemon.errors import InvalidArgument

FAILURES = 20
IDENTITY, PARAMETER = exports_pb2.COLUMN_ROLE_IDENTITY, exports_pb2.COLUMN_ROLE_PARAMETER
FIGURE, DERIVED = exports_pb2.COLUMN_ROLE_FIGURE, exports_pb2.COLUMN_ROLE_DERIVED
STATUSES = ("COMPLETED", "FAILED", "SKIPPED")
PHASES_THAT_STOP = frozenset({runs_pb2.RUN_PHASE_PAUSED, runs_pb2.RUN_PHASE_PAUSING})


class RunPage:
    """The page of a run."""

    def __init__(self, console: Console) -> None:
        self._console = console

    async def page(self, request: Request) -> Response:
        """The page. Another beginning of the id, or `latest`, leads to it."""
        run = await run_of(self._console, request)
        if run.run_id != request.path_params["ref"]:
            query = f"?{request.url.query}" if request.url.query else ""
            return RedirectResponse(f"/runs/{run.run_id}{query}", status_code=303)
        context = {**await self._facts(request), "request_id": new_request_id()}
        return self._console.page(request, "run.html", **context)

    async def live(self, request: Request) -> Response:
        """Its fragments, as they change."""
        await run_of(self._console, request)
        return self._console.streams.answer(partial(self._fragments, request))

    async def _fragments(self, request: Request) -> Mapping[str, str]:
        facts = await self._facts(request)
        facts["request_id"] = ""  # the same text for as long as nothing changes; the service makes an id
        pieces = ("head", "actions", "results", "failures", "rulings")
        return {f"run-{piece}": self._console.fragment(request, f"run/{piece}.html", **facts) for piece in pieces}

    async def _facts(self, request: Request) -> dict[str, Any]:
        run = await run_of(self._console, request)
        failures = await self._console.ask(
            "FailureService.ListFailures", failures_pb2.ListFailuresRequest(run_id=run.run_id, page_size=FAILURES)
        )
        return {
            "run": run,
            "is_at_rest": run.phase in AT_REST,
            "is_stopped": run.phase in PHASES_THAT_STOP,
            "spec": json_format.MessageToJson(run.spec, preserving_proto_field_name=True),
            "failures": failures.failures,
            "more_failures": bool(failures.next_page_token),
            **await self._results(request, run),
        }

    async def _results(self, request: Request, run: runs_pb2.Run) -> dict[str, Any]:
        table = await self._console.tables.of(run)
        query, problem = query_of(request), ""
        try:
            found = await trio.to_thread.run_sync(table.find, query)
        except InvalidArgument as error:
            problem = str(error)
            found = await trio.to_thread.run_sync(table.find, Query())
        view = View(request, table)
        return {
            "table": table,
            "query": query,
            "found": found,
            "problem": problem,
            "view": view,
            "statuses": STATUSES,
            "colour": view.colour,
            "step": result_table.step,
            "is_figure": lambda column: column.role in (FIGURE, DERIVED),
        }


class View:
    """What of a table is shown, and the addresses that show it otherwise."""

    def __init__(self, request: Request, table: Table) -> None:
        self._asked = dict(request.query_params)
        self._table = table
        self.shows_all = self._asked.get("columns") == "all"
        known = {column.name for column in table.columns if column.sign}
        wanted = self._asked.get("colour", "mar")
        self.colour = wanted if wanted in known else ""
        self.colours = [column.name for column in self.columns if column.sign]

    @property
    def columns(self) -> list[Column]:
        """The columns, without what is the same for the whole run."""
        table = self._table
        parts = [column for column in table.of_role(IDENTITY) if column.name == "part" and any(table.values["part"])]
        figures = [
            column
            for column in table.of_role(FIGURE, DERIVED)
            if column.is_numeric and (self.shows_all or column.name in result_table.USUAL)
        ]
        return [*parts, *table.of_role(PARAMETER), *figures]

    def link(self, **changes: str | int) -> str:
        """The query of this page with something changed; a new order or filter begins with the first page."""
        fresh = {} if "page" in changes else {"page": ""}
        asked = {**self._asked, **fresh, **{name: str(value) for name, value in changes.items()}}
        return "?" + urlencode({name: value for name, value in asked.items() if value and name in KNOWN}) + "#results"

    def sorted_by(self, column: Column | None) -> str:
        """The query that sorts by a column: the better values first, and the other way round the next time."""
        name, sign = ("index", -1) if column is None else (column.name, column.sign)
        usual = "desc" if sign > 0 else "asc"
        other = {"asc": "desc", "desc": "asc"}
        is_now = self._asked.get("sort", "index") == name
        return self.link(sort=name, order=other[self._order] if is_now else usual)

    @property
    def _order(self) -> str:
        return "desc" if self._asked.get("order") == "desc" else "asc"

    def direction(self, name: str) -> str:
        """How a column is sorted, for aria-sort."""
        if self._asked.get("sort", "index") != name:
            return "none"
        return "descending" if self._order == "desc" else "ascending"


KNOWN = ("sort", "order", "where", "status", "page", "colour", "columns")


def query_of(request: Request) -> Query:
    """The rows that the address of a page asks for."""
    asked = request.query_params
    page = asked.get("page", "1")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 8 else 1
    return Query(
        sort=asked.get("sort", "") or "index",
        is_descending=asked.get("order") == "desc",
        where=asked.get("where", ""),
        status=asked.get("status", "") if asked.get("status") in STATUSES else "",
        place=(max(number, 1) - 1) * result_table.PAGE,
    )


async def run_of(console: Console, request: Request) -> runs_pb2.Run:
    """The run that an address names by its id, a beginning of it, or as `latest`. Raises NotFound."""
    answer = await console.ask("RunService.GetRun", runs_pb2.GetRunRequest(run_id=request.path_params["ref"]))
    run: runs_pb2.Run = answer.run
    return run


def routes(console: Console) -> list[BaseRoute]:
    """The addresses of this page."""
    page = RunPage(console)
    return [
        Route("/runs/{ref}", page.page, methods=["GET"]),
        Route("/live/runs/{ref}", page.live, methods=["GET"]),
    ]

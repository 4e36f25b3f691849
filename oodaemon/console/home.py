"""Home: what runs, who works, what failed, what was."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from oodaemon.api.v1 import daemon_pb2, failures_pb2, runs_pb2
from oodaemon.console.pages import Console

RECENT, FAILURES = 20, 6
AT_REST = frozenset({runs_pb2.RUN_PHASE_COMPLETED, runs_pb2.RUN_PHASE_CANCELLED, runs_pb2.RUN_PHASE_NEEDS_REVIEW})
BROWSER = "/browser/"


class Home:
    """The first page."""

    def __init__(self, console: Console) -> None:
        self._console = console

    async def page(self, request: Request) -> Response:
        """The page."""
        return self._console.page(request, "home.html", **await self._facts())

    async def live(self, request: Request) -> Response:
        """Its fragments, as they change."""
        return self._console.streams.answer(partial(self._fragments, request))

    async def _fragments(self, request: Request) -> Mapping[str, str]:
        facts = await self._facts()
        pieces = ("conditions", "active", "browsers", "failures", "recent")
        return {piece: self._console.fragment(request, f"home/{piece}.html", **facts) for piece in pieces}

    async def _facts(self) -> dict[str, Any]:
        daemon = await self._console.ask("DaemonService.GetStatus", daemon_pb2.GetStatusRequest())
        found = await self._console.ask("RunService.ListRuns", runs_pb2.ListRunsRequest(page_size=RECENT))
        newest = failures_pb2.ListFailuresRequest(newest=True, page_size=FAILURES)
        failures = await self._console.ask("FailureService.ListFailures", newest)
        return {
            "names": {run.run_id: run.name for run in found.runs},
            "failures": failures.failures,
            "daemon": daemon,
            "browsers": list(browsers(daemon.tree)),
            "active": [run for run in found.runs if run.phase not in AT_REST],
            "recent": [run for run in found.runs if run.phase in AT_REST],
        }


def browsers(actor: daemon_pb2.Actor) -> Iterator[daemon_pb2.Actor]:
    """The browsers of a supervision tree."""
    if BROWSER in actor.path:
        yield actor
    for child in actor.children:
        yield from browsers(child)


def routes(console: Console) -> list[BaseRoute]:
    """The addresses of this page."""
    home = Home(console)
    return [Route("/", home.page, methods=["GET"]), Route("/live/home", home.live, methods=["GET"])]

"""Daemon: the actors with their restarts and memory, live; conditions; where every task waits."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from oodaemon.api.v1 import daemon_pb2
from oodaemon.console.pages import Console, require_session


class DaemonPage:
    """The page."""

    def __init__(self, console: Console) -> None:
        self._console = console

    async def page(self, request: Request) -> Response:
        """The page."""
        return self._console.page(request, "daemon.html", **await self._facts())

    async def live(self, request: Request) -> Response:
        """Its fragments, as they change."""
        return self._console.streams.answer(partial(self._fragments, request))

    async def tasks(self, request: Request) -> Response:
        """Where every task of the daemon waits: paths and addresses may stand in it, so only for those who may act."""
        require_session(request)
        found = await self._console.ask("DaemonService.DumpTasks", daemon_pb2.DumpTasksRequest())
        return self._console.page(request, "daemon_tasks.html", text=found.text)

    async def _fragments(self, request: Request) -> Mapping[str, str]:
        facts = await self._facts()
        pieces = {"daemon-conditions": "home/conditions.html", "daemon-facts": "daemon/facts.html", "actors": "daemon/actors.html"}
        return {name: self._console.fragment(request, template, **facts) for name, template in pieces.items()}

    async def _facts(self) -> dict[str, Any]:
        status = await self._console.ask("DaemonService.GetStatus", daemon_pb2.GetStatusRequest())
        tree = (await self._console.ask("DaemonService.GetTree", daemon_pb2.GetTreeRequest())).tree
        actors = list(_walk(tree))
        memory = sum(actor.resident_bytes for _, actor in actors)
        return {"daemon": status, "actors": actors, "memory": memory}


def _walk(actor: daemon_pb2.Actor, depth: int = 0) -> Iterator[tuple[int, daemon_pb2.Actor]]:
    """Every actor with its depth, parents first."""
    yield depth, actor
    for child in actor.children:
        yield from _walk(child, depth + 1)


def routes(console: Console) -> list[BaseRoute]:
    """The addresses of this page."""
    daemon = DaemonPage(console)
    return [
        Route("/daemon", daemon.page, methods=["GET"]),
        Route("/daemon/tasks", daemon.tasks, methods=["GET"]),
        Route("/live/daemon", daemon.live, methods=["GET"]),
    ]

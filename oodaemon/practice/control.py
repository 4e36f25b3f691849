"""The door for tests: change the behaviour of a site, look at what was really started and at what went wrong."""

import ipaddress
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from oodaemon.practice.behaviour import InvalidBehaviour
from oodaemon.practice.messages import error, json_body
from oodaemon.practice.site import Site

Answer = Callable[[Request], Awaitable[Response]]


def control_routes(site: Site) -> list[Route]:
    """Everything below /__practice__, for callers on this machine only."""
    control = _Control(site)
    return [
        Route("/__practice__/behaviour", _local(control.behaviour), methods=["GET", "POST"]),
        Route("/__practice__/expire-sessions", _local(control.expire_sessions), methods=["POST"]),
        Route("/__practice__/faults", _local(control.faults)),
        Route("/__practice__/runs", _local(control.runs)),
        Route("/__practice__/reset", _local(control.reset), methods=["POST"]),
    ]


def _local(answer: Answer) -> Answer:
    async def checked(request: Request) -> Response:
        host = request.client.host if request.client else ""
        try:
            is_local = ipaddress.ip_address(host).is_loopback
        except ValueError:
            is_local = False
        return await answer(request) if is_local else error(403, "Only for callers on this machine.")

    return checked


class _Control:
    def __init__(self, site: Site) -> None:
        self._site = site

    async def behaviour(self, request: Request) -> Response:
        if request.method == "POST":
            body = await json_body(request)
            if body is None:
                return error(400, "Send the settings as a JSON object.")
            try:
                self._site.change(body)
            except InvalidBehaviour as problem:
                return error(400, str(problem))
        return JSONResponse(self._site.behaviour.as_json())

    async def expire_sessions(self, request: Request) -> Response:  # noqa: ARG002
        return JSONResponse({"expired": self._site.expire_sessions()})

    async def faults(self, request: Request) -> Response:  # noqa: ARG002
        return JSONResponse(self._site.draws.counts(self._site.behaviour.faults))

    async def runs(self, request: Request) -> Response:  # noqa: ARG002
        return JSONResponse([run.as_json() for run in self._site.runs])

    async def reset(self, request: Request) -> Response:  # noqa: ARG002
        self._site.reset()
        return JSONResponse({})

"""The pages of the console, put together: one module a page, each with its `routes`."""

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route, Router

from oodaemon.console import (
    actions,
    analysis,
    api,
    charts,
    daemon,
    history,
    home,
    logs,
    new_run,
    profile,
    recordings,
    reference,
    run,
    saved_tests,
    settings_page,
    task,
)
from oodaemon.console.files import Files
from oodaemon.console.guard import App, Guard
from oodaemon.console.means import Means
from oodaemon.console.pages import Console
from oodaemon.console.refusals import Refused
from oodaemon.console.sessions import SESSION_LIFE

PAGES = (
    *(home, run, task, actions, api),
    *(new_run, charts, analysis, history, saved_tests, reference, recordings, daemon, profile, logs, settings_page),
)
"""Modules with `routes(console)`; the order of the navigation is that of `navigation.PLACES`."""


def application(means: Means, address: str) -> App:
    """The ASGI application of the console that serves at an address."""
    console = Console(means)
    router = Router(
        redirect_slashes=False,
        routes=[*_own(console, means, address), *(route for page in PAGES for route in page.routes(console))],
    )
    router.default = _unknown

    def complain(scope: Any, refusal: Refused) -> Response:
        return console.refusal(Request(scope), refusal)

    async def pages(scope: Any, receive: Any, send: Any) -> None:
        scope["app"] = console
        await router(scope, receive, send)

    return Guard(pages, complain, means.sessions, address=address, is_open=means.is_open)


async def _unknown(scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG001 - ASGI
    raise Refused(404, "there is no such page")


def _own(console: Console, means: Means, address: str) -> list[BaseRoute]:
    name = f"oodaemon_console_{address.rpartition(':')[2]}"

    async def enter(request: Request) -> Response:
        cookie = means.sessions.exchange(request.path_params["secret"])
        if cookie is None:
            raise Refused(403, "this link was used before or is too old; run `ooctl console` for another one")
        response = console.page(
            request, "opened.html"
        )  # whose way on is our own: a redirect of a foreign visit has no strict cookie
        response.set_cookie(name, cookie, max_age=int(SESSION_LIFE), path="/", httponly=True, samesite="strict")
        return response

    async def leave(request: Request) -> Response:
        means.sessions.end(request.state.cookie)
        response = RedirectResponse("/", status_code=303)
        response.delete_cookie(name, path="/", httponly=True, samesite="strict")
        return response

    files = Files()
    return [
        Route("/open/{secret}", enter, methods=["GET"]),
        Route("/leave", leave, methods=["POST"]),
        Route("/static/{name}", files.answer, methods=["GET"]),
    ]

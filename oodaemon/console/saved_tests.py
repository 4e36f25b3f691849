"""Tests: the saved tests of the site as the daemon knows them, and what each of them is."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from oodaemon.api.v1 import runs_pb2, tests_pb2
from oodaemon.console.pages import Console, require_session, see_other
from oodaemon.errors import NotFound

RUNS = 10


class SavedTests:
    """The list and one test."""

    def __init__(self, console: Console) -> None:
        self._console = console

    async def page(self, request: Request) -> Response:
        """The list; `recent` keeps those that a run used, `text` those whose name or id holds it."""
        is_recent, text = bool(request.query_params.get("recent")), request.query_params.get("text", "").strip()
        found = await self._console.ask("TestService.ListTests", tests_pb2.ListTestsRequest(recent=is_recent))
        folded = text.casefold()
        shown = [saved for saved in found.tests if folded in saved.test.name.casefold() or folded in saved.test.test_id.casefold()]
        context: dict[str, Any] = {"tests": shown, "total": len(found.tests), "is_recent": is_recent, "text": text}
        return self._console.page(request, "tests.html", **context)

    async def one(self, request: Request) -> Response:
        """One test that is known: what its page said of itself, and its last runs. The site is not asked."""
        test_id = request.path_params["test_id"]
        runs = (await self._console.ask("RunService.ListRuns", runs_pb2.ListRunsRequest(test_id=test_id, page_size=RUNS))).runs
        known = (await self._console.ask("TestService.ListTests", tests_pb2.ListTestsRequest())).tests
        if not runs and not any(saved.test.test_id == test_id for saved in known):
            raise NotFound("saved test", test_id[:80], "the list of those that are known is on the page Tests")
        found = await self._console.ask("TestService.GetTest", tests_pb2.GetTestRequest(reference=test_id))
        return self._console.page(request, "test.html", found=found, runs=runs)

    async def refresh(self, request: Request) -> Response:
        """Have the site asked for its list."""
        require_session(request)
        await self._console.ask("TestService.ListTests", tests_pb2.ListTestsRequest(refresh=True))
        return see_other("/tests")

    async def look(self, request: Request) -> Response:
        """Have the site asked what one test is now."""
        require_session(request)
        test_id = request.path_params["test_id"]
        found = await self._console.ask("TestService.GetTest", tests_pb2.GetTestRequest(reference=test_id, refresh=True))
        return see_other(f"/tests/{found.test.test.test_id}")


def routes(console: Console) -> list[BaseRoute]:
    """The addresses of these pages."""
    tests = SavedTests(console)
    return [
        Route("/tests", tests.page, methods=["GET"]),
        Route("/tests", tests.refresh, methods=["POST"]),
        Route("/tests/{test_id}", tests.one, methods=["GET"]),
        Route("/tests/{test_id}", tests.look, methods=["POST"]),
    ]

"""History: all runs, searched and filtered page by page, and some of them side by side."""

import datetime
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from oodaemon.api.v1 import analysis_pb2, runs_pb2, tests_pb2
from oodaemon.console.figure_words import METRICS
from oodaemon.console.pages import Console
from oodaemon.console.refusals import Refused
from oodaemon.errors import InvalidArgument, NotFound

PAGE = 40
PHASES = tuple(name.removeprefix("RUN_PHASE_").lower() for name, number in runs_pb2.RunPhase.items() if number)
KINDS = ("sweep", "grid", "list", "staged", "search", "walk_forward")
MOST = 10
"""Runs that can be compared at once."""


class History:
    """The list of runs, and the comparison."""

    def __init__(self, console: Console) -> None:
        self._console = console

    async def page(self, request: Request) -> Response:
        """A page of the runs that the address asks for."""
        asked = {name: value.strip() for name, value in request.query_params.items()}
        problem, found = "", runs_pb2.ListRunsResponse()
        try:
            found = await self._console.ask("RunService.ListRuns", _wanted(asked))
        except InvalidArgument as error:
            problem = str(error)
        known = await self._console.ask("TestService.ListTests", tests_pb2.ListTestsRequest())
        kept = {name: asked[name] for name in FIELDS if asked.get(name)}
        context = {
            "runs": found.runs,
            "asked": {name: asked.get(name, "") for name in FIELDS},
            "is_asked": bool(kept),
            "tests": known.tests,
            "phases": PHASES,
            "kinds": KINDS,
            "problem": problem,
            "is_later": bool(asked.get("after")),
            "first": f"/history?{urlencode(kept)}",
            "next": f"/history?{urlencode({**kept, 'after': found.next_page_token})}" if found.next_page_token else "",
        }
        return self._console.page(request, "history.html", **context)

    async def compare(self, request: Request) -> Response:
        """The runs that were ticked, side by side."""
        refs = [ref for ref in request.query_params.getlist("run") if ref]
        metric = request.query_params.get("by", "")
        if not 2 <= len(refs) <= MOST:
            raise Refused(400, f"tick two to {MOST} runs to compare them; {len(refs)} are ticked")
        by = [runs_pb2.Objective(metric=metric)] if metric else []
        try:
            found = await self._console.ask("AnalysisService.Compare", analysis_pb2.CompareRequest(run_ids=refs, by=by))
        except NotFound as error:
            raise Refused(404, str(error)) from None
        names = {run.run_id: run.name for run in found.runs}
        context = {"found": found, "refs": refs, "metric": metric, "metrics": METRICS, "names": names}
        return self._console.page(request, "compare.html", **context)


FIELDS = ("text", "test", "kind", "phase", "since", "until")


def _wanted(asked: dict[str, str]) -> runs_pb2.ListRunsRequest:
    """What the fields of the search mean. Days are those of this machine, both included. Raises InvalidArgument."""
    request = runs_pb2.ListRunsRequest(
        page_size=PAGE,
        page_token=asked.get("after", ""),
        text=asked.get("text", ""),
        test_id=asked.get("test", ""),
        kind=asked.get("kind", ""),
    )
    if phase := asked.get("phase"):
        if phase not in PHASES:
            raise InvalidArgument.of("phase", f"{phase[:40]!r} is no phase; there are {', '.join(PHASES)}")
        request.phases.append(runs_pb2.RunPhase.Value(f"RUN_PHASE_{phase.upper()}"))
    if asked.get("since"):
        request.submitted_from.FromDatetime(_day(asked["since"], "from"))
    if asked.get("until"):
        request.submitted_before.FromDatetime(_day(asked["until"], "to", days=1))
    return request


def _day(text: str, name: str, *, days: int = 0) -> datetime.datetime:
    try:
        day = datetime.date.fromisoformat(text) + datetime.timedelta(days=days)
        return datetime.datetime.combine(day, datetime.time()).astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        raise InvalidArgument.of(name, f"{text[:40]!r} is no day; write YYYY-MM-DD") from None


def routes(console: Console) -> list[BaseRoute]:
    """The addresses of these pages."""
    history = History(console)
    return [
        Route("/history", history.page, methods=["GET"]),
        Route("/compare", history.compare, methods=["GET"]),
    ]

"""Analysis of a run: its best, a recommendation, how far to trust it, walk-forward and Monte Carlo; each part stands alone."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import trio
from google.protobuf.message import Message
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from oodaemon.api.v1 import analysis_pb2, runs_pb2, trades_pb2
from oodaemon.console.figure_words import METRICS, TOLD
from oodaemon.console.pages import Console
from oodaemon.console.run import run_of
from oodaemon.errors import InvalidArgument, OODaemonError

GOALS = {"balanced": analysis_pb2.GOAL_BALANCED, "returns": analysis_pb2.GOAL_RETURNS, "capital": analysis_pb2.GOAL_CAPITAL}
BEST = 10
SIMULATIONS = 2000
"""Courses of a Monte Carlo on this page; `ooctl montecarlo` plays more."""


@dataclass(slots=True)
class Part:
    """A part of the page: the answer, or why there is none."""

    answer: Any = None
    problem: str = ""


class Analysis:
    """The page."""

    def __init__(self, console: Console) -> None:
        self._console = console

    async def page(self, request: Request) -> Response:
        """The page; a part that cannot be had says why, and the others stand."""
        asked = request.query_params
        run = await run_of(self._console, request)
        chosen = {
            "by": asked.get("by", "mar"),
            "goal": asked.get("goal", "balanced"),
            "where": asked.get("where", "").strip(),
            "task": asked.get("task", ""),
        }
        parts = await self._parts(run, chosen)
        context: dict[str, Any] = {
            "run": run,
            "chosen": chosen,
            "parts": parts,
            "metrics": METRICS,
            "goals": tuple(GOALS),
            "told": TOLD,
        }
        return self._console.page(request, "analysis.html", **context)

    async def _parts(self, run: runs_pb2.Run, chosen: dict[str, str]) -> dict[str, Part]:
        parts = {name: Part() for name in ("best", "recommendation", "robustness", "walk_forward", "courses")}
        by, where = [runs_pb2.Objective(metric=chosen["by"])], chosen["where"]

        async def best() -> Any:
            request = analysis_pb2.BestRequest(run_id=run.run_id, by=by, where=where, limit=BEST)
            return await self._console.ask("AnalysisService.Best", request)

        async def recommendation() -> Any:
            goal = GOALS.get(chosen["goal"], analysis_pb2.GOAL_BALANCED)
            request = analysis_pb2.RecommendRequest(run_id=run.run_id, goal=goal, where=where)
            return await self._console.ask("AnalysisService.Recommend", request)

        async def robustness() -> Any:
            request = analysis_pb2.RobustnessRequest(run_id=run.run_id, by=by)
            if (index := _index(chosen["task"])) is not None:
                request.index = index
            return await self._console.ask("AnalysisService.Robustness", request)

        async def walk_forward() -> Any:
            request = analysis_pb2.WalkForwardReportRequest(run_id=run.run_id)
            return await self._console.ask("AnalysisService.WalkForwardReport", request)

        async with trio.open_nursery() as nursery:
            nursery.start_soon(_fill, parts["best"], best)
            nursery.start_soon(_fill, parts["recommendation"], recommendation)
            nursery.start_soon(_fill, parts["robustness"], robustness)
            if run.spec.HasField("walk_forward"):
                nursery.start_soon(_fill, parts["walk_forward"], walk_forward)
        found: Message | None = parts["robustness"].answer
        if found is not None and run.spec.trades:
            await _fill(parts["courses"], lambda: self._courses(run, parts["robustness"].answer.candidate.index))
        return parts

    async def _courses(self, run: runs_pb2.Run, index: int) -> Any:
        log = trades_pb2.LogRef(task=trades_pb2.TaskRef(run_id=run.run_id, index=index))
        request = analysis_pb2.MonteCarloRequest(log=log, simulations=SIMULATIONS, seed=1)
        return await self._console.ask("AnalysisService.MonteCarlo", request)


async def _fill(part: Part, ask: Callable[[], Awaitable[Any]]) -> None:
    try:
        part.answer = await ask()
    except OODaemonError as error:
        part.problem = str(error)


def _index(text: str) -> int | None:
    """The task that was asked for. Raises InvalidArgument for what is no number."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        raise InvalidArgument.of("task", f"{text[:20]!r} is no number of a task")
    return int(text)


def routes(console: Console) -> list[BaseRoute]:
    """The address of this page."""
    return [Route("/runs/{ref}/analysis", Analysis(console).page, methods=["GET"])]

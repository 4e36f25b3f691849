"""AnalysisService: what results say, and how far they can be trusted. Reads in the lane for long reads, thinks in a thread."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import trio
from google.protobuf import json_format

from oodaemon.analysis import comparing, ranking, recommend, recomputed, robustness, scoring, trials, walk_forward
from oodaemon.analysis.candidates import Candidate
from oodaemon.analysis.ranking import Objective
from oodaemon.api.v1 import analysis_pb2, analysis_pb2_grpc, runs_pb2
from oodaemon.bridge.loop import call_trio
from oodaemon.errors import FailedPrecondition, InvalidArgument, NotFound
from oodaemon.rpc import advice, convert, courses, scope
from oodaemon.rpc.scope import Question, Scope
from oodaemon.store import candidates, trades
from oodaemon.store.store import Store
from oodaemon.store.transaction import Snapshot

T = TypeVar("T")

LOGS, TRADES = 400, 2_000_000
"""Trade logs, and trades of them, that one answer reads at most."""
FRONT, BEST, ADVICE, SHARED, RUNS = 100, 10, 5, 50, 10
_GOALS: Mapping[int, str] = {
    analysis_pb2.GOAL_UNSPECIFIED: "balanced",
    analysis_pb2.GOAL_RETURNS: "returns",
    analysis_pb2.GOAL_CAPITAL: "capital",
    analysis_pb2.GOAL_BALANCED: "balanced",
}


class AnalysisServicer(analysis_pb2_grpc.AnalysisServiceServicer):
    """See analysis.proto."""

    def __init__(self, store: Store, values: advice.Values, weights: Mapping[str, Mapping[str, float]]) -> None:
        """`weights` replace those of `scoring.GOALS` by goal."""
        self._store, self._wire = store, advice.Advisor(values)
        self._weights = {**scoring.GOALS, **weights}
        self._one_at_a_time = trio.CapacityLimiter(1)

    async def Recommend(self, request: analysis_pb2.RecommendRequest, context: Any) -> analysis_pb2.RecommendResponse:
        """See analysis.proto."""
        return await call_trio(self._recommend, request)

    async def Best(self, request: analysis_pb2.BestRequest, context: Any) -> analysis_pb2.BestResponse:
        """See analysis.proto."""
        return await call_trio(self._best, request)

    async def Compare(self, request: analysis_pb2.CompareRequest, context: Any) -> analysis_pb2.CompareResponse:
        """See analysis.proto."""
        return await call_trio(self._compare, request)

    async def Robustness(self, request: analysis_pb2.RobustnessRequest, context: Any) -> analysis_pb2.RobustnessResponse:
        """See analysis.proto."""
        return await call_trio(self._robustness, request)

    async def MonteCarlo(self, request: analysis_pb2.MonteCarloRequest, context: Any) -> analysis_pb2.MonteCarloResponse:
        """See analysis.proto."""
        return await call_trio(self._monte_carlo, request)

    async def WalkForwardReport(
        self, request: analysis_pb2.WalkForwardReportRequest, context: Any
    ) -> analysis_pb2.WalkForwardReportResponse:
        """See analysis.proto."""
        return await call_trio(self._walk_forward, request)

    async def _think(self, work: Callable[[], T]) -> T:
        """Do pure work in a thread, one at a time; an answer that nobody waits for is given up."""
        return await trio.to_thread.run_sync(work, abandon_on_cancel=True, limiter=self._one_at_a_time)

    async def _recommend(self, request: analysis_pb2.RecommendRequest) -> analysis_pb2.RecommendResponse:
        goal = _GOALS.get(request.goal)
        if goal is None:
            raise InvalidArgument.of("goal", f"{request.goal} is no goal; there are returns, capital and balanced")
        weights, limit = self._weights[goal], scope.limit(request.limit, ADVICE)
        names = tuple(name for name, weight in weights.items() if weight and name != scoring.STABILITY)
        question = Question(request.run_id, names, request.where, request.part, is_one_span=True)
        about = await self._store.examine(scope.read, question)
        found = await self._think(lambda: recommend.recommend(about.candidates, weights, limit=limit))
        wire = analysis_pb2.RecommendResponse(
            goal=analysis_pb2.Goal.Value(f"GOAL_{goal.upper()}"),
            weights=found.weights,
            alternatives=[self._wire.advice(each) for each in found.alternatives],
            avoid=[self._wire.advice(each) for each in found.avoid],
            pareto=[self._wire.candidate(each) for each in found.front[:FRONT]],
            pareto_total=len(found.front),
            coverage=about.coverage(),
            notes=[*about.notes, *found.notes],
        )
        if found.recommended is not None:
            wire.recommended.CopyFrom(self._wire.advice(found.recommended))
        return wire

    async def _best(self, request: analysis_pb2.BestRequest) -> analysis_pb2.BestResponse:
        by, limit = scope.objectives(request.by, ["mar"]), scope.limit(request.limit, BEST)
        question = Question(request.run_id, _names(by), request.where, request.part)
        about = await self._store.examine(scope.read, question)
        find = ranking.front if request.pareto else ranking.ranked
        found = await self._think(lambda: find(about.candidates, by))
        shown = await self._store.examine(candidates.with_derived, found[:limit])
        if missing := sum(each.figure(by[0].metric) is None for each in about.candidates):
            about.notes.append(f"{missing:,} of {len(about.candidates):,} results have no {by[0].metric} and are left out.")
        return analysis_pb2.BestResponse(
            best=[self._wire.candidate(each) for each in shown.values()],
            by=[advice.objective(each) for each in by],
            matching=len(found),
            coverage=about.coverage(found),
            notes=about.notes,
        )

    async def _compare(self, request: analysis_pb2.CompareRequest) -> analysis_pb2.CompareResponse:
        if not 2 <= len(request.run_ids) <= RUNS:
            raise InvalidArgument.of("run_ids", f"{len(request.run_ids)} runs are named; 2 to {RUNS} can be compared")
        by, limit = scope.objectives(request.by, ["mar", "pl", "max_drawdown"]), scope.limit(request.limit, SHARED)
        abouts = [await self._store.examine(scope.read, Question(ref, _names(by), request.where)) for ref in request.run_ids]
        if len({about.run.run_id for about in abouts}) < len(abouts):
            raise InvalidArgument.of("run_ids", "the same run is named twice")
        return await self._think(lambda: self._compared(abouts, by, limit))

    def _compared(self, abouts: Sequence[Scope], by: Sequence[Objective], limit: int) -> analysis_pb2.CompareResponse:
        shared = comparing.shared([about.candidates for about in abouts], by[0].metric)
        summaries = [[comparing.summary(about.candidates, each) for each in by] for about in abouts]
        wire = analysis_pb2.CompareResponse(
            points=[self._wire.shared(each) for each in shared[:limit]],
            shared=len(shared),
            by=[advice.objective(each) for each in by],
            notes=[f"{about.run.run_id}: {note}" for about in abouts for note in about.notes],
        )
        for place, (about, figures) in enumerate(zip(abouts, summaries, strict=True)):
            firsts = summaries[0] if place else [None] * len(by)
            row = analysis_pb2.RunSummary(
                run_id=about.run.run_id,
                name=about.run.name,
                phase=convert.phase(about.run.phase),
                test_name=about.run.test.name,
                coverage=about.coverage(),
                figures=[advice.summary(figure, first) for figure, first in zip(figures, firsts, strict=True)],
            )
            if (best := comparing.best(about.candidates, by)) is not None:
                row.best.CopyFrom(self._wire.candidate(best))
            wire.runs.append(row)
        if len({about.run.test.test_id for about in abouts}) > 1:
            wire.notes.append("The runs are of different saved tests: equal values are not equal strategies.")
        return wire

    async def _robustness(self, request: analysis_pb2.RobustnessRequest) -> analysis_pb2.RobustnessResponse:
        by = scope.objectives(request.by, ["mar"])
        question = Question(request.run_id, _names(by), part=request.part, is_one_span=True)
        about = await self._store.examine(scope.read, question)
        chosen = _chosen(about, by, request.index if request.HasField("index") else None)
        known, read = await self._store.examine(_trials, about.run.run_id, about.candidates, chosen)
        found = await self._think(lambda: robustness.examine(chosen, about.candidates, by[0], trials.side_by_side(read)))
        wire = self._wire.robustness(found, by[0])
        again = await self._store.examine(_again, chosen)
        wire.recomputed.extend(advice.recomputed(each) for each in again)
        wire.cautions.extend(robustness.disagreement(each) for each in again if not each.agrees)
        wire.coverage.CopyFrom(about.coverage())
        wire.coverage.logs, wire.coverage.logs_read = known, len(read)
        wire.notes.extend([*about.notes, *found.notes])
        if len(read) < known:
            wire.notes.append(
                f"{len(read):,} of {known:,} trade logs were read, evenly spread over the tasks, that of the result among them."
            )
        return wire

    async def _monte_carlo(self, request: analysis_pb2.MonteCarloRequest) -> analysis_pb2.MonteCarloResponse:
        courses.check(request)
        material = await self._store.examine(courses.material, request)
        return await self._think(lambda: courses.answer(request, material))

    async def _walk_forward(self, request: analysis_pb2.WalkForwardReportRequest) -> analysis_pb2.WalkForwardReportResponse:
        asked = scope.objectives(request.by, ["mar"])
        question = Question(request.run_id, (*request.metrics, *(_names(asked) if request.by else ())))
        about = await self._store.examine(scope.read, question)
        if not walk_forward.is_walk_forward(about.parts):
            raise FailedPrecondition(f"run {about.run.run_id} is no walk-forward run; submit with --walk-forward to make one")
        by = asked if request.by else scope.objectives(_submitted(about), ["mar"])
        if not request.by and (needed := _names(by)) and not request.metrics:
            about = await self._store.examine(scope.read, Question(request.run_id, needed))
        found = walk_forward.report(about.candidates, about.parts, by, request.metrics)
        wire = analysis_pb2.WalkForwardReportResponse(
            folds=[self._wire.fold(each, size=about.part_sizes.get(f"{each.name} in-sample", 0)) for each in found.folds],
            figures=[advice.side(each) for each in found.sides],
            by=[advice.objective(each) for each in by],
            profitable_folds=sum(profit > 0 for profit in found.profits),
            coverage=about.coverage(),
            verdict=found.verdict(),
            notes=[note for note in about.notes if not note.startswith("This is a walk-forward run")],
        )
        if found.profits:
            wire.out_of_sample_pl = sum(found.profits)
        return wire


def _names(by: Sequence[Objective]) -> tuple[str, ...]:
    return tuple(each.metric for each in by)


def _submitted(about: Scope) -> list[runs_pb2.Objective]:
    """What a walk-forward run was told to choose by."""
    spec = json_format.Parse(about.run.spec, runs_pb2.RunSpec())
    return list(spec.walk_forward.optimize_by or spec.search.optimize_by or spec.staged.optimize_by)


def _chosen(about: Scope, by: Sequence[Objective], index: int | None) -> Candidate:
    """The result a question about robustness is about. Raises NotFound and FailedPrecondition."""
    ranked = ranking.ranked(about.candidates, by)
    if not ranked:
        raise FailedPrecondition(f"run {about.run.run_id} has no result with {by[0].metric}")
    if index is None:
        return ranked[0]
    found = next((each for each in ranked if each.index == index), None)
    if found is None:
        raise NotFound("result", f"{about.run.run_id}/{index}", f"there is no such task with {by[0].metric} among those looked at")
    return found


def _again(db: Snapshot, chosen: Candidate) -> list[recomputed.Recomputed]:
    """The figures of a page beside what its trade log gives; none without a log, or where the page does not say enough."""
    log_id = candidates.logs(db, chosen.run_id).get(chosen.index)
    days, capital = candidates.span(db, chosen.run_id, chosen.index), chosen.figure("starting_capital")
    if log_id is None or days is None or capital is None:
        return []
    rows = trades.page(db, log_id, limit=candidates.trades_in(db, log_id))
    return recomputed.against(chosen.metrics, [row.trade for row in rows], recomputed.Account(capital, *days))


def _trials(db: Snapshot, run_id: str, looked_at: Sequence[Candidate], chosen: Candidate) -> tuple[int, list[trials.Trial]]:
    """How many of the results have trade logs, and the daily results of at most `LOGS` of them, `chosen` among them."""
    known = candidates.logs(db, run_id)
    logs = [(each, known[each.index]) for each in looked_at if each.index in known]
    if not logs:
        return 0, []
    of_chosen = known.get(chosen.index, logs[0][1])
    most = max(2, min(LOGS, TRADES // max(1, candidates.trades_in(db, of_chosen))))
    places = trials.spread_evenly(len(logs), most)
    picked = {each.index: (each, log_id) for each, log_id in (logs[place] for place in places)}
    if chosen.index in known:
        picked[chosen.index] = (chosen, known[chosen.index])
    return len(logs), [
        trials.Trial(index, candidates.daily(db, log_id), each.figure("starting_capital"))
        for index, (each, log_id) in sorted(picked.items())
    ]

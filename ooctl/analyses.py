"""Questions about results as the client puts them: one method per request. Importing this module imports grpc."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from ooctl.owners import RUN_HINT, Owner
from ooctl.pacing import SECONDS
from ooctl.specs.wire import objective
from oodaemon.api.v1 import analysis_pb2, analysis_pb2_grpc, trades_pb2

if TYPE_CHECKING:
    import grpc

    from ooctl.specs.draft import Objective
    from ooctl.tradelogs import Ask

PATIENCE: Final = 180 * SECONDS
"""For a hundred thousand results, on a busy machine."""


class Analyses:
    """What a daemon makes of results. Every method raises ClientError."""

    def __init__(self, channel: grpc.Channel, ask: Ask) -> None:
        self._stub, self._ask = analysis_pb2_grpc.AnalysisServiceStub(channel), ask

    def recommend(self, run_id: str, goal: str, *, where: str, part: str, limit: int) -> analysis_pb2.RecommendResponse:
        """What to take of a run; `goal` is returns, capital or balanced."""
        request = analysis_pb2.RecommendRequest(
            run_id=run_id, goal=analysis_pb2.Goal.Value(f"GOAL_{goal.upper()}"), where=where, part=part, limit=limit
        )
        return self._ask(self._stub.Recommend, request, timeout=PATIENCE, not_found=RUN_HINT)

    def best(self, request: analysis_pb2.BestRequest) -> analysis_pb2.BestResponse:
        """The best results of a run."""
        return self._ask(self._stub.Best, request, timeout=PATIENCE, not_found=RUN_HINT)

    def compare(self, run_ids: Sequence[str], by: Sequence[Objective], *, where: str, limit: int) -> analysis_pb2.CompareResponse:
        """Runs beside each other."""
        request = analysis_pb2.CompareRequest(run_ids=run_ids, by=[objective(each) for each in by], where=where, limit=limit)
        return self._ask(self._stub.Compare, request, timeout=PATIENCE, not_found=RUN_HINT)

    def robustness(self, run_id: str, index: int | None, by: Sequence[Objective], *, part: str) -> analysis_pb2.RobustnessResponse:
        """How far a result can be trusted; the best of the run without an index."""
        request = analysis_pb2.RobustnessRequest(run_id=run_id, index=index, by=[objective(each) for each in by], part=part)
        return self._ask(self._stub.Robustness, request, timeout=PATIENCE, not_found=RUN_HINT)

    def monte_carlo(self, owner: Owner, request: analysis_pb2.MonteCarloRequest) -> analysis_pb2.MonteCarloResponse:
        """Other courses of the trades of a task or of an import; `request` says which."""
        if owner.import_id:
            request.log.import_id = owner.import_id
        else:
            request.log.task.CopyFrom(trades_pb2.TaskRef(run_id=owner.run_id, index=owner.index or 0))
        return self._ask(self._stub.MonteCarlo, request, timeout=PATIENCE, not_found=owner.hint)

    def walk_forward(self, run_id: str, by: Sequence[Objective], metrics: Sequence[str]) -> analysis_pb2.WalkForwardReportResponse:
        """In-sample against out of sample."""
        request = analysis_pb2.WalkForwardReportRequest(run_id=run_id, by=[objective(each) for each in by], metrics=metrics)
        return self._ask(self._stub.WalkForwardReport, request, timeout=PATIENCE, not_found=RUN_HINT)

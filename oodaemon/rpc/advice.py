"""Decisions on the wire."""

from collections.abc import Callable, Mapping

from google.protobuf.struct_pb2 import Value as WireValue

from oodaemon.analysis import comparing, monte_carlo, recommend, robustness, walk_forward
from oodaemon.analysis.candidates import Candidate
from oodaemon.analysis.neighbourhood import Neighbourhood
from oodaemon.analysis.overfitting import Overfitting
from oodaemon.analysis.ranking import Objective
from oodaemon.analysis.recomputed import Recomputed
from oodaemon.analysis.selection import Deflated
from oodaemon.api.v1 import analysis_pb2, runs_pb2
from oodaemon.model.tasks import Origin
from oodaemon.model.values import Value
from oodaemon.rpc.convert import metrics

Values = Callable[[Mapping[str, Value]], dict[str, WireValue]]
"""The values of a task on the wire, without what goes without saying."""


class Advisor:
    """Turns answers into messages; knows how values are written."""

    def __init__(self, values: Values) -> None:
        self._values = values

    def candidate(self, value: Candidate) -> analysis_pb2.Candidate:
        """A result with its figures."""
        return analysis_pb2.Candidate(
            run_id=value.run_id,
            index=value.index,
            parameters=self._values(value.values),
            metrics=metrics(value.metrics),
            derived=value.derived,
            origin=origin(value.origin),
            part=value.part,
        )

    def advice(self, value: recommend.Advice) -> analysis_pb2.Advice:
        """A result with its score and a sentence."""
        parts = [
            analysis_pb2.ScorePart(metric=part.metric, weight=part.weight, value=part.value, points=part.points)
            for part in value.parts
        ]
        return analysis_pb2.Advice(candidate=self.candidate(value.candidate), score=value.score, parts=parts, why=value.why)

    def shared(self, value: comparing.Shared) -> analysis_pb2.SharedPoint:
        """A set of values that several runs have."""
        first = value.figures[0][1]
        figures = [
            analysis_pb2.SharedFigure(
                run_id=each.run_id,
                index=each.index,
                value=figure,
                delta=None if place == 0 else figure - first,
                origin=origin(each.origin),
            )
            for place, (each, figure) in enumerate(value.figures)
        ]
        return analysis_pb2.SharedPoint(parameters=self._values(value.values), figures=figures)

    def fold(self, value: walk_forward.Fold, *, size: int) -> analysis_pb2.FoldReport:
        """A fold, whose in-sample part has `size` tasks."""
        wire = analysis_pb2.FoldReport(
            name=value.name,
            chosen_from=value.chosen_from,
            without_figures=max(0, size - value.chosen_from),
            figures=[side(each) for each in value.sides],
        )
        if value.inside is not None:
            wire.in_sample.CopyFrom(self.candidate(value.inside))
        if value.outside is not None:
            wire.out_of_sample.CopyFrom(self.candidate(value.outside))
        return wire

    def robustness(self, value: robustness.Robustness, by: Objective) -> analysis_pb2.RobustnessResponse:
        """How far a result can be trusted."""
        wire = analysis_pb2.RobustnessResponse(
            candidate=self.candidate(value.candidate),
            by=objective(by),
            neighbourhood=neighbourhood(value.around, by),
            cautions=value.cautions,
        )
        if value.deflated is not None:
            wire.deflated_sharpe.CopyFrom(deflated(value.deflated))
        if value.overfitting is not None:
            wire.overfitting.CopyFrom(overfitting(value.overfitting))
        return wire


def origin(value: Origin) -> runs_pb2.ResultOrigin.ValueType:
    """How figures came to be recorded, on the wire."""
    return runs_pb2.ResultOrigin.Value(f"RESULT_ORIGIN_{value.name}")


def objective(value: Objective) -> runs_pb2.Objective:
    """A figure and which way is better, on the wire."""
    direction = runs_pb2.DIRECTION_MAXIMIZE if value.better == "more" else runs_pb2.DIRECTION_MINIMIZE
    return runs_pb2.Objective(metric=value.metric, direction=direction)


def neighbourhood(value: Neighbourhood, by: Objective) -> analysis_pb2.Neighbourhood:
    """Neighbours on the wire: gains become figures again."""
    shape = value.shape
    return analysis_pb2.Neighbourhood(
        neighbours=value.count,
        value=by.gain(value.own),
        mean=None if value.mean is None else by.gain(value.mean),
        worst=None if value.worst is None else by.gain(value.worst),
        stability=value.stability,
        verdict=analysis_pb2.NeighbourhoodVerdict.Value(f"NEIGHBOURHOOD_VERDICT_{shape.name if shape else 'UNSPECIFIED'}"),
        edges=value.edges,
    )


def deflated(value: Deflated) -> analysis_pb2.DeflatedSharpe:
    """A deflated ratio on the wire, where ratios are annual."""
    return analysis_pb2.DeflatedSharpe(
        sharpe=value.moments.sharpe * robustness.ANNUAL,
        expected_maximum=value.expected_maximum * robustness.ANNUAL,
        probability=value.probability,
        probability_of_one_trial=value.probability_of_one_trial,
        trials=value.trials,
        days=value.moments.count,
        skewness=value.moments.skewness,
        kurtosis=value.moments.kurtosis,
        minimum_days=value.minimum_count,
    )


def overfitting(value: Overfitting) -> analysis_pb2.Overfitting:
    """What cross-validation found, on the wire, where ratios are annual."""
    return analysis_pb2.Overfitting(
        probability=value.probability,
        blocks=value.blocks,
        splits=value.splits,
        trials=value.trials,
        days=value.count,
        probability_of_loss=value.probability_of_loss,
        slope=value.slope,
        chosen=value.chosen * robustness.ANNUAL,
        other=value.other * robustness.ANNUAL,
    )


def recomputed(value: Recomputed) -> analysis_pb2.Recomputed:
    """A figure of a page beside that of its trade log."""
    return analysis_pb2.Recomputed(metric=value.metric, page=value.page, log=value.log, agrees=value.agrees)


def side(value: walk_forward.Side) -> analysis_pb2.WalkForwardFigure:
    """A figure in-sample and out of sample."""
    return analysis_pb2.WalkForwardFigure(
        metric=value.metric,
        in_sample=value.inside,
        out_of_sample=value.outside,
        degradation=value.degradation,
        efficiency=value.efficiency,
        folds=value.folds,
    )


def summary(value: comparing.Summary, first: comparing.Summary | None) -> analysis_pb2.FigureSummary:
    """A figure over a run, held against that of the first run; None for the first run itself."""
    delta = None
    if first is not None and first.best is not None and value.best is not None:
        delta = value.best - first.best
    return analysis_pb2.FigureSummary(
        metric=value.metric, count=value.count, best=value.best, median=value.median, worst=value.worst, best_delta=delta
    )


def distribution(value: monte_carlo.Distribution) -> analysis_pb2.Distribution:
    """A figure over all courses."""
    percentiles = [analysis_pb2.Percentile(percent=percent, value=number) for percent, number in value.percentiles]
    return analysis_pb2.Distribution(
        figure=value.figure, actual=value.actual, mean=value.mean, percentiles=percentiles, rank=value.rank
    )

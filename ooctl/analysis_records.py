"""Decisions as plain records; names, order and units are what `-o json` promises. Scores are 0 to 100, probabilities 0 to 1."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ooctl.records import Record, enum_name, metrics_record, parameters_record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from google.protobuf.message import Message

    from oodaemon.api.v1 import analysis_pb2, runs_pb2


def candidate_record(candidate: analysis_pb2.Candidate) -> Record:
    """A result; one of the origin ACCEPTED was never proven."""
    return {
        "task_id": f"{candidate.run_id}/{candidate.index}",
        "run_id": candidate.run_id,
        "index": candidate.index,
        "part": candidate.part or None,
        "origin": enum_name(candidate, "origin"),
        "parameters": parameters_record(candidate.parameters),
        "metrics": metrics_record(candidate.metrics),
        "derived": {name: _number(candidate.derived[name]) for name in sorted(candidate.derived)},
    }


def recommendation_record(answer: analysis_pb2.RecommendResponse) -> Record:
    """A recommendation with its alternatives and what to keep away from."""
    return {
        "goal": enum_name(answer, "goal"),
        "weights": {name: _number(answer.weights[name]) for name in sorted(answer.weights)},
        "recommended": _advice(answer.recommended) if answer.HasField("recommended") else None,
        "alternatives": [_advice(each) for each in answer.alternatives],
        "avoid": [_advice(each) for each in answer.avoid],
        "pareto": [candidate_record(each) for each in answer.pareto],
        "pareto_total": answer.pareto_total,
        "coverage": _coverage(answer.coverage),
        "notes": list(answer.notes),
    }


def comparison_record(answer: analysis_pb2.CompareResponse) -> Record:
    """Runs beside each other, and the sets of values they share."""
    return {
        "by": _objectives(answer.by),
        "runs": [
            {
                "run_id": row.run_id,
                "name": row.name,
                "phase": enum_name(row, "phase"),
                "test_name": row.test_name,
                "coverage": _coverage(row.coverage),
                "best": candidate_record(row.best) if row.HasField("best") else None,
                "figures": [_plain(each) for each in row.figures],
            }
            for row in answer.runs
        ],
        "shared": answer.shared,
        "points": [
            {
                "parameters": parameters_record(point.parameters),
                "figures": [{**_plain(each), "origin": enum_name(each, "origin")} for each in point.figures],
            }
            for point in answer.points
        ],
        "notes": list(answer.notes),
    }


def robustness_record(answer: analysis_pb2.RobustnessResponse) -> Record:
    """How far a result can be trusted; null where it cannot be told. Ratios are annual."""
    around = answer.neighbourhood
    return {
        "candidate": candidate_record(answer.candidate),
        "by": answer.by.metric,
        "neighbourhood": {**_plain(around), "verdict": enum_name(around, "verdict"), "edges": list(around.edges)},
        "deflated_sharpe": _plain(answer.deflated_sharpe) if answer.HasField("deflated_sharpe") else None,
        "overfitting": _plain(answer.overfitting) if answer.HasField("overfitting") else None,
        "recomputed": [_plain(each) for each in answer.recomputed],
        "coverage": _coverage(answer.coverage),
        "cautions": list(answer.cautions),
        "notes": list(answer.notes),
    }


def monte_carlo_record(answer: analysis_pb2.MonteCarloResponse) -> Record:
    """Other courses of the same trades; percentages in percent, money in dollars."""
    return {
        "name": answer.log.name,
        "run_id": answer.log.run_id or None,
        "index": answer.log.index if answer.log.HasField("index") else None,
        "import_id": answer.log.import_id or None,
        "simulations": answer.simulations,
        "trades": answer.trades,
        "seed": answer.seed,
        "resampling": enum_name(answer, "resampling"),
        "sizing": enum_name(answer, "sizing"),
        "starting_capital": _number(answer.starting_capital) if answer.HasField("starting_capital") else None,
        "ruin": _number(answer.ruin),
        "probability_of_ruin": _number(answer.probability_of_ruin) if answer.HasField("probability_of_ruin") else None,
        "probability_of_loss": _number(answer.probability_of_loss),
        "distributions": [
            {
                "figure": each.figure,
                "actual": _number(each.actual),
                "mean": _number(each.mean),
                "rank": _number(each.rank),
                "percentiles": {f"{point.percent:g}": _number(point.value) for point in each.percentiles},
            }
            for each in answer.distributions
        ],
        "notes": list(answer.notes),
    }


def walk_forward_record(answer: analysis_pb2.WalkForwardReportResponse) -> Record:
    """In-sample against out of sample, fold by fold and over all of them."""
    return {
        "verdict": answer.verdict,
        "by": _objectives(answer.by),
        "figures": [_plain(each) for each in answer.figures],
        "folds": [
            {
                "name": fold.name,
                "in_sample": candidate_record(fold.in_sample) if fold.HasField("in_sample") else None,
                "out_of_sample": candidate_record(fold.out_of_sample) if fold.HasField("out_of_sample") else None,
                "chosen_from": fold.chosen_from,
                "without_figures": fold.without_figures,
                "figures": [_plain(each) for each in fold.figures],
            }
            for fold in answer.folds
        ],
        "profitable_folds": answer.profitable_folds,
        "out_of_sample_pl": _number(answer.out_of_sample_pl) if answer.HasField("out_of_sample_pl") else None,
        "coverage": _coverage(answer.coverage),
        "notes": list(answer.notes),
    }


def _advice(advice: analysis_pb2.Advice) -> Record:
    return {
        "score": _number(advice.score),
        "why": advice.why,
        "parts": [_plain(part) for part in advice.parts],
        **candidate_record(advice.candidate),
    }


def _coverage(coverage: analysis_pb2.Coverage) -> Record:
    return {field.name: getattr(coverage, field.name) for field in coverage.DESCRIPTOR.fields}


def _objectives(by: Iterable[runs_pb2.Objective]) -> list[Record]:
    return [{"metric": each.metric, "direction": enum_name(each, "direction")} for each in by]


def _plain(message: Message) -> Record:
    """The numbers and texts of a message, null where an optional one is absent; what is nested is left to the caller."""
    record: Record = {}
    for field in message.DESCRIPTOR.fields:
        value = getattr(message, field.name)
        if field.has_presence and field.message_type is None and not message.HasField(field.name):
            record[field.name] = None
        elif isinstance(value, float):
            record[field.name] = _number(value)
        elif isinstance(value, int | str):
            record[field.name] = value
    return record


def _number(number: float) -> int | float | None:
    """Whole numbers as integers; what floating point leaves behind is cut off; what JSON cannot hold as null."""
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() else round(number, 10)

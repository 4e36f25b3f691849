"""What is best among outcomes, and what bounds mean."""

import math

import pytest

from oodaemon.errors import InvalidArgument
from oodaemon.model.tasks import TaskState
from oodaemon.plans.objectives import Constraint, best, constraints, goals
from oodaemon.plans.plan import Outcome
from tests.unit.plans.playing import by


def outcomes(*figures: dict[str, float] | None) -> list[Outcome]:
    return [
        Outcome(index, {"delta": index}, TaskState.HELD if metrics is None else TaskState.SUCCEEDED, metrics=metrics)
        for index, metrics in enumerate(figures)
    ]


def best_of(metrics: list[str], *figures: dict[str, float] | None, where: tuple[str, ...] = ()) -> int | None:
    found = best(outcomes(*figures), goals(by(*metrics), has_trades=True), constraints(where, has_trades=True))
    return None if found is None else found.index


def test_each_metric_has_its_natural_direction() -> None:
    assert best_of(["mar"], {"mar": 1.0}, {"mar": 3.0}, {"mar": 2.0}) == 1
    assert best_of(["max_drawdown"], {"max_drawdown": -9}, {"max_drawdown": -4}, {"max_drawdown": -20}) == 1
    assert best_of(["avg_loser"], {"avg_loser": -90}, {"avg_loser": -40}) == 1
    assert best_of(["fees"], {"fees": 9}, {"fees": 4}) == 1


def test_a_direction_that_is_given_counts() -> None:
    assert best_of(["total_trades:min"], {"total_trades": 9}, {"total_trades": 4}) == 1
    assert best_of(["starting_capital:max"], {"starting_capital": 9}, {"starting_capital": 4}) == 0


def test_ties_are_decided_by_the_next_metric_and_then_by_the_lower_index() -> None:
    assert best_of(["mar", "pl"], {"mar": 2, "pl": 1}, {"mar": 2, "pl": 5}, {"mar": 1, "pl": 9}) == 1
    assert best_of(["mar", "pl"], {"mar": 2, "pl": 5}, {"mar": 2, "pl": 5}) == 0
    assert best_of(["mar", "pl"], {"mar": 2}, {"mar": 2, "pl": -5}) == 1


def test_what_failed_or_lacks_the_figure_is_never_best() -> None:
    assert best_of(["max_drawdown"], None, {"pl": 1}, {"max_drawdown": -50}) == 2
    assert best_of(["mar"], {"mar": math.nan}, {"mar": math.inf}, {"mar": -1}) == 2
    assert best_of(["mar"], None, {"pl": 1}) is None
    assert best_of(["mar"]) is None


def test_only_what_keeps_every_bound_can_be_best() -> None:
    figures = ({"mar": 9, "max_drawdown": -30}, {"mar": 5, "max_drawdown": -15}, {"mar": 1, "max_drawdown": -5}, {"mar": 8})
    assert best_of(["mar"], *figures, where=("max_drawdown >= -15",)) == 1
    assert best_of(["mar"], *figures, where=("max_drawdown > -15",)) == 2
    assert best_of(["mar"], *figures, where=("max_drawdown>-15 %", "mar < 1")) is None


@pytest.mark.parametrize(
    ("text", "metric", "is_least", "is_strict", "bound"),
    [
        ("max_drawdown >= -15", "max_drawdown", True, False, -15.0),
        (" total_trades>100 ", "total_trades", True, True, 100.0),
        ("pl<=$1e4", "pl", False, False, 10_000.0),
        ("mar < .5", "mar", False, True, 0.5),
    ],
)
def test_a_bound_is_read_as_it_is_written(text: str, metric: str, is_least: bool, is_strict: bool, bound: float) -> None:
    assert constraints([text], has_trades=False) == (Constraint(metric, is_least, is_strict, bound, text.strip()),)


def test_a_bound_says_by_how_much_it_is_missed() -> None:
    (bound,) = constraints(["max_drawdown >= -15"], has_trades=False)
    assert [bound.excess({"max_drawdown": value}) for value in (-20, -15, -10)] == [5, 0, -5]
    assert bound.excess({}) is None
    (strict,) = constraints(["mar < 2"], has_trades=False)
    assert strict.excess({"mar": 2.0}) > 0  # type: ignore[operator]
    assert strict.excess({"mar": 1.5}) == -0.5


@pytest.mark.parametrize(
    "text", ["max_drawdown", "max_drawdown = 5", "mar >= x", "mar >= 1; drop", "mar >= 1 and pl > 2", "", "__import__('os') > 1"]
)
def test_what_is_no_bound_is_refused(text: str) -> None:
    with pytest.raises(InvalidArgument, match="constraints"):
        constraints([text], has_trades=True)


@pytest.mark.parametrize(
    ("metrics", "sentence"),
    [
        (["marr"], "did you mean mar"),
        (["nonsense_without_any"], "known: pl, cagr"),
        ([""], "names no figure"),
        (["starting_capital"], "say starting_capital:max or starting_capital:min"),
        (["mar", "pl", "mar"], "mar is named twice"),
    ],
)
def test_a_goal_that_cannot_be_meant_is_refused_with_advice(metrics: list[str], sentence: str) -> None:
    with pytest.raises(InvalidArgument, match=sentence):
        goals(by(*metrics), has_trades=True)


def test_figures_of_the_trade_log_want_trade_logs() -> None:
    with pytest.raises(InvalidArgument, match="ask for them with --trades"):
        goals(by("sharpe"), has_trades=False)
    with pytest.raises(InvalidArgument, match="ask for them with --trades"):
        constraints(["sharpe > 1"], has_trades=False)

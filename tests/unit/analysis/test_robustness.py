"""What is said of a result as a whole, and trials side by side."""

import random

import pytest

from oodaemon.analysis.comparing import best, shared, summary
from oodaemon.analysis.ranking import Objective
from oodaemon.analysis.robustness import examine
from oodaemon.analysis.trials import Trial, side_by_side, spread_evenly
from oodaemon.model.tasks import Origin
from tests.unit.analysis.points import grid, point

MAR = Objective("mar", "more")
NO_LOGS = side_by_side([])


def days(count: int, *, seed: int, mean: float = 0.0, index: int = 0, capital: float | None = None) -> Trial:
    rng = random.Random(seed)
    return Trial(index, {f"2024-{1 + n // 28:02}-{1 + n % 28:02}": rng.gauss(mean, 100) for n in range(count)}, capital)


def test_trials_over_the_same_days() -> None:
    one, two = Trial(0, {"2024-01-02": 100, "2024-01-04": -55}, 1000), Trial(3, {"2024-01-03": 50}, 500)
    found = side_by_side([one, two])
    assert found.days == ("2024-01-02", "2024-01-03", "2024-01-04")
    assert found.are_returns
    assert found.of(0) == (0.1, 0, -0.05)
    assert found.of(3) == (0, 0.1, 0)
    assert found.of(1) is None


@pytest.mark.parametrize("other", [Trial(3, {"2024-01-03": 50}), Trial(3, {"2024-01-03": -500, "2024-01-04": 9}, 500)])
def test_dollars_where_an_account_is_not_known_or_gone(other: Trial) -> None:
    found = side_by_side([Trial(0, {"2024-01-02": 100}, 1000), other])
    assert not found.are_returns
    assert found.of(0)[0] == 100


def test_places_that_are_spread_evenly() -> None:
    assert spread_evenly(3, 5) == [0, 1, 2]
    assert spread_evenly(9, 3) == [0, 4, 8]
    assert spread_evenly(9, 1) == [0]
    assert len(spread_evenly(100_000, 400)) == 400


def test_without_logs_the_neighbours_speak() -> None:
    points = grid(lambda x, y: {"mar": 10 if (x, y) == (2, 2) else 1, "total_trades": 20, "pl": 5})
    found = examine(points[12], points, MAR, NO_LOGS)
    assert found.cautions[0] == "It has only 20 trades; below 30 its figures are mostly luck."
    assert found.cautions[1] == "It is a spike in MAR: its 4 neighbours have 1 on average where it has 10."
    assert (found.deflated, found.overfitting) == (None, None)
    assert any("submit with --trades" in note for note in found.notes)


def test_what_speaks_against_an_accepted_loser_at_the_edge() -> None:
    points = [point(n, values={"delta": n}, mar=-n, pl=-5, total_trades=500, origin=Origin.ACCEPTED) for n in range(4)]
    cautions = examine(points[0], points, MAR, NO_LOGS).cautions
    assert cautions[:2] == ("Its figures were accepted by a user and never proven.", "It loses money, or earns none.")
    assert cautions[2] == "delta has its first or last value there, so the best may lie beyond."


def test_luck_and_skill() -> None:
    points = [point(n, mar=10 if n == 3 else 1, total_trades=500, pl=1) for n in range(12)]
    luck = side_by_side([days(200, seed=n, index=n) for n in range(12)])
    found = examine(points[3], points, MAR, luck)
    assert found.deflated is not None
    assert found.deflated.trials == 12
    assert found.deflated.probability < 0.95
    assert found.overfitting is not None
    assert any("luck alone is expected to find" in caution for caution in found.cautions)
    skill = side_by_side([days(200, seed=n, index=n, mean=60 if n == 3 else 0) for n in range(12)])
    found = examine(points[3], points, MAR, skill)
    assert found.deflated is not None
    assert found.deflated.probability > 0.99
    assert found.overfitting is not None
    assert found.overfitting.probability < 0.01
    assert found.cautions == ()
    assert any("daily dollars over the 200 days on which any of the 12 logs" in note for note in found.notes)


def test_a_result_without_a_log_among_others_that_have_one() -> None:
    points = [point(n, mar=n, total_trades=500, pl=1) for n in range(12)]
    found = examine(points[11], points, MAR, side_by_side([days(200, seed=n, index=n) for n in range(5)]))
    assert found.deflated is None
    assert found.overfitting is not None
    assert any("This result has no trade log" in note for note in found.notes)


def test_a_figure_over_a_run() -> None:
    points = [point(0, mar=1, max_drawdown=-5), point(1, mar=4), point(2, mar=2), point(3)]
    found = summary(points, MAR)
    assert (found.count, found.best, found.median, found.worst) == (3, 4, 2, 1)
    less = summary([point(0, avg_days_in_trade=3), point(1, avg_days_in_trade=1)], Objective("avg_days_in_trade", "less"))
    assert (less.best, less.worst) == (1, 3)
    assert summary([point(0)], MAR).best is None
    assert best(points, [MAR]) == points[1]
    assert best([point(0)], [MAR]) is None


def test_values_that_runs_share() -> None:
    first = [point(n, values={"delta": n, "unit": "percent"}, mar=n) for n in range(4)]
    second = [point(0, values={"unit": "percent", "delta": 2.0}, mar=9), point(1, values={"delta": 1}, mar=0)]
    third = [point(7, values={"delta": 3, "unit": "percent"}, mar=3.5), point(8, values={"delta": 2, "unit": "percent"})]
    found = shared([first, second, third], "mar")
    assert [[(each.index, value) for each, value in found_point.figures] for found_point in found] == [
        [(2, 2), (0, 9)],
        [(3, 3), (7, 3.5)],
    ]
    assert [found_point.gap for found_point in found] == [7, 0.5]

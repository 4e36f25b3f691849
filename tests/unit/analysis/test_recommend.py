"""Scores and recommendations by hand."""

import random

import pytest

from oodaemon.analysis import scoring
from oodaemon.analysis.recommend import recommend
from oodaemon.analysis.scoring import GOALS, UnusableWeights, checked, score
from oodaemon.model.tasks import Origin
from tests.unit.analysis.points import grid, point

HALF = {"cagr": 0.5, "max_drawdown": 0.5}


def hill(x: int, y: int) -> dict[str, float]:
    """Best in the middle in everything."""
    far = abs(x - 4) + abs(y - 4)
    return {
        "cagr": 40 - 4 * far,
        "max_drawdown": -10 - far,
        "mar": 4 - far / 4,
        "win_percentage": 80 - far,
        "total_trades": 300,
        "pl": 1,
    }


def test_a_score_by_hand() -> None:
    points = [
        point(0, cagr=10, max_drawdown=-10),
        point(1, cagr=20, max_drawdown=-20),
        point(2, cagr=30, max_drawdown=-30),
        point(3, cagr=25, max_drawdown=-15),
    ]
    found = score(points, HALF)
    # 25 is three quarters between 10 and 30, -15 three quarters between -30 and -10.
    assert {each.candidate.index: each.score for each in found.scored} == pytest.approx({3: 75, 0: 50, 1: 50, 2: 50})
    assert [each.candidate.index for each in found.scored] == [3, 0, 1, 2]
    assert [(part.metric, part.weight, part.value, part.points) for part in found.parts(found.scored[0])] == [
        ("cagr", 0.5, 25, pytest.approx(37.5)),
        ("max_drawdown", 0.5, -15, pytest.approx(37.5)),
    ]


def test_stability_is_what_the_neighbours_reach() -> None:
    # A row of deltas: 0, 0, 100, 0, 60, 80, 60 on the scale; the spike loses half of its score, the hill little.
    values = (0, 0, 100, 0, 60, 80, 60)
    points = [point(n, cagr=value, values={"delta": n}) for n, value in enumerate(values)]
    scored = score(points, {"cagr": 1, "stability": 1})
    found = {each.candidate.index: each for each in scored.scored}
    assert found[2].score == pytest.approx(50)
    assert found[5].score == pytest.approx(0.5 * 80 + 0.5 * 60)
    assert found[4].score == pytest.approx(0.5 * 60 + 0.5 * 40)
    assert found[3].score == 0
    assert found[6].score == pytest.approx(0.5 * 60 + 0.5 * 30)  # one neighbour tells nothing: half of its own
    assert scored.parts(found[6])[-1].value is None
    assert scored.parts(found[5])[-1].value == pytest.approx(60)


def test_what_cannot_be_scored_is_counted() -> None:
    points = [point(0, cagr=1), point(1, cagr=2, max_drawdown=-5), point(2)]
    found = score(points, HALF)
    assert [each.candidate.index for each in found.scored] == [1]
    assert (found.incomplete, found.missing) == (2, ())
    nobody = score([point(0, cagr=1), point(1, cagr=2)], {**HALF, "sharpe": 1, "stability": 1})
    assert nobody.missing == ("max_drawdown", "sharpe", "stability")
    assert nobody.weights == {"cagr": 1}
    assert [each.score for each in nobody.scored] == [100, 0]
    assert score([], HALF).scored == ()


def test_weights_that_make_no_score() -> None:
    for weights, said in (
        ({"starting_capital": 1}, "no figure with a better"),
        ({"cgar": 1}, "no figure with a better"),
        ({"cagr": -1}, "must be 0 or more"),
        ({"cagr": float("nan")}, "must be 0 or more"),
        ({"cagr": 0, "stability": 1}, "no figure has a weight"),
    ):
        with pytest.raises(UnusableWeights, match=said):
            checked(weights)
    assert all(checked(weights) and sum(weights.values()) == pytest.approx(1) for weights in GOALS.values())


@pytest.mark.parametrize("goal", GOALS)
def test_the_top_of_a_hill_is_recommended_for_every_goal(goal: str) -> None:
    found = recommend(grid(hill, 9, 9), GOALS[goal])
    assert found.recommended is not None
    assert found.recommended.candidate.index == 40
    assert found.recommended.why.startswith("Task 40 (delta=25, stop_loss=500) scores 9")
    assert "its 4 neighbours score" in found.recommended.why
    assert sum(part.points for part in found.recommended.parts) == pytest.approx(found.recommended.score)
    assert found.avoid == ()
    assert [each.index for each in found.front] == [40]


def test_a_spike_and_a_handful_of_trades_are_kept_away_from() -> None:
    def of(x: int, y: int) -> dict[str, float]:
        figures = hill(x, y)
        if (x, y) == (0, 0):
            figures |= {"cagr": 90, "max_drawdown": -5, "mar": 18}
        if (x, y) == (8, 8):
            figures |= {"cagr": 60, "max_drawdown": -2, "mar": 9, "total_trades": 7}
        return figures

    found = recommend(grid(of, 9, 9), GOALS["returns"])
    assert found.recommended is not None
    assert found.recommended.candidate.index == 40
    reasons = {each.candidate.index: each.why for each in found.avoid}
    assert "it is a spike: its 2 neighbours" in reasons[0]
    assert "it has only 7 trades" in reasons[80]
    assert not {0, 80} & {each.candidate.index for each in found.alternatives}
    assert {each.index for each in found.front} == {0, 80}


def test_alternatives_say_what_is_different() -> None:
    points = [
        point(0, cagr=20, max_drawdown=-10, pl=9, total_trades=200),
        point(1, cagr=30, max_drawdown=-25, pl=9, total_trades=200),
        point(2, cagr=8, max_drawdown=-4, pl=9, total_trades=200, origin=Origin.ACCEPTED),
        point(3, cagr=19, max_drawdown=-11, pl=9, total_trades=200),
    ]
    found = recommend(points, HALF)
    assert found.recommended is not None
    assert found.recommended.candidate.index == 0
    why = {each.candidate.index: each.why for each in found.alternatives}
    assert list(why) == [1, 2, 3]  # those on the front first
    assert "it grows faster (CAGR 30% against 20%) and falls deeper (max drawdown -25% against -10%)" in why[1]
    assert why[2].endswith("and falls less (max drawdown -4% against -10%); its figures were accepted by a user and never proven.")
    assert "1 of the results were accepted by a user without proof; they are marked." in found.notes


def test_when_everything_loses_the_best_says_so() -> None:
    points = [point(n, cagr=-5 - n, max_drawdown=-20 - n, pl=-100) for n in range(4)]
    found = recommend(points, HALF)
    assert found.recommended is not None
    assert found.recommended.candidate.index == 0
    assert "but it loses money or earns none, like everything else that was tried" in found.recommended.why
    assert found.alternatives == ()
    assert {each.candidate.index for each in found.avoid} == {1, 2, 3}


def test_nothing_to_recommend() -> None:
    assert recommend([], HALF).recommended is None
    found = recommend([point(0, win_percentage=5)], HALF)
    assert found.recommended is None
    assert "No result has all figures that the goal needs." in found.notes


def test_the_order_of_the_results_does_not_matter() -> None:
    rng = random.Random(4)
    points = grid(lambda x, y: {**hill(x, y), "cagr": rng.choice((10, 20, 30)), "total_trades": rng.choice((10, 50, 500))}, 9, 9)
    first = recommend(points, GOALS["balanced"])
    again = recommend(sorted(points, key=lambda each: each.index), GOALS["balanced"])
    assert first == again
    assert scoring.score(points, GOALS["balanced"]).scored == scoring.score(list(points), GOALS["balanced"]).scored

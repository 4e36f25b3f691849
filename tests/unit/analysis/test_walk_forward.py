"""Folds by hand: what was chosen, what came, and what that is worth."""

import pytest

from oodaemon.analysis.ranking import Objective
from oodaemon.analysis.walk_forward import is_walk_forward, last_inside, report
from tests.unit.analysis.points import point

MAR = Objective("mar", "more")
PARTS = ["fold 1 in-sample", "fold 2 in-sample", "fold 1 out-of-sample", "fold 2 out-of-sample"]


def at(delta: int, year: int):
    return {"delta": delta, "start_date": f"{year}-01-01", "end_date": f"{year}-12-31"}


def two_folds():
    return [
        point(0, part=PARTS[0], values=at(5, 2021), mar=1, cagr=10, max_drawdown=-10, pl=100),
        point(1, part=PARTS[0], values=at(10, 2021), mar=2, cagr=20, max_drawdown=-10, pl=200),
        point(2, part=PARTS[1], values=at(5, 2022), mar=3, cagr=30, max_drawdown=-10, pl=300),
        point(3, part=PARTS[1], values=at(10, 2022), mar=2, cagr=20, max_drawdown=-10, pl=200),
        point(4, part=PARTS[2], values=at(10, 2022), mar=0.5, cagr=15, max_drawdown=-30, pl=150),
        point(5, part=PARTS[3], values=at(5, 2023), mar=-1, cagr=-5, max_drawdown=-25, pl=-50),
    ]


def test_two_folds_by_hand() -> None:
    found = report(two_folds(), PARTS, [MAR])
    assert [
        (fold.name, fold.inside and fold.inside.index, fold.outside and fold.outside.index, fold.chosen_from)
        for fold in found.folds
    ] == [
        ("fold 1", 1, 4, 2),
        ("fold 2", 2, 5, 2),
    ]
    sides = {side.metric: side for side in found.sides}
    assert (sides["cagr"].inside, sides["cagr"].outside, sides["cagr"].folds) == (25, 5, 2)
    assert sides["cagr"].efficiency == pytest.approx(0.2)
    assert sides["cagr"].degradation == 20
    assert (sides["max_drawdown"].degradation, sides["max_drawdown"].efficiency) == (pytest.approx(17.5), None)
    assert found.folds[1].sides[0].metric == "mar"
    assert found.folds[1].sides[0].efficiency == pytest.approx(-1 / 3)
    assert found.profits == [150, -50]
    assert found.verdict() == (
        "1 of 2 folds earn money out of sample, at 20% of the growth that was seen in-sample: the choice does not hold up."
    )


def test_what_ran_out_of_sample_was_chosen_whatever_is_best_by_now() -> None:
    """A result of the in-sample part that was accepted later changes nothing about what was chosen."""
    late = point(9, part=PARTS[0], values=at(15, 2021), mar=9, cagr=90)
    found = report([*two_folds(), late], PARTS, [MAR])
    assert found.folds[0].inside is not None
    assert found.folds[0].inside.index == 1


def test_folds_that_have_not_run_yet() -> None:
    found = report(two_folds()[:4], PARTS[:2], [MAR])
    assert [(fold.inside and fold.inside.index, fold.outside) for fold in found.folds] == [(1, None), (2, None)]
    assert all(side.folds == 0 and side.degradation is None for side in found.sides)
    assert found.verdict() == "No fold has run out of sample yet, so nothing can be said."
    stranger = point(4, part=PARTS[2], values=at(99, 2022), mar=1, cagr=1)
    assert report([*two_folds()[:4], stranger], PARTS[:3], [MAR]).folds[0].inside is None


def test_an_efficiency_needs_growth() -> None:
    points = [
        point(0, part=PARTS[0], values=at(5, 2021), mar=-1, cagr=-10, pl=-1),
        point(1, part=PARTS[2], values=at(5, 2022), mar=1, cagr=10, pl=1),
    ]
    found = report(points, PARTS, [MAR], ["cagr"])
    assert [side.efficiency for side in found.sides] == [None]
    assert "an efficiency cannot be told" in found.verdict()


def test_parts_of_a_walk_forward_run() -> None:
    assert is_walk_forward(PARTS)
    assert not is_walk_forward(["stage 1", "stage 2", ""])
    assert last_inside(PARTS) == "fold 2 in-sample"
    assert last_inside(["stage 1"]) is None

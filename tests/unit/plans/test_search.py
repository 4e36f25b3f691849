"""Searches: they find what a whole grid would, with a tenth of it, and never ask for a point twice."""

import math
import random
from collections.abc import Mapping
from itertools import product
from typing import Any

import pytest

from oodaemon.api.v1 import runs_pb2
from oodaemon.errors import InvalidArgument
from oodaemon.model.tasks import TaskState
from oodaemon.plans.plan import Plan
from oodaemon.plans.reading import read
from tests.unit.plans.playing import REGISTRY, Player, by, swept

TPE, PRUNED = runs_pb2.SEARCH_METHOD_TPE, runs_pb2.SEARCH_METHOD_PRUNED_GRID
METHODS = pytest.mark.parametrize("method", [TPE, PRUNED], ids=["tpe", "pruned"])


def search(method: int = TPE, budget: int = 40, seed: int = 7, metrics: tuple[str, ...] = ("mar",), **rest: Any) -> Plan:
    parameters = rest.pop("parameters", [swept("profit_target", "5:100:5"), swept("stop_loss", "5:100:5")])
    asked = runs_pb2.SearchSpec(
        test="Iron",
        method=method,
        budget=budget,
        seed=seed,
        parameters=parameters,
        optimize_by=by(*metrics),
        **rest,  # type: ignore[arg-type]
    )
    return read(runs_pb2.RunSpec(search=asked), REGISTRY)


def hills(values: Mapping[str, Any]) -> dict[str, float]:
    """A broad hill at (60, 35), and a narrow one, half as high, far from it."""
    x, y = values["profit_target"] / 100, values["stop_loss"] / 100
    height = 3 * math.exp(-((x - 0.6) ** 2 + (y - 0.35) ** 2) / 0.08) + 1.5 * math.exp(-((x - 0.15) ** 2 + (y - 0.9) ** 2) / 0.01)
    return {"mar": height, "max_drawdown": -40 * x, "pl": 100 * y}


GRID = [hills({"profit_target": x, "stop_loss": y}) for x, y in product(range(5, 105, 5), repeat=2)]


@METHODS
@pytest.mark.parametrize("seed", range(5))
def test_a_tenth_of_the_grid_comes_within_five_percent_of_its_best(method: int, seed: int) -> None:
    found = Player(search(method, seed=seed), hills).play()
    best = max(figures["mar"] for figures in GRID)
    assert len(found) == 40
    assert max(one.metrics["mar"] for one in found if one.metrics) >= 0.95 * best


@METHODS
@pytest.mark.parametrize("room", [1, 3])
def test_no_point_comes_twice_and_all_are_of_the_grid(method: int, room: int) -> None:
    player = Player(search(method), hills)
    player.play(room)
    assert len(set(player.points())) == len(player.points()) == 40
    assert all(one.values["profit_target"] % 5 == one.values["stop_loss"] % 5 == 0 for one in player.outcomes)


@METHODS
def test_the_same_results_and_seed_give_the_same_points_after_any_restart(method: int) -> None:
    first = Player(search(method), hills)
    first.play()
    second = Player(search(method), hills)
    while not second.extensions or not second.extensions[-1].is_last:
        second.plan = search(method)  # as a daemon that was killed
        second.settle()
        second.extend()
    second.settle()
    assert first.points() == second.points()


def test_another_seed_gives_other_points() -> None:
    players = [Player(search(seed=seed), hills) for seed in (1, 2)]
    for player in players:
        player.play()
    assert players[0].points() != players[1].points()


def test_further_points_are_asked_for_while_others_are_under_way() -> None:
    player = Player(search(), hills)
    player.settle(0, 1, 2)
    extension = player.extend(room=2)
    assert extension is not None
    assert len(extension.batches[0].points) == 2
    assert len(set(player.points())) == len(player.points())


@METHODS
def test_a_grid_smaller_than_the_budget_is_run_whole(method: int) -> None:
    parameters = [swept("profit_target", [10, 20, 30]), swept("stop_loss", [100, 200])]
    plan = search(method, parameters=parameters)
    assert plan.planned_tasks == 6
    player = Player(plan, lambda _: {"mar": 1.0})
    player.play(room=4)
    assert len(set(player.points())) == len(player.points()) == 6


def test_a_budget_of_one_is_one_point_and_no_growing() -> None:
    plan = search(budget=1)
    assert (plan.is_growing, len(plan.first()[0].points)) == (False, 1)


@METHODS
def test_failed_points_are_told_and_neither_best_nor_asked_for_again(method: int) -> None:
    dice = random.Random(3)
    states: dict[Any, TaskState] = {}

    def site(values: Mapping[str, Any]) -> Mapping[str, float] | TaskState:
        fails = states.setdefault(values["profit_target"], dice.choice([TaskState.HELD, TaskState.SUCCEEDED, TaskState.INVALID]))
        return hills(values) if fails is TaskState.SUCCEEDED else fails

    player = Player(search(method), site)
    player.play()
    assert len(set(player.points())) == len(player.points()) <= 40
    assert any("failed" in extension.why and "refused or skipped" in extension.why for extension in player.extensions)


@METHODS
def test_bounds_keep_the_search_where_they_hold(method: int) -> None:
    """The best hill is out of bounds: within them, the best is at their edge."""
    plan = search(method, budget=40 if method == TPE else 80, constraints=["max_drawdown >= -16"])
    player = Player(plan, hills)
    found = player.play()
    fit = [one.metrics["mar"] for one in found if one.metrics and one.metrics["max_drawdown"] >= -16]
    best = max(figures["mar"] for figures in GRID if figures["max_drawdown"] >= -16)
    assert max(fit) >= 0.95 * best
    if method == TPE:
        assert len(fit) > 20


@METHODS
def test_several_objectives_find_their_front(method: int) -> None:
    """More of `mar` costs drawdown: the ends of the front are found."""
    found = Player(search(method, budget=60, metrics=("mar", "max_drawdown")), hills).play()
    assert max(one.metrics["mar"] for one in found if one.metrics) >= 0.8 * max(figures["mar"] for figures in GRID)
    assert max(one.metrics["max_drawdown"] for one in found if one.metrics) >= -4


def test_choices_are_no_numbers() -> None:
    parameters = [swept("ticker", ["SPX", "SPY", "QQQ", "IWM"]), swept("profit_target", "5:100:5")]

    def site(values: Mapping[str, Any]) -> dict[str, float]:
        return {"mar": {"SPX": 1.0, "SPY": 0.2, "QQQ": 3.0, "IWM": 0.5}[values["ticker"]] - abs(values["profit_target"] - 70) / 100}

    for method in (TPE, PRUNED):
        found = Player(search(method, budget=30, parameters=parameters), site).play()
        assert max(one.metrics["mar"] for one in found if one.metrics) >= 2.9


def test_the_pruned_grid_waits_for_everything_and_leaves_out_what_is_dominated() -> None:
    player = Player(search(PRUNED, budget=400), lambda values: {"mar": -float(values["profit_target"])})
    player.settle(0)
    assert player.extend() is None
    found = player.play(room=50)
    assert len(found) < 300
    assert player.extensions[-1].is_last
    assert "nothing is left that could be better" in player.extensions[-1].why
    assert max(one.metrics["mar"] for one in found if one.metrics) == -5


def test_a_search_none_of_whose_points_has_a_result_waits_for_a_person() -> None:
    player = Player(search(), lambda _: TaskState.HELD)
    player.settle(*range(9))
    assert player.extend() is not None
    player.settle()
    extension = player.extend()
    assert extension is not None
    assert extension.is_stuck
    assert "none of the first 11 points has a result (11 failed)" in extension.why


def test_why_says_what_is_best_so_far() -> None:
    player = Player(search(), hills)
    player.settle()
    extension = player.extend(room=2)
    assert extension is not None
    assert extension.why.startswith("2 of 30 further points; best so far: task ")


@pytest.mark.parametrize(
    ("rest", "sentence"),
    [
        ({"budget": 0}, "budget: 0 is no number of backtests"),
        ({"budget": 5001}, "give 1 to 5,000"),
        ({"metrics": ()}, "a search must know what is best"),
        ({"metrics": ("sharpe",)}, "ask for them with --trades"),
        ({"constraints": ["max_drawdown"]}, "is no bound on a figure"),
        ({"parameters": []}, "no parameter is given"),
        ({"method": 9}, "no search method 9"),
    ],
)
def test_what_cannot_be_meant_is_refused(rest: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidArgument, match=sentence):
        search(**rest)


def test_a_space_of_a_million_points_costs_nothing_to_begin() -> None:
    parameters = [swept("profit_target", "1:100:1"), swept("stop_loss", "1:100:1"), swept("dte", "1:100:1")]
    plan = search(budget=20, parameters=parameters)
    assert plan.planned_tasks == 20
    assert len(Player(plan, lambda values: {"mar": -abs(values["profit_target"] - 50)}).play()) == 20

"""Searches over figures of the practice site: 40 backtests against the whole grid of 400."""

import dataclasses
import datetime
from collections.abc import Mapping
from functools import cache
from itertools import product
from typing import Any

import pytest

from oodaemon.api.v1 import runs_pb2
from oodaemon.plans.reading import read
from oodaemon.practice.catalog import SAVED_TESTS
from oodaemon.practice.truth import figures
from tests.unit.plans.playing import REGISTRY, Player, by, swept

FORM = dataclasses.replace(
    next(test.form for test in SAVED_TESTS.values() if test.name == "Morning Put Spread"),
    start_date=datetime.date(2024, 1, 2),
    end_date=datetime.date(2024, 1, 31),
)
TARGETS, STOPS = range(5, 105, 5), range(20, 420, 20)
BUDGET = 40


@cache
def profit(target: float, stop: float) -> float:
    form = dataclasses.replace(FORM, profit_target=target, profit_target_unit="%", stop_loss=stop, stop_loss_unit="%")
    pl = figures(form).metrics()["pl"]
    assert pl is not None
    return pl


def site(values: Mapping[str, Any]) -> dict[str, float]:
    return {"pl": profit(float(values["profit_target"]), float(values["stop_loss"]))}


@pytest.mark.parametrize("method", ["SEARCH_METHOD_TPE", "SEARCH_METHOD_PRUNED_GRID"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_forty_backtests_come_within_five_percent_of_the_best_of_four_hundred(method: str, seed: int) -> None:
    best = max(profit(float(target), float(stop)) for target, stop in product(TARGETS, STOPS))
    search = runs_pb2.SearchSpec(
        test="Morning Put Spread",
        method=runs_pb2.SearchMethod.Value(method),
        budget=BUDGET,
        seed=seed,
        optimize_by=by("pl"),
        parameters=[swept("profit_target", "5:100:5"), swept("stop_loss", "20:400:20")],
    )
    player = Player(read(runs_pb2.RunSpec(search=search), REGISTRY), site)
    found = [one.metrics["pl"] for one in player.play() if one.metrics]
    assert len(found) == len(set(player.points())) == BUDGET
    assert max(found) >= 0.95 * best

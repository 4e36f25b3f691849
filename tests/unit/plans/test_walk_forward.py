"""Walk-forward: the best of each fold, and only that, is tried in the days that follow."""

from collections.abc import Mapping
from typing import Any

import pytest

from oodaemon.api.v1 import runs_pb2
from oodaemon.errors import InvalidArgument
from oodaemon.model.tasks import TaskState
from oodaemon.plans import walk_forward
from oodaemon.plans.reading import read
from tests.unit.plans.playing import REGISTRY, Player, by, swept

WINDOWS = runs_pb2.RollingWindows(in_sample_months=6, out_of_sample_months=3, start_date="2022-01-01", end_date="2022-12-31")


def spec(**kind: Any) -> runs_pb2.RunSpec:
    asked = kind or {
        "grid": runs_pb2.GridSpec(test="Iron", parameters=[swept("profit_target", [20, 40]), swept("stop_loss", [100, 200])])
    }
    windows = runs_pb2.WalkForward(rolling=WINDOWS, optimize_by=by("mar"))
    return runs_pb2.RunSpec(walk_forward=windows, **asked)


def drifting(values: Mapping[str, Any]) -> dict[str, float]:
    """In the first half of the year 20 is best, later 40."""
    target = 20 if values["start_date"] < "2022-02" else 40
    return {"mar": 10 - abs(values["profit_target"] - target) - values["stop_loss"] / 100}


def test_the_best_of_each_fold_is_run_in_the_days_that_follow() -> None:
    player = Player(read(spec(), REGISTRY), drifting)
    found = player.play()
    assert [one.part for one in found] == ["fold 1 in-sample"] * 4 + ["fold 2 in-sample"] * 4 + [
        "fold 1 out-of-sample",
        "fold 2 out-of-sample",
    ]
    assert {(one.values["start_date"], one.values["end_date"]) for one in found[:4]} == {("2022-01-01", "2022-06-30")}
    assert {(one.values["start_date"], one.values["end_date"]) for one in found[4:8]} == {("2022-04-01", "2022-09-30")}
    told = [{name: one.values[name] for name in ("profit_target", "stop_loss", "start_date", "end_date")} for one in found[8:]]
    assert told == [
        {"profit_target": 20, "stop_loss": 100, "start_date": "2022-07-01", "end_date": "2022-09-30"},
        {"profit_target": 40, "stop_loss": 100, "start_date": "2022-10-01", "end_date": "2022-12-31"},
    ]
    assert player.extensions[-1].is_last
    assert "the best of fold 2 in-sample is task 6 (profit_target 40, stop_loss 100) with mar 9" in player.extensions[0].why


def test_a_fold_goes_out_of_sample_as_soon_as_it_has_ended() -> None:
    player = Player(read(spec(), REGISTRY), drifting)
    player.settle(0, 1, 2, 3)
    extension = player.extend()
    assert extension is not None
    assert [batch.part for batch in extension.batches] == ["fold 1 out-of-sample"]
    assert not extension.is_last
    assert player.extend() is None


def test_a_fold_without_a_result_is_told_and_tried_once_there_is_one() -> None:
    def site(values: Mapping[str, Any]) -> Mapping[str, float] | TaskState:
        return TaskState.HELD if values["start_date"] == "2022-04-01" and is_away else drifting(values)

    is_away = True
    player = Player(read(spec(), REGISTRY), site)
    player.settle()
    extension = player.extend()
    assert extension is not None
    assert not extension.is_last
    assert player.extend() is None
    player.settle()
    stuck = player.extend()
    assert stuck is not None
    assert stuck.is_stuck
    assert "fold 2 in-sample has no result that could be tried out of sample (4 failed)" in stuck.why
    is_away = False
    player.settle(5)
    last = player.extend()
    assert last is not None
    assert last.is_last
    assert player.outcomes[-1].values["stop_loss"] == 200


@pytest.mark.parametrize("room", [1, 2])
def test_a_search_goes_on_in_each_fold_by_itself(room: int) -> None:
    parameters = [swept("profit_target", "5:100:5"), swept("stop_loss", "5:100:5")]
    asked = spec(search=runs_pb2.SearchSpec(test="Iron", parameters=parameters, budget=12, seed=3, optimize_by=by("mar")))
    player = Player(read(asked, REGISTRY), drifting)
    found = player.play(room)
    assert player.plan.planned_tasks == len(found) == 26
    assert [sum(one.part == f"fold {n} in-sample" for one in found) for n in (1, 2)] == [12, 12]
    assert len(set(player.points())) == 26
    alone = read(runs_pb2.RunSpec(search=asked.search), REGISTRY)
    first = [one for one in found if one.part == "fold 1 in-sample"]
    dates = {"start_date": "2022-01-01"}
    single = Player(alone, lambda values: drifting({**values, **dates}))
    single.play(room)
    assert [one.values["profit_target"] for one in first] == [one.values["profit_target"] for one in single.outcomes]


def test_stages_go_on_in_each_fold_by_themselves() -> None:
    stages = [
        runs_pb2.Stage(parameters=[swept("profit_target", [20, 40])]),
        runs_pb2.Stage(parameters=[swept("stop_loss", [100, 200])]),
    ]
    asked = spec(staged=runs_pb2.StagedSpec(test="Iron", stages=stages, optimize_by=by("mar")))
    asked.walk_forward.ClearField("optimize_by")
    player = Player(read(asked, REGISTRY), lambda values: drifting({"stop_loss": 300, **values}))
    found = player.play()
    assert [(one.values["profit_target"], one.values["stop_loss"]) for one in found[-2:]] == [(20, 100), (40, 100)]
    assert len(found) == 10


def test_bounds_of_the_search_decide_what_goes_out_of_sample() -> None:
    parameters = [swept("profit_target", [20, 40]), swept("stop_loss", [100])]
    search = runs_pb2.SearchSpec(test="I", parameters=parameters, budget=2, optimize_by=by("mar"), constraints=["pl > 0"])
    player = Player(
        read(spec(search=search), REGISTRY),
        lambda values: {"mar": 60 - values["profit_target"], "pl": values["profit_target"] - 30},
    )
    found = player.play()
    assert [one.values["profit_target"] for one in found[-2:]] == [40, 40]


def test_what_does_not_go_together_is_refused() -> None:
    dated = spec()
    dated.fixed.append(runs_pb2.FixedParameter(name="end_date", value="2022-05-16"))
    with pytest.raises(InvalidArgument, match="end_date: the windows of walk_forward set the dates"):
        read(dated, REGISTRY)
    aimless = spec()
    aimless.walk_forward.ClearField("optimize_by")
    with pytest.raises(InvalidArgument, match="say what is best, such as mar"):
        read(aimless, REGISTRY)
    large = spec(grid=runs_pb2.GridSpec(test="I", parameters=[swept("stop_loss", "1:600:0.01")]))
    with pytest.raises(InvalidArgument, match="2 folds make 119,804 tasks"):
        read(large, REGISTRY)


def test_the_dates_of_the_test_stand_in_for_those_that_are_not_given() -> None:
    asked = spec()
    asked.walk_forward.rolling.ClearField("end_date")
    assert walk_forward.needs_dates(asked)
    dated = walk_forward.with_dates(asked, "2019-05-16", "2022-12-31")
    assert (dated.walk_forward.rolling.start_date, dated.walk_forward.rolling.end_date) == ("2022-01-01", "2022-12-31")
    assert not walk_forward.needs_dates(dated)
    assert not walk_forward.needs_dates(runs_pb2.RunSpec())
    assert asked.walk_forward.rolling.end_date == ""

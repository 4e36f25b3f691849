"""Stages: each goes on from the best of an earlier one, and nothing that failed is ever taken for it."""

from collections.abc import Mapping
from typing import Any

import pytest

from oodaemon.api.v1 import runs_pb2
from oodaemon.errors import InvalidArgument
from oodaemon.model.tasks import TaskState
from oodaemon.plans import progress, staged
from oodaemon.plans.reading import read
from tests.unit.plans.playing import REGISTRY, Player, by, swept


def spec(*stages: runs_pb2.Stage, optimize_by: tuple[str, ...] = ("mar",)) -> runs_pb2.RunSpec:
    return runs_pb2.RunSpec(staged=runs_pb2.StagedSpec(test="Iron", stages=stages, optimize_by=by(*optimize_by)))


def stage(*parameters: runs_pb2.SweptParameter, **rest: Any) -> runs_pb2.Stage:
    return runs_pb2.Stage(parameters=parameters, **rest)


TWO = (stage(swept("profit_target", [20, 40, 60])), stage(swept("stop_loss", [100, 200])))


def figures(values: Mapping[str, Any]) -> dict[str, float]:
    """Best at a target of 40 and a loss of 200."""
    return {"mar": 5 - abs(values["profit_target"] - 40) / 20 + values.get("stop_loss", 0) / 100, "pl": 1.0}


def test_the_second_stage_has_the_best_values_of_the_first() -> None:
    player = Player(read(spec(*TWO), REGISTRY), figures)
    found = player.play()
    assert [one.values["profit_target"] for one in found] == [20, 40, 60, 40, 40]
    assert [one.values.get("stop_loss") for one in found] == [None, None, None, 100, 200]
    assert [one.part for one in found] == ["stage 1"] * 3 + ["stage 2"] * 2
    (extension,) = player.extensions
    assert extension.is_last
    assert extension.why == "stage 2 goes on from the best of stage 1: task 1 (profit_target 40) with mar 5"


def test_it_waits_until_everything_has_ended() -> None:
    player = Player(read(spec(*TWO), REGISTRY), figures)
    player.settle(0, 1)
    assert player.extend() is None
    player.settle(2)
    assert player.extend() is not None


def test_a_failed_point_is_told_and_never_best() -> None:
    def site(values: Mapping[str, Any]) -> Mapping[str, float] | TaskState:
        if "stop_loss" in values:
            return figures(values)
        return {40: TaskState.HELD, 60: TaskState.INVALID}.get(values["profit_target"], figures(values))

    player = Player(read(spec(*TWO), REGISTRY), site)
    player.play()
    assert [one.values["profit_target"] for one in player.outcomes[3:]] == [20, 20]
    assert player.extensions[0].why.endswith("with mar 4; never best: 1 failed, 1 refused or skipped")


def test_without_any_result_it_is_stuck_until_there_is_one() -> None:
    states: dict[int, Any] = dict.fromkeys((20, 40, 60), TaskState.HELD)
    player = Player(read(spec(*TWO), REGISTRY), lambda values: states.get(values["profit_target"]) or figures(values))
    player.settle()
    extension = player.extend()
    assert extension is not None
    assert (extension.is_stuck, extension.is_last, extension.batches) == (True, False, ())
    assert "stage 1 has no result to go on from (3 failed)" in extension.why
    del states[60]
    player.settle(2)
    again = player.extend()
    assert again is not None
    assert again.is_last
    assert [one.values["profit_target"] for one in player.outcomes[3:]] == [60, 60]


def test_a_metric_that_no_page_shows_makes_nothing_best() -> None:
    player = Player(read(spec(*TWO), REGISTRY), lambda _: {"pl": 3.0})
    player.settle()
    extension = player.extend()
    assert extension is not None
    assert extension.is_stuck
    assert "3 without mar" in extension.why


def test_a_stage_can_go_on_from_any_earlier_one_by_name_or_number_and_refine_it() -> None:
    stages = (
        stage(swept("profit_target", [20, 40, 60]), name="coarse"),
        stage(swept("stop_loss", [100, 200]), name="loss"),
        stage(swept("profit_target", [35, 45]), name="fine", use_best_from="2"),
        stage(swept("entry_time", ["10:00"]), use_best_from="coarse"),
    )
    player = Player(read(spec(*stages), REGISTRY), figures)
    found = player.play()
    assert [(one.part, one.values["profit_target"], one.values.get("stop_loss")) for one in found[5:]] == [
        ("fine", 35, 200),
        ("fine", 45, 200),
        ("stage 4", 40, None),
    ]
    assert "the best of loss: task 4 (profit_target 40, stop_loss 200)" in player.extensions[1].why


def test_the_stage_decides_what_is_best_in_it() -> None:
    stages = (stage(swept("profit_target", [20, 40, 60]), optimize_by=by("pl", "mar:min")), TWO[1])
    player = Player(read(spec(*stages), REGISTRY), figures)
    player.play()
    assert player.outcomes[3].values["profit_target"] == 20


def test_fixed_parameters_hold_in_every_stage_and_those_of_a_stage_in_it() -> None:
    asked = spec(TWO[0], stage(swept("stop_loss", [100]), fixed=[runs_pb2.FixedParameter(name="dte", value="7")]))
    asked.fixed.append(runs_pb2.FixedParameter(name="entry_time", value="9:45"))
    player = Player(read(asked, REGISTRY), figures)
    found = player.play()
    assert {one.values["entry_time"] for one in found} == {"09:45"}
    assert [one.values.get("dte") for one in found] == [None, None, None, 7]


def test_the_same_results_give_the_same_stage_whoever_asks() -> None:
    first, second = (Player(read(spec(*TWO), REGISTRY), figures) for _ in range(2))
    first.play()
    second.play()
    assert first.points() == second.points()


def test_its_size_is_known_from_the_beginning() -> None:
    plan = read(spec(*TWO), REGISTRY)
    assert (plan.planned_tasks, plan.is_growing, plan.title) == (5, True, "profit_target then stop_loss")
    assert not read(spec(TWO[0]), REGISTRY).is_growing


def test_where_it_stands_in_words() -> None:
    asked = spec(TWO[0], stage(swept("stop_loss", [1]), name="loss"))
    assert progress.stage(asked, "stage 1") == "stage 1 of 2: profit_target"
    assert progress.stage(asked, "loss") == "stage 2 of 2: loss"
    assert progress.stage(asked, "") == ""
    assert progress.stage(runs_pb2.RunSpec(), "fold 1 in-sample") == "fold 1 in-sample"


@pytest.mark.parametrize(
    ("stages", "sentence"),
    [
        ((), "there are 0 stages"),
        ((TWO[0], stage(swept("stop_loss", [1]), name="stage 1")), "two are called 'stage 1'"),
        ((stage(swept("delta", [1]), use_best_from="1"),), "'1' is no earlier stage .earlier ones: none"),
        ((TWO[0], stage(swept("stop_loss", [1]), use_best_from="2")), "stage 2: use_best_from: '2' is no earlier stage"),
        ((TWO[0], stage(swept("nonsense", [1]))), "stage 2: nonsense: there is no such parameter"),
        (
            (stage(swept("delta", [10, 20])), stage(swept("delta@short", [5], side="short_only"))),
            "stage 2: delta: sets .*delta@short does",
        ),
        ((stage(swept("delta", "1:100:0.01")), stage(swept("stop_loss", "1:1000:0.01"))), "at most 100,000"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_stage(stages: tuple[runs_pb2.Stage, ...], sentence: str) -> None:
    with pytest.raises(InvalidArgument, match=sentence):
        staged.read(spec(*stages), REGISTRY)


def test_a_stage_that_others_go_on_from_must_say_what_is_best() -> None:
    with pytest.raises(InvalidArgument, match="stage 1: optimize_by: a later stage takes over"):
        staged.read(spec(*TWO, optimize_by=()), REGISTRY)
    assert staged.read(spec(TWO[0], optimize_by=()), REGISTRY)

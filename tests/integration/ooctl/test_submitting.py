"""`ooctl submit` and `ooctl plan` in all their forms, against a real gRPC server."""

from __future__ import annotations

import json

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.struct_pb2 import Value

from ooctl.exits import ExitStatus
from oodaemon.api.v1 import runs_pb2
from tests.integration.ooctl.fake_daemon import Refusal
from tests.unit.ooctl.builders import RUN_ID

pytestmark = pytest.mark.usefixtures("daemon")


def swept(name: str, *values: str, **options: str) -> runs_pb2.SweptParameter:
    return runs_pb2.SweptParameter(name=name, list=runs_pb2.ValueList(values=values), options=options)


def test_several_parameters_make_a_grid(ooctl, state):
    done = ooctl("submit", "--test", "1", "-p", "delta=5,10", "-p", "vix=20,30", "-p", "vix.bound=min", "--fresh", "--charts")
    (request,) = state.requests

    assert (done.status, done.out) == (ExitStatus.OK, f"{RUN_ID}\n")
    assert request.spec == runs_pb2.RunSpec(
        grid=runs_pb2.GridSpec(test="1", parameters=[swept("delta", "5", "10"), swept("vix", "20", "30", bound="min")]),
        charts=True,
        fresh=True,
    )
    assert state.plans == [runs_pb2.PlanRunRequest(spec=request.spec)]


def test_a_table_makes_a_list(ooctl, state, tmp_path):
    (tmp_path / "sets.csv").write_text("delta;vix\n5;20\n10;\n")
    ooctl("submit", "--test", "1", "--from", str(tmp_path / "sets.csv"), "-p", "delta.side=both", "--with", "gap=1")

    assert state.requests[0].spec == runs_pb2.RunSpec(
        list=runs_pb2.ListSpec(
            test="1",
            columns=[runs_pb2.ListColumn(name="delta", options={"side": "both"}), runs_pb2.ListColumn(name="vix")],
            rows=[runs_pb2.ListRow(values=["5", "20"]), runs_pb2.ListRow(values=["10", ""])],
        ),
        fixed=[runs_pb2.FixedParameter(name="gap", value="1")],
    )


def test_a_search_and_a_walk_forward(ooctl, state):
    base = ("submit", "--test", "1", "-p", "delta=5,10", "--optimize-by", "mar", "--optimize-by", "pl:min")
    objectives = [runs_pb2.Objective(metric="mar"), runs_pb2.Objective(metric="pl", direction=runs_pb2.DIRECTION_MINIMIZE)]
    ooctl(*base, "--search", "grid", "--budget", "40", "--seed", "-7", "--where", "max_drawdown >= -15")
    ooctl(*base, "--walk-forward", "12m/3m")

    assert state.requests[0].spec.search == runs_pb2.SearchSpec(
        test="1",
        parameters=[swept("delta", "5", "10")],
        method=runs_pb2.SEARCH_METHOD_PRUNED_GRID,
        optimize_by=objectives,
        constraints=["max_drawdown >= -15"],
        budget=40,
        seed=-7,
    )
    assert state.requests[1].spec == runs_pb2.RunSpec(
        sweep=runs_pb2.SweepSpec(test="1", parameter=swept("delta", "5", "10")),
        walk_forward=runs_pb2.WalkForward(
            rolling=runs_pb2.RollingWindows(in_sample_months=12, out_of_sample_months=3), optimize_by=objectives
        ),
    )


STAGED = """
test: Iron fly
name: two steps
optimize_by: mar
trades: true
stages:
  - parameters: {delta: [5, 10]}
  - name: exits
    parameters: {vix: "20,30"}
    use_best_from: "1"
walk_forward: {folds: [{in_sample: 2020-01-01..2020-12-31, out_of_sample: 2021-01-01..2021-03-31}]}
"""


def test_a_file_describes_the_run_and_flags_may_stand_beside_it(ooctl, state, tmp_path):
    path = tmp_path / "run.yaml"
    path.write_text(STAGED)
    ooctl("submit", str(path))
    ooctl("submit", str(path), "--test", "2", "--name", "other", "--with", "gap=1", "--fresh")
    first, second = state.requests
    mar = runs_pb2.Objective(metric="mar")

    assert first.name == "two steps"
    assert first.spec == runs_pb2.RunSpec(
        staged=runs_pb2.StagedSpec(
            test="Iron fly",
            stages=[
                runs_pb2.Stage(parameters=[swept("delta", "5", "10")]),
                runs_pb2.Stage(name="exits", parameters=[swept("vix", "20", "30")], use_best_from="1"),
            ],
            optimize_by=[mar],
        ),
        trades=True,
        walk_forward=runs_pb2.WalkForward(
            folds=runs_pb2.FoldList(
                folds=[
                    runs_pb2.Fold(
                        in_sample_start="2020-01-01",
                        in_sample_end="2020-12-31",
                        out_of_sample_start="2021-01-01",
                        out_of_sample_end="2021-03-31",
                    )
                ]
            ),
            optimize_by=[mar],
        ),
    )
    assert (second.name, second.spec.staged.test, second.spec.fresh, second.spec.fixed[0].name) == ("other", "2", True, "gap")


def test_what_is_printed_as_json_can_be_submitted_again(ooctl, state, tmp_path):
    ooctl("submit", "--test", "1", "-p", "delta=5,10", "-p", "vix=20..30/5", "--with", "gap=1", "--trades")
    state.runs[0].spec.CopyFrom(state.requests[0].spec)
    printed = ooctl("status", RUN_ID, "-o", "json").json["spec"]
    (tmp_path / "again.json").write_text(json.dumps(printed))
    done = ooctl("submit", str(tmp_path / "again.json"), "--with", "gap=2")

    assert done.status is ExitStatus.OK
    again = state.requests[-1].spec
    assert again.fixed[0].value == "2"
    again.fixed[0].value = "1"
    assert again == state.requests[0].spec


def test_flags_that_belong_into_the_file_are_refused(ooctl, state, tmp_path):
    (tmp_path / "run.yaml").write_text("test: 1\nparameters: {delta: '5,10'}\n")
    for flag, value in (("-p", "vix=1"), ("--budget", "3"), ("--from", "x.csv"), ("--walk-forward", "1y/3m")):
        done = ooctl("submit", str(tmp_path / "run.yaml"), flag, value)
        assert (done.status, done.err.splitlines()[0]) == (ExitStatus.USAGE, f"error: {flag} cannot be given beside a file")
    assert state.requests == state.plans == []


def test_more_backtests_than_allowed_are_refused_before_anything_is_stored(ooctl, state, tmp_path):
    submit = ("submit", "--test", "1", "-p", "delta=5,10")
    state.plan = runs_pb2.PlanRunResponse(tasks=1001, planned_tasks=1001)
    done = ooctl(*submit)
    assert done.status is ExitStatus.USAGE
    assert done.err.splitlines() == [
        "error: this makes 1,001 backtests, and at most 1,000 are allowed",
        "hint: take larger steps, or allow them with --max-tasks 1001",
    ]
    assert state.mutations() == []

    state.plan = runs_pb2.PlanRunResponse(tasks=3, planned_tasks=50)
    assert ooctl(*submit, "--max-tasks", "49").status is ExitStatus.USAGE
    (tmp_path / "run.yaml").write_text("test: 1\nmax_tasks: 49\nparameters: {delta: '5,10'}\n")
    assert ooctl("submit", str(tmp_path / "run.yaml")).status is ExitStatus.USAGE
    assert state.mutations() == []
    assert ooctl("submit", str(tmp_path / "run.yaml"), "--max-tasks", "50").status is ExitStatus.OK
    assert len(state.mutations()) == 1


def test_who_allows_everything_is_not_counted(ooctl, state):
    assert ooctl("submit", "--test", "1", "-p", "delta=5,10", "--max-tasks", "100000").status is ExitStatus.OK
    assert (len(state.plans), len(state.mutations())) == (0, 1)


def a_plan(**more) -> runs_pb2.PlanRunResponse:
    plan = runs_pb2.PlanRunResponse(
        tasks=20,
        planned_tasks=20,
        cached=5,
        browsers=2,
        median_task_duration=Duration(seconds=12),
        estimated_duration=Duration(seconds=96),
        notes=["be careful"],
        sample=[runs_pb2.PlannedTask(index=n, parameters={"delta": Value(number_value=5 + n)}, cached=n == 1) for n in range(2)],
    )
    plan.test.name, plan.test.url = "Iron fly", "https://site/test/1"
    plan.MergeFrom(runs_pb2.PlanRunResponse(**more))
    return plan


def test_a_plan_for_people(ooctl, state):
    state.plan = a_plan()
    done = ooctl("plan", "--test", "1", "-p", "delta=5..24", "--sample", "2")

    assert done.status is ExitStatus.OK
    assert done.out.splitlines() == [
        "test        Iron fly https://site/test/1",
        "backtests   20",
        "cached      5 of them have a result of an earlier run",
        "to run      15",
        "per task    12 s",
        "takes about 1 min 36 s with 2 browsers",
        "note        be careful",
        "",
        "#  delta  cached",
        "0      5  \N{EN DASH}",
        "1      6  yes",
        "... and 18 more",
    ]
    assert state.plans[0].sample == 2
    assert state.requests == []


def test_a_plan_for_programs(ooctl, state):
    state.plan = a_plan()
    state.plan.ClearField("planned_tasks")
    state.plan.ClearField("estimated_duration")
    record = ooctl("plan", "--test", "1", "-p", "delta=5..24", "-o", "json").json

    assert (record["tasks"], record["planned_tasks"], record["cached"], record["new"]) == (20, None, 5, 15)
    assert (record["median_task_seconds"], record["estimated_seconds"], record["browsers"]) == (12, None, 2)
    assert record["sample"][1] == {"index": 1, "parameters": {"delta": 6}, "cached": True}


def test_a_plan_that_is_too_large_is_shown_and_refused(ooctl, state, tmp_path):
    state.plan = a_plan(planned_tasks=2000)
    (tmp_path / "run.yaml").write_text("test: 1\nparameters: {delta: '5,10'}\n")
    done = ooctl("plan", str(tmp_path / "run.yaml"))

    assert done.status is ExitStatus.USAGE
    assert "backtests   20 first, 2,000 at most" in done.out
    assert "allow them with --max-tasks 2000" in done.err


def test_a_plan_that_the_daemon_refuses(ooctl, state):
    state.refusals["PlanRun"] = Refusal(grpc.StatusCode.NOT_FOUND, "there is no saved test 'x'")
    for command in ("plan", "submit"):
        done = ooctl(command, "--test", "x", "-p", "delta=5")
        assert (done.status, done.out) == (ExitStatus.NOT_FOUND, "")
    assert state.requests == []


def test_a_file_from_standard_input(ooctl, state, monkeypatch):
    import io
    import sys

    monkeypatch.setattr(sys, "stdin", io.StringIO("test: 1\nparameters: {delta: '5,10'}\n"))
    assert ooctl("submit", "-").status is ExitStatus.OK
    assert state.requests[0].spec.sweep.test == "1"

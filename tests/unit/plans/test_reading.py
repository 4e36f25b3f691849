"""From the wire to a plan: sweep, grid and list, and what is wrong with them by field."""

import pytest
from google.protobuf import json_format

from oodaemon.api.v1 import runs_pb2
from oodaemon.errors import InvalidArgument
from oodaemon.model.batches import Batch
from oodaemon.parameters.registry import discover
from oodaemon.plans.plan import Extension, Plan
from oodaemon.plans.reading import read

REGISTRY = discover([])


def plan_of(**spec) -> Plan:
    return read(json_format.ParseDict(spec, runs_pb2.RunSpec()), REGISTRY)


def points_of(plan: Plan) -> list:
    (batch,) = plan.first()
    assert batch == Batch(batch.points)
    return [dict(point) for point in batch.points]


def refusal(**spec) -> list[str]:
    with pytest.raises(InvalidArgument) as caught:
        plan_of(**spec)
    return [f"{violation.field}: {violation.description}" for violation in caught.value.violations]


def swept(name: str, *values: str, **options: str) -> dict:
    return {"name": name, "list": {"values": list(values)}, "options": options}


def grid(*parameters: dict, **more) -> dict:
    return {"grid": {"test": "iron", "parameters": list(parameters)}, **more}


def table(columns: list, *rows: list[str], **more) -> dict:
    named = [{"name": column} if isinstance(column, str) else column for column in columns]
    return {"list": {"test": "iron", "columns": named, "rows": [{"values": row} for row in rows]}, **more}


def test_a_sweep_is_a_grid_of_one_parameter() -> None:
    sweep = plan_of(sweep={"test": "iron", "parameter": swept("delta", "30", "5")})
    one = plan_of(**grid(swept("delta", "30", "5")))
    assert points_of(sweep) == points_of(one)
    assert (sweep.title, sweep.test, sweep.planned_tasks, sweep.is_growing) == ("delta", "iron", 2, False)
    assert sweep.extend([], 1) == Extension(is_last=True)


def test_a_grid_has_every_combination_and_the_last_parameter_changes_fastest() -> None:
    ranged = {"name": "profit_target", "range": {"start": "10", "end": "30", "step": "10"}, "options": {"unit": "$"}}
    plan = plan_of(**grid(swept("entry_time", "9:45", "10:00"), ranged, fixed=[{"name": "vix", "value": "20"}]))
    points = points_of(plan)
    assert [(p["entry_time"], p["profit_target"]) for p in points] == [
        (time, target) for time in ("09:45", "10:00") for target in (10, 20, 30)
    ]
    rest = {key: value for key, value in points[0].items() if key not in ("entry_time", "profit_target")}
    assert rest == {"profit_target.unit": "$", "profit_target.group": "", "vix": 20, "vix.bound": "max"}
    assert (plan.title, plan.planned_tasks) == ("entry_time x profit_target", 6)


def test_a_title_names_four_parameters_at_most() -> None:
    names = ["delta", "vix", "gap", "rsi", "dte"]
    assert plan_of(**grid(*(swept(name, "20", "30") for name in names))).title == "delta x vix x gap x rsi and 1 more"


def test_a_hundred_thousand_points_are_taken_and_not_one_more() -> None:
    delta = {"name": "delta", "range": {"start": "1", "end": "100", "step": "1"}}
    vix = {"name": "vix", "range": {"start": "1", "end": "100", "step": "1"}}
    plan = plan_of(**grid(delta, vix, swept("gap", *map(str, range(10)))))
    assert plan.planned_tasks == 100_000
    assert plan.first()[0].points[99_999]["gap"] == 9
    assert refusal(**grid(delta, vix, swept("gap", *map(str, range(11))))) == [
        "parameters: 100 x 100 x 11 makes 110,000 tasks, and a run has at most 100,000; take larger steps or fewer parameters"
    ]


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({}, ["spec: no kind of run is given"]),
        (grid(), ["parameter: no parameter is given; name one, such as delta"]),
        (grid({"name": "delta"}), ["delta: no values are given; give a range or a list"]),
        (
            grid(swept("delta", "x"), swept("vixx", "1"), fixed=[{"name": "gap", "value": "-1"}]),
            ["delta: 'x'", "vixx: there", "gap: -1"],
        ),
        (
            grid(swept("delta", "x"), {"name": "vix"}, fixed=[{"name": "gap", "value": "-1"}]),
            ["delta: 'x'", "vix: no values are given; give a range or a list", "gap: -1"],
        ),
        (grid(swept("delta", "1"), swept("delta", "2")), ["delta: is swept twice; use it under a label, such as delta@2"]),
        (grid(swept("delta", "1"), swept("delta@2", "2")), ["delta@2: sets the value of a leg priced in"]),
        (grid(swept("frequency", "Daily", "Weekly"), swept("weekday", "Friday")), ['weekday: sets "Frequency"']),
        (grid(swept("field", "1", "2", at="Entry Conditions/Max VIX"), swept("vix", "20")), ['vix: sets "Max VIX"']),
    ],
)
def test_what_is_wrong_with_a_grid_is_said_by_field(spec: dict, said: list[str]) -> None:
    found = refusal(**spec)
    assert len(found) == len(said)
    assert all(one.startswith(beginning) for one, beginning in zip(found, said, strict=True))


def test_a_list_is_its_rows_with_options_by_row_by_column_and_by_default() -> None:
    delta = {"name": "delta", "options": {"apply_to": "put_only"}}
    spec = table(
        ["stop_loss", "stop_loss.unit", delta], ["100", "", "20"], ["2.50", "$", "30.0"], fixed=[{"name": "vix", "value": "9"}]
    )
    plan = plan_of(**spec)
    shared = {
        "stop_loss.group": "",
        "delta.apply_to": "put_only",
        "delta.side": "both",
        "delta.leg": 0,
        "vix": 9,
        "vix.bound": "max",
    }
    assert points_of(plan) == [
        {"stop_loss": 100, "stop_loss.unit": "%", "delta": 20, **shared},
        {"stop_loss": 2.5, "stop_loss.unit": "$", "delta": 30, **shared},
    ]
    assert (plan.title, plan.test, plan.planned_tasks) == ("stop_loss x delta", "iron", 2)


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        (table([]), ["columns: no column is a parameter"]),
        (table(["delta"]), ["rows: no set of values is given"]),
        (table(["delta", "delta"], ["1", "2"]), ["delta: has two columns"]),
        (table(["deltas"], ["1"]), ["deltas: there is no such parameter; did you mean delta?"]),
        (table(["delta.side"], ["both"]), ["delta.side: is an option of delta, which has no column"]),
        (table(["delta", "delta.sid"], ["1", "x"]), ["delta.sid: delta has no option 'sid'"]),
        (
            table([{"name": "delta", "options": {"side": "both"}}, "delta.side"], ["1", "both"]),
            ["delta.side: has a column and is also"],
        ),
        (table(["delta"], ["1"], fixed=[{"name": "delta", "value": "2"}]), ["delta: is swept and cannot also be fixed"]),
        (table(["delta"], ["1"], fixed=[{"name": "vix", "value": "x"}]), ["vix: 'x' is not a number"]),
        (table(["delta", "vix"], ["1", "20"], ["2"]), ["rows: row 2 has 1 values for 2 columns"]),
        (table(["delta", "vix"], ["1", ""], ["x", "20"]), ["vix: row 1: is empty", "delta: row 2: 'x' is not a number"]),
        (table(["delta"], ["10"], ["20"], ["10.0"]), ["rows: row 3 has the same values as row 1; leave one out"]),
        (
            table(["field", "field.at", "vix"], ["5", "Entry Conditions/Max RSI", "9"], ["5", "Entry Conditions/Max VIX", "9"]),
            ["vix: row 2: sets"],
        ),
    ],
)
def test_what_is_wrong_with_a_list_is_said_by_column_and_row(spec: dict, said: list[str]) -> None:
    found = refusal(**spec)
    assert len(found) == len(said), found
    assert all(one.startswith(beginning) for one, beginning in zip(found, said, strict=True)), found


def test_of_many_wrong_rows_the_first_are_named_and_the_others_counted() -> None:
    found = refusal(**table(["delta"], *(["x"] for _ in range(1_234))))
    assert len(found) == 11
    assert found[-1] == "rows: 1,224 more rows are wrong"

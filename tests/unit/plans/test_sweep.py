"""A sweep becomes tasks: in which order, with which options, and what is refused."""

import tracemalloc

import pytest

from oodaemon.errors import InvalidArgument, Violation
from oodaemon.parameters.registry import discover
from oodaemon.plans.axes import MAX_TASKS, Range
from tests.unit.plans.asking import Sweep, expand

REGISTRY = discover([])


def refusal(sweep: Sweep) -> Violation:
    with pytest.raises(InvalidArgument) as caught:
        expand(sweep, REGISTRY)
    (violation,) = caught.value.violations
    return violation


def test_a_range_becomes_tasks_in_its_order() -> None:
    tasks = expand(Sweep("stop_loss", Range("100", "120", "10"), {"unit": "$"}), REGISTRY)
    assert tasks == tuple({"stop_loss": value, "stop_loss.unit": "$", "stop_loss.group": ""} for value in (100, 110, 120))


def test_a_range_without_a_step_takes_the_one_of_the_parameter() -> None:
    tasks = expand(Sweep("entry_time", Range("9:45", "10:30")), REGISTRY)
    assert [task["entry_time"] for task in tasks] == ["09:45", "10:00", "10:15", "10:30"]


def test_a_list_keeps_the_order_in_which_it_was_given() -> None:
    tasks = expand(Sweep("delta", ("30", "5.5", "10.0")), REGISTRY)
    assert [task["delta"] for task in tasks] == [30, 5.5, 10]


def test_every_task_has_every_option_given_or_not() -> None:
    tasks = expand(Sweep("delta", Range("10", "12", "1"), {"side": "SHORT_only"}), REGISTRY)
    assert [{k: v for k, v in task.items() if k != "delta"} for task in tasks] == [
        {"delta.apply_to": "both", "delta.side": "short_only", "delta.leg": 0}
    ] * 3


def test_tasks_do_not_share_a_mapping() -> None:
    first, second = expand(Sweep("delta", ("1", "2")), REGISTRY)
    first["delta"] = 99
    assert second["delta"] == 2


@pytest.mark.parametrize("values", [("10", "20", "10.0"), ("9:45", "10:00", "09:45")], ids=["number", "time"])
def test_a_value_given_twice_is_refused(values: tuple[str, ...]) -> None:
    name = "entry_time" if ":" in values[0] else "delta"
    written = {"delta": "10", "entry_time": "09:45"}[name]
    assert refusal(Sweep(name, values)) == Violation(name, f"{written} is given twice")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("deltas", "did you mean delta?"),
        ("StopLoss", "did you mean stop_loss?"),
        ("zzz", "known: " + ", ".join(parameter.name for parameter in REGISTRY)),
    ],
)
def test_an_unknown_parameter_is_refused_with_what_there_is(name: str, hint: str) -> None:
    assert refusal(Sweep(name, ("1",))) == Violation(name, f"there is no such parameter; {hint}")


def test_no_parameter_at_all_is_refused() -> None:
    assert refusal(Sweep("", ("1",))) == Violation("parameter", "no parameter is given; name one, such as delta")


def test_an_empty_list_is_refused() -> None:
    assert refusal(Sweep("delta", ())) == Violation("delta", "no value is given")


@pytest.mark.parametrize(
    ("sweep", "description"),
    [
        (Sweep("delta", ("5", "abc")), "'abc' is not a number"),
        (Sweep("delta", Range("10", "5")), "the range ends at 5, before its start 10"),
        (Sweep("delta", Range("10", "20", "0")), "the step 0 must be greater than 0"),
        (Sweep("delta", ("5",), {"units": "$"}), "has no option 'units' (options: apply_to, side, leg)"),
        (Sweep("stop_loss", ("5",), {"unit": "points"}), "option unit: 'points' is none of %, $, CO"),
    ],
)
def test_what_is_wrong_is_said_under_the_name_of_the_parameter(sweep: Sweep, description: str) -> None:
    assert refusal(sweep) == Violation(sweep.parameter, description)


def test_a_sweep_may_have_the_greatest_number_of_tasks_and_not_one_more() -> None:
    assert len(expand(Sweep("stop_loss", Range("0.01", "1000.00", "0.01")), REGISTRY)) == MAX_TASKS == 100_000
    too_many = Violation("stop_loss", "this makes more than 100,000 tasks; take a larger step")
    assert refusal(Sweep("stop_loss", Range("0.01", "1000.01", "0.01"))) == too_many
    assert refusal(Sweep("stop_loss", [str(n) for n in range(1, 100_001)] + ["0.5"])).field == "stop_loss"


def test_too_many_tasks_are_not_made_first() -> None:
    """Ten million values would take hundreds of megabytes; the answer takes what the permitted number takes."""
    tracemalloc.start()
    try:
        refusal(Sweep("stop_loss", Range("0.01", "100000", "0.01")))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 30 * 2**20

"""The form: what the site refuses, and the way through a panel and back."""

from dataclasses import replace
from datetime import date, time

import pytest

from oodaemon.practice.catalog import SAVED_TESTS, SavedTest
from oodaemon.practice.form import ENTRY_TIME_PROBLEM, Form, InvalidForm, Leg

PUT = Leg(side="Sell", right="Put", value=30)
FORM = Form(start_date=date(2024, 1, 2), end_date=date(2024, 6, 28), legs=(PUT,))


def refusal(**changes: object) -> dict[str, str]:
    with pytest.raises(InvalidForm) as caught:
        Form.from_state({**FORM.to_state(), **changes})
    return caught.value.problems


@pytest.mark.parametrize("test", SAVED_TESTS.values(), ids=lambda test: test.name)
def test_saved_tests_pass_through_a_panel_unchanged(test: SavedTest) -> None:
    assert Form.from_state(test.form.to_state()) == test.form


def test_fields_without_effect_are_carried() -> None:
    state = FORM.to_state() | {"use_vix": True, "max_vix": "20", "use_gaps": True, "min_gap_up": "0.15"}
    form = Form.from_state(state)
    assert dict(form.extras) == {"use_vix": True, "max_vix": "20", "use_gaps": True, "min_gap_up": "0.15"}
    assert form.to_state()["max_vix"] == "20"


def test_a_field_that_is_not_shown_counts_as_blank() -> None:
    form = Form.from_state(FORM.to_state() | {"use_fees": False, "opening_fees": "not a number", "max_vix": "20"})
    assert form.opening_fees is None
    assert form.extras == ()


def test_the_stop_loss_slippage_hangs_on_the_stop_loss_too() -> None:
    state = FORM.to_state() | {"use_slippage": True, "stop_loss_slippage": "0.15"}
    assert Form.from_state(state).stop_loss_slippage is None
    assert Form.from_state(state | {"stop_loss": "100"}).stop_loss_slippage == 0.15


@pytest.mark.parametrize("text", ["09:31", "16:00", "02:00"])
def test_entry_times_outside_the_session(text: str) -> None:
    assert refusal(entry_time=text) == {"entry_time": ENTRY_TIME_PROBLEM}


@pytest.mark.parametrize("moment", [time(9, 32), time(15, 59)])
def test_entry_times_at_the_edges(moment: time) -> None:
    assert replace(FORM, entry_time=moment).problems() == {}


@pytest.mark.parametrize("key", ["start_date", "end_date", "starting_funds", "allocation", "entry_time"])
def test_required_fields(key: str) -> None:
    assert "fill out" in refusal(**{key: ""})[key]


@pytest.mark.parametrize(
    ("key", "text"),
    [("profit_target", "33.123"), ("max_open", "1.5"), ("starting_funds", "-1"), ("allocation", "x")],
)
def test_patterns(key: str, text: str) -> None:
    assert "format" in refusal(**{key: text})[key]


def test_a_pattern_holds_for_fields_without_effect_too() -> None:
    assert "max_vix" in refusal(use_vix=True, max_vix="20.123")


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"start_date": "12/31/2012"}, "start_date"),
        ({"end_date": "01/01/2024"}, "end_date"),
        ({"allocation": "0"}, "allocation"),
        ({"allocation": "101"}, "allocation"),
        ({"max_contracts": "0"}, "max_contracts"),
        ({"frequency": "Weekly", "weekdays": ""}, "weekdays"),
        ({"frequency": "Hourly"}, "frequency"),
        ({"profit_target_unit": "points"}, "profit_target"),
        ({"legs": []}, "legs"),
    ],
)
def test_ranges(changes: dict[str, object], key: str) -> None:
    assert key in refusal(**changes)


@pytest.mark.parametrize(
    "change", [{"value": ""}, {"value": "-5"}, {"value": "100"}, {"quantity": "0"}, {"dte": "x"}, {"child": True}]
)
def test_legs(change: dict[str, object]) -> None:
    leg = {"side": "Sell", "right": "Put", "quantity": "1", "value": "30", "unit": "Δ", "dte": "0", "child": False}
    assert FORM.to_state()["legs"] == [leg]
    assert "legs" in refusal(legs=[{**leg, **change}])


def test_every_problem_is_told_at_once() -> None:
    assert set(refusal(entry_time="", allocation="x", start_date="")) == {"entry_time", "allocation", "start_date"}

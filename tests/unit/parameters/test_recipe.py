"""Recipes: the same digest for what asks for the same backtest, and for nothing else."""

from typing import Any

import pytest

from oodaemon.parameters.base import Parameter, Setting
from oodaemon.parameters.fields import Choice, Int
from oodaemon.parameters.form import Action, SetField
from oodaemon.parameters.recipe import Recipe, Recipes
from oodaemon.parameters.registry import Registry, discover

KNOWN = Recipes(discover([]))


def of(**values: Any) -> Recipe:
    found = KNOWN.of({key.replace("__", "."): value for key, value in values.items()})
    assert found is not None
    return found


def test_one_value_gives_one_digest_however_it_is_written() -> None:
    assert of(max_open=3) == of(max_open=3.0)
    assert of(max_open=3).digest != of(max_open=4).digest
    assert of(max_open=3).digest != of(max_contracts=3).digest


def test_part_of_the_values_is_another_recipe() -> None:
    both, one = of(max_open=3, max_contracts=5), of(max_open=3)
    assert both.digest != one.digest
    assert both == of(max_contracts=5, max_open=3)


def test_what_two_uses_share_is_not_mixed_up() -> None:
    one = {"vix@a": 12, "vix@a.bound": "min", "vix@b": 30, "vix@b.bound": "max"}
    renamed = {"vix@b": 12, "vix@b.bound": "min", "vix@a": 30, "vix@a.bound": "max"}
    crossed = {"vix@a": 30, "vix@a.bound": "min", "vix@b": 12, "vix@b.bound": "max"}
    assert KNOWN.of(one) == KNOWN.of(renamed)
    assert KNOWN.of(one) != KNOWN.of(crossed)


def test_values_of_one_control_have_one_shape_and_choices_have_their_own() -> None:
    assert of(max_open=3).shape == of(max_open=4).shape
    assert of(profit_target=30, profit_target__unit="%").shape != of(profit_target=30, profit_target__unit="$").shape
    assert of(ticker="SPX").shape != of(ticker="SPY").shape


def test_days_that_are_set_are_known() -> None:
    assert (of(end_date="2024-12-31").start_date, of(end_date="2024-12-31").end_date) == ("", "2024-12-31")
    typed = of(field="01/31/2024", field__at="Dates/Start Date")
    assert (typed.start_date, typed.end_date) == ("2024-01-31", "")


@pytest.mark.parametrize(
    "values",
    [
        {"nobody": 3},
        {"max_open": "many"},
        {"max_open": 3, "max_open.unit": "a"},
        {"max_open.unit": "a"},
        {"field": "soon", "field.at": "Dates/End Date"},
        {"end_date": "2024-12-31", "field": "01/31/2024", "field.at": "Dates/End Date"},
    ],
)
def test_nothing_is_said_of_values_that_cannot_be_understood(values: dict[str, Any]) -> None:
    assert KNOWN.of(values) is None


class Width(Parameter):
    name = "width"
    description = "Made for a test"
    section = "Strategy"
    value = Int(minimum=1, maximum=9)
    options = {"unit": Choice(choices=("a", "b"), default="a")}  # noqa: RUF012 - as plug-ins write it
    label = "Width"

    def actions(self, setting: Setting) -> tuple[Action, ...]:
        return (SetField(section=self.section, label=self.label, text=setting.text),)


class Wider(Width):
    label = "Wider"


def test_a_plug_in_that_does_something_else_makes_another_recipe() -> None:
    values = {"width": 3, "width.unit": "a"}
    assert Recipes(Registry([Width()])).of(values) == Recipes(Registry([Width()])).of(values)
    assert Recipes(Registry([Width()])).of(values) != Recipes(Registry([Wider()])).of(values)


def test_what_is_remembered_of_uses_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oodaemon.parameters.recipe._USES_KEPT", 2)
    few = Recipes(discover([]))
    assert [few.of({"max_open": n}) for n in (1, 2, 3, 1)] == [of(max_open=n) for n in (1, 2, 3, 1)]

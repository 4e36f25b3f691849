"""The plug-in base: values and options as a user wrote them become a setting."""

import pytest

from oodaemon.parameters.base import Parameter, Setting
from oodaemon.parameters.fields import Bool, Choice, FieldError, Float, Int
from oodaemon.parameters.form import Action, SetField


class Width(Parameter):
    """A made-up parameter with one option that must be given."""

    name = "width"
    description = "Width"
    section = "Strategy"
    value = Float(minimum=1, maximum=50)
    options = {  # noqa: RUF012 - as plug-ins write it
        "unit": Choice(choices=("points", "percent"), default="points"),
        "legs": Int(minimum=1, maximum=4),
        "strict": Bool(default=False),
    }

    def actions(self, setting: Setting) -> tuple[Action, ...]:
        return (SetField(section=self.section, label="Width", text=setting.text),)


class Plain(Parameter):
    """A parameter that says no more than it must."""

    name = "plain"
    description = "Plain"
    section = "Misc."
    value = Int()

    def actions(self, setting: Setting) -> tuple[Action, ...]:
        return ()


def refusal(options: dict[str, str], value: str = "5") -> str:
    with pytest.raises(FieldError) as caught:
        Width().setting(value, options)
    return str(caught.value)


def test_a_setting_holds_the_value_its_text_and_every_option() -> None:
    setting = Width().setting(" 5.0 ", {"legs": "2", "unit": "PERCENT"})
    assert setting == Setting(5, "5", {"unit": "percent", "legs": 2, "strict": False})
    assert (setting.option("unit"), setting.option("legs")) == ("percent", "2")


def test_an_option_nobody_gave_has_its_default() -> None:
    assert Width().parse_options({"legs": "1"}) == {"unit": "points", "legs": 1, "strict": False}


def test_a_default_that_is_false_or_zero_is_a_default_too() -> None:
    class Zero(Plain):
        options = {"offset": Int(default=0)}  # noqa: RUF012 - as plug-ins write it

    assert Zero().parse_options({}) == {"offset": 0}


def test_an_option_without_default_must_be_given() -> None:
    assert refusal({}) == "option legs must be given"


def test_an_unknown_option_is_refused_with_the_known_ones() -> None:
    assert refusal({"legs": "1", "unti": "points"}) == "has no option 'unti' (options: unit, legs, strict)"
    with pytest.raises(FieldError, match=r"has no option 'x' \(options: none\)"):
        Plain().parse_options({"x": "1"})


def test_a_wrong_option_is_named() -> None:
    assert refusal({"legs": "9"}) == "option legs: 9 is above the maximum 4"
    assert refusal({"legs": "1", "unit": "yards"}) == "option unit: 'yards' is none of points, percent"


def test_a_wrong_value_is_refused_without_a_name() -> None:
    assert refusal({"legs": "1"}, value="0") == "0 is below the minimum 1"


def test_a_parameter_expects_nothing_unless_it_says_so() -> None:
    plain = Plain()
    assert plain.expectations(plain.setting("3", {})) == ()
    assert plain.requires_toggle == ""
    assert dict(plain.options) == {}

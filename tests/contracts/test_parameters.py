"""Every parameter that is found keeps the contract, one of another distribution too; and the contract has teeth."""

import sys
import types
from collections.abc import Mapping
from decimal import Decimal
from importlib.metadata import EntryPoint

import pytest

from oodaemon.parameters import contract
from oodaemon.parameters.base import Parameter, Setting
from oodaemon.parameters.fields import Bool, Choice, Field, Float, Int, Value
from oodaemon.parameters.form import Action, Bullet, Expectation, SetField
from oodaemon.parameters.registry import GROUP, discover


class MaxVix(Parameter):
    """A parameter as somebody else would write it: behind a toggle, with an option that must be given."""

    name = "max_vix"
    description = "Highest VIX at which trades are opened"
    section = "Entry Conditions"
    requires_toggle = "Use VIX"
    value = Float(minimum=0.01, maximum=200, step=1)
    options: Mapping[str, Field] = {
        "days": Int(minimum=1, maximum=5),
        "strict": Bool(default=True),
        "unit": Choice(choices=("points", "percent"), default="points"),
    }

    def actions(self, setting: Setting) -> tuple[Action, ...]:
        return (SetField(section=self.section, label="Max VIX", text=setting.text),)

    def expectations(self, setting: Setting) -> tuple[Expectation, ...]:
        return (Bullet(prefix="VIX: Max", number=Decimal(setting.text)),)


def third_party() -> Parameter:
    """Loaded the way the daemon loads it."""
    module = types.ModuleType("oo_vix_plugin")
    module.MaxVix = MaxVix  # type: ignore[attr-defined]  # a module made on the spot
    sys.modules[module.__name__] = module
    try:
        registry = discover([EntryPoint(name="vix", value="oo_vix_plugin:MaxVix", group=GROUP)])
    finally:
        del sys.modules[module.__name__]
    found = registry.get("max_vix")
    assert found is not None, registry.problems
    return found


@pytest.mark.parametrize("promise", contract.CHECKS, ids=lambda promise: promise.__name__)
@pytest.mark.parametrize("parameter", [*discover(), third_party()], ids=lambda parameter: parameter.name)
def test_every_parameter_keeps_the_contract(parameter: Parameter, promise: contract.Check) -> None:
    promise(parameter)


def broken(**attributes: object) -> Parameter:
    return type("Broken", (MaxVix,), attributes)()


class Forgetful(Float):
    """Takes text that does not come back."""

    def text(self, value: Value) -> str:
        return "1"


class Descending(Float):
    """Counts down."""

    def steps(self, start: str, end: str, step: str):
        return reversed(list(super().steps(start, end, step)))


COUNTER = iter(range(10**6))
BROKEN = [
    (contract.describes_itself, broken(name="max.vix")),
    (contract.describes_itself, broken(description=" ")),
    (contract.describes_itself, broken(section="")),
    (contract.describes_itself, broken(value=5)),
    (contract.describes_itself, broken(options={"a.b": Int(default=1)})),
    (contract.has_sound_fields, broken(value=Forgetful(minimum=1, maximum=9))),
    (contract.has_sound_fields, broken(options={"unit": Choice(choices=("a",), default="a"), "n": Int(maximum=3, default=4)})),
    (contract.makes_ranges_of_its_values, broken(value=Descending(minimum=1, maximum=9))),
    (contract.survives_being_stored, broken(name="max.vix")),
    (contract.says_what_to_set, broken(actions=lambda self, setting: ())),
    (contract.says_what_to_set, broken(actions=lambda self, setting: ("click it",))),
    (contract.says_what_to_set, broken(actions=lambda self, setting: (SetField(section="s", label="", text="1"),))),
    (contract.says_what_to_set, broken(actions=lambda self, s: (SetField(section="s", label="l", text=str(next(COUNTER))),))),
    (contract.sets_what_was_asked_for, broken(actions=lambda self, setting: (SetField(section="s", label="l", text="1"),))),
    (
        contract.proves_what_was_asked_for,
        broken(expectations=lambda self, setting: (Bullet(prefix="VIX: Max", number=Decimal(1)),)),
    ),
    (contract.proves_what_was_asked_for, broken(expectations=lambda self, setting: (Bullet(prefix="", text="x"),))),
    (contract.proves_what_was_asked_for, broken(expectations=lambda self, setting: ["VIX: Max 20"])),
    (contract.refuses_what_it_does_not_know, broken(parse_options=lambda self, options: {})),
]


@pytest.mark.parametrize(("promise", "parameter"), BROKEN, ids=[f"{p.__name__}-{n}" for n, (p, _) in enumerate(BROKEN)])
def test_a_parameter_that_breaks_a_promise_is_caught(promise: contract.Check, parameter: Parameter) -> None:
    with pytest.raises(AssertionError):
        promise(parameter)


def test_every_check_is_shown_to_bite() -> None:
    assert {promise for promise, _ in BROKEN} == set(contract.CHECKS)


def test_all_checks_run_as_one() -> None:
    contract.check(third_party())
    with pytest.raises(AssertionError, match="nothing is set"):
        contract.check(broken(actions=lambda self, setting: ()))

"""What can be swept, as a client hears of it."""

import pytest

from oodaemon.api.v1 import parameters_pb2
from oodaemon.parameters.base import Parameter, Setting
from oodaemon.parameters.fields import Bool, Choice, Date, Field, Float, Int, Text, Time
from oodaemon.parameters.form import Action
from oodaemon.parameters.registry import Registry, discover
from oodaemon.rpc.parameters import ParameterServicer


def a_parameter(field: Field) -> Parameter:
    class Made(Parameter):
        name = "made"
        description = "Made for a test"
        section = "Misc."
        requires_toggle = "Use it"
        value = field

        def actions(self, setting: Setting) -> tuple[Action, ...]:
            return ()

    return Made()


async def told(registry: Registry) -> list[parameters_pb2.Parameter]:
    answer = await ParameterServicer(registry).ListParameters(parameters_pb2.ListParametersRequest(), None)
    return list(answer.parameters)


async def test_every_parameter_is_told_in_order() -> None:
    assert [parameter.name for parameter in await told(discover([]))] == sorted(p.name for p in discover([]))


async def test_a_parameter_is_all_there() -> None:
    (delta,) = [parameter for parameter in await told(discover([])) if parameter.name == "delta"]
    assert (delta.section, delta.requires_toggle) == ("Strategy", "")
    assert (delta.value.name, delta.value.kind, delta.value.unit) == ("value", parameters_pb2.FIELD_KIND_FLOAT, "Δ")
    assert (delta.value.minimum, delta.value.maximum, delta.value.default_step, delta.value.decimals) == ("0.01", "100", "1", 2)
    assert [(o.name, o.default_value, list(o.choices)) for o in delta.options[:2]] == [
        ("apply_to", "both", ["both", "put_only", "call_only"]),
        ("side", "both", ["both", "short_only", "long_only"]),
    ]


@pytest.mark.parametrize(
    ("field", "kind", "default"),
    [
        (Int(default=0), "INT", "0"),
        (Float(default=1.5), "FLOAT", "1.5"),
        (Choice(choices=("a",)), "CHOICE", ""),
        (Time(default="09:45"), "TIME", "09:45"),
        (Bool(default=False), "BOOL", "off"),
        (Text(default="a b"), "TEXT", "a b"),
        (Date(default="2022-05-16"), "DATE", "2022-05-16"),
    ],
)
async def test_every_kind_of_field_has_its_word(field: Field, kind: str, default: str) -> None:
    (parameter,) = await told(Registry([a_parameter(field)]))
    assert parameters_pb2.FieldKind.Name(parameter.value.kind) == f"FIELD_KIND_{kind}"
    assert parameter.value.default_value == default
    assert parameter.requires_toggle == "Use it"

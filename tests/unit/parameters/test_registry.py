"""Finding parameters: those that come with the daemon, those of others, and those that cannot be used."""

import sys
import types
from collections.abc import Callable
from importlib.metadata import EntryPoint

import pytest

from oodaemon.parameters.base import Parameter, Setting
from oodaemon.parameters.fields import Choice, FieldError, Int
from oodaemon.parameters.form import Action
from oodaemon.parameters.registry import GROUP, PluginError, Registry, discover

BUILTIN = sorted(
    (
        *("allocation", "closing_fees", "delta", "dte", "end_date", "entry_premium", "entry_sl_ratio", "entry_slippage"),
        *("entry_time", "exit_delta", "exit_rsi", "exit_slippage", "exit_time", "exit_vix", "field", "frequency", "gap"),
        *("intraday_move", "leg_delta_exit", "max_contracts", "max_open", "opening_fees", "orb_end", "otm_percent", "premium"),
        *("profit_target", "quantity", "rsi", "short_long_ratio", "start_date", "stop_loss", "stop_loss_slippage"),
        *("strike_offset", "ticker", "underlying_movement", "vix", "vix_intraday_move", "vix_overnight_move", "weekday"),
    )
)


def a_parameter(named: str = "width", **attributes: object) -> type[Parameter]:
    class Made(Parameter):
        name = named
        description = "Made for a test"
        section = "Strategy"
        value = Int(minimum=1, maximum=9)
        options = {"unit": Choice(choices=("a", "b"), default="a")}  # noqa: RUF012 - as plug-ins write it

        def actions(self, setting: Setting) -> tuple[Action, ...]:
            return ()

    for attribute, value in attributes.items():
        setattr(Made, attribute, value)
    return Made


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., EntryPoint]:
    """Makes an entry point of a module that exists only for this test."""

    def install(thing: object, name: str = "plugin") -> EntryPoint:
        module = types.ModuleType(f"oo_plugin_{name}")
        module.thing = thing  # type: ignore[attr-defined]  # a module made on the spot
        monkeypatch.setitem(sys.modules, module.__name__, module)
        return EntryPoint(name=name, value=f"{module.__name__}:thing", group=GROUP)

    return install


def names(registry: Registry) -> list[str]:
    return [parameter.name for parameter in registry]


def test_the_parameters_that_come_with_the_daemon_are_found() -> None:
    registry = discover([])
    assert names(registry) == BUILTIN
    assert registry.problems == ()


def test_entry_points_of_this_installation_are_looked_up_by_default() -> None:
    assert set(BUILTIN) <= set(names(discover()))


@pytest.mark.parametrize("make", [lambda cls: cls, lambda cls: cls()], ids=["class", "instance"])
def test_a_parameter_of_another_distribution_is_found(installed: Callable[..., EntryPoint], make) -> None:
    registry = discover([installed(make(a_parameter()))])
    assert names(registry) == sorted([*BUILTIN, "width"])
    assert registry.problems == ()


def broken_class() -> type:
    class Breaks(a_parameter()):  # type: ignore[misc]  # a class made on the spot
        def __init__(self) -> None:
            raise RuntimeError("no licence")

    return Breaks


class HasNoActions(Parameter):
    name = "half"


@pytest.mark.parametrize(
    ("thing", "why"),
    [
        (dict, "it is no subclass of oodaemon.parameters.base.Parameter"),
        (object(), "it is no subclass of oodaemon.parameters.base.Parameter"),
        (broken_class(), "it cannot be loaded: no licence"),
        (HasNoActions, "it cannot be loaded: "),
        (a_parameter("delta"), "the name 'delta' is taken"),
    ],
    ids=["other class", "no class", "raises", "abstract", "clash"],
)
def test_a_plugin_that_cannot_be_used_is_left_out_and_named(installed: Callable[..., EntryPoint], thing: object, why: str) -> None:
    registry = discover([installed(thing, "shaky"), installed(a_parameter(), "sound")])
    assert names(registry) == sorted([*BUILTIN, "width"])
    (problem,) = registry.problems
    assert problem.startswith(f"parameter plug-in 'shaky' (oo_plugin_shaky:thing) is left out: {why}")


@pytest.mark.parametrize("value", ["no_such_module_of_oo:thing", "json:no_such_attribute"])
def test_a_plugin_that_does_not_import_is_left_out_and_named(value: str) -> None:
    registry = discover([EntryPoint(name="lost", value=value, group=GROUP)])
    assert names(registry) == BUILTIN
    (problem,) = registry.problems
    assert problem.startswith(f"parameter plug-in 'lost' ({value}) is left out: it cannot be loaded: ")


def test_of_two_plugins_with_one_name_the_first_stays(installed: Callable[..., EntryPoint]) -> None:
    registry = discover([installed(a_parameter(description="first"), "one"), installed(a_parameter(description="second"), "two")])
    parameter = registry.get("width")
    assert parameter is not None
    assert parameter.description == "first"
    assert registry.problems == ("parameter plug-in 'two' (oo_plugin_two:thing) is left out: the name 'width' is taken",)


def test_a_plugin_that_does_not_describe_itself_is_left_out_and_named(installed: Callable[..., EntryPoint]) -> None:
    class Nameless(Parameter):
        def actions(self, setting: Setting) -> tuple[Action, ...]:
            return ()

    registry = discover([installed(Nameless, "nameless")])
    assert names(registry) == BUILTIN
    (problem,) = registry.problems
    assert problem.startswith("parameter plug-in 'nameless'")


@pytest.mark.parametrize("name", ["vix.max", "", "."])
def test_a_name_that_could_not_be_told_from_an_option_is_left_out(installed: Callable[..., EntryPoint], name: str) -> None:
    """Stored values of `vix.max` would look like an option, its runs would set nothing and prove nothing."""
    registry = discover([installed(a_parameter(name), "dotted")])
    assert names(registry) == BUILTIN
    (problem,) = registry.problems
    assert problem.startswith("parameter plug-in 'dotted'")


def test_a_registry_refuses_two_parameters_of_one_name() -> None:
    with pytest.raises(PluginError, match="two parameters are called 'width'"):
        Registry([a_parameter()(), a_parameter()()])


def test_an_unknown_name_has_a_suggestion_when_one_is_near() -> None:
    registry = discover([])
    assert registry.get("deltas") is None
    assert registry.suggestion("deltas") == "delta"
    assert registry.suggestion("entrytime") == "entry_time"
    assert registry.suggestion("zzz") == ""


@pytest.mark.parametrize(
    ("name", "value", "options"),
    [
        ("delta", "12.5", {"apply_to": "put_only", "side": "short_only"}),
        ("delta", "30", {}),
        ("entry_time", "9:45", {}),
        ("profit_target", "55", {"unit": "$"}),
        ("stop_loss", "185", {"unit": "CO"}),
    ],
)
def test_settings_come_back_from_stored_values(name: str, value: str, options: dict[str, str]) -> None:
    registry = discover([])
    parameter = registry.get(name)
    assert parameter is not None
    setting = parameter.setting(value, options)
    stored = {name: setting.value, **{f"{name}.{option}": chosen for option, chosen in setting.options.items()}}
    assert registry.settings(stored) == [(parameter, setting)]


def test_settings_of_several_parameters_keep_their_options_apart() -> None:
    registry = discover([])
    found = registry.settings({"stop_loss": 200, "stop_loss.unit": "%", "profit_target": 5, "profit_target.unit": "$"})
    assert [(p.name, s.text, s.option("unit")) for p, s in found] == [("stop_loss", "200", "%"), ("profit_target", "5", "$")]


def test_a_stored_parameter_that_is_gone_is_named() -> None:
    with pytest.raises(PluginError, match="the parameter 'width' of this run is not installed any more"):
        discover([]).settings({"width": 3, "width.unit": "a"})


def test_a_stored_option_that_is_gone_is_not_passed_over() -> None:
    """A setting without it would run another backtest under the values of the first."""
    with pytest.raises((PluginError, FieldError), match="thickness"):
        Registry([a_parameter()()]).settings({"width": 3, "width.thickness": 2})

"""Parameters that stay fixed beside the swept one: merged, labelled, and refused where two reach the same control."""

import pytest

from oodaemon.errors import InvalidArgument
from oodaemon.parameters.registry import discover
from oodaemon.plans.axes import Fixed, Range
from tests.unit.plans.asking import Sweep, expand

REGISTRY = discover([])


def refusal(sweep: Sweep) -> str:
    with pytest.raises(InvalidArgument) as caught:
        expand(sweep, REGISTRY)
    return str(caught.value)


def test_fixed_values_and_their_options_stand_in_every_task() -> None:
    tasks = expand(Sweep("entry_time", ("9:45", "10:00"), {}, (Fixed("start_date", "2024-01-02"), Fixed("gap", "0.5"))), REGISTRY)
    shared = {"start_date": "2024-01-02", "gap": 0.5, "gap.bound": "max", "gap.direction": "up"}
    assert tasks == ({"entry_time": "09:45", **shared}, {"entry_time": "10:00", **shared})


def test_one_parameter_may_be_used_several_times_under_labels() -> None:
    sweep = Sweep("vix@low", Range("10", "12"), {"bound": "min"}, (Fixed("vix@high", "30"), Fixed("vix", "1.5", {"bound": "max"})))
    assert refusal(sweep) == (
        'vix: sets "Max VIX" in "Entry Conditions", as vix@high does; give them different options, or leave one out'
    )
    tasks = expand(Sweep("vix@low", Range("10", "12"), {"bound": "min"}, (Fixed("vix@high", "30"),)), REGISTRY)
    assert tasks[1] == {"vix@low": 11, "vix@low.bound": "min", "vix@high": 30, "vix@high.bound": "max"}


@pytest.mark.parametrize(
    ("sweep", "said"),
    [
        (Sweep("vix", ("20",), {}, (Fixed("vix", "19"),)), "vix: is swept and cannot also be fixed"),
        (Sweep("delta", ("20",), {}, (Fixed("vix", "19"), Fixed("vix", "18"))), "vix: is fixed twice"),
        (Sweep("delta", ("20",), {}, (Fixed("vixx", "19"),)), "vixx: there is no such parameter; did you mean vix?"),
        (Sweep("delta", ("20",), {}, (Fixed("vix@a b", "19"),)), "vix@a b: 'a b' is no label"),
        (Sweep("delta", ("20",), {}, (Fixed("gap", "-1"), Fixed("rsi", "x"))), "gap: -1 is below the minimum 0; rsi: 'x' is not"),
        (
            Sweep("delta", ("20",), {}, (Fixed("delta@2", "9", {"side": "short_only"}),)),
            "delta@2: sets the value of a leg priced in Δ",
        ),
        (Sweep("frequency", ("Weekly", "Daily"), {}, (Fixed("weekday", "Friday"),)), 'weekday: sets "Frequency"'),
        (Sweep("weekday", ("Friday",), {}, (Fixed("frequency", "Daily"),)), 'frequency: sets "Frequency"'),
        (Sweep("field", ("on", "off"), {"at": "Entry Conditions/Use VIX"}, (Fixed("vix", "20"),)), 'vix: sets "Use VIX"'),
        (Sweep("vix", ("20",), {}, (Fixed("field", "19", {"at": "Entry Conditions/max vix"}),)), 'field: sets "Max VIX"'),
        (Sweep("strike_offset", ("-5",), {"mode": "width"}), "strike_offset: -5 is no width"),
        (Sweep("underlying_movement", ("-5",)), "underlying_movement: -5 is negative"),
        (Sweep("field", ("1",), {"at": "Max VIX"}), "field: option at: 'Max VIX' is no place"),
    ],
)
def test_what_cannot_go_together_is_refused_by_name(sweep: Sweep, said: str) -> None:
    assert refusal(sweep).startswith(said)


@pytest.mark.parametrize(
    "sweep",
    [
        Sweep("weekday", ("Friday",), {}, (Fixed("frequency", "Weekly"),)),
        Sweep("vix", ("20",), {}, (Fixed("vix_intraday_move", "2"), Fixed("exit_vix", "3"))),
        Sweep("delta", ("20",), {"side": "short_only"}, (Fixed("delta@2", "9", {"side": "long_only"}), Fixed("dte", "1"))),
        Sweep("profit_target", ("20",), {"group": "Put"}, (Fixed("profit_target@call", "30", {"group": "Call"}),)),
        Sweep("stop_loss", ("100",), {}, (Fixed("stop_loss_slippage", "0.1"),)),
    ],
)
def test_what_needs_the_same_goes_together(sweep: Sweep) -> None:
    assert expand(sweep, REGISTRY)


@pytest.mark.parametrize(
    ("asked", "values"), [(Range("15", "25", "5"), ["15", "20", "25"]), (Range("9:45", "10:15", "15"), ["09:45", "10:00", "10:15"])]
)
def test_any_field_has_ranges_of_whatever_its_ends_are(asked: Range, values: list[str]) -> None:
    tasks = expand(Sweep("field", asked, {"at": "Misc./Anything"}), REGISTRY)
    assert [task["field"] for task in tasks] == values

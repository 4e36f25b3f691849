"""The order in which settings are made, and what of a test stands in their way."""

import itertools

from oodaemon.parameters.form import Choose, Needs, SetField, SetLegs, SetToggle, name_of
from oodaemon.parameters.layout import in_order
from oodaemon.parameters.legs import SavedLeg
from oodaemon.parameters.registry import discover

REGISTRY = discover([])
PUT = SavedLeg(side="buy", right="put", unit="$", value="2.5")
CALL = SavedLeg(side="sell", right="call", unit="Δ", value="20")


def test_prerequisites_come_first_whatever_the_order_of_the_names() -> None:
    values = {
        "stop_loss_slippage": 0.1,
        "stop_loss": 100,
        "underlying_movement": -10,
        "underlying_movement.exit": "call_tested",
        "delta": 20,
        "start_date": "2024-01-02",
        "weekday": "Friday",
        "vix": 20,
        "vix@low": 12,
        "vix@low.bound": "min",
    }
    names = [key for key in values if "." not in key]
    expected = None
    for order in itertools.islice(itertools.permutations(names), 0, 40_000, 997):
        ordered = {key: values[key] for name in order for key in values if key == name or key.startswith(f"{name}.")}
        done = [name_of(action) for action in REGISTRY.actions(ordered)]
        assert done.count('"Use VIX" in "Entry Conditions"') == 1
        for first, second in (
            ('"Start Date" in "Dates"', "leg priced in Δ"),
            ("leg priced in Δ", '"Use Underlying Price Movement" in "Exit Conditions"'),
            ('"Frequency" in "Entry Conditions"', '"weekdays" in "Entry Conditions"'),
            ('"Use VIX" in "Entry Conditions"', '"Max VIX" in "Entry Conditions"'),
            ('"Use VIX" in "Entry Conditions"', '"Min VIX" in "Entry Conditions"'),
            ('"Use Slippage" in "Misc."', '"Stop Loss Slippage" in "Misc."'),
        ):
            assert done.index(first) < done.index(second), done
        kinds = [type(action) for action in REGISTRY.actions(ordered) if name_of(action) == '"Stop Loss" in "Profit & Loss"']
        assert kinds == [SetField, Needs], "the stop loss that is needed is looked for before it is set"
        expected = expected or sorted(done)
        assert sorted(done) == expected


def test_a_setting_keeps_its_own_order() -> None:
    odd = (SetToggle(section="Misc.", caption="Use Later"), SetField(section="Dates", label="Start Date", text="01/02/2024"))
    assert in_order([odd]) == odd
    other = (Choose(section="Strategy", label="Ticker", option="SPY"),)
    assert in_order([odd, other]) == (*other, *odd)


def test_what_several_need_is_done_once() -> None:
    toggle = SetToggle(section="Misc.", caption="Use Slippage")
    entry, leave = (SetField(section="Misc.", label=f"{way} Slippage", text="1") for way in ("Entry", "Exit"))
    assert in_order([(toggle, leave), (toggle, entry)]) == (toggle, entry, leave)


def test_what_a_test_has_not_is_named() -> None:
    assert REGISTRY.obstacle({"delta": 20}, [PUT]) == "delta cannot be set: the test has no leg priced in Δ"
    assert REGISTRY.obstacle({"delta": 20}, [PUT, CALL]) == ""
    assert REGISTRY.obstacle({"delta@x": 20, "delta@x.apply_to": "put_only"}, [PUT, CALL]).endswith("no put leg priced in Δ")
    assert REGISTRY.obstacle({"premium": 2, "premium.leg": 2}, [PUT, CALL]).endswith("no leg 2 priced in $")
    assert REGISTRY.obstacle({"quantity": 2}, [PUT]) == ""
    tested = {"underlying_movement": 5, "underlying_movement.exit": "put_tested"}
    assert REGISTRY.obstacle(tested, [PUT, CALL]).endswith("the test has no sell put leg")
    assert REGISTRY.obstacle({**tested, "underlying_movement.exit": "call_tested"}, [PUT, CALL]) == ""
    assert REGISTRY.obstacle({"vix": 20}, []) == ""


def test_legs_are_told_apart() -> None:
    short, long = ({"delta": 1, "delta.side": side} for side in ("short_only", "long_only"))
    (first,), (second,) = (REGISTRY.actions(values) for values in (short, long))
    assert isinstance(first, SetLegs)
    assert isinstance(second, SetLegs)
    assert not first.legs.overlaps(second.legs)
    assert first.legs.overlaps(first.legs)

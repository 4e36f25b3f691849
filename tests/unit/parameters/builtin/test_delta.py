"""Delta: legs only, and only those that were chosen."""

import itertools
from decimal import Decimal

import pytest

from oodaemon.parameters.builtin.delta import Delta
from oodaemon.parameters.fields import FieldError
from oodaemon.parameters.form import LegFilter, LegValues, SetLegs

RIGHTS = {"both": None, "put_only": "put", "call_only": "call"}
SIDES = {"both": None, "short_only": "sell", "long_only": "buy"}
DELTA = Delta()


@pytest.mark.parametrize(("apply_to", "side"), list(itertools.product(RIGHTS, SIDES)))
def test_the_legs_that_were_chosen_are_set_and_proven_and_nothing_else(apply_to: str, side: str) -> None:
    setting = DELTA.setting("12.5", {"apply_to": apply_to, "side": side})
    legs = LegFilter(unit="Δ", right=RIGHTS[apply_to], side=SIDES[side])
    assert DELTA.actions(setting) == (SetLegs(legs=legs, text="12.5"),)
    assert DELTA.expectations(setting) == (LegValues(legs=legs, number=Decimal("12.5")),)


@pytest.mark.parametrize(("apply_to", "side"), list(itertools.product(RIGHTS, SIDES)))
def test_the_exit_conditions_by_delta_are_never_touched(apply_to: str, side: str) -> None:
    for action in DELTA.actions(DELTA.setting("30", {"apply_to": apply_to, "side": side})):
        assert isinstance(action, SetLegs)
    assert DELTA.section == "Strategy"
    assert DELTA.requires_toggle == ""


def test_every_leg_is_set_unless_something_else_is_said() -> None:
    assert DELTA.setting("30", {}).options == {"apply_to": "both", "side": "both", "leg": 0}


@pytest.mark.parametrize("text", ["0", "100.5", "0.001", "-10"])
def test_what_is_no_delta_of_the_site_is_refused(text: str) -> None:
    with pytest.raises(FieldError):
        DELTA.setting(text, {})


@pytest.mark.parametrize("options", [{"apply_to": "puts"}, {"side": "short"}, {"unit": "$"}])
def test_other_options_are_refused(options: dict[str, str]) -> None:
    with pytest.raises(FieldError, match=next(iter(options))):
        DELTA.setting("30", options)

"""Profit target and stop loss: what is set and what proves it, for every unit."""

from decimal import Decimal

import pytest

from oodaemon.parameters.builtin.profit_target import ProfitTarget
from oodaemon.parameters.builtin.stop_loss import StopLoss
from oodaemon.parameters.fields import FieldError
from oodaemon.parameters.form import Bullet, SetField
from oodaemon.parameters.targets import Target

BOTH = [(ProfitTarget(), "Profit Target"), (StopLoss(), "Stop Loss")]


@pytest.mark.parametrize("unit", ["%", "$", "CO"])
@pytest.mark.parametrize(("target", "label"), BOTH, ids=["profit_target", "stop_loss"])
def test_the_number_and_its_unit_are_set(target: Target, label: str, unit: str) -> None:
    setting = target.setting("55", {"unit": unit})
    assert target.actions(setting) == (SetField(section="Profit & Loss", label=label, text="55", unit=unit),)


@pytest.mark.parametrize("unit", ["%", "$", "CO"])
@pytest.mark.parametrize(("target", "label"), BOTH, ids=["profit_target", "stop_loss"])
def test_the_bullet_has_a_percent_sign_with_the_unit_percent_only(target: Target, label: str, unit: str) -> None:
    (bullet,) = target.expectations(target.setting("5.5", {"unit": unit}))
    assert bullet == Bullet(prefix=f"{label}:", number=Decimal("5.5"), is_percent=unit == "%")
    assert bullet.fits(f"{label}: 5.5%") is (unit == "%")
    assert bullet.fits(f"{label}: $5.50") is (unit != "%")


def test_the_slippage_at_a_stop_loss_is_no_stop_loss() -> None:
    (bullet,) = StopLoss().expectations(StopLoss().setting("0.15", {"unit": "$"}))
    assert isinstance(bullet, Bullet)
    assert not "Stop Loss Slippage: 0.15".startswith(bullet.prefix)
    assert "Stop Loss: 0.15".startswith(bullet.prefix)


@pytest.mark.parametrize(("target", "label"), BOTH, ids=["profit_target", "stop_loss"])
def test_the_unit_is_percent_unless_something_else_is_said(target: Target, label: str) -> None:
    assert target.setting("5", {}).options == {"unit": "%", "group": ""}
    assert target.setting("5", {"unit": "co"}).options == {"unit": "CO", "group": ""}
    with pytest.raises(FieldError, match=r"option unit: 'points' is none of %, \$, CO"):
        target.setting("5", {"unit": "points"})


@pytest.mark.parametrize(("target", "label"), BOTH, ids=["profit_target", "stop_loss"])
@pytest.mark.parametrize("text", ["0", "-5", "100000.01", "0.005"])
def test_what_the_form_would_not_take_is_refused(target: Target, label: str, text: str) -> None:
    with pytest.raises(FieldError):
        target.setting(text, {})


def test_names_and_labels_are_those_of_the_form() -> None:
    assert [(t.name, t.label, t.section) for t, _ in BOTH] == [
        ("profit_target", "Profit Target", "Profit & Loss"),
        ("stop_loss", "Stop Loss", "Profit & Loss"),
    ]

"""What profit target and stop loss share: a decimal with a unit of its own."""

from decimal import Decimal

from oodaemon.parameters.base import Parameter, Setting
from oodaemon.parameters.fields import Choice, Float
from oodaemon.parameters.form import Action, Bullet, Expectation, SetField

UNITS = ("%", "$", "CO")
UNIT = Choice(
    choices=UNITS,
    default="%",
    description="% of premium, $ in premium points (5.00, not 500), or CO for the price of the closing order",
)


class Target(Parameter):
    """A labelled decimal of Profit & Loss with the unit listbox beside it, repeated as `<label>: <number>` on the result."""

    label: str
    section = "Profit & Loss"
    options = {"unit": UNIT}  # noqa: RUF012 - declared as a read-only mapping by the base

    def actions(self, setting: Setting) -> tuple[Action, ...]:
        """Set the number and its unit."""
        return (SetField(section=self.section, label=self.label, text=setting.text, unit=setting.option("unit")),)

    def expectations(self, setting: Setting) -> tuple[Expectation, ...]:
        """The bullet shows the number, with a percent sign when, and only when, the unit is %."""
        return (Bullet(prefix=f"{self.label}:", number=Decimal(setting.text), is_percent=setting.option("unit") == "%"),)


def amount(what: str) -> Float:
    """The number of a target: above 0, at most two decimals."""
    return Float(minimum=0.01, maximum=100_000, step=5, description=what)

"""What profit target and stop loss share: a decimal with a unit of its own."""

from decimal import Decimal

from oodaemon.parameters.base import Setting
from oodaemon.parameters.fields import Float
from oodaemon.parameters.form import Bullet, Expectation
from oodaemon.parameters.shapes import GROUP, TARGET_UNIT, Control


class Target(Control):
    """A labelled decimal of Profit & Loss with the unit listbox beside it, repeated as `<label>: <number>` on the result."""

    section = "Profit & Loss"
    options = {"unit": TARGET_UNIT, "group": GROUP}  # noqa: RUF012 - declared as a read-only mapping by the base
    example_options = ({}, {"unit": "$"}, {"unit": "CO"})

    def expectations(self, setting: Setting) -> tuple[Expectation, ...]:
        """The bullet shows the number, with a percent sign when, and only when, the unit is %."""
        is_percent = setting.option("unit") == "%"
        return (
            Bullet(prefix=f"{self.label}:", number=Decimal(setting.text), is_percent=is_percent, group=setting.option("group")),
        )


def amount(what: str) -> Float:
    """The number of a target: above 0, at most two decimals."""
    return Float(minimum=0.01, maximum=100_000, step=5, description=what)

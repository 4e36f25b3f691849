"""VIX between which trades are opened."""

from decimal import Decimal

from oodaemon.parameters.base import Setting
from oodaemon.parameters.form import Bullet, Expectation, Hint
from oodaemon.parameters.shapes import BOUND, Control, positive


class Vix(Control):
    """Min VIX or Max VIX."""

    name = "vix"
    description = "Lowest or highest VIX at which trades are opened"
    section = "Entry Conditions"
    requires_toggle = "Use VIX"
    label = "{bound} VIX"
    value = positive("VIX", step=1, maximum=1000)
    options = {"bound": BOUND}  # noqa: RUF012 - declared as a read-only mapping by the base
    examples = ("18", "15", "25")
    example_options = ({}, {"bound": "min"}, {"bound": "max"})

    def expectations(self, setting: Setting) -> tuple[Expectation, ...]:
        """`VIX: Max 20`."""
        number = Decimal(setting.text)
        if setting.option("bound") == "max":
            return (Bullet(prefix="VIX:", word="Max", number=number, is_percent=None),)
        return (Hint(prefixes=("VIX: Min",), number=number),)

"""RSI between which trades are opened."""

from decimal import Decimal

from oodaemon.parameters.base import Setting
from oodaemon.parameters.form import Expectation, Hint
from oodaemon.parameters.shapes import BOUND, Control, positive


class Rsi(Control):
    """Min RSI or Max RSI of the entry conditions."""

    name = "rsi"
    description = "Lowest or highest RSI at which trades are opened"
    section = "Entry Conditions"
    requires_toggle = "Use Technical Indicators"
    label = "{bound} RSI"
    value = positive("RSI, 0 to 100", step=5, maximum=100)
    options = {"bound": BOUND}  # noqa: RUF012 - declared as a read-only mapping by the base
    examples = ("60", "40", "70")
    example_options = ({}, {"bound": "min"}, {"bound": "max"})

    def expectations(self, setting: Setting) -> tuple[Expectation, ...]:
        """The wording is not known."""
        return (Hint(prefixes=("RSI:",), number=Decimal(setting.text)),)

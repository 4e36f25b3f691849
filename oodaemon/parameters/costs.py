"""What fees and slippages share: an amount in dollars, repeated as `<name>: <number>` on the result."""

from decimal import Decimal
from typing import ClassVar

from oodaemon.parameters.base import Setting
from oodaemon.parameters.form import Bullet, Expectation
from oodaemon.parameters.shapes import Control


class Cost(Control):
    """A cost of Misc. `shown` is its name on the result page."""

    section = "Misc."
    shown: ClassVar[str]
    examples = ("0.5", "0.25", "1.1")

    def expectations(self, setting: Setting) -> tuple[Expectation, ...]:
        """`Opening Fees: 1.28`; a cost of 0 need not be named."""
        if Decimal(setting.text) == 0:
            return ()
        return (Bullet(prefix=f"{self.shown}:", number=Decimal(setting.text)),)

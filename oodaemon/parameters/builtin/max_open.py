"""How many positions may be open at a time."""

from decimal import Decimal

from oodaemon.parameters.base import Setting
from oodaemon.parameters.fields import Int
from oodaemon.parameters.form import Bullet, Expectation
from oodaemon.parameters.shapes import Control


class MaxOpen(Control):
    """Max Open Positions, which was Max Open Trades before."""

    name = "max_open"
    description = "How many positions may be open at a time"
    section = "Funds & Allocation"
    label = "Max Open Positions"
    value = Int(minimum=1, maximum=10_000, step=1, description="Positions")
    examples = ("1", "2", "4")

    def expectations(self, setting: Setting) -> tuple[Expectation, ...]:
        """`Up to 5 position(s) allowed at a time`."""
        return (Bullet(prefix="Up to", number=Decimal(setting.text), suffix="position(s) allowed at a time"),)

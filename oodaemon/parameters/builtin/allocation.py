"""Share of the funds that the margin of one trade may take."""

from decimal import Decimal

from oodaemon.parameters.base import Setting
from oodaemon.parameters.fields import Float
from oodaemon.parameters.form import Bullet, Expectation
from oodaemon.parameters.shapes import Control


class Allocation(Control):
    """Margin Allocation % Per Trade."""

    name = "allocation"
    description = "Percent of the funds that the margin of one trade may take"
    section = "Funds & Allocation"
    label = "Margin Allocation % Per Trade"
    value = Float(minimum=0.01, maximum=100, step=5, unit="%", description="Percent of the current funds")
    examples = ("5", "20", "12.5")

    def expectations(self, setting: Setting) -> tuple[Expectation, ...]:
        """`Allocate 20% of portfolio`."""
        return (Bullet(prefix="Allocate", number=Decimal(setting.text), is_percent=True, suffix="of portfolio"),)

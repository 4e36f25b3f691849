"""Gap of the underlying between which trades are opened."""

from decimal import Decimal

from oodaemon.parameters.base import Setting
from oodaemon.parameters.form import Bullet, Expectation
from oodaemon.parameters.moves import Move
from oodaemon.parameters.shapes import positive


class Gap(Move):
    """Min or Max Gap Up or Down, in percent."""

    name = "gap"
    description = "Smallest or largest gap at the open at which trades are opened"
    requires_toggle = "Use Gaps"
    label = "{bound} Gap {direction}"
    value = positive("Gap in percent, without a sign", unit="%", step=0.1)
    examples = ("0.4", "0.1", "0.15")

    def expectations(self, setting: Setting) -> tuple[Expectation, ...]:
        """`Gap Up: Min 0.15%`; the other three are worded like it as far as is known."""
        if (setting.option("bound"), setting.option("direction")) != ("min", "up"):
            return super().expectations(setting)
        return (Bullet(prefix="Gap Up:", word="Min", number=Decimal(setting.text), is_percent=True),)

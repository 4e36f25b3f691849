"""What the moves of the entry conditions share: a bound, a direction, and for those of VIX a unit."""

from decimal import Decimal
from typing import ClassVar

from oodaemon.parameters.base import Setting
from oodaemon.parameters.form import Expectation, Hint
from oodaemon.parameters.shapes import BOUND, Control, choice

DIRECTION = choice("up", "down", what="Moves in which direction")


class Move(Control):
    """Min or Max of a move Up or Down. `shown`: how lines about it may begin on the page, beside the label itself."""

    section = "Entry Conditions"
    shown: ClassVar[tuple[str, ...]] = ()
    options = {"bound": BOUND, "direction": DIRECTION}  # noqa: RUF012 - declared as a read-only mapping by the base
    example_options = ({}, {"bound": "min", "direction": "down"}, {"bound": "min"})

    def expectations(self, setting: Setting) -> tuple[Expectation, ...]:
        """Lines such as `VIX Move Up: Min 0.08%`; which moves have which beginning is not known for all."""
        bound, direction = self.words[setting.option("bound")], self.words[setting.option("direction")]
        names = (self.label_of(setting).removeprefix(f"{bound} "), *(f"{name} {direction}" for name in self.shown))
        return (Hint(prefixes=tuple(f"{name}: {bound}" for name in names), number=Decimal(setting.text)),)

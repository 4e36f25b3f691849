"""Movement of the underlying at which trades are closed."""

from decimal import Decimal
from typing import cast

from oodaemon.parameters.base import Setting
from oodaemon.parameters.fields import FieldError
from oodaemon.parameters.form import Action, Bullet, Expectation, Hint, LegFilter, NeedsLegs, SetInline
from oodaemon.parameters.legs import Right
from oodaemon.parameters.shapes import GROUP, MOVE_UNIT, Control, choice, signed

TESTED = {"put_tested": "put", "call_tested": "call"}


class UnderlyingMovement(Control):
    """Exits by a move of the price, and by its distance to a short leg; those two stand in toggles of their own."""

    name = "underlying_movement"
    description = "Move of the underlying, or its offset from a short put or call, at which trades are closed"
    section = "Exit Conditions"
    requires_toggle = "Use Underlying Price Movement"
    label = "Exit When Underlying Price Moves {exit}"
    value = signed("Move in the unit chosen, or offset in points of the short leg, which may be negative", step=0.25)
    options = {  # noqa: RUF012 - declared as a read-only mapping by the base
        "exit": choice("down", "up", *TESTED, what="A move of the price, or the short leg whose distance counts"),
        "unit": MOVE_UNIT,
        "group": GROUP,
    }
    examples = ("0.75", "-10", "0.5")
    example_options = ({}, {"exit": "put_tested"}, {"exit": "up"})

    def check(self, setting: Setting) -> None:
        """A move is written without a sign."""
        if setting.option("exit") not in TESTED and Decimal(setting.text) < 0:
            raise FieldError(f"{setting.text} is negative; moves are written without a sign, exit says up or down")

    def actions(self, setting: Setting) -> tuple[Action, ...]:
        """Set the field of the move, or switch the toggle of the leg on and fill it."""
        right = TESTED.get(setting.option("exit"))
        if right is None:
            return super().actions(setting)
        return (
            NeedsLegs(legs=LegFilter(side="sell", right=cast("Right", right))),
            SetInline(
                section=self.section,
                caption=f"Exit When OTM Short {right.capitalize()} is",
                text=setting.text,
                group=setting.option("group"),
            ),
        )

    def expectations(self, setting: Setting) -> tuple[Expectation, ...]:
        """`Exit when call tested -25`; how a move is worded is not known."""
        number, right = Decimal(setting.text), TESTED.get(setting.option("exit"))
        if right is None:
            return (Hint(prefixes=("Exit when underlying",), number=number),)
        return (Bullet(prefix=f"Exit when {right} tested", number=number, is_percent=None, group=setting.option("group")),)

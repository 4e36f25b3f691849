"""Overnight move of VIX between which trades are opened."""

from oodaemon.parameters.moves import Move
from oodaemon.parameters.shapes import MOVE_UNIT, positive


class VixOvernightMove(Move):
    """Min or Max VIX Overnight Move Up or Down."""

    name = "vix_overnight_move"
    description = "Least or most overnight move of VIX at which trades are opened"
    requires_toggle = "Use VIX"
    label = "{bound} VIX Overnight Move {direction}"
    shown = ("VIX Move",)
    value = positive("Move in the unit chosen", step=0.5)
    options = {**Move.options, "unit": MOVE_UNIT}  # noqa: RUF012 - declared as a read-only mapping by the base
    examples = ("2.5", "0.08", "0.5")
    example_options = ({}, {"bound": "min", "direction": "down"}, {"bound": "min", "unit": "pts"})

"""Move of VIX since the open between which trades are opened."""

from oodaemon.parameters.moves import Move
from oodaemon.parameters.shapes import MOVE_UNIT, positive


class VixIntradayMove(Move):
    """Min or Max VIX Intraday Move Up or Down."""

    name = "vix_intraday_move"
    description = "Least or most move of VIX since the open at which trades are opened"
    requires_toggle = "Use VIX"
    label = "{bound} VIX Intraday Move {direction}"
    shown = ("VIX Move",)
    value = positive("Move in the unit chosen", step=0.5)
    options = {**Move.options, "unit": MOVE_UNIT}  # noqa: RUF012 - declared as a read-only mapping by the base
    examples = ("1.5", "0.05", "0.25")
    example_options = ({}, {"bound": "min", "direction": "down"}, {"bound": "min", "unit": "pts"})

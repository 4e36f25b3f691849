"""Move of the underlying since the open between which trades are opened."""

from oodaemon.parameters.moves import Move
from oodaemon.parameters.shapes import positive


class IntradayMove(Move):
    """Min or Max Move Up or Down, in percent."""

    name = "intraday_move"
    description = "Least or most move of the underlying since the open at which trades are opened"
    requires_toggle = "Use Intraday Movement"
    label = "{bound} Move {direction}"
    value = positive("Move in percent, without a sign", unit="%", step=0.1)
    examples = ("0.3", "0.1", "0.2")

"""Days to expiration of the legs."""

from oodaemon.parameters.fields import Int
from oodaemon.parameters.shapes import ANY_UNIT, LegCell


class Dte(LegCell):
    """Sets the DTE of leg rows."""

    name = "dte"
    description = "Days to expiration of the legs"
    cell = "DTE"
    value = Int(minimum=0, maximum=1000, step=1, unit="days", description="Days to expiration")
    options = {**LegCell.options, **ANY_UNIT}  # noqa: RUF012 - declared as a read-only mapping by the base
    examples = ("1", "3", "7")

"""Number of contracts of the legs."""

from oodaemon.parameters.fields import Int
from oodaemon.parameters.shapes import ANY_UNIT, LegCell


class Quantity(LegCell):
    """Sets the QTY of leg rows."""

    name = "quantity"
    description = "Contracts of the legs in one position"
    cell = "QTY"
    value = Int(minimum=1, maximum=1000, step=1, unit="contracts", description="Contracts of each leg chosen")
    options = {**LegCell.options, **ANY_UNIT}  # noqa: RUF012 - declared as a read-only mapping by the base
    examples = ("2", "3", "4")
    example_options = ({}, {"side": "long_only"}, {"leg": "1"})

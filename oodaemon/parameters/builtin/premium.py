"""Premium of the legs that are priced in $."""

from oodaemon.parameters.fields import Float
from oodaemon.parameters.shapes import LegCell


class Premium(LegCell):
    """Sets the value of leg rows whose unit is $."""

    name = "premium"
    description = "Premium at which legs of fixed premium are chosen"
    unit = "$"
    value = Float(minimum=0.01, maximum=10_000, step=0.25, unit="$", description="Premium in points (2.50, not 250)")
    examples = ("1.5", "4", "2.75")
    example_options = ({}, {"side": "short_only"}, {"leg": "2"})

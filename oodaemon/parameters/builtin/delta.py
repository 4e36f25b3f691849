"""Delta of the legs that are priced in Δ."""

from oodaemon.parameters.fields import Float
from oodaemon.parameters.shapes import LegCell


class Delta(LegCell):
    """Sets the value of leg rows whose unit is Δ, never the exit conditions by delta."""

    name = "delta"
    description = "Delta at which legs priced in Δ are chosen"
    unit = "Δ"
    value = Float(minimum=0.01, maximum=100, step=1, unit="Δ", description="Delta of the legs, 100 = at 1.00")
    examples = ("15", "25", "7.5")
    example_options = ({}, {"apply_to": "put_only", "side": "short_only"}, {"leg": "1"})

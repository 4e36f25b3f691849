"""Distance from the underlying of the legs that are priced in %."""

from oodaemon.parameters.fields import Float
from oodaemon.parameters.shapes import LegCell


class OtmPercent(LegCell):
    """Sets the value of leg rows whose unit is %."""

    name = "otm_percent"
    description = "Percent out of the money at which legs priced in % are chosen"
    unit = "%"
    value = Float(minimum=0, maximum=100, step=0.25, unit="%", description="Percent out of the money")
    examples = ("0.5", "1", "1.25")
    example_options = ({}, {"side": "short_only"}, {"leg": "2"})

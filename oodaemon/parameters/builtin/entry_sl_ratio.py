"""Ratio of short to long premium at which trades are opened."""

from oodaemon.parameters.shapes import BOUND, Control, positive


class EntrySlRatio(Control):
    """Minimum or Maximum Entry Short/Long Ratio."""

    name = "entry_sl_ratio"
    description = "Lowest or highest short/long ratio at which trades are opened"
    section = "Misc."
    requires_toggle = "Use Entry Short/Long Ratio"
    label = "{bound} Entry Short/Long Ratio"
    words = {"min": "Minimum", "max": "Maximum"}  # noqa: RUF012 - declared as a read-only mapping by the base
    value = positive("Ratio of short to long premium", step=0.1)
    options = {"bound": BOUND}  # noqa: RUF012 - declared as a read-only mapping by the base
    examples = ("9", "1.5", "4.25")
    example_options = ({}, {"bound": "min"}, {"bound": "max"})

"""Ratio of short to long premium at which trades are closed."""

from oodaemon.parameters.shapes import GROUP, Control, choice, positive


class ShortLongRatio(Control):
    """The four exits by short/long ratio."""

    name = "short_long_ratio"
    description = "Short/long ratio, or its move, at which trades are closed"
    section = "Exit Conditions"
    requires_toggle = "Use Short/Long Ratio"
    label = "Exit When S/L Ratio {exit}"
    words = {  # noqa: RUF012 - declared as a read-only mapping by the base
        "below": "is Below",
        "above": "is Above",
        "moves_down": "Moves Down",
        "moves_up": "Moves Up",
    }
    value = positive("Ratio of short to long premium", step=0.1)
    options = {  # noqa: RUF012 - declared as a read-only mapping by the base
        "exit": choice("below", "above", "moves_down", "moves_up", what="Which of the four exits is set"),
        "group": GROUP,
    }
    examples = ("0.8", "6.5", "2")
    example_options = ({}, {"exit": "above"}, {"exit": "moves_down"})

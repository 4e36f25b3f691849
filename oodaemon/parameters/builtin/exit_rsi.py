"""RSI at which trades are closed."""

from oodaemon.parameters.shapes import BOUND, GROUP, Control, positive


class ExitRsi(Control):
    """Min RSI or Max RSI of the exit conditions."""

    name = "exit_rsi"
    description = "RSI below or above which trades are closed"
    section = "Exit Conditions"
    requires_toggle = "Use Technical Indicators"
    label = "{bound} RSI"
    value = positive("RSI, 0 to 100", step=5, maximum=100)
    options = {"bound": BOUND, "group": GROUP}  # noqa: RUF012 - declared as a read-only mapping by the base
    examples = ("65", "35", "75")
    example_options = ({}, {"bound": "min"}, {"bound": "max"})

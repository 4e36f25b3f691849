"""Slippage when a trade is closed."""

from oodaemon.parameters.costs import Cost
from oodaemon.parameters.shapes import positive


class ExitSlippage(Cost):
    """Exit Slippage."""

    name = "exit_slippage"
    description = "Slippage when a trade is closed"
    requires_toggle = "Use Slippage"
    label = "Exit Slippage"
    shown = "Exit Slippage"
    value = positive("Premium points (0.10, not 10)", unit="$", step=0.05)

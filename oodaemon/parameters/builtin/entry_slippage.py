"""Slippage when a trade is opened."""

from oodaemon.parameters.costs import Cost
from oodaemon.parameters.shapes import positive


class EntrySlippage(Cost):
    """Entry Slippage."""

    name = "entry_slippage"
    description = "Slippage when a trade is opened"
    requires_toggle = "Use Slippage"
    label = "Entry Slippage"
    shown = "Entry Slippage"
    value = positive("Premium points (0.10, not 10)", unit="$", step=0.05)

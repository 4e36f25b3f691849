"""Commissions and fees for opening a contract."""

from oodaemon.parameters.costs import Cost
from oodaemon.parameters.shapes import positive


class OpeningFees(Cost):
    """Per Contract Opening Commissions & Fees."""

    name = "opening_fees"
    description = "Commissions and fees for opening a contract"
    requires_toggle = "Use Commissions & Fees"
    label = "Per Contract Opening Commissions & Fees"
    shown = "Opening Fees"
    value = positive("Dollars per contract", unit="$", step=0.25)

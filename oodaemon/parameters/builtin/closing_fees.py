"""Commissions and fees for closing a contract."""

from oodaemon.parameters.costs import Cost
from oodaemon.parameters.shapes import positive


class ClosingFees(Cost):
    """Per Contract Closing Commissions & Fees."""

    name = "closing_fees"
    description = "Commissions and fees for closing a contract"
    requires_toggle = "Use Commissions & Fees"
    label = "Per Contract Closing Commissions & Fees"
    shown = "Closing Fees"
    value = positive("Dollars per contract", unit="$", step=0.25)

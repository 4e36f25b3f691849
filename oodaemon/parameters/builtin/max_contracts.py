"""How many contracts one trade may have."""

from oodaemon.parameters.fields import Int
from oodaemon.parameters.shapes import Control


class MaxContracts(Control):
    """Max Contracts Per Trade."""

    name = "max_contracts"
    description = "How many contracts one trade may have"
    section = "Funds & Allocation"
    label = "Max Contracts Per Trade"
    value = Int(minimum=1, maximum=100_000, step=1, description="Contracts")
    examples = ("1", "3", "5")

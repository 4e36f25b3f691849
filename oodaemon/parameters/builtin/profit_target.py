"""Profit at which a trade is closed."""

from oodaemon.parameters.targets import Target, amount


class ProfitTarget(Target):
    """The Profit Target of the form."""

    name = "profit_target"
    label = "Profit Target"
    description = "Profit at which a trade is closed"
    value = amount("Profit target in the unit chosen")
    examples = ("35", "1.25", "0.4")

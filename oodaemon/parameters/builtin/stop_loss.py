"""Loss at which a trade is closed."""

from oodaemon.parameters.targets import Target, amount


class StopLoss(Target):
    """The Stop Loss of the form."""

    name = "stop_loss"
    label = "Stop Loss"
    description = "Loss at which a trade is closed"
    value = amount("Stop loss in the unit chosen")
    examples = ("120", "2.5", "6")

"""Slippage when a trade is stopped."""

from oodaemon.parameters.base import Setting
from oodaemon.parameters.costs import Cost
from oodaemon.parameters.form import Action
from oodaemon.parameters.shapes import STOP_LOSS, positive


class StopLossSlippage(Cost):
    """Stop Loss Slippage, which exists only beside a stop loss."""

    name = "stop_loss_slippage"
    description = "Further slippage when a trade is stopped"
    requires_toggle = "Use Slippage"
    label = "Stop Loss Slippage"
    shown = "Stop Loss Slippage"
    value = positive("Premium points (0.10, not 10)", unit="$", step=0.05)

    def opens(self, setting: Setting) -> tuple[Action, ...]:
        """A stop loss must be there; it is not ours to invent."""
        return (STOP_LOSS, *super().opens(setting))

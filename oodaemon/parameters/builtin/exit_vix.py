"""Move of VIX at which trades are closed."""

from decimal import Decimal

from oodaemon.parameters.base import Setting
from oodaemon.parameters.form import Bullet, Expectation, Hint
from oodaemon.parameters.shapes import GROUP, MOVE_UNIT, Control, choice, positive


class ExitVix(Control):
    """Exit When VIX or VIX9D Moves Up or Down."""

    name = "exit_vix"
    description = "Move of VIX or VIX9D at which trades are closed"
    section = "Exit Conditions"
    requires_toggle = "Use VIX"
    label = "Exit When {index} Moves {exit}"
    value = positive("Move in the unit chosen, without a sign", step=0.5)
    options = {  # noqa: RUF012 - declared as a read-only mapping by the base
        "exit": choice("down", "up", what="Moves in which direction close the trade"),
        "index": choice("VIX", "VIX9D", what="Which index moves"),
        "unit": MOVE_UNIT,
        "group": GROUP,
    }
    examples = ("0.3", "4", "1.5")
    example_options = ({}, {"exit": "up", "unit": "pts"}, {"index": "VIX9D", "exit": "up"})

    def expectations(self, setting: Setting) -> tuple[Expectation, ...]:
        """`Exit when VIX moves -0.3`; how a move up, or one of VIX9D, is worded is not known."""
        prefix, number = f"Exit when {setting.option('index')} moves", Decimal(setting.text)
        if (setting.option("index"), setting.option("exit")) != ("VIX", "down"):
            return (Hint(prefixes=(prefix,), number=number),)
        return (Bullet(prefix=prefix, number=-number, is_percent=None, is_shared=True, group=setting.option("group")),)

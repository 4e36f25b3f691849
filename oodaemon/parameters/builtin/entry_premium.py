"""Premium of the position between which trades are opened."""

from oodaemon.parameters.base import Setting
from oodaemon.parameters.form import Action, PressOne
from oodaemon.parameters.shapes import BOUND, Control, choice, positive


class EntryPremium(Control):
    """Minimum or Maximum Entry Premium, and Credit or Debit beside it."""

    name = "entry_premium"
    description = "Lowest or highest premium at which trades are opened"
    section = "Misc."
    requires_toggle = "Use Min/Max Entry Premium"
    label = "{bound} Entry Premium"
    words = {"min": "Minimum", "max": "Maximum"}  # noqa: RUF012 - declared as a read-only mapping by the base
    value = positive("Premium in points (2.50, not 250)", unit="$", step=0.25)
    options = {  # noqa: RUF012 - declared as a read-only mapping by the base
        "bound": BOUND,
        "kind": choice("keep", "credit", "debit", what="Whether the premium is received or paid; keep leaves it as it is"),
    }
    examples = ("6", "0.5", "1.25")
    example_options = ({}, {"bound": "min"}, {"bound": "min"})

    def actions(self, setting: Setting) -> tuple[Action, ...]:
        """The amount, then its button."""
        kind = setting.option("kind")
        label, among = self.label_of(setting), ("Credit", "Debit")
        pressed = PressOne(section=self.section, label=label, button=kind.capitalize(), among=among)
        return (*super().actions(setting), *(() if kind == "keep" else (pressed,)))

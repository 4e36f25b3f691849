"""Delta of a leg at which trades are closed."""

from oodaemon.parameters.base import Setting
from oodaemon.parameters.fields import Text
from oodaemon.parameters.form import Action, Choose
from oodaemon.parameters.shapes import GROUP, Control, choice, signed


class LegDeltaExit(Control):
    """Exit Below or Above Leg Delta, for the leg that is chosen beside it."""

    name = "leg_delta_exit"
    description = "Delta of one leg below or above which trades are closed"
    section = "Exit Conditions"
    requires_toggle = "Use Delta"
    label = "Exit {exit} Leg Delta"
    words = {"below": "Below", "above": "Above"}  # noqa: RUF012 - declared as a read-only mapping by the base
    value = signed("Delta of the leg, which may be negative")
    options = {  # noqa: RUF012 - declared as a read-only mapping by the base
        "exit": choice("above", "below", what="Which side closes the trade"),
        "leg": Text(default="", description="The leg as the listbox Leg shows it; empty leaves it as it is"),
        "group": GROUP,
    }
    examples = ("45", "4", "60")
    example_options = ({}, {"exit": "below"}, {"leg": "Leg 2"})

    def actions(self, setting: Setting) -> tuple[Action, ...]:
        """The leg first."""
        leg = Choose(section=self.section, label="Leg", option=setting.option("leg"), group=setting.option("group"))
        return (*((leg,) if leg.option else ()), *super().actions(setting))

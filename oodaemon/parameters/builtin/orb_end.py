"""End of the opening range whose breakout opens trades."""

from oodaemon.parameters.base import Setting
from oodaemon.parameters.fields import Time
from oodaemon.parameters.form import Action, Choose, Expectation, Hint
from oodaemon.parameters.shapes import Control, choice


class OrbEnd(Control):
    """Opening Range End Time, and the breakout condition unless it is left as it is."""

    name = "orb_end"
    description = "End of the opening range whose breakout opens trades"
    section = "Entry Conditions"
    requires_toggle = "Use Opening Range Breakout"
    label = "Opening Range End Time"
    value = Time(earliest="09:31", latest="15:59", step=15, unit="HH:MM", description="End of the range, New York, 24 hours")
    options = {  # noqa: RUF012 - declared as a read-only mapping by the base
        "condition": choice("keep", "High and Low", "High-Only", "Low-Only", "No Breakout", what="Breakout Condition"),
    }
    examples = ("09:45", "10:00", "10:15")
    example_options = ({}, {"condition": "High-Only"}, {"condition": "Low-Only"})

    def actions(self, setting: Setting) -> tuple[Action, ...]:
        """The time, then the condition."""
        condition = setting.option("condition")
        chosen = Choose(section=self.section, label="Breakout Condition", option=condition)
        return (*super().actions(setting), *(() if condition == "keep" else (chosen,)))

    def expectations(self, setting: Setting) -> tuple[Expectation, ...]:
        """The wording is not known."""
        return (Hint(prefixes=("Opening Range", "Use Opening Range"), clock=setting.text),)

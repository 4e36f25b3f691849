"""How often trades are opened."""

from oodaemon.parameters.base import Parameter, Setting
from oodaemon.parameters.fields import Choice, FieldError, Text
from oodaemon.parameters.form import Action, Bullet, Choose, Expectation, SetField

DATES = "Specific Dates"


class Frequency(Parameter):
    """The listbox Frequency, and the days of the one that names them."""

    name = "frequency"
    description = "How often trades are opened"
    section = "Entry Conditions"
    value = Choice(choices=("Daily", "Weekly", "Monthly", DATES), description="Frequency of entries")
    options = {  # noqa: RUF012 - declared as a read-only mapping by the base
        "dates": Text(default="", description="The days of Specific Dates, YYYY-MM-DD, separated by commas"),
    }
    examples = ("Monthly", DATES, "Weekly")
    example_options = ({}, {"dates": "2025-10-06,2025-10-22"}, {})

    def check(self, setting: Setting) -> None:
        """Specific Dates must say which."""
        if (setting.text == DATES) != bool(setting.option("dates")):
            raise FieldError(f"{setting.text!r} and dates={setting.option('dates')!r} do not go together; dates belong to {DATES}")

    def actions(self, setting: Setting) -> tuple[Action, ...]:
        """Choose it; the text area is there afterwards."""
        chosen = Choose(section=self.section, label="Frequency", option=setting.text)
        if setting.text != DATES:
            return (chosen,)
        return (chosen, SetField(section=self.section, label=DATES, text=setting.option("dates")))

    def expectations(self, setting: Setting) -> tuple[Expectation, ...]:
        """`Daily`; how the others are worded depends on more than the frequency."""
        return (Bullet(prefix="Daily"),) if setting.text == "Daily" else ()

"""Day of the week on which trades are opened."""

from typing import get_args

from oodaemon.parameters.base import Parameter, Setting
from oodaemon.parameters.fields import Choice
from oodaemon.parameters.form import Action, Bullet, Choose, Day, Expectation, SetDays

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


class Weekday(Parameter):
    """Frequency Weekly, and one of the square buttons below it."""

    name = "weekday"
    description = "Day of the week on which trades are opened"
    section = "Entry Conditions"
    value = Choice(choices=WEEKDAYS, description="The only day; the frequency becomes Weekly")
    examples = ("Monday", "Wednesday", "Friday")

    def opens(self, setting: Setting) -> tuple[Action, ...]:
        """The buttons exist when the frequency is Weekly."""
        del setting
        return (Choose(section=self.section, label="Frequency", option="Weekly"),)

    def actions(self, setting: Setting) -> tuple[Action, ...]:
        """This day on, the others off."""
        day: Day = get_args(Day)[WEEKDAYS.index(setting.text)]
        return (SetDays(section=self.section, days=(day,)),)

    def expectations(self, setting: Setting) -> tuple[Expectation, ...]:
        """`Every Friday`."""
        return (Bullet(prefix="Every", text=setting.text),)

"""Time of day at which trades are opened."""

import datetime

from oodaemon.parameters.base import Parameter, Setting
from oodaemon.parameters.fields import Time
from oodaemon.parameters.form import Action, Bullet, Expectation, SetField


class EntryTime(Parameter):
    """The Entry Time of the form; the site takes 9:32 to 15:59 only."""

    name = "entry_time"
    description = "Time of day at which trades are opened"
    section = "Entry Conditions"
    value = Time(earliest="09:32", latest="15:59", step=15, unit="HH:MM", description="Entry time, New York, 24 hours")

    def actions(self, setting: Setting) -> tuple[Action, ...]:
        """Set the time input."""
        return (SetField(section=self.section, label="Entry Time", text=setting.text),)

    def expectations(self, setting: Setting) -> tuple[Expectation, ...]:
        """`Open trades at 11:25 AM`."""
        moment = datetime.time.fromisoformat(setting.text)
        return (Bullet(prefix="Open trades at", text=f"{moment.hour % 12 or 12}:{moment:%M %p}"),)

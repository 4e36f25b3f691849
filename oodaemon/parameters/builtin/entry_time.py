"""Time of day at which trades are opened."""

import datetime

from oodaemon.parameters.base import Setting
from oodaemon.parameters.fields import Time
from oodaemon.parameters.form import Bullet, Expectation
from oodaemon.parameters.shapes import Control


class EntryTime(Control):
    """The Entry Time of the form; the site takes 9:32 to 15:59 only."""

    name = "entry_time"
    description = "Time of day at which trades are opened"
    section = "Entry Conditions"
    label = "Entry Time"
    value = Time(earliest="09:32", latest="15:59", step=15, unit="HH:MM", description="Entry time, New York, 24 hours")
    examples = ("09:32", "12:05", "14:30")

    def expectations(self, setting: Setting) -> tuple[Expectation, ...]:
        """`Open trades at 11:25 AM`."""
        moment = datetime.time.fromisoformat(setting.text)
        return (Bullet(prefix="Open trades at", text=f"{moment.hour % 12 or 12}:{moment:%M %p}"),)

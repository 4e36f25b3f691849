"""What the dates of a test share."""

import datetime
from typing import ClassVar

from oodaemon.parameters.base import Setting
from oodaemon.parameters.form import CardText, Expectation
from oodaemon.parameters.shapes import Control


class Day(Control):
    """A date, typed as MM/DD/YYYY and repeated in full in the card `Dates`."""

    section = "Dates"
    line: ClassVar[str]

    def typed(self, setting: Setting) -> str:
        """MM/DD/YYYY."""
        return f"{datetime.date.fromisoformat(setting.text):%m/%d/%Y}"

    def expectations(self, setting: Setting) -> tuple[Expectation, ...]:
        """`from: May 16, 2022`."""
        day = datetime.date.fromisoformat(setting.text)
        return (CardText(card="Dates", prefix=self.line, text=f"{day:%B} {day.day}, {day.year}"),)

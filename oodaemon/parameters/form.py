"""What a parameter says about the form, as data: what to set in it, and what the result page must then show."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Right = Literal["call", "put"]
Side = Literal["sell", "buy"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetField:
    """Type `text` into the labelled input of a section; with `unit`, choose it in the listbox nested beside the input."""

    section: str
    label: str
    text: str
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetToggle:
    """Bring the toggle with this caption to a state; nothing is clicked when it is there already."""

    section: str
    caption: str
    is_on: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LegFilter:
    """Which rows of the leg builder: by the unit they are priced in, by right and by side (None: any)."""

    unit: str
    right: Right | None = None
    side: Side | None = None

    def __str__(self) -> str:
        words = [w for w in (self.side, self.right) if w]
        return " ".join([*words, f"leg priced in {self.unit}"])


@dataclass(frozen=True, slots=True, kw_only=True)
class SetLegs:
    """Type `text` into the value of every leg the filter takes; it must take at least one."""

    legs: LegFilter
    text: str


Action = SetField | SetToggle | SetLegs


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullet:
    """A line of the config cards: `prefix`, then this number (percent or not) or this text. All lines that have
    the prefix must say so, and there must be one.
    """

    prefix: str
    number: Decimal | None = None
    is_percent: bool = False
    text: str = ""

    def fits(self, line: str) -> bool:
        """True when the rest of a line that has the prefix says what was asked for."""
        rest = " ".join(line.split())[len(self.prefix) :].strip()
        if self.number is None:
            return rest.casefold() == self.text.casefold()
        numbers = re.findall(r"-?\d[\d,]*(?:\.\d+)?|-?\.\d+", rest)
        return len(numbers) == 1 and Decimal(numbers[0].replace(",", "")) == self.number and ("%" in rest) == self.is_percent

    def __str__(self) -> str:
        wanted = self.text if self.number is None else f"{self.number}{'%' if self.is_percent else ''}"
        return f"{self.prefix} {wanted}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LegValues:
    """Every leg of the Legs card that the filter takes has this value."""

    legs: LegFilter
    number: Decimal


Expectation = Bullet | LegValues

"""Fields: the type, limits and default of one value. They parse what a user wrote and enumerate ranges."""

import datetime
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

Value = int | float | str | bool
MINUTES_PER_HOUR = 60
LARGEST = Decimal(10**12)
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$", re.ASCII)
_NUMBER = re.compile(r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,6})?$", re.ASCII)


class FieldError(ValueError):
    """The text is no value of the field; the message is a clause for people, without the field's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field(ABC):
    """One value: how it is written, what it may be, and what it is when nothing is said (`default=None`: it must be said)."""

    kind: ClassVar[str] = ""
    description: str = ""
    default: Value | None = None
    unit: str = ""

    @abstractmethod
    def parse(self, text: str) -> Value:
        """The canonical value of what a user wrote. Raises FieldError."""

    @abstractmethod
    def text(self, value: Value) -> str:
        """A value as the form wants it typed; `parse(text(v)) == v`."""

    def limits(self) -> tuple[str, str, str]:
        """Minimum, maximum and default step as text; empty where there is none."""
        return "", "", ""

    def steps(self, start: str, end: str, step: str) -> Iterator[Value]:
        """Every value from start to end, both included, `step` apart. Raises FieldError at the call."""
        raise FieldError(f"has no range ({start}..{end}/{step}); list the values, separated by commas")


def _number(text: str) -> Decimal:
    if not _NUMBER.match(text.strip()):
        raise FieldError(f"{text!r} is not a number")
    number = Decimal(text.strip())
    if abs(number) > LARGEST:
        raise FieldError(f"{text.strip()} is too large")
    return number


def _plain(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Float(Field):
    """A number with at most `decimals` decimals; the form refuses more than two."""

    kind: ClassVar[str] = "float"
    minimum: float | None = None
    maximum: float | None = None
    step: float = 1
    decimals: int = 2

    def parse(self, text: str) -> Value:
        """A number within the limits; `30.0` and `30` are the same."""
        return _plain(self._checked(_number(text), text))

    def _checked(self, number: Decimal, text: str) -> Decimal:
        if number != round(number, self.decimals):
            most = f"at most {self.decimals} decimals" if self.decimals else "a whole number"
            raise FieldError(f"{text.strip()} has too many decimals; give {most}")
        if self.minimum is not None and number < Decimal(str(self.minimum)):
            raise FieldError(f"{text.strip()} is below the minimum {_plain(Decimal(str(self.minimum)))}")
        if self.maximum is not None and number > Decimal(str(self.maximum)):
            raise FieldError(f"{text.strip()} is above the maximum {_plain(Decimal(str(self.maximum)))}")
        return number

    def text(self, value: Value) -> str:
        """Plain decimal notation without trailing zeros."""
        return format(Decimal(str(_plain(Decimal(str(value))))), "f")

    def limits(self) -> tuple[str, str, str]:
        """Minimum, maximum, step."""
        low, high = ("" if x is None else self.text(x) for x in (self.minimum, self.maximum))
        return low, high, self.text(self.step)

    def steps(self, start: str, end: str, step: str) -> Iterator[Value]:
        """start, start + step, ... not beyond end."""
        first, last = self._checked(_number(start), start), self._checked(_number(end), end)
        width = _number(step) if step else Decimal(str(self.step))
        if width <= 0:
            raise FieldError(f"the step {step} must be greater than 0")
        if width != round(width, self.decimals):
            raise FieldError(f"the step {step} has more than {self.decimals} decimals")
        if last < first:
            raise FieldError(f"the range ends at {end}, before its start {start}")
        return (_plain(first + width * i) for i in range(int((last - first) / width) + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Int(Float):
    """A whole number."""

    kind: ClassVar[str] = "int"
    decimals: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Field):
    """One of a few words; case does not matter when it is written."""

    kind: ClassVar[str] = "choice"
    choices: tuple[str, ...]

    def parse(self, text: str) -> Value:
        """The choice as it is spelled in `choices`."""
        for choice in self.choices:
            if choice.casefold() == text.strip().casefold():
                return choice
        raise FieldError(f"{text.strip()!r} is none of {', '.join(self.choices)}")

    def text(self, value: Value) -> str:
        """The choice itself."""
        return str(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bool(Field):
    """On or off."""

    kind: ClassVar[str] = "bool"

    def parse(self, text: str) -> Value:
        """True for on, true, yes, 1; False for off, false, no, 0."""
        word = text.strip().casefold()
        if word in {"on", "true", "yes", "1"}:
            return True
        if word in {"off", "false", "no", "0"}:
            return False
        raise FieldError(f"{text.strip()!r} is neither on nor off")

    def text(self, value: Value) -> str:
        """`on` or `off`."""
        return "on" if value else "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Time(Field):
    """A time of day in 24 hours, `HH:MM`."""

    kind: ClassVar[str] = "time"
    earliest: str = "00:00"
    latest: str = "23:59"
    step: int = 15

    def parse(self, text: str) -> Value:
        """`9:45` and `09:45` both give `09:45`."""
        minute = _minute(text)
        if not _minute(self.earliest) <= minute <= _minute(self.latest):
            raise FieldError(f"{text.strip()} is outside {self.earliest}-{self.latest}")
        return _clock(minute)

    def text(self, value: Value) -> str:
        """`HH:MM`, as a time input takes it."""
        return str(value)

    def limits(self) -> tuple[str, str, str]:
        """Earliest, latest, step in minutes."""
        return self.earliest, self.latest, str(self.step)

    def steps(self, start: str, end: str, step: str) -> Iterator[Value]:
        """start, start + step minutes, ... not beyond end."""
        first, last = _minute(str(self.parse(start))), _minute(str(self.parse(end)))
        width = self.step if not step else int(Int(minimum=1, maximum=24 * 60).parse(step))
        if last < first:
            raise FieldError(f"the range ends at {end}, before its start {start}")
        return (_clock(minute) for minute in range(first, last + 1, width))


def _minute(text: str) -> int:
    hours, _, minutes = text.strip().partition(":")
    is_digits = hours.isascii() and hours.isdigit() and minutes.isascii() and minutes.isdigit()
    if not (is_digits and len(hours) <= 2 and len(minutes) == 2 and int(hours) < 24 and int(minutes) < MINUTES_PER_HOUR):
        raise FieldError(f"{text.strip()!r} is not a time of day; write HH:MM in 24 hours, such as 09:45")
    return int(hours) * MINUTES_PER_HOUR + int(minutes)


def _clock(minute: int) -> str:
    return f"{minute // MINUTES_PER_HOUR:02d}:{minute % MINUTES_PER_HOUR:02d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Field):
    """Words as they stand, without the space around them; only a field whose default is empty may be left empty."""

    kind: ClassVar[str] = "text"
    longest: int = 2000

    def parse(self, text: str) -> Value:
        """The text on one line."""
        words = " ".join(text.split())
        if not words and self.default != "":
            raise FieldError("is empty; give a text")
        if len(words) > self.longest:
            raise FieldError(f"has {len(words)} characters; give at most {self.longest}")
        return words

    def text(self, value: Value) -> str:
        """The text itself."""
        return str(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Date(Field):
    """A calendar day, `YYYY-MM-DD`; ranges step in days."""

    kind: ClassVar[str] = "date"
    earliest: str = "2013-01-01"
    latest: str = "2099-12-31"
    step: int = 1

    def parse(self, text: str) -> Value:
        """The day, if there is such a one within the limits."""
        day = _day(text)
        if not _day(self.earliest) <= day <= _day(self.latest):
            raise FieldError(f"{text.strip()} is outside {self.earliest}..{self.latest}")
        return day.isoformat()

    def text(self, value: Value) -> str:
        """`YYYY-MM-DD`."""
        return str(value)

    def limits(self) -> tuple[str, str, str]:
        """Earliest, latest, step in days."""
        return self.earliest, self.latest, str(self.step)

    def steps(self, start: str, end: str, step: str) -> Iterator[Value]:
        """start, start + step days, ... not beyond end."""
        first, last = _day(str(self.parse(start))), _day(str(self.parse(end)))
        width = self.step if not step else int(Int(minimum=1, maximum=40_000).parse(step))
        if last < first:
            raise FieldError(f"the range ends at {end}, before its start {start}")
        return ((first + datetime.timedelta(days)).isoformat() for days in range(0, (last - first).days + 1, width))


def _day(text: str) -> datetime.date:
    if _DATE.match(text.strip()):
        try:
            return datetime.date.fromisoformat(text.strip())
        except ValueError:
            pass
    raise FieldError(f"{text.strip()!r} is no day; write YYYY-MM-DD, such as 2022-05-16")

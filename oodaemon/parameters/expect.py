"""What a result page must show, as data; and the pure part of comparing a line with it."""

import re
from dataclasses import dataclass
from decimal import Decimal

from oodaemon.parameters.legs import Cell, LegFilter

_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?|-?\.\d+")
_MINUS = re.compile(r"[\u2212\ufe63\uff0d\u2010\u2011]|(?<![\w.%])\u2013(?=\s?[$.\d])")
_HALF = re.compile(r"\b([ap])\.\s?m\.?(?=\W|$)", re.IGNORECASE)
_ZONE = re.compile(r"\s*\(?\b(?:E[SD]?T|Eastern|New York)(?: Time)?\)?\s*$", re.IGNORECASE)
_UNSEEN = re.compile(r"[\u200b-\u200f\u2060\ufeff]")
_CLOCK = re.compile(r"\b(\d{1,2}):(\d{2})(?::\d{2})?\s*([AP]M)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullet:
    """A line of the config cards that must be there: `prefix`, then `word` if one is given, then this number (percent or not; None:
    either) or this text, then `suffix`.

    All lines that begin with the prefix, have the word and end with the suffix must say so, and there must be one. With `is_shared`
    other settings have lines of the same beginning, and one that fits is enough. `group`: of the card of this leg group.
    """

    prefix: str
    number: Decimal | None = None
    is_percent: bool | None = False
    text: str = ""
    word: str = ""
    suffix: str = ""
    is_shared: bool = False
    group: str = ""

    def is_about(self, line: str) -> bool:
        """True for a line that is about the same thing, whatever it says about it."""
        shown = as_typed(line).casefold()
        if not (shown.startswith(self.prefix.casefold()) and shown.endswith(self.suffix.casefold())):
            return False
        return not self.word or bool(re.search(rf"\b{re.escape(self.word)}\b", shown[len(self.prefix) :], re.IGNORECASE))

    def fits(self, line: str) -> bool:
        """True when a line that is about this says what was asked for."""
        shown = as_typed(line)
        rest = shown[len(self.prefix) : len(shown) - len(self.suffix)].strip()
        if self.word:
            return self._fits_after_word(rest)
        if self.number is None:
            return rest.casefold() == self.text.casefold() or _is_same_clock(rest, self.text)
        numbers = [_decimal(text) for text in _NUMBER.findall(rest)]
        return numbers == [self.number] and self.is_percent in {None, "%" in rest}

    def _fits_after_word(self, rest: str) -> bool:
        found = re.search(rf"\b{re.escape(self.word)}\b:?\s*\$?\s*({_NUMBER.pattern})(?![\d.,]*\d)(\s*%)?", rest, re.IGNORECASE)
        return found is not None and _decimal(found[1]) == self.number and self.is_percent in {None, bool(found[2])}

    def __str__(self) -> str:
        wanted = self.text if self.number is None else f"{self.number}{'%' if self.is_percent else ''}"
        return " ".join(word for word in (self.prefix, self.word, wanted, self.suffix) if word)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """Lines that may be there, in words that are not known for sure: where lines begin with one of the prefixes and show numbers
    (with `clock`: times of day), one of them must be this one, whatever its sign. No such line proves nothing either way.
    """

    prefixes: tuple[str, ...]
    number: Decimal | None = None
    clock: str = ""

    def is_about(self, line: str) -> bool:
        """True for a line with one of the beginnings."""
        return as_typed(line).casefold().startswith(tuple(prefix.casefold() for prefix in self.prefixes))

    def is_contradicted(self, lines: list[str]) -> bool:
        """True when the lines that are about this show something, but not what was asked for."""
        rests = [self._rest(as_typed(line)) for line in lines if self.is_about(line)]
        if self.clock:
            shown = [_minutes(found[1], found[2], found[3]) for rest in rests for found in _CLOCK.finditer(rest)]
            hours, minutes = self.clock.split(":")
            return bool(shown) and _minutes(hours, minutes, None) not in shown
        numbers = [abs(_decimal(text)) for rest in rests for text in _NUMBER.findall(_CLOCK.sub(" ", rest))]
        return bool(numbers) and self.number is not None and abs(self.number) not in numbers

    def _rest(self, line: str) -> str:
        longest = max((p for p in self.prefixes if line.casefold().startswith(p.casefold())), key=len)
        return line[len(longest) :]

    def __str__(self) -> str:
        return f"{self.prefixes[0]} {self.clock or self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was typed for a setting of which nothing is known on the result page: a line that changed to show it is no surprise."""

    texts: tuple[str, ...]

    def has(self, shown: str) -> bool:
        """True when a number or time of the page is one that was typed, whatever its sign."""
        return any(_plain(text) == _plain(shown) for text in self.texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardText:
    """A line of a config card without bullets, such as `from: May 16, 2022` of `Dates`: when the page has the card and a line
    of this beginning, it goes on with this text.
    """

    card: str
    text: str
    prefix: str = ""

    def __str__(self) -> str:
        return " ".join(word for word in (self.prefix, self.text) if word)


@dataclass(frozen=True, slots=True, kw_only=True)
class LegValues:
    """A cell of every leg of the Legs card that the filter takes shows this number; with `is_distance`, whatever its sign."""

    legs: LegFilter
    number: Decimal
    cell: Cell = "value"
    is_distance: bool = False


Expectation = Bullet | Hint | Asked | CardText | LegValues


def as_typed(text: str) -> str:
    """A text on one line as a keyboard writes it: a hyphen for every sign that means minus, nothing that has no width."""
    return _MINUS.sub("-", " ".join(_UNSEEN.sub("", text).split()))


def _plain(text: str) -> Decimal | str:
    if clock := _CLOCK.search(text):
        return str(_minutes(clock[1], clock[2], clock[3]))
    bare = text.replace("$", "").replace(",", "").strip().rstrip(".:")
    return abs(Decimal(bare)) if _NUMBER.fullmatch(bare) else bare


def _is_same_clock(shown: str, wanted: str) -> bool:
    """`09:45 AM`, `9:45 AM` and `9:45 a.m. ET` are the same time: the times of the site are those of New York."""
    both = [_CLOCK.fullmatch(_ZONE.sub("", _HALF.sub(r"\1m", text)).strip()) for text in (shown, wanted)]
    clocks = [_minutes(found[1], found[2], found[3]) for found in both if found]
    return len(clocks) == 2 and clocks[0] == clocks[1]


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def _minutes(hours: str, minutes: str, half: str | None) -> int:
    hour = int(hours) % 12 + (12 if half.upper() == "PM" else 0) if half else int(hours)
    return hour * 60 + int(minutes)

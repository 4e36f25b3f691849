"""A list on the screen: what is typed narrows it, what is pointed at, what is ticked, and which part of it fits. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ooctl.wizard.questions import Choice, Question

Fragment = tuple[str, str]
"""A style and a text."""
_GAP = 2


@dataclass(frozen=True)
class Listing:
    """`at` is the place among those that are found, `ticked` holds places among all."""

    question: Question
    typed: str = ""
    at: int = 0
    ticked: frozenset[int] = field(default_factory=frozenset)

    @classmethod
    def begin(cls, question: Question, given: Any) -> Listing:  # noqa: ANN401 - an answer of any kind
        """Pointing at what was given before, else at where the question starts; a text that is no choice stands there as typed."""
        start = question.start if given is None else given
        values = [choice.value for choice in question.choices]
        if question.is_many:
            return cls(question, ticked=frozenset(values.index(value) for value in start or ()))
        if isinstance(start, str) and question.is_free and start not in values:
            return cls(question, typed=start)
        return cls(question, at=values.index(start) if start in values else 0)

    def found(self) -> list[Choice]:
        """The choices with every word that was typed; those whose label it is, or begins or goes on so, come first."""
        words = self.typed.casefold().split()
        fits = [choice for choice in self.question.choices if all(word in _text_of(choice) for word in words)]
        return sorted(fits, key=lambda choice: _distance(choice.label.casefold(), " ".join(words)))

    def type(self, text: str) -> Listing:
        """With more text; the first that is found is pointed at."""
        return replace(self, typed=self.typed + text, at=0)

    def erase(self) -> Listing:
        """Without the last character."""
        return replace(self, typed=self.typed[:-1], at=0)

    def move(self, by: int) -> Listing:
        """Up or down, round at the ends when by one."""
        count = len(self.found())
        if not count:
            return self
        return replace(self, at=(self.at + by) % count if abs(by) == 1 else min(max(self.at + by, 0), count - 1))

    def tick(self) -> Listing:
        """Tick what is pointed at, or take its tick away."""
        found = self.found()
        if not self.question.is_many or not found:
            return self
        return replace(self, ticked=self.ticked ^ {self.question.choices.index(found[self.at])})

    def answer(self) -> tuple[bool, Any]:
        """Whether there is one, and which: what is ticked, what is pointed at, or what was typed when it fits nothing."""
        if self.question.is_many:
            return True, tuple(choice.value for place, choice in enumerate(self.question.choices) if place in self.ticked)
        found = self.found()
        if found:
            return True, found[self.at].value
        return self.question.is_free and bool(self.typed.strip()), self.typed.strip()

    def lines(self, width: int, height: int) -> list[list[Fragment]]:
        """The choices in at most so many lines of at most so many characters, with what is pointed at among them."""
        found = self.found()
        if not found:
            words = "nothing is called so; Enter takes it as it is" if self.question.is_free else "nothing is called so"
            return [[("class:note", f"    {words}"[:width])]]
        label_width = min(max(len(choice.label) for choice in found), max(width // 2, width - 34))
        rows: list[list[Fragment]] = []
        pointed, group = 0, ""
        for place, choice in enumerate(found):
            if choice.group != group and not self.typed:
                group = choice.group
                rows.append([("class:group", cut(f"  {group}", width))])
            if place == self.at:
                pointed = len(rows)
            rows.append(self._row(choice, place == self.at, label_width, width))
        return _window(rows, pointed, max(height, 3), width)

    def detail(self) -> str:
        """What is said of the choice that is pointed at."""
        found = self.found()
        return found[self.at].detail if found else ""

    def _row(self, choice: Choice, is_pointed: bool, label_width: int, width: int) -> list[Fragment]:  # noqa: FBT001 - one of a few
        pointer = "  > " if is_pointed else "    "
        tick = ("[x] " if self.question.choices.index(choice) in self.ticked else "[ ] ") if self.question.is_many else ""
        label = cut(choice.label, label_width)
        room = width - len(pointer) - len(tick) - label_width - _GAP
        note = cut(choice.note, room) if room >= 8 else ""
        style = "class:pointed" if is_pointed else ""
        head: Fragment = (style, pointer + tick + (label.ljust(label_width) if note else label))
        return [head, ("class:note", " " * _GAP + note)] if note else [head]


def cut(text: str, width: int) -> str:
    """At most so many characters; what is cut off is marked."""
    return text if len(text) <= width else text[: max(width - 3, 0)].rstrip() + "..."[: max(width, 0)]


def _distance(label: str, typed: str) -> int:
    if not typed or label == typed:
        return 0
    return 1 if label.startswith(typed) else 2 if typed in label else 3


def _text_of(choice: Choice) -> str:
    return " ".join((choice.label, choice.note, choice.detail, choice.group, choice.terms)).casefold()


def _window(rows: Sequence[list[Fragment]], pointed: int, height: int, width: int) -> list[list[Fragment]]:
    if len(rows) <= height:
        return list(rows)
    first = min(max(pointed - height // 2, 0), len(rows) - height)
    last = first + height
    above = [[("class:note", cut(f"    ... {first + 1} more above", width))]] if first else []
    below = [[("class:note", cut(f"    ... {len(rows) - last + 1} more below", width))]] if last < len(rows) else []
    return [*above, *rows[first + len(above) : last - len(below)], *below]

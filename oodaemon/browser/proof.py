"""Does the page show the backtest we asked for? Pure: the state read from the page against what the parameters expect."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from oodaemon.parameters.form import Bullet, Expectation, LegFilter, LegValues

_NUMBERS = re.compile(r"-?\$?\d[\d,.:]*(?: [AP]M)?")

DELTAS = {"∆": "Δ", "δ": "Δ"}
"""Other characters that pages use for the Greek capital delta."""


@dataclass(frozen=True, slots=True)
class Leg:
    """A row of the leg builder or of the Legs card. `position` is its row from 0, `cell` the input of its value from 0."""

    position: int
    cell: int
    side: str
    right: str
    text: str
    unit: str

    def __str__(self) -> str:
        return " ".join(word for word in (self.side, self.right, self.text, self.unit) if word)

    def is_taken_by(self, wanted: LegFilter) -> bool:
        """True when the filter takes this leg."""
        return self.unit == wanted.unit and wanted.right in {None, self.right} and wanted.side in {None, self.side}


def legs_of(rows: Sequence[Mapping[str, Any]]) -> list[Leg]:
    """The legs of the rows that a page state holds; the value is the input whose unit is neither QTY nor DTE."""
    legs = []
    for position, row in enumerate(rows):
        buttons = row["buttons"]
        for cell, content in enumerate(row["cells"]):
            unit = DELTAS.get(content["unit"], content["unit"])
            if unit.upper() not in {"QTY", "DTE", ""}:
                side, right = _chosen(buttons, sell="s", buy="b"), _chosen(buttons, call="c", put="p")
                legs.append(Leg(position, cell, side, right, content["value"], unit))
                break
    return legs


def _chosen(buttons: Mapping[str, bool], **letters: str) -> str:
    """The word whose button is on; an empty text when none or several are: such a leg is never guessed."""
    on = [word for word, letter in letters.items() if buttons.get(letter)]
    return on[0] if len(on) == 1 else ""


def is_same_number(text: str, number: Decimal) -> bool:
    """True when a text is this number, however it is written."""
    try:
        return Decimal(text.strip().replace(",", "")) == number
    except InvalidOperation:
        return False


def missing(state: Mapping[str, Any], expectations: Iterable[Expectation]) -> list[str]:
    """What the page does not prove, a clause for people each; empty when everything holds."""
    return [reason for expectation in expectations if (reason := _reason(state, expectation))]


def contradictions(saved: Mapping[str, Any], shown: Mapping[str, Any], expectations: Iterable[Expectation]) -> list[str]:
    """Where a result says something else than the saved test about what nobody asked to change, a clause for people each.

    Lines are compared that differ in their numbers only, such as `Allocate 20% of portfolio`; a line that one page does not have
    proves nothing. Legs are compared row by row when both pages show readable ones.
    """
    wanted = list(expectations)
    prefixes = tuple(e.prefix.casefold() for e in wanted if isinstance(e, Bullet))
    before, after = _by_template(saved["bullets"]), _by_template(shown["bullets"])
    found = [
        f"the page shows {after[template]!r}, the saved test {line!r}"
        for template, line in before.items()
        if after.get(template, line) != line and not line.casefold().startswith(prefixes or ("\0",))
    ]
    return found + _changed_legs(legs_of(saved["legs"]), legs_of(shown["legs"]), [e for e in wanted if isinstance(e, LegValues)])


def _by_template(cards: Sequence[tuple[str, Sequence[str]]]) -> dict[tuple[str, str], str]:
    """Lines by card and text without numbers; those that stand there more than once are left out."""
    lines: dict[tuple[str, str], list[str]] = {}
    for title, card in cards:
        for line in card:
            lines.setdefault((title, _NUMBERS.sub("#", line)), []).append(line)
    return {template: found[0] for template, found in lines.items() if len(found) == 1}


def _changed_legs(before: Sequence[Leg], after: Sequence[Leg], swept: Sequence[LegValues]) -> list[str]:
    if len(before) != len(after):
        return []
    found = []
    for old, new in zip(before, after, strict=True):
        is_swept = any(old.is_taken_by(e.legs) for e in swept)
        is_changed = (old.side, old.right) != (new.side, new.right) or (
            not is_swept and (old.text, old.unit) != (new.text, new.unit)
        )
        if old.text and new.text and is_changed:
            found.append(f"leg {old.position + 1} shows {new}, the saved test {old}")
    return found


def _reason(state: Mapping[str, Any], expectation: Expectation) -> str:
    match expectation:
        case Bullet():
            return _bullet_reason(state["bullets"], expectation)
        case LegValues():
            return _legs_reason(legs_of(state["legs"]), expectation)


def _bullet_reason(cards: Sequence[tuple[str, Sequence[str]]], wanted: Bullet) -> str:
    lines = [line for _, card in cards for line in card if line.casefold().startswith(wanted.prefix.casefold())]
    if not lines:
        return f"no line {wanted.prefix!r} on the page, asked for {wanted!s}"
    if all(wanted.fits(line) for line in lines):
        return ""
    return f"the page shows {' and '.join(lines)}, asked for {wanted!s}"


def _legs_reason(legs: Sequence[Leg], wanted: LegValues) -> str:
    if not any(leg.text for leg in legs):
        return ""  # a page without a readable Legs card: the form read back before the Run click is the proof
    taken = [leg for leg in legs if leg.is_taken_by(wanted.legs)]
    if not taken:
        return f"no {wanted.legs} on the page"
    wrong = [leg.text for leg in taken if not is_same_number(leg.text, wanted.number)]
    return f"a {wanted.legs} shows {wrong[0]}, asked for {wanted.number}" if wrong else ""

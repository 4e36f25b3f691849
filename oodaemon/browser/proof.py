"""Does the page show the backtest we asked for? Pure: the state read from the page against what the parameters expect."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from oodaemon.parameters.form import Bullet, Expectation, LegFilter, LegValues

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
                side, right = ("buy" if buttons.get("b") else "sell"), ("call" if buttons.get("c") else "put")
                legs.append(Leg(position, cell, side, right, content["value"], unit))
                break
    return legs


def is_same_number(text: str, number: Decimal) -> bool:
    """True when a text is this number, however it is written."""
    try:
        return Decimal(text.strip().replace(",", "")) == number
    except InvalidOperation:
        return False


def missing(state: Mapping[str, Any], expectations: Iterable[Expectation]) -> list[str]:
    """What the page does not prove, a clause for people each; empty when everything holds."""
    return [reason for expectation in expectations if (reason := _reason(state, expectation))]


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

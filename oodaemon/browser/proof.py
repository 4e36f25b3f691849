"""Does the page show the backtest we asked for? Pure: the state read from the page against what the parameters expect."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from oodaemon.browser.written import DELTAS, iso_date
from oodaemon.parameters.expect import as_typed
from oodaemon.parameters.form import Asked, Bullet, CardText, Expectation, Hint, LegFilter, LegValues

_NUMBERS = re.compile(r"-?\$?\d[\d,.:]*(?: [AP]M)?")

_RANGE = re.compile(r"\s+(?:to|until)\b", re.IGNORECASE)
_BEFORE_GROUP = re.compile(r"^[^-\u2013\u2014:]*[-\u2013\u2014:]")
OTHERS = ("QTY", "DTE")


@dataclass(frozen=True, slots=True)
class Leg:
    """A row of the leg builder or of the Legs card. `position` is its row from 0, `cell` the input of its value from 0; `others`
    has the inputs of QTY and DTE and what stands in them, where the row has them.
    """

    position: int
    cell: int
    side: str
    right: str
    text: str
    unit: str
    others: Mapping[str, tuple[int, str]] = field(default_factory=dict, compare=False)

    def __str__(self) -> str:
        return " ".join(word for word in (self.side, self.right, self.text, self.unit) if word)

    def is_taken_by(self, wanted: LegFilter) -> bool:
        """True when the filter takes this leg."""
        return wanted.takes(unit=self.unit, right=self.right, side=self.side, position=self.position + 1)

    def place(self, cell: str) -> tuple[int, str] | None:
        """The input of a cell, from 0, and what stands in it; None when the row has no such cell."""
        return (self.cell, self.text) if cell == "value" else self.others.get(cell)


def legs_of(rows: Sequence[Mapping[str, Any]]) -> list[Leg]:
    """The legs of the rows that a page state holds; the value is the input whose unit is neither QTY nor DTE."""
    legs = []
    for position, row in enumerate(rows):
        units = [DELTAS.get(content["unit"], content["unit"]) for content in row["cells"]]
        others = {
            u.upper(): (n, as_typed(row["cells"][n]["value"])) for n, u in reversed([*enumerate(units)]) if u.upper() in OTHERS
        }
        cell = next((n for n, unit in enumerate(units) if unit.upper() not in {*OTHERS, ""}), None)
        if cell is not None:
            buttons = row["buttons"]
            side, right = _chosen(buttons, sell="s", buy="b"), _chosen(buttons, call="c", put="p")
            legs.append(Leg(position, cell, side, right, as_typed(row["cells"][cell]["value"]), units[cell], others))
    return legs


def _chosen(buttons: Mapping[str, bool], **letters: str) -> str:
    """The word whose button is on; an empty text when none or several are: such a leg is never guessed."""
    on = [word for word, letter in letters.items() if buttons.get(letter)]
    return on[0] if len(on) == 1 else ""


def is_same_number(text: str, number: Decimal) -> bool:
    """True when a text is this number, however it is written."""
    try:
        return Decimal(as_typed(text).replace(",", "")) == number
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
    before, after = _by_template(saved["bullets"]), _by_template(shown["bullets"])
    found = [
        f"the page shows {after[template]!r}, the saved test {line!r}"
        for template, line in before.items()
        if after.get(template, line) != line and not _is_asked(line, after[template], wanted)
    ]
    return found + _changed_legs(legs_of(saved["legs"]), legs_of(shown["legs"]), [e for e in wanted if isinstance(e, LegValues)])


def _is_asked(before: str, after: str, wanted: Sequence[Expectation]) -> bool:
    """True when a line is what was asked to change, or changed to nothing but what was typed."""
    if any(isinstance(e, Bullet | Hint) and e.is_about(before) for e in wanted):
        return True
    pairs = zip(_NUMBERS.findall(before), _NUMBERS.findall(after), strict=True)
    changed = [new for old, new in pairs if new != old]
    return all(any(isinstance(e, Asked) and e.has(new) for e in wanted) for new in changed)


def _by_template(cards: Sequence[tuple[str, Sequence[str]]]) -> dict[tuple[str, str], str]:
    """Lines by card and text without numbers; those that stand there more than once are left out."""
    lines: dict[tuple[str, str], list[str]] = {}
    for title, card in cards:
        for line in card:
            lines.setdefault((title, _NUMBERS.sub("#", line)), []).append(line)
    return {template: found[0] for template, found in lines.items() if len(found) == 1}


def _changed_legs(before: Sequence[Leg], after: Sequence[Leg], swept: Sequence[LegValues]) -> list[str]:
    if before and after and len(before) != len(after):
        return [f"the page shows {len(after)} legs, the saved test {len(before)}"]
    if len(before) != len(after):
        return []
    found = []
    for old, new in zip(before, after, strict=True):
        cells = {e.cell for e in swept if old.is_taken_by(e.legs)}
        is_changed = (old.side, old.right, old.unit) != (new.side, new.right, new.unit) or (
            "value" not in cells and old.text != new.text
        )
        if old.text and new.text and is_changed:
            found.append(f"leg {old.position + 1} shows {new}, the saved test {old}")
        for name in OTHERS:
            (_, was), (_, is_now) = old.others.get(name, (0, "")), new.others.get(name, (0, ""))
            if name not in cells and was and is_now and was != is_now:
                found.append(f"the {name} of leg {old.position + 1} is {is_now}, in the saved test {was}")
    return found


def _reason(state: Mapping[str, Any], expectation: Expectation) -> str:
    match expectation:
        case Bullet():
            return _bullet_reason(state["bullets"], expectation)
        case Hint():
            lines = [line for _, card in state["bullets"] for line in card if expectation.is_about(line)]
            return f"the page shows {' and '.join(lines)}, asked for {expectation!s}" if expectation.is_contradicted(lines) else ""
        case Asked():
            return ""
        case CardText():
            return _card_reason(state.get("facts", ()), expectation)
        case LegValues():
            return _legs_reason(legs_of(state["legs"]), expectation)


def _of_group(cards: Sequence[tuple[str, Sequence[str]]], group: str) -> list[Sequence[str]]:
    """The cards of a leg group, such as `Exit - Call`; a name that others end with, as `Bear Call` does, is not theirs."""
    if not group:
        return []
    wanted = group.casefold()
    exact = [card for title, card in cards if wanted in {title.casefold().strip(), _BEFORE_GROUP.sub("", title).casefold().strip()}]
    return exact or [card for title, card in cards if title.casefold().endswith(wanted)]


def _bullet_reason(cards: Sequence[tuple[str, Sequence[str]]], wanted: Bullet) -> str:
    chosen = _of_group(cards, wanted.group)
    is_shared = wanted.is_shared or (bool(wanted.group) and not chosen)
    lines = [line for card in (chosen or [card for _, card in cards]) for line in card if wanted.is_about(line)]
    if not lines:
        return f"no line {wanted.prefix!r} on the page, asked for {wanted!s}"
    if (any if is_shared else all)(wanted.fits(line) for line in lines):
        return ""
    return f"the page shows {' and '.join(lines)}, asked for {wanted!s}"


def _card_reason(cards: Sequence[tuple[str, Sequence[str]]], wanted: CardText) -> str:
    """Nothing, unless a card of this name has a line of this beginning that goes on in another way."""
    for title, lines in cards:
        if title.strip().rstrip(":").casefold() == wanted.card.casefold():
            about = [line for line in lines if as_typed(line).casefold().startswith(wanted.prefix.casefold())]
            rests = [_RANGE.split(as_typed(line)[len(wanted.prefix) :])[0].strip() for line in about]
            if about and not any(_is_same_text(rest, wanted.text) for rest in rests):
                return f"the card {wanted.card!r} of the page shows {' and '.join(about)}, asked for {wanted!s}"
    return ""


def _is_same_text(shown: str, wanted: str) -> bool:
    """The same words, or the same day however it is written."""
    return shown.casefold() == wanted.casefold() or (iso_date(wanted) != "" and iso_date(shown) == iso_date(wanted))


def _legs_reason(legs: Sequence[Leg], wanted: LegValues) -> str:
    if not any(leg.text for leg in legs):
        return ""  # a page without a readable Legs card: the form read back before the Run click is the proof
    taken = [leg for leg in legs if leg.is_taken_by(wanted.legs)]
    if not taken:
        is_told = all((leg.side or not wanted.legs.side) and (leg.right or not wanted.legs.right) for leg in legs)
        return f"no {wanted.legs} on the page" if is_told else ""  # buttons that do not say which is on prove nothing
    shown = [found[1] for leg in taken if (found := leg.place(wanted.cell)) and (found[1] or wanted.cell == "value")]
    wrong = [text for text in shown if not is_same_number(text.lstrip("-+") if wanted.is_distance else text, wanted.number)]
    what = "" if wanted.cell == "value" else f"{wanted.cell} "
    return f"a {wanted.legs} shows {what}{wrong[0]}, asked for {wanted.number}" if wrong else ""

"""What an open panel holds, all of it, before and after it was filled: what nobody asked to change must not have changed. Pure."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from oodaemon.browser.proof import Leg, legs_of
from oodaemon.parameters.expect import as_typed
from oodaemon.parameters.form import Action, Choose, SetAny, SetLegs, SetToggle

_NUMBER = re.compile(r"^[-+]?(\d+\.?\d*|\.\d+)$", re.ASCII)
_COMMA = re.compile(r"\s*,\s*")
_FIGURE = re.compile(r"[-+]?\d[\d,]*(?:\.\d+)?", re.ASCII)
LEG = "Leg"
"""The list that names the legs of the builder: it may name them by what stands in their cells."""

Typed = frozenset[tuple[str, str]]
"""What stood in cells of legs that were set on purpose, and what stands there now, both without a sign."""

Entry = Sequence[Any]
"""Section, name, what is shown, and whether it was asked for."""


def changed(before: Mapping[str, Any], after: Mapping[str, Any], actions: Sequence[Action]) -> str:
    """What changed in the panel beside what the actions asked for, as a clause with both values; empty when nothing did.

    Controls may appear, as those that were asked for open others; they may go only when a list, a toggle or a leg was set.
    """
    may_close = any(isinstance(a, Choose | SetAny | SetLegs) or (isinstance(a, SetToggle) and not a.is_on) for a in actions)
    old, new = _by_name(before["entries"]), _by_name(after["entries"])
    typed = Typed(_typed(legs_of(before["legs"]), legs_of(after["legs"]), actions))
    for (section, name), were in old.items():
        are = new.get((section, name), [])
        shown = [_renamed(e[2], are, typed) for e in were] if name == LEG else [e[2] for e in were]
        if reason := _difference(shown, are, may_close=may_close):
            place = f'"{name}" in "{section}"' if name else f'a field without a label in "{section}"'
            return f"{place} {reason}, and nobody asked for it"
    return next(_changed_legs(legs_of(before["legs"]), legs_of(after["legs"]), actions), "")


def _by_name(entries: Sequence[Entry]) -> dict[tuple[str, str], list[Entry]]:
    found: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        found.setdefault((entry[0], entry[1]), []).append(entry)
    return found


def _difference(were: Sequence[str], are: Sequence[Entry], *, may_close: bool) -> str:
    if len(were) == len(are):
        wrong = [(old, e[2]) for old, e in zip(were, are, strict=True) if not e[3] and _plain(old) != _plain(e[2])]
        return f"changed from {wrong[0][0] or 'blank'} to {wrong[0][1] or 'blank'}" if wrong else ""
    lost = Counter(map(_plain, were)) - Counter(_plain(e[2]) for e in are if not e[3])
    spared = sum(1 for e in are if e[3]) + (max(0, len(were) - len(are)) if may_close else 0)
    if sum(lost.values()) <= spared:
        return ""
    return f"showed {next(iter(lost)) or 'blank'} and is gone" if not are else f"no longer shows {next(iter(lost)) or 'blank'}"


def _renamed(old: str, are: Sequence[Entry], typed: Typed) -> str:
    """What a list shows now, when it differs only in the numbers that were typed into a leg; else what it showed."""
    return next((e[2] for e in are if not e[3] and _is_renamed(as_typed(old), as_typed(e[2]), typed)), old)


def _is_renamed(old: str, new: str, typed: Typed) -> bool:
    pairs = [(_unsigned(a), _unsigned(b)) for a, b in zip(_FIGURE.findall(old), _FIGURE.findall(new), strict=False)]
    return _FIGURE.sub("#", old) == _FIGURE.sub("#", new) and all(a == b or (a, b) in typed for a, b in pairs)


def _typed(before: Sequence[Leg], after: Sequence[Leg], actions: Sequence[Action]) -> Iterator[tuple[str, str]]:
    for old, new in zip(before, after, strict=False):
        for action in actions:
            if isinstance(action, SetLegs) and old.is_taken_by(action.legs):
                was, is_now = old.place(action.cell), new.place(action.cell)
                if was and is_now:
                    yield _unsigned(was[1]), _unsigned(is_now[1])


def _unsigned(text: str) -> str:
    return _plain(text).lstrip("-")


def _plain(text: str) -> str:
    """A text without what may differ in the way a number, or a list of words, is written."""
    words = as_typed(text)
    if _NUMBER.match(words.replace(",", "")):
        return format(Decimal(words.replace(",", "")).normalize() + 0, "f")
    return _COMMA.sub(", ", words)


def _changed_legs(before: Sequence[Leg], after: Sequence[Leg], actions: Sequence[Action]) -> Iterator[str]:
    if len(before) != len(after):
        yield f"the panel had {len(before)} legs and now has {len(after)}, and nobody asked for it"
        return
    asked = [action for action in actions if isinstance(action, SetLegs)]
    for old, new in zip(before, after, strict=True):
        place = f"leg {old.position + 1}"
        if (old.side, old.right, old.unit) != (new.side, new.right, new.unit):
            yield f"{place} changed from {old} to {new}, and nobody asked for it"
        for cell in ("value", "QTY", "DTE"):
            was, is_now = old.place(cell), new.place(cell)
            taken = [a for a in asked if a.cell == cell and old.is_taken_by(a.legs)]
            if was and is_now and not taken and _plain(was[1]) != _plain(is_now[1]):
                yield f"the {cell} of {place} changed from {was[1] or 'blank'} to {is_now[1] or 'blank'}, and nobody asked for it"
            if was and is_now and any(a.keeps_sign for a in taken) and is_negative(was[1]) != is_negative(is_now[1]):
                yield f"{place} went to the other side of the leg it follows"


def is_negative(text: str) -> bool:
    """True for a number with a minus sign."""
    return as_typed(text).startswith("-")


def is_same(shown: str, wanted: str) -> bool:
    """True when two texts of a field are the same number, or the same text."""
    return _plain(shown) == _plain(wanted)

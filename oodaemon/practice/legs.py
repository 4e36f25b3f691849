"""Legs and leg groups of a form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

from oodaemon.practice.texts import InvalidText, parse, value_text

Side = Literal["Sell", "Buy"]
Right = Literal["Put", "Call"]
LegUnit = Literal["Δ", "%", "$", "±"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One leg; a `child` (unit ± as a rule) follows the nearest leg before it that is none."""

    side: Side
    right: Right
    value: float
    unit: LegUnit = "Δ"
    quantity: int = 1
    dte: int = 0
    child: bool = False

    @property
    def sign(self) -> int:
        """+1 for a leg that is sold (credit), -1 for one that is bought."""
        return 1 if self.side == "Sell" else -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A leg group: some of the legs, with Profit & Loss and Exit Conditions of their own.

    `settings` has those of them that differ from a fresh panel, by key, as the panel holds them.
    """

    name: str
    legs: tuple[Leg, ...]
    settings: tuple[tuple[str, str | bool], ...] = ()


def read_legs(raw: object, problems: dict[str, str]) -> tuple[Leg, ...]:
    """The legs of a panel; what is wrong with one goes into `problems`."""
    legs: list[Leg] = []
    for number, row in enumerate(raw if isinstance(raw, Sequence) else (), start=1):
        try:
            legs.append(_leg(row))
        except InvalidText as error:
            problems["legs"] = f"Leg {number}: {error}"
    return tuple(legs)


def _leg(row: object) -> Leg:
    if not isinstance(row, Mapping):
        raise InvalidText("it is not a leg")
    unit: Any = parse("listbox", row.get("unit"), options=("Δ", "%", "$", "±"))
    side: Any = parse("listbox", row.get("side"), options=("Sell", "Buy"))
    right: Any = parse("listbox", row.get("right"), options=("Put", "Call"))
    value: Any = parse("signed" if unit == "±" else "decimal", row.get("value"), required=True)
    quantity: Any = parse("int", row.get("quantity"), required=True)
    dte: Any = parse("int", row.get("dte"), required=True)
    return Leg(side=side, right=right, value=value, unit=unit, quantity=quantity, dte=dte, child=row.get("child") is True)


def leg_state(leg: Leg) -> dict[str, object]:
    """A leg as the panel holds it."""
    return {attribute.name: value_text(getattr(leg, attribute.name)) for attribute in fields(leg)}

"""Legs: which rows of the leg builder are meant, and what a saved test tells about its own."""

from dataclasses import dataclass
from typing import Literal

Right = Literal["call", "put"]
Side = Literal["sell", "buy"]
Cell = Literal["value", "QTY", "DTE"]
UNITS = ("Δ", "%", "$", "±")


@dataclass(frozen=True, slots=True, kw_only=True)
class LegFilter:
    """Which rows of the leg builder: by the unit they are priced in (empty: any), by right and by side (None: any), by their place
    from 1 (None: any).
    """

    unit: str = ""
    right: Right | None = None
    side: Side | None = None
    position: int | None = None

    def __str__(self) -> str:
        words = [w for w in (self.side, self.right) if w]
        place = f" {self.position}" if self.position else ""
        return " ".join([*words, f"leg{place} priced in {self.unit}" if self.unit else f"leg{place}"])

    def takes(self, *, unit: str, right: str, side: str, position: int) -> bool:
        """True when a leg with these features, its place counted from 1, is meant."""
        return (
            self.unit in {"", unit}
            and self.right in {None, right}
            and self.side in {None, side}
            and self.position in {None, position}
        )

    def overlaps(self, other: "LegFilter") -> bool:
        """True when some leg could be taken by both."""
        pairs = (
            (self.unit or None, other.unit or None),
            (self.right, other.right),
            (self.side, other.side),
            (self.position, other.position),
        )
        return all(mine is None or theirs is None or mine == theirs for mine, theirs in pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedLeg:
    """A leg of a saved test, as its Legs card or its panel tells it; the words of `LegFilter`."""

    side: str
    right: str
    unit: str
    value: str = ""

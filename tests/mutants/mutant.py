"""What a mutant is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mutant:
    """A guard, broken on purpose.

    In `where` (a function or `Class.method` of `module`, or the whole module when empty) the text `old` must stand exactly once; it
    becomes `new`. Each of `caught_by` (pytest ids) must fail then.
    """

    name: str
    module: str
    where: str
    old: str
    new: str
    caught_by: tuple[str, ...]

"""What the values of a run are, before the first of them is sent: the columns of an export have to be known at its beginning."""

from collections import defaultdict
from collections.abc import Callable
from typing import Final

from oodaemon.model.values import Value
from oodaemon.store.gathered import many

_SEEN_AT_MOST: Final = 10_000
_ONES: Final = bytes.maketrans(b"023456789", b"111111111")


class Survey:
    """The types of each value, by its name, and the options that have another value than their default in some task.

    `goes_without` says whether an option with a value is at its default.

    Tasks of a grid differ in their numbers. With a 1 for every digit, which changes the type of no value, thousands of them are a
    handful of texts; only options that count something are read one by one.
    """

    def __init__(self, goes_without: Callable[[str, Value], bool]) -> None:
        self.types: defaultdict[str, set[type]] = defaultdict(set)
        self.telling: set[str] = set()
        self._goes_without = goes_without
        self._seen: set[bytes] = set()
        self._counting: set[str] = set()

    def look(self, lines: str) -> None:
        """Take note of some tasks: their values as lines of JSON."""
        if not lines:
            return
        shapes = set(lines.encode().translate(_ONES).split(b"\n")) - self._seen
        for values in many(shape.decode() for shape in shapes):
            for name, value in values.items():
                self.types[name].add(type(value))
                if "." in name and name not in self.telling:
                    self._weigh(name, value)
        self._seen = self._seen | shapes if len(self._seen) < _SEEN_AT_MOST else shapes
        if self._counting - self.telling:
            self._count(lines)

    def is_silent(self, name: str) -> bool:
        """Whether a value is an option that has its default in every task."""
        return "." in name and name not in self.telling

    def _weigh(self, name: str, value: Value) -> None:
        if "1" in str(value):
            self._counting.add(name)
        elif not self._goes_without(name, value):
            self.telling.add(name)

    def _count(self, lines: str) -> None:
        records = many(lines.split("\n"))
        for name in self._counting - self.telling:
            if not all(self._goes_without(name, value) for value in {each[name] for each in records if name in each}):
                self.telling.add(name)

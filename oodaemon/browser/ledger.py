"""Which alternative of a locator held, how often: an alternative that had to be used says that the site is moving."""

from collections import Counter
from collections.abc import Collection, Mapping

OTHER = "other"
LIMIT = 2000
"""Locators that are kept apart; fields that users name themselves must not fill the memory."""


class Ledger:
    """Counts uses of alternatives other than the first, by the name of their locator. Shared by every tab of a process."""

    def __init__(self) -> None:
        self._fallbacks: Counter[str] = Counter()

    def note(self, locator: str, alternative: int) -> None:
        """The alternative (from 0) of a locator held."""
        if alternative:
            is_kept = locator in self._fallbacks or len(self._fallbacks) < LIMIT
            self._fallbacks[locator if is_kept else OTHER] += 1

    def statistics(self, known: Collection[str]) -> Mapping[str, int]:
        """Uses by locator, a zero for each of the `known` ones without any; all others together are `other`."""
        counts = Counter(dict.fromkeys([*known, OTHER], 0))
        for locator, uses in self._fallbacks.items():
            counts[locator if locator in known else OTHER] += uses
        return counts


LEDGER = Ledger()
"""Of this process."""

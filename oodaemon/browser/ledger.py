"""Which alternative of a locator held, how often: an alternative that had to be used says that the site is moving."""

import datetime
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from oodaemon.clock import WallClock, utc_now

OTHER = "other"
LIMIT = 2000
"""Locators that are kept apart; fields that users name themselves must not fill the memory."""


@dataclass(frozen=True, slots=True)
class Use:
    """How often a locator was noted to hold, when last, and by which alternative (from 0)."""

    count: int
    at: datetime.datetime
    alternative: int


class Ledger:
    """Counts uses of alternatives other than the first, by the name of their locator. Shared by every tab of a process."""

    def __init__(self, wall_clock: WallClock = utc_now) -> None:
        self._wall_clock = wall_clock
        self._fallbacks: Counter[str] = Counter()
        self._uses: dict[str, Use] = {}

    def note(self, locator: str, alternative: int) -> None:
        """The alternative (from 0) of a locator held."""
        before = self._uses.get(locator)
        if before is not None or len(self._uses) < LIMIT:
            self._uses[locator] = Use(before.count + 1 if before else 1, self._wall_clock(), alternative)
        if alternative:
            is_kept = locator in self._fallbacks or len(self._fallbacks) < LIMIT
            self._fallbacks[locator if is_kept else OTHER] += 1

    def statistics(self, known: Collection[str]) -> Mapping[str, int]:
        """Uses by locator, a zero for each of the `known` ones without any; all others together are `other`."""
        counts = Counter(dict.fromkeys([*known, OTHER], 0))
        for locator, uses in self._fallbacks.items():
            counts[locator if locator in known else OTHER] += uses
        return counts

    def uses(self) -> Mapping[str, Use]:
        """What was noted of each locator, by its name."""
        return dict(self._uses)


LEDGER = Ledger()
"""Of this process."""

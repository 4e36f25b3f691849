"""When the result of an earlier backtest may stand for a new one: the same site, account and saved test, as it was then and is now,
the same full set of values, the same span of data, proven by the same rules. Pure; whatever is in doubt is no hit.
"""

import datetime
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass

from oodaemon.model.runs import Wants
from oodaemon.model.values import Values
from oodaemon.parameters.recipe import Recipe

RULES = 1
"""The version of what proves a result, and of how a saved test is looked at. Raise it with any change that proves more than before:
results that were recorded under other rules are then never taken again.
"""

JUST_NOW = datetime.timedelta(minutes=2)
"""A look that was made for the very question is always good for so long."""

UNSETTLED = datetime.timedelta(hours=1)
"""What depends on data that may still come in is good for so long, however long looks are trusted."""

NEAR = datetime.timedelta(days=10)
"""A test whose last day was so near when it was looked at may move its last day with the calendar."""

COMPLETE = datetime.timedelta(days=2)
"""So long after the last day of a test its data is complete; a result that was recorded earlier may lack some."""


@dataclass(frozen=True, slots=True)
class Look:
    """A saved test as its page and its freshly opened panel show it: a fingerprint of all of it, and its dates in ISO 8601."""

    fingerprint: str
    start_date: str
    end_date: str


@dataclass(frozen=True, slots=True)
class Reveal:
    """What filling the panel with settings of a shape laid open beside them, as a digest: what a closed toggle had hidden."""

    shape: str
    digest: str


@dataclass(frozen=True, slots=True)
class Basis:
    """What a result rests on; results of the same `key` are of the same backtest."""

    key: str
    scope: str
    test_id: str
    fingerprint: str
    start_date: str
    end_date: str


@dataclass(frozen=True, slots=True)
class Policy:
    """What the daemon takes for the same. `scope` stands for site and account, `recipe` is `Recipes.of`, `trust` is how long what
    is known of a saved test counts without looking at it again.
    """

    scope: str
    trust: datetime.timedelta
    recipe: Callable[[Values], Recipe | None]

    def basis(self, test_id: str, look: Look, values: Values, revealed: Callable[[str], str | None]) -> Basis | None:
        """What a backtest of the test with these values rests on. `revealed` has the digest of a `Reveal` by its shape.

        None when the values, the dates or what filling the panel lays open are not known.
        """
        recipe = self.recipe(values)
        laid_open = revealed(recipe.shape) if recipe else None
        if recipe is None or laid_open is None:
            return None
        start, end = recipe.start_date or look.start_date, recipe.end_date or look.end_date
        if not (start and end):
            return None
        parts = [RULES, self.scope, test_id, look.fingerprint, recipe.digest, laid_open, start, end]
        key = hashlib.sha256(json.dumps(parts).encode()).hexdigest()
        return Basis(key, self.scope, test_id, look.fingerprint, start, end)

    def trusts(
        self, look: Look, looked_at: datetime.datetime, now: datetime.datetime, *, least: datetime.timedelta = JUST_NOW
    ) -> bool:
        """True while the test, or a part of it, may be taken to be what it was when it was looked at; for `least` in any case."""
        span = min(self.trust, UNSETTLED) if _may_move(look, looked_at) else self.trust
        return _is_within(looked_at, now, max(least, span))


def scope_of(store_id: str, base_url: str, account: str) -> str:
    """Stands for a site and an account of it, without telling either."""
    parts = [store_id, base_url.rstrip("/"), account.strip().casefold()]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def is_complete(end_date: str, recorded_at: datetime.datetime, now: datetime.datetime) -> bool:
    """True when all data up to the last day was there when a result was recorded, or that was a moment ago."""
    last = datetime.date.fromisoformat(end_date)
    return recorded_at.date() >= last + COMPLETE or _is_within(recorded_at, now, UNSETTLED)


@dataclass(frozen=True, slots=True)
class Has:
    """What is kept with a result beside its figures, or need not be because the page had none."""

    trades: bool
    charts: bool

    def satisfies(self, wants: Wants) -> bool:
        """True when nothing is wanted that was not kept."""
        return (self.trades or not wants.trades) and (self.charts or not wants.charts)


def _may_move(look: Look, looked_at: datetime.datetime) -> bool:
    return not look.end_date or datetime.date.fromisoformat(look.end_date) + NEAR >= looked_at.date()


def _is_within(moment: datetime.datetime, now: datetime.datetime, span: datetime.timedelta) -> bool:
    return datetime.timedelta(0) <= now - moment <= span

"""What a plan would run, before anything is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from oodaemon.clock import WallClock, utc_now
from oodaemon.dispatch.pace import Pacer
from oodaemon.dispatch.tests import TestBook
from oodaemon.model.batches import Batch, Point
from oodaemon.model.runs import SavedTest, Wants
from oodaemon.plans.plan import Plan
from oodaemon.store import cache, durations
from oodaemon.store.store import Store

NOTHING_ELSE = Wants()
"""Figures, and nothing beside them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """`tasks` are known now, `planned_tasks` there will be at most (None: nobody can tell). `cached` of those known now have a
    result of an earlier run that would be taken, and `hits` are their places. `sample` are the first points. Seconds are None
    when nothing was ever measured.
    """

    test: SavedTest
    tasks: int
    planned_tasks: int | None
    cached: int
    sample: tuple[Point, ...]
    hits: frozenset[int] = frozenset()
    median_seconds: float | None
    notes: tuple[str, ...]

    @property
    def to_run(self) -> int:
        """Backtests that will be asked of the site at most, as far as is known."""
        return (self.tasks if self.planned_tasks is None else self.planned_tasks) - self.cached

    def seconds(self, browsers: int, distance: float) -> float | None:
        """Estimated time to the end with so many browsers, at least 1, and `distance` seconds between Run clicks of the account."""
        if self.median_seconds is None:
            return None
        rounds = -(-self.to_run // browsers)
        return max(rounds * self.median_seconds, (self.to_run - 1) * distance, 0.0)


class Forecaster:
    """Looks ahead; changes nothing, but may ask the site for a test it does not know."""

    def __init__(self, *, store: Store, book: TestBook, pacer: Pacer, wall_clock: WallClock = utc_now) -> None:
        self._store, self._book, self._pacer, self._wall_clock = store, book, pacer, wall_clock

    @property
    def distance(self) -> float:
        """Seconds between two Run clicks of the account when the site is well."""
        return self._pacer.distance

    async def forecast(self, plan: Plan, *, sample: int = 0, wants: Wants | None = NOTHING_ELSE) -> Forecast:
        """What a plan would run, with so many of its first points. Raises as a submission would, except that it may be draining.

        `wants` is what the run wants beside figures, None when it is to take nothing from earlier runs. What is known of the saved
        test counts as it is: nobody looks at it anew for a forecast.
        """
        test = await self._book.resolve(plan.test)
        batches = plan.first()
        for batch in batches:
            await self._book.refuse_what_cannot_apply(batch.points[0], test)
        hits = await self._hits(test, batches, wants)
        points = (point for batch in batches for point in batch.points)
        return Forecast(
            test=test,
            tasks=sum(len(batch.points) for batch in batches),
            planned_tasks=plan.planned_tasks,
            cached=len(hits),
            sample=tuple(islice(points, sample)),
            hits=frozenset(hits),
            median_seconds=await self._store.read(durations.expected, test.test_id),
            notes=_notes(plan, batches),
        )

    async def _hits(self, test: SavedTest, batches: Sequence[Batch], wants: Wants | None) -> list[int]:
        policy = self._store.policy
        if policy is None or wants is None:
            return []
        points = (point for batch in batches for point in batch.points)
        return await self._store.examine(cache.hits, policy, test.test_id, points, wants=wants, now=self._wall_clock())


def _notes(plan: Plan, batches: Sequence[Batch]) -> tuple[str, ...]:
    """What the numbers do not say."""
    if not plan.is_growing:
        return ()
    first = " and ".join(batch.part for batch in batches if batch.part) or "the first tasks"
    most = "nobody can tell how many" if plan.planned_tasks is None else f"{plan.planned_tasks:,} tasks in all at most"
    return (f"only {first} can be shown now: what follows depends on their results ({most})",)

"""What a plan would run, before anything is stored."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from oodaemon.clock import WallClock
from oodaemon.dispatch.pace import Pacer
from oodaemon.dispatch.tests import TestBook
from oodaemon.model.batches import Batch, Point
from oodaemon.model.reuse import Policy
from oodaemon.model.runs import SavedTest, Wants
from oodaemon.plans.plan import Plan
from oodaemon.store import cache, durations
from oodaemon.store.store import Store
from oodaemon.store.transaction import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """`tasks` are known now, `planned_tasks` there will be at most (None: nobody can tell). `cached` of those known now have a
    result of an earlier run. `sample` are the first points, and `is_cached` says of each of them whether it has one. Seconds are
    None when nothing was ever measured.
    """

    test: SavedTest
    tasks: int
    planned_tasks: int | None
    cached: int
    sample: tuple[Point, ...]
    is_cached: tuple[bool, ...]
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

    def __init__(self, *, store: Store, book: TestBook, pacer: Pacer, wall_clock: WallClock) -> None:
        self._store, self._book, self._pacer, self._wall_clock = store, book, pacer, wall_clock

    @property
    def distance(self) -> float:
        """Seconds between two Run clicks of the account when the site is well."""
        return self._pacer.distance

    async def forecast(self, plan: Plan, *, wants: Wants, is_fresh: bool = False, sample: int = 0) -> Forecast:
        """What a plan would run, with so many of its first points. Raises as a submission would, except that it may be draining."""
        test = await self._book.resolve(plan.test)
        batches = plan.first()
        await self._book.refuse_what_cannot_apply(plan, test)
        points = tuple(islice(_points(batches), sample))
        hits = (
            frozenset[int]()
            if is_fresh
            else await self._store.examine(_hits, self._store.policy, test.test_id, batches, wants, self._wall_clock())
        )
        return Forecast(
            test=test,
            tasks=sum(len(batch.points) for batch in batches),
            planned_tasks=plan.planned_tasks,
            cached=len(hits),
            sample=points,
            is_cached=tuple(place in hits for place in range(len(points))),
            median_seconds=await self._store.read(durations.expected, test.test_id),
            notes=_notes(plan, batches),
        )


def _points(batches: Sequence[Batch]) -> Iterator[Point]:
    return (point for batch in batches for point in batch.points)


def _hits(
    db: Snapshot, policy: Policy | None, test_id: str, batches: Sequence[Batch], wants: Wants, now: datetime.datetime
) -> frozenset[int]:
    """The places of the points that a submission would take from the cache."""
    return frozenset() if policy is None else frozenset(cache.hits(db, policy, test_id, _points(batches), wants=wants, now=now))


def _notes(plan: Plan, batches: Sequence[Batch]) -> tuple[str, ...]:
    """What the numbers do not say."""
    if not plan.is_growing:
        return ()
    names = [batch.part for batch in batches if batch.part]
    first = names[0] if len(names) == 1 else f"the first {len(names)} parts" if names else "the first tasks"
    most = "nobody can tell how many" if plan.planned_tasks is None else f"{plan.planned_tasks:,} tasks in all at most"
    return (f"only {first} can be shown now; what follows depends on the results ({most})",)

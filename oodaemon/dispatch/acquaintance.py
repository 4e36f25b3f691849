"""What saved tests are now: noted whenever one is opened, so that an edited one is noticed and no result outlives its test."""

import datetime
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

import structlog
import trio

from oodaemon.browser import likeness
from oodaemon.browser.backtest import Order
from oodaemon.browser.config import read_config
from oodaemon.clock import SECONDS
from oodaemon.dispatch.site import Seen, SiteDesk
from oodaemon.errors import OODaemonError
from oodaemon.model.config import TestConfig
from oodaemon.model.reuse import Basis, Policy, Reveal
from oodaemon.model.runs import SavedTest
from oodaemon.model.tasks import Lease
from oodaemon.model.values import Values
from oodaemon.parameters.registry import Registry
from oodaemon.store import cache, runs, tests
from oodaemon.store.store import Store
from oodaemon.store.transaction import Transaction

log = structlog.get_logger()

NOTED_FOR = datetime.timedelta(minutes=10)
"""A test that is opened again within this time and has not changed is not noted again."""

ASKED_FOR = 45 * SECONDS
"""How long a submission waits for a look at its test; without one its tasks are backtested."""


SAMPLED, LOOKS = 1000, 4
"""Of so many points of a run it is found out what they set, and so many different looks are made at most."""


class Acquaintance:
    """Knows the saved tests of one account."""

    def __init__(self, desk: SiteDesk, store: Store, registry: Registry) -> None:
        self._desk, self._store, self._registry = desk, store, registry

    async def note(self, lease: Lease, saved: Mapping[str, Any]) -> Basis | None:
        """Keep what a test showed when it was opened for a task, and return what a result of the task will rest on.

        None for a result that may not stand for others, as the test cannot be told from another one.
        """
        policy = self._store.policy
        if policy is None:
            await self.note_page(lease.test_id, saved)
            return None
        look, reveal = likeness.look(saved), _reveal(policy, lease.values, saved)
        await self._note(lease.test_id, Seen(read_config(saved), look), reveal)
        if look is None or reveal is None:
            return None
        return policy.basis(lease.test_id, look, lease.values, {reveal.shape: reveal.digest}.get)

    async def note_page(self, test_id: str, saved: Mapping[str, Any]) -> None:
        """Keep what the page of a test says of itself: the next submission is checked against it."""
        config = read_config(saved)
        if self._desk.configs.get(test_id) != config:
            await self._store.write(tests.note_config, test_id, config)
            self._desk.configs[test_id] = config

    async def refresh(self, test: SavedTest, points: Iterable[Values]) -> None:
        """Look at a test now, filled as some points would fill it, if results of such points are known and what the test is now
        is not. Without an answer nothing is known of it.
        """
        policy = self._store.policy
        if policy is None or not self._desk.is_open:
            return
        first: dict[str, Values] = {}
        for point in islice(points, SAMPLED):
            if (recipe := policy.recipe(point)) is not None and len(first) < LOOKS:
                first.setdefault(recipe.shape, point)
        with trio.move_on_after(ASKED_FOR):
            for shape, values in first.items():
                if await self._store.read(cache.needs_look, policy, test.test_id, shape, self._desk.now()):
                    await self._look(policy, test, values)

    async def refresh_for(self, run_id: str, points: Iterable[Values]) -> None:
        """Look at the test of a run (full id) as `refresh` does."""
        run = await self._store.read(runs.get, run_id)
        await self.refresh(run.test, points)

    async def _look(self, policy: Policy, test: SavedTest, values: Values) -> None:
        order = Order(self._registry.actions(values), self._registry.expectations(values))
        try:
            saved = await self._desk.ask(lambda tab: tab.prepare(test.path, order))
        except OODaemonError as error:
            log.info("a saved test could not be looked at", test=test.test_id, reason=self._desk.redaction.text(str(error)))
            return
        self._desk.seen.pop(test.test_id, None)
        await self._note(test.test_id, Seen(read_config(saved), likeness.look(saved)), _reveal(policy, values, saved))

    async def _note(self, test_id: str, seen: Seen, reveal: Reveal | None) -> None:
        now, known = self._desk.now(), self._desk.seen.get(test_id)
        if known is None or (known.config, known.look) != (seen.config, seen.look):
            known = seen
        shape, digest = (reveal.shape, reveal.digest) if reveal else ("", "")
        told, at = known.reveals.get(shape, ("unknown", now))
        if told == digest and datetime.timedelta(0) <= now - at <= NOTED_FOR:
            return
        await self._store.write(_write, test_id, seen, reveal)
        self._desk.configs[test_id] = seen.config
        self._desk.seen[test_id] = Seen(seen.config, seen.look, {**known.reveals, shape: (digest, now)})


def _write(tx: Transaction, test_id: str, seen: Seen, reveal: Reveal | None) -> None:
    assert tx.policy is not None
    tests.note_config(tx, test_id, seen.config)
    cache.note_look(tx, tx.policy, test_id, seen.look, reveal)


def _reveal(policy: Policy, values: Values, saved: Mapping[str, Any]) -> Reveal | None:
    recipe, digest = policy.recipe(values), likeness.laid_open(saved)
    return Reveal(recipe.shape, digest) if recipe is not None and digest is not None else None


def basis_of(basis: Basis | None, config: TestConfig) -> Basis | None:
    """The basis of a result whose page says this; None where it tells of other dates than those that were asked for."""
    if basis is None:
        return None
    shown = (config.start_date or basis.start_date, config.end_date or basis.end_date)
    return basis if shown == (basis.start_date, basis.end_date) else None

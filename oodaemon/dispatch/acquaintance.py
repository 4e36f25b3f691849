"""What saved tests are now: noted whenever one is opened, so that an edited one is noticed and no result outlives its test."""

import datetime
from collections.abc import Mapping
from typing import Any

import structlog
import trio

from oodaemon.browser import likeness
from oodaemon.browser.backtest import Order
from oodaemon.browser.config import read_config
from oodaemon.clock import SECONDS
from oodaemon.dispatch.site import SiteDesk
from oodaemon.errors import OODaemonError
from oodaemon.model.config import TestConfig
from oodaemon.model.reuse import Basis, Look
from oodaemon.model.runs import SavedTest
from oodaemon.model.tasks import Lease
from oodaemon.store import cache, tests
from oodaemon.store.store import Store
from oodaemon.store.transaction import Transaction

log = structlog.get_logger()

NOTHING = Order((), ())

NOTED_FOR = datetime.timedelta(minutes=10)
"""A test that is opened again within this time and has not changed is not noted again."""

ASKED_FOR = 45 * SECONDS
"""How long a submission waits for a look at its test; without one its tasks are backtested."""


class Acquaintance:
    """Knows the saved tests of one account."""

    def __init__(self, desk: SiteDesk, store: Store) -> None:
        self._desk, self._store = desk, store

    async def note(self, lease: Lease, saved: Mapping[str, Any]) -> Basis | None:
        """Keep what a test showed when it was opened for a task, and return what a result of the task will rest on.

        None for a result that may not stand for others: the test cannot be told from another one, or filling the panel laid open
        something that nobody asked for.
        """
        policy = self._store.policy
        if policy is None:
            await self.note_page(lease.test_id, saved)
            return None
        look = likeness.look(saved)
        await self._note(lease.test_id, read_config(saved), look)
        if look is None:
            return None
        if left := likeness.leftovers(saved):
            log.info("a result may not stand for others", run=lease.run_id, task=lease.index, laid_open=left[:5])
            return None
        return policy.basis(lease.test_id, look, lease.values)

    async def note_page(self, test_id: str, saved: Mapping[str, Any]) -> None:
        """Keep what the page of a test says of itself: the next submission is checked against it."""
        config = read_config(saved)
        if self._desk.configs.get(test_id) != config:
            await self._store.write(tests.note_config, test_id, config)
            self._desk.configs[test_id] = config

    async def refresh(self, test: SavedTest) -> None:
        """Look at a test now, if results of it are known and what it is now is not. Without an answer nothing is known of it."""
        policy = self._store.policy
        if policy is None or not await self._store.read(cache.needs_look, policy, test.test_id, self._desk.now()):
            return
        if not self._desk.is_open:
            return
        with trio.move_on_after(ASKED_FOR):
            try:
                saved = await self._desk.ask(lambda tab: tab.prepare(test.path, NOTHING))
            except OODaemonError as error:
                log.info("a saved test could not be looked at", test=test.test_id, reason=self._desk.redaction.text(str(error)))
                return
            self._desk.looks.pop(test.test_id, None)
            await self._note(test.test_id, read_config(saved), likeness.look(saved))

    async def _note(self, test_id: str, config: TestConfig, look: Look | None) -> None:
        known, now = self._desk.looks.get(test_id), self._desk.now()
        is_known = known is not None and known[:2] == (config, look) and datetime.timedelta(0) <= now - known[2] <= NOTED_FOR
        if not is_known:
            await self._store.write(self._write, test_id, config, look)
            self._desk.configs[test_id] = config
            self._desk.looks[test_id] = config, look, now

    def _write(self, tx: Transaction, test_id: str, config: TestConfig, look: Look | None) -> None:
        assert tx.policy is not None
        tests.note_config(tx, test_id, config)
        cache.note_look(tx, tx.policy, test_id, look)


def basis_of(basis: Basis | None, config: TestConfig) -> Basis | None:
    """The basis of a result whose page says this; None where it tells of other dates than those that were asked for."""
    if basis is None:
        return None
    shown = (config.start_date or basis.start_date, config.end_date or basis.end_date)
    return basis if shown == (basis.start_date, basis.end_date) else None

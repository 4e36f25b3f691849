"""The best figures of the runs that are looked at, kept up to date beside the scrapes: no scrape waits for them."""

from collections.abc import Collection, Mapping
from typing import NoReturn

import structlog
import trio

from oodaemon.clock import SECONDS
from oodaemon.errors import StoreUnusable
from oodaemon.store import bests
from oodaemon.store.bests import Bests
from oodaemon.store.store import Store

log = structlog.get_logger()

NOTHING = Bests()
BETWEEN = 1 * SECONDS
"""Two looks are at least so far apart, however often somebody asks."""
VALUES = 10
"""Values of each parameter that are told, those with the best results."""


class Followed:
    """What is known of some runs as of the last look, which is made when somebody asked: an idle daemon looks at nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, Bests] = {}
        self._wanted: tuple[str, ...] = ()
        self._asked = trio.Event()

    def want(self, run_ids: Collection[str]) -> Mapping[str, Bests]:
        """What is known of these runs now. They are looked at soon, and all others forgotten."""
        self._wanted = tuple(run_ids)
        self._asked.set()
        return {run_id: self._known.get(run_id, NOTHING) for run_id in run_ids}

    async def follow(self) -> NoReturn:
        """Look whenever somebody asked, until cancelled. What cannot be read now is read later."""
        while True:
            await self._asked.wait()
            self._asked = trio.Event()
            wanted = self._wanted
            try:
                self._known = {run_id: await self._look(run_id) for run_id in wanted}
            except StoreUnusable as error:
                log.warning("the best figures of runs cannot be read", reason=str(error))
            await trio.sleep(BETWEEN)

    async def _look(self, run_id: str) -> Bests:
        return await self._store.examine(bests.look, run_id, self._known.get(run_id, NOTHING))


def best_values(found: Bests) -> dict[tuple[str, str], float]:
    """The best values of every parameter that has more than one, best first."""
    by_name: dict[str, list[tuple[float, str]]] = {}
    for (name, value), best in found.values.items():
        by_name.setdefault(name, []).append((best, value))
    return {
        (name, value): best
        for name, each in sorted(by_name.items())
        if len(each) > 1
        for best, value in sorted(each, reverse=True)[:VALUES]
    }

"""The journal as watchers see it: where it stands, what comes after a place, and a wait for more."""

from dataclasses import dataclass

import trio

from oodaemon.errors import CursorTooOld, OODaemonError
from oodaemon.model.events import Cursor, Event
from oodaemon.store import journal
from oodaemon.store.store import Store
from oodaemon.store.transaction import Snapshot


class Closed(OODaemonError):
    """The journal was closed and the waiter has everything: the daemon shuts down."""


@dataclass(frozen=True, slots=True)
class JournalStatistics:
    """`waiting` watchers have everything up to `head`."""

    head: int
    waiting: int
    is_closed: bool


class Journal:
    """Any number of watchers, each of them only a number: nothing is kept per watcher, so a slow one delays nobody.

    A watcher loops over: take `head = cursor().seq`, `read_after` its own seq, go on from the last event it got (or from `head`, if
    that is later and it got fewer than `limit`), and `wait_beyond` that. So it misses nothing, and sees nothing twice.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting = trio.lowlevel.ParkingLot()
        self._is_closed = False
        store.on_commit(self._wake)

    def _wake(self, _head: int) -> None:
        self._waiting.unpark_all()

    def cursor(self) -> Cursor:
        """The place behind the newest event."""
        return Cursor(self._store.store_id, self._store.generation, self._store.head)

    async def check(self, cursor: Cursor, *, run_id: str | None = None) -> None:
        """Raise CursorTooOld unless all that follows can be read: same store and generation, not removed, not beyond the head.

        Of one run (full id) and of the site, or of everything when `run_id` is None.
        """
        oldest, head = await self._store.read(_reach, run_id)
        is_same = (cursor.store_id, cursor.generation) == (self._store.store_id, self._store.generation)
        if not is_same or not oldest - 1 <= cursor.seq <= head:
            raise CursorTooOld(oldest)

    async def read_after(self, seq: int, *, run_id: str | None, limit: int = 256) -> list[Event]:
        """The first events after `seq`, ascending, of one run (full id) and of the site, or all of them when `run_id` is None."""
        return await self._store.read(journal.read, seq, run_id=run_id, limit=limit)

    async def wait_beyond(self, seq: int) -> None:
        """Return when the head is beyond `seq`, of whatever run. Raises Closed when it is not and the journal was closed.

        A checkpoint even when it returns at once; cancellation leaves nothing behind.
        """
        await trio.lowlevel.checkpoint()
        while self._store.head <= seq:
            if self._is_closed:
                raise Closed("the daemon shuts down")
            await self._waiting.park()

    def close(self) -> None:
        """Let every watcher go once it has everything: `wait_beyond` then raises Closed, now and from now on."""
        self._is_closed = True
        self._waiting.unpark_all()

    def statistics(self) -> JournalStatistics:
        """The head, and how many wait for more."""
        return JournalStatistics(self._store.head, len(self._waiting), self._is_closed)


def _reach(db: Snapshot, run_id: str | None) -> tuple[int, int]:
    """From where to where the journal goes; what a reader has seen already may not yet be known to `Store.head`."""
    return journal.oldest(db, run_id), journal.head(db)

"""The store as the rest of the daemon sees it: writes and reads that do not block the loop, and news of every commit."""

import random
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import trio

from oodaemon.clock import WallClock, utc_now
from oodaemon.errors import StoreUnusable
from oodaemon.model.reuse import Policy
from oodaemon.store import backup, files
from oodaemon.store.lanes import HurriedLane, Lane, ThreadLane
from oodaemon.store.ledger import Ledger, StoreStatistics, check
from oodaemon.store.soundness import Facts
from oodaemon.store.transaction import Snapshot, Transaction
from oodaemon.store.trouble import store_failures

P = ParamSpec("P")
T = TypeVar("T")

CommitHook = Callable[[int], None]


class Store:
    """Facts and events of one daemon; made by `open_store`."""

    def __init__(self, ledger: Ledger, *, writing: Lane, reading: Lane, examining: Lane) -> None:
        self._ledger, self._writing, self._reading, self._examining = ledger, writing, reading, examining
        self._hooks: list[CommitHook] = []
        self._told = ledger.head
        self._loss: StoreUnusable | None = None
        self._is_lost = trio.Event()

    async def write(self, fn: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn(tx, ...)` in the one writer, in one transaction, and return its value once that is on disk.

        An exception of `fn` undoes everything and propagates unchanged; a full disk, a damaged or a locked file raises
        StoreUnusable. Cancellation before the writer took the job leaves nothing done; after that it is not felt until the job
        ended, and its outcome is returned or raised, so a caller is never in doubt.
        """
        try:
            value = await self._writing.run(partial(self._ledger.write, fn, *args, **kwargs))
        except StoreUnusable as error:
            self._lose(error)
            raise
        if self._ledger.head > self._told:
            self._told = self._ledger.head
            for hook in self._hooks:
                hook(self._told)
        return value

    async def read(self, fn: Callable[Concatenate[Snapshot, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn(db, ...)` on one consistent view of everything committed; keep it short. Cancellation as for `write`."""
        return await self._reading.run(partial(self._ledger.read, fn, *args, **kwargs))

    async def examine(self, fn: Callable[Concatenate[Snapshot, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn(db, ...)` like `read`, but on a connection and in a lane of its own: for what takes longer than a moment.

        Cancellation is felt at once.
        """

        def job() -> T:
            with store_failures(self.path), files.reading(self.path) as db, files.one_view(db):
                return fn(db, *args, **kwargs)

        return await self._beside(job)

    async def _beside(self, job: Callable[[], T]) -> T:
        """Run what takes long and changes nothing; a cancelled one is not waited for, and its thread ends at its next step."""
        given_up = threading.Event()
        token = files.GIVEN_UP.set(given_up)
        try:
            return await self._examining.run(job)
        except trio.Cancelled:
            given_up.set()
            raise
        finally:
            files.GIVEN_UP.reset(token)

    async def back_up(self, target: Path) -> Facts:
        """Copy the store to a new file; nobody waits for it. Raises BackupFailed. A cancelled one leaves nothing."""
        return await self._beside(partial(backup.take, self.path, target))

    async def check(self) -> None:
        """Check the pages of a big store, if it was not closed in good order and opening it put that off; nobody waits for it.

        Raises StoreUnusable, and the store is lost then.
        """
        if not self._ledger.is_check_due:
            return
        try:
            await self._beside(partial(check, self.path))
        except StoreUnusable as error:
            self._lose(error)
            raise
        self._ledger.is_check_due = False

    def _lose(self, error: StoreUnusable) -> None:
        self._loss = self._loss or error
        self._is_lost.set()

    async def checkpoint(self) -> bool:
        """Empty the write-ahead log, if no reader needs it just now; False when one does."""
        return await self._writing.run(self._ledger.checkpoint)

    async def close(self) -> None:
        """Fold the write-ahead log into the file, close, and let the next daemon in. Once is enough; again does nothing."""
        await self._writing.run(self._ledger.close)

    def on_commit(self, hook: CommitHook) -> None:
        """Call `hook(head)` on the loop after commits that added events: a hint to look, which may stand for several commits.

        The hook must not block and must not raise.
        """
        self._hooks.append(hook)

    async def wait_lost(self) -> StoreUnusable:
        """Return the error of the first write that failed because the store itself did; nothing can be promised after that."""
        await self._is_lost.wait()
        assert self._loss is not None
        return self._loss

    @property
    def policy(self) -> Policy | None:
        """By which results of earlier runs stand for new ones; None: none does."""
        return self._ledger.policy

    def use(self, policy: Policy) -> None:
        """From now on results of earlier runs stand for new ones by this policy."""
        self._ledger.policy = policy

    @property
    def path(self) -> Path:
        """The file of the database."""
        return self._ledger.path

    @property
    def store_id(self) -> str:
        """Which store this is, for ever."""
        return self._ledger.store_id

    @property
    def generation(self) -> int:
        """Which life of the store: a restored backup starts a new one."""
        return self._ledger.generation

    @property
    def boot(self) -> int:
        """Which start of a daemon on this store, from 1."""
        return self._ledger.boot

    @property
    def head(self) -> int:
        """The newest committed seq of the journal."""
        return self._ledger.head

    def statistics(self) -> StoreStatistics:
        """Counters since opening and sizes of the files now."""
        return self._ledger.statistics()


@asynccontextmanager
async def open_store(
    state_dir: Path, *, wall_clock: WallClock = utc_now, rng: random.Random, lane: Callable[[], Lane] = ThreadLane
) -> AsyncIterator[Store]:
    """Open the store in a folder, which is made if need be, recover what a crash left, and close it on the way out.

    Inside, no attempt of an older boot is open. Raises StoreHeld when another daemon has it, and StoreUnusable when it is corrupt,
    not a store, written by a newer version, or not writable. `lane` makes the two lanes; tests on a virtual clock pass InlineLane.
    Leaving is not cancellable: it ends what is being written and closes the files.
    """
    writing = lane()
    ledger = await writing.run(partial(Ledger, state_dir, wall_clock=wall_clock, rng=rng))
    store = Store(ledger, writing=writing, reading=lane(), examining=HurriedLane() if lane is ThreadLane else lane())
    try:
        yield store
    finally:
        with trio.CancelScope(shield=True):
            await store.close()

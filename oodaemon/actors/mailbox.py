"""A bounded queue that belongs to a child, not to one of its incarnations."""

from bisect import bisect_left
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from operator import itemgetter
from typing import Generic, TypeVar

import trio

from oodaemon.actors.errors import MailboxClosed, MailboxFull

T = TypeVar("T")

CAPACITY = 64

_number_of = itemgetter(0)


@dataclass(frozen=True, slots=True)
class MailboxStatistics:
    """`waiting` are queued, `taken` are inside a `take()` block, `redelivered` counts messages put back so far."""

    capacity: int
    waiting: int
    taken: int
    redelivered: int
    receivers: int


class Mailbox(Generic[T]):
    """Messages for one child, in the order they were sent.

    It survives restarts of the child. Nothing is dropped: what does not fit is refused, what was not handled comes back.
    """

    def __init__(self, path: str, capacity: int = CAPACITY) -> None:
        self._path = path
        self._capacity = capacity
        self._queue: deque[tuple[int, T]] = deque()
        self._sent = 0
        self._taken = 0
        self._redelivered = 0
        self._is_closed = False
        self._receivers = trio.lowlevel.ParkingLot()

    def send_nowait(self, message: T) -> None:
        """Queue a message. Raises MailboxFull or MailboxClosed; then the message was not taken.

        Messages being handled count against the capacity, so that each can always be put back.
        """
        if self._is_closed:
            raise MailboxClosed(self._path)
        if len(self._queue) + self._taken >= self._capacity:
            raise MailboxFull(self._path, self._capacity)
        self._queue.append((self._sent, message))
        self._sent += 1
        self._receivers.unpark()

    async def receive(self) -> T:
        """The oldest message, waiting for one if need be. It is the receiver's from here on: use `take()` for work
        that must survive the receiver's death. A cancelled call has taken nothing."""
        _, message = await self._pop()
        return message

    @asynccontextmanager
    async def take(self) -> AsyncIterator[T]:
        """Hold the oldest message for the length of a block.

        A block that completes has handled it. A block that ends by any exception, cancellation included, puts it back
        in its old place, ahead of everything sent later; the next incarnation gets it first. So a message is handled
        at least once, and one that kills its receiver every time uses up the child's budget.
        """
        number, message = await self._pop()
        self._taken += 1
        is_handled = False
        try:
            yield message
            is_handled = True
        finally:
            self._taken -= 1
            if not is_handled:
                self._put_back(number, message)

    def close(self) -> None:
        """Refuse messages from now on. Those that wait stay until `drain`."""
        self._is_closed = True

    def drain(self) -> tuple[T, ...]:
        """Hand over all messages that wait, oldest first."""
        rest = tuple(message for _, message in self._queue)
        self._queue.clear()
        return rest

    def statistics(self) -> MailboxStatistics:
        """Counts at this moment."""
        return MailboxStatistics(
            capacity=self._capacity,
            waiting=len(self._queue),
            taken=self._taken,
            redelivered=self._redelivered,
            receivers=len(self._receivers),
        )

    async def _pop(self) -> tuple[int, T]:
        # No await between the last check and the pop: a cancelled receiver holds nothing.
        await trio.lowlevel.checkpoint()
        while not self._queue:
            await self._receivers.park()
        return self._queue.popleft()

    def _put_back(self, number: int, message: T) -> None:
        self._redelivered += 1
        self._queue.insert(bisect_left(self._queue, number, key=_number_of), (number, message))
        self._receivers.unpark()

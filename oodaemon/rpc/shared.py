"""One look at the store for all who ask the same at the same time, as the watchers of a run do after each commit."""

from collections.abc import Callable
from typing import Any, Final, Protocol, TypeVar

import trio

from oodaemon.clock import SECONDS

T = TypeVar("T")

FRESH: Final = 0.1 * SECONDS
"""So long an answer stands for others; what depends on the time is older by no more."""


class Reading(Protocol):
    """What is asked of a store."""

    @property
    def head(self) -> int:
        """The newest committed seq of the journal."""
        ...

    async def read(self, fn: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Run `fn(db, ...)` on one consistent view."""
        ...


class SharedReads:
    """Reads of a store. An answer is that of another only while nothing was committed since that one was asked."""

    def __init__(self, store: Reading) -> None:
        self._store, self._turn = store, trio.Lock()
        self._answers: dict[tuple[Any, ...], Any] = {}
        self._head, self._since = -1, 0.0

    async def read(self, fn: Callable[..., T], *args: Any) -> T:
        """Like `Store.read`, for a function and arguments that can be hashed; nobody may change the answer."""
        async with self._turn:
            self._forget()
            asked = (fn, *args)
            if asked not in self._answers:
                self._answers[asked] = await self._store.read(fn, *args)
            answer: T = self._answers[asked]
            return answer

    def _forget(self) -> None:
        head, now = self._store.head, trio.current_time()
        if head != self._head or now - self._since > FRESH:
            self._answers.clear()
            self._head, self._since = head, now

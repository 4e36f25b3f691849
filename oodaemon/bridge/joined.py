"""One call into trio for all on the asyncio side who ask the same while it runs."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVarTuple

from oodaemon.bridge.loop import T, call_trio

Question = TypeVarTuple("Question")


@dataclass(slots=True, eq=False)
class _Asked(Generic[T]):
    """A question that is being answered, and those who wait for it."""

    work: "asyncio.Task[T]"
    waiting: "set[asyncio.Future[T]]" = field(default_factory=set)


class Joined(Generic[*Question, T]):
    """Answers are for whoever asked before they were there; who asks afterwards begins anew. Nothing is kept."""

    def __init__(self, fn: Callable[[*Question], Awaitable[T]]) -> None:
        """`fn` is trio-flavoured, and what it is asked can be hashed."""
        self._fn = fn
        self._asked: dict[Hashable, _Asked[T]] = {}

    async def ask(self, *question: *Question) -> T:
        """The answer or the exception of `fn` (asyncio-flavoured); nobody may change an answer.

        A cancellation is that of one asker; that of the last one cancels the call.
        """
        asked = self._asked.get(question) or self._begin(question)
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        asked.waiting.add(future)
        try:
            return await future
        finally:
            asked.waiting.discard(future)
            if not asked.waiting and not asked.work.done():
                self._forget(question, asked)
                asked.work.cancel()

    def _begin(self, question: tuple[*Question]) -> _Asked[T]:
        asked = _Asked(asyncio.ensure_future(call_trio(self._fn, *question)))
        self._asked[question] = asked
        asked.work.add_done_callback(lambda _: self._tell(question, asked))
        return asked

    def _tell(self, question: tuple[*Question], asked: _Asked[T]) -> None:
        """Wake everybody at once: one turn of the loop each, and none for whoever left meanwhile."""
        self._forget(question, asked)
        failure = None if asked.work.cancelled() else asked.work.exception()
        for future in asked.waiting:
            if future.done():
                continue
            if asked.work.cancelled():
                future.cancel()
            elif failure is not None:
                future.set_exception(failure)
            else:
                future.set_result(asked.work.result())

    def _forget(self, question: tuple[*Question], asked: _Asked[T]) -> None:
        if self._asked.get(question) is asked:
            del self._asked[question]

"""The asyncio loop inside trio, and one `call`-shaped seam each way.

Inside the daemon everything is trio. gRPC and Playwright need asyncio; both run on one trio-asyncio loop that `open_loop` opens.
Code on the trio side enters it with `call`, code on the asyncio side comes back with `call_trio`; nobody else imports asyncio.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, ParamSpec, TypeVar

import trio_asyncio

P = ParamSpec("P")
T = TypeVar("T")
LoopLog = Callable[[Mapping[str, Any]], None]


@asynccontextmanager
async def open_loop(log: LoopLog) -> AsyncIterator[None]:
    """Open the loop for the length of the block. `log` receives what asyncio would complain about; it must not raise.

    Two guards stand here. Playwright spins up to 100 loop turns a message on a loop whose `_ready` looks never empty, as the one of
    trio-asyncio does; None selects its documented fallback. And a future that nobody awaited (a driver that was killed leaves one)
    must not take the daemon with it, so the exception handler only logs.
    """
    async with trio_asyncio.open_loop() as loop:
        saved, loop._ready = loop._ready, None
        loop.set_exception_handler(lambda _, context: log(context))
        try:
            yield
        finally:
            loop._ready = saved


async def call(fn: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T:
    """From trio: run an asyncio-flavoured function on the loop.

    Results and exceptions come through. A trio cancellation cancels the asyncio task and waits for it to end.
    """
    result: T = await trio_asyncio.aio_as_trio(fn)(*args, **kwargs)
    return result


async def call_trio(fn: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T:
    """From asyncio: run a trio-flavoured function. Results, exceptions and cancellation come through.

    A cancellation that reaches a trio function which finishes all the same (it was shielded) is raised afterwards: the future
    between the two sides would swallow it, and a client that left would be served for ever.
    """
    task = asyncio.current_task()
    before = task.cancelling() if task else 0
    result: T = await trio_asyncio.trio_as_aio(fn)(*args, **kwargs)
    if task and task.cancelling() > before:
        raise asyncio.CancelledError
    return result


async def while_waiting(
    work: Callable[[], Awaitable[object]], end: Callable[[], Awaitable[object]], farewell: Callable[[], Awaitable[object]]
) -> None:
    """From asyncio: run `work` (asyncio-flavoured) to its end, unless the trio-flavoured `end` returns before.

    Then `farewell` (asyncio-flavoured) is run, and what it raises comes through; `work` is cancelled, however that ends.
    """
    working, waiting = asyncio.ensure_future(_awaited(work)), asyncio.ensure_future(call_trio(end))
    try:
        await asyncio.wait((working, waiting), return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            await working
        else:
            await waiting
            await farewell()
    finally:
        working.cancel()
        waiting.cancel()
        await asyncio.gather(working, waiting, return_exceptions=True)


async def _awaited(fn: Callable[[], Awaitable[object]]) -> object:
    return await fn()


Cancelled = asyncio.CancelledError
"""What asyncio-flavoured code sees when it is cancelled."""

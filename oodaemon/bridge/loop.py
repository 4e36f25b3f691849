"""The asyncio loop inside trio, and one `call`-shaped seam each way.

Inside the daemon everything is trio. gRPC and Playwright need asyncio; both run on one trio-asyncio loop that `open_loop` opens.
Code on the trio side enters it with `call`, code on the asyncio side comes back with `call_trio`; nobody else imports asyncio.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any, Final, ParamSpec, TypeVar

import trio
import trio_asyncio

P = ParamSpec("P")
T = TypeVar("T")
LoopLog = Callable[[Mapping[str, Any]], None]

AT_ONCE: Final = 16
"""So many callbacks of asyncio run in a row before trio has its turn."""
GRPC_POLLER, MOST = "PollerCompletionQueue", 4096


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
        loop._main_loop_one = partial(_several, loop._main_loop_one)
        loop.add_reader = partial(_add_reader, loop.add_reader)
        try:
            yield
        finally:
            loop._ready = saved
            del loop._main_loop_one, loop.add_reader


async def _several(one: Callable[..., Awaitable[None]], no_wait: bool = False) -> None:  # noqa: FBT001, FBT002 - as it is called
    """A turn of the loop: what comes next, for which it waits, and what is ready behind it, in the same order and by the same code.

    trio-asyncio lets trio have a turn after every callback, which costs more than most callbacks.
    """
    await one(no_wait)
    if no_wait:
        return
    for _ in range(AT_ONCE - 1):
        try:
            await one(no_wait=True)
        except trio.WouldBlock:
            return


def _add_reader(add: Callable[..., object], source: object, callback: Callable[..., object], *args: object) -> object:
    """Like `add`, the `add_reader` of a loop; what wakes grpc, and nothing else, is emptied before it is told."""
    owner = getattr(getattr(callback, "func", None), "__self__", None)
    if isinstance(source, socket.socket) and type(owner).__name__ == GRPC_POLLER:
        return add(source, partial(_once, source, callback), *args)
    return add(source, callback, *args)


def _once(source: socket.socket, callback: Callable[..., object], *args: object) -> None:
    """Leave one byte of those that wait.

    The poller of grpc.aio puts an event into its queue, then a byte into this socket. Whoever is woken takes one byte and all
    events, and would be woken in vain by every other byte.
    """
    with suppress(BlockingIOError):  # another loop of this process, of which there are some in tests, was quicker and has it all
        if (waiting := len(source.recv(MOST, socket.MSG_PEEK))) > 1:
            source.recv(waiting - 1)
        callback(*args)


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


async def rest(seconds: float) -> None:
    """From asyncio: let the others have their turn for so long."""
    await asyncio.sleep(seconds)


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
        await asyncio.gather(working, waiting, return_exceptions=True)  # noqa: ASYNC102 - asyncio-flavoured: trio scopes do not apply


async def _awaited(fn: Callable[[], Awaitable[object]]) -> object:
    return await fn()


Cancelled = asyncio.CancelledError
"""What asyncio-flavoured code sees when it is cancelled."""

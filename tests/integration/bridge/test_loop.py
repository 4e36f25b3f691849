"""The seam between trio and asyncio, and the two guards that stand in it."""

import asyncio
import gc
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from types import SimpleNamespace
from typing import Any

import grpc
import pytest
import trio
import trio.lowlevel
import trio.testing
import trio_asyncio

from oodaemon.bridge import loop as bridge_loop
from oodaemon.bridge.loop import AT_ONCE, Cancelled, call, call_trio, open_loop
from oodaemon.browser import engine
from oodaemon.browser.driver import open_chromium, open_driver
from tests.integration.browser.processes_of import private_folder

CALLS, ROUNDS, GAIN = 50, 4, 0.7
"""200 calls each way, in turns, so that a busy machine slows both alike."""
CALLBACKS = 20 * AT_ONCE


@asynccontextmanager
async def on_loop(complaints: list[Mapping[str, Any]] | None = None) -> AsyncIterator[None]:
    with trio.fail_after(60):
        async with open_loop((complaints if complaints is not None else []).append):
            yield


async def until(look: Callable[[], bool]) -> None:
    """Return as soon as `look` is true (asyncio-flavoured)."""
    while not look():  # noqa: ASYNC110 - there is no event to wait for
        await asyncio.sleep(0)


async def test_results_and_errors_come_through_both_ways() -> None:
    async def there(number: int, *, factor: int) -> int:
        await asyncio.sleep(0)
        return await call_trio(back, number) * factor

    async def back(number: int) -> int:
        await trio.lowlevel.checkpoint()
        if number < 0:
            raise LookupError("below zero")
        return number + 1

    async with on_loop():
        assert await call(there, 20, factor=2) == 42
        with pytest.raises(LookupError, match="below zero"):
            await call(there, -1, factor=2)


async def test_a_cancellation_waits_until_the_other_side_has_ended() -> None:
    ended: list[str] = []

    async def there() -> None:
        try:
            await asyncio.Event().wait()
        except Cancelled:
            await asyncio.sleep(0)
            ended.append("asyncio")
            raise

    async with on_loop():
        with trio.move_on_after(0.05) as scope:
            await call(there)
        assert scope.cancelled_caught
        assert ended == ["asyncio"]


async def test_a_cancellation_reaches_trio_behind_asyncio() -> None:
    ended: list[str] = []

    async def back() -> None:
        try:
            await trio.sleep_forever()
        finally:
            ended.append("trio")

    async def there() -> None:
        task = asyncio.ensure_future(call_trio(back))
        await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(Cancelled):
            await task

    async with on_loop():
        await call(there)
    assert ended == ["trio"]


async def test_a_future_nobody_awaited_is_told_and_ends_nobody() -> None:
    complaints: list[Mapping[str, Any]] = []

    async def forget() -> None:
        asyncio.get_running_loop().create_future().set_exception(ConnectionError("the driver is gone"))
        gc.collect()

    async with on_loop(complaints):
        await call(forget)
        await trio.testing.wait_all_tasks_blocked()
        assert await call(asyncio.sleep, 0, "alive") == "alive"
    assert [str(complaint.get("exception")) for complaint in complaints] == ["the driver is gone"]


async def test_a_callback_that_fails_is_told_and_ends_nobody() -> None:
    complaints: list[Mapping[str, Any]] = []

    async def trip() -> None:
        asyncio.get_running_loop().call_soon(lambda: 1 // 0)
        await asyncio.sleep(0.01)

    async with on_loop(complaints):
        await call(trip)
    assert [type(complaint.get("exception")) for complaint in complaints] == [ZeroDivisionError]


async def test_callbacks_run_in_the_order_in_which_they_came_and_trio_has_its_turn_among_them() -> None:
    """Also timers that are due, and calls into trio: as on the loop of trio-asyncio itself."""

    async def happenings() -> list[object]:
        found: list[object] = []
        loop = asyncio.get_running_loop()

        def chain(left: int) -> None:
            found.append(left)
            if left:
                loop.call_soon(chain, left - 1)

        async def back() -> None:
            for _ in range(3):
                await trio.lowlevel.checkpoint()
            found.append("trio")

        loop.call_at(loop.time(), found.append, "timer")
        loop.call_soon(chain, CALLBACKS)
        await call_trio(back)
        await until(lambda: found[-1] == 0)
        return found

    async with on_loop():
        ours = await call(happenings)
    async with trio_asyncio.open_loop():
        theirs = await call(happenings)
    for found in (ours, theirs):
        assert [each for each in found if isinstance(each, int)] == list(range(CALLBACKS, -1, -1))
        assert found.count("timer") == found.count("trio") == 1
    assert 0 < ours.index("trio") < 8 * AT_ONCE < CALLBACKS, "a busy loop does not keep trio waiting"


async def test_a_loop_that_is_left_is_that_of_trio_asyncio_again() -> None:
    async with trio_asyncio.open_loop() as plain:
        theirs = set(vars(plain))
    async with on_loop():
        loop = trio_asyncio.current_loop.get()
        assert {"_main_loop_one", "add_reader"} <= set(vars(loop)) - theirs
    assert set(vars(loop)) <= theirs | {"_exception_handler"}


class PollerCompletionQueue:
    """Called as that of grpc."""

    def __init__(self) -> None:
        self.woken: list[bytes] = []

    def handle(self, source: socket.socket) -> None:
        self.woken.append(source.recv(1))


async def test_grpc_is_woken_once_for_all_that_happened() -> None:
    poller, other = PollerCompletionQueue(), SimpleNamespace(woken=[])
    async with on_loop():
        for handle, woken, times in ((poller.handle, poller.woken, 1), (partial(other_handle, other), other.woken, 3)):
            reading, writing = socket.socketpair()
            with reading, writing:
                reading.setblocking(False)
                writing.send(b"abc")
                await call(read_until, reading, handle, lambda woken=woken, times=times: len(woken) == times)
                with pytest.raises(BlockingIOError):
                    reading.recv(1)
    assert len(poller.woken) == 1
    assert len(other.woken) == 3, "what is not grpc gets every byte"


def other_handle(other: Any, source: socket.socket) -> None:
    other.woken.append(source.recv(1))


async def read_until(source: socket.socket, handle: Callable[[socket.socket], None], is_enough: Callable[[], bool]) -> None:
    loop = asyncio.get_running_loop()
    loop.add_reader(source, partial(handle, source))
    await until(is_enough)
    loop.remove_reader(source)


async def test_the_poller_of_grpc_is_known_by_its_name() -> None:
    """Else nothing would break, but every event of every stream would wake the loop in vain."""

    async def readers() -> list[object]:
        server = grpc.aio.server()
        await server.start()
        loop: Any = asyncio.get_running_loop()
        handles = [handle for key in loop._selector.get_map().values() for handle in key.data if handle is not None]
        found = [getattr(handle._callback, "func", None) for handle in handles]
        await server.stop(0)
        return found

    async with on_loop():
        assert bridge_loop._once in await call(readers)


@pytest.mark.browser
async def test_a_call_of_playwright_does_not_spin_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    async with trio_asyncio.open_loop() as plain:
        stock = plain._ready

    with private_folder("oocpu-") as folder:
        monkeypatch.setenv("TMPDIR", str(folder))
        async with on_loop(), open_driver() as driver:
            how = engine.choose(driver.playwright, "", is_headless=True)
            async with open_chromium(driver, how) as chromium:
                page = await call(chromium.browser.new_page)
                guarded, undone = await in_turns(page.title, trio_asyncio.current_loop.get(), stock)
    print(f"page.title(): {guarded * 1000:.2f} ms with the guard, {undone * 1000:.2f} ms without, of processor time a call")
    assert guarded < GAIN * undone


async def in_turns(title: Callable[[], Awaitable[str]], loop: Any, stock: object) -> tuple[float, float]:
    """Seconds of this process's processor time per call: as `open_loop` left the loop, and with its own `_ready` again."""
    spent = {"guarded": 0.0, "undone": 0.0}
    as_opened = loop._ready
    for _ in range(ROUNDS):
        for name, ready in (("guarded", as_opened), ("undone", stock)):
            loop._ready = ready
            await call(title)
            began = time.process_time()
            for _ in range(CALLS):
                await call(title)
            spent[name] += time.process_time() - began
    loop._ready = as_opened
    return spent["guarded"] / (ROUNDS * CALLS), spent["undone"] / (ROUNDS * CALLS)


@pytest.mark.parametrize("bytes_waiting", [0, 1, 7])
def test_what_another_loop_of_the_process_has_taken_is_no_trouble(bytes_waiting: int) -> None:
    """Loops of one process share the socket by which grpc wakes them."""
    source, other = socket.socketpair()
    with source, other:
        source.setblocking(False)
        other.send(b"x" * bytes_waiting)
        bridge_loop._once(source, source.recv, 1)
        with pytest.raises(BlockingIOError):
            source.recv(1)

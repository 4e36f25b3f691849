"""The seam between trio and asyncio, and the two guards that stand in it."""

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
import trio
import trio.lowlevel
import trio.testing
import trio_asyncio

from oodaemon.bridge.loop import Cancelled, call, call_trio, open_loop
from oodaemon.browser import engine
from oodaemon.browser.driver import open_chromium, open_driver
from tests.integration.browser.processes_of import private_folder

CALLS, ROUNDS, GAIN = 50, 4, 0.7
"""200 calls each way, in turns, so that a busy machine slows both alike."""


@asynccontextmanager
async def on_loop(complaints: list[Mapping[str, Any]] | None = None) -> AsyncIterator[None]:
    with trio.fail_after(60):
        async with open_loop((complaints if complaints is not None else []).append):
            yield


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

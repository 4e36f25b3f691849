"""A browser actor in a machine without browsers."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import pytest
import trio
import trio.testing

from oodaemon.actors.child import Child
from oodaemon.actors.exits import StopRequest
from oodaemon.actors.mailbox import Mailbox
from oodaemon.dispatch import browser, stopping
from oodaemon.dispatch.browser import BrowserActor
from oodaemon.store import attempts
from tests.unit.dispatch.bench import ACTOR, Bench, FakeTab

Working = Callable[[], Any]


class Machine:
    """The browser as the operating system sees it: it runs until `die`."""

    def __init__(self) -> None:
        self.is_gone = trio.Event()
        self.site: Any = None
        self.open_tabs = 0
        self.launches = 0
        self.resident = 0
        self.is_open = False
        self.ended: list[tuple[float, int]] = []

    async def end(self, pid: int, *, is_group: bool) -> None:
        """A kill: it takes a moment."""
        assert (pid, is_group) == (4711, True)
        await trio.sleep(0.1)
        self.ended.append((trio.current_time(), pid))

    def is_alive(self, pid: int) -> bool:
        return self.is_open and not self.is_gone.is_set() and not self.ended

    async def wait_gone(self, pid: int) -> None:
        assert pid == 4711
        await self.is_gone.wait()

    @asynccontextmanager
    async def open_chromium(self, driver: Any, how: Any) -> AsyncIterator[Any]:
        self.launches += 1
        self.is_open = True
        try:
            yield SimpleNamespace(pid=4711, profile=None, guard=self.guard, resident=lambda: self.resident)
        finally:
            self.is_open = False

    @asynccontextmanager
    async def guard(self) -> AsyncIterator[None]:
        yield

    @asynccontextmanager
    async def open_tab(self, chromium: Any, site: Any, stored: Any) -> AsyncIterator[FakeTab]:
        self.open_tabs += 1
        try:
            yield FakeTab(self.site, stored)
        finally:
            self.open_tabs -= 1


def machine_for(monkeypatch: pytest.MonkeyPatch, made: Machine | None = None) -> Machine:
    """A machine in the place of the one browsers run on."""
    made = made or Machine()
    monkeypatch.setattr(browser, "open_chromium", made.open_chromium)
    monkeypatch.setattr(browser, "open_tab", made.open_tab)
    monkeypatch.setattr(browser, "processes", SimpleNamespace(wait_gone=made.wait_gone, is_alive=made.is_alive))
    monkeypatch.setattr(stopping, "processes", made)
    return made


@asynccontextmanager
async def working(bench: Bench, machine: Machine) -> AsyncIterator[Child]:
    """An actor that works for the length of the block, and is then stopped by its supervisor."""
    machine.site = bench.site
    child = Child(ACTOR, 1, Mailbox(ACTOR))
    async with trio.open_nursery() as nursery:
        await nursery.start(BrowserActor(bench.shop).start, child)
        yield child
        child.ask_to_stop(StopRequest("test", "the test is over"))
        nursery.cancel_scope.cancel()
    assert machine.open_tabs == 0
    assert await bench.store.read(attempts.in_flight) == 0


async def ends_with(bench: Bench, machine: Machine, meanwhile: Working) -> BaseException:
    """What the actor raises when nobody asked it to stop."""
    machine.site = bench.site

    async def work() -> None:
        async with trio.open_nursery() as nursery:
            await nursery.start(BrowserActor(bench.shop).start, Child(ACTOR, 1, Mailbox(ACTOR)))
            nursery.start_soon(meanwhile)

    with pytest.raises(BaseExceptionGroup) as caught:
        await work()
    error: BaseException = caught.value
    while isinstance(error, BaseExceptionGroup):
        assert len(error.exceptions) == 1
        error = error.exceptions[0]
    assert await bench.store.read(attempts.in_flight) == 0
    return error

"""What comes out of a listener."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, cast

import pytest
import structlog
from playwright.async_api import Page

from oodaemon.browser.listening import listen


class Emitter:
    """As much of a page as listens."""

    def __init__(self) -> None:
        self.listeners: list[Callable[[Any], Awaitable[None] | None]] = []

    def on(self, _: str, listener: Callable[[Any], Awaitable[None] | None]) -> None:
        self.listeners.append(listener)

    def remove_listener(self, _: str, listener: Callable[[Any], Awaitable[None] | None]) -> None:
        self.listeners.remove(listener)


@pytest.mark.parametrize("is_later", [False, True])
async def test_an_error_does_not(is_later: bool) -> None:
    async def later(_: object) -> None:
        raise ZeroDivisionError

    def at_once(_: object) -> None:
        raise ZeroDivisionError

    page = Emitter()
    with structlog.testing.capture_logs() as lines:
        listen(cast("Page", page), "dialog", later if is_later else at_once)
        for _ in range(3):
            answer = page.listeners[0](None)
            assert (answer is not None) is is_later
            if answer is not None:
                await answer
    (line,) = lines
    assert (line["listens_to"], type(line["exc_info"])) == ("dialog", ZeroDivisionError)


async def test_a_cancellation_does() -> None:
    async def cancelled(_: object) -> None:
        raise asyncio.CancelledError

    page = Emitter()
    stop = listen(cast("Page", page), "dialog", cancelled)
    answer = page.listeners[0](None)
    assert answer is not None
    with pytest.raises(asyncio.CancelledError):
        await answer
    stop()
    assert page.listeners == []

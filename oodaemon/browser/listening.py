"""What a page tells by itself. Asyncio-flavoured.

Playwright raises what a listener raised out of the next call to the same driver: in the middle of the work of another page, of
another browser. So nothing comes out of a listener of ours.
"""

import inspect
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import structlog
from playwright.async_api import Page

log = structlog.get_logger()

Handler = Callable[[Any], object]
"""Takes what is told; may be an async def."""


def listen(page: Page, event: str, handler: Handler) -> Callable[[], None]:
    """Call `handler` with every event of this name from now on; what is returned ends that. What it raises is in the log, once."""
    emitter: Any = page
    listener = _Listener(event, handler)
    emitter.on(event, listener.hear)
    return partial(emitter.remove_listener, event, listener.hear)


class _Listener:
    """A handler out of which nothing comes but cancellation."""

    def __init__(self, event: str, handler: Handler) -> None:
        self._event, self._handler, self._is_told = event, handler, False

    def hear(self, told: Any) -> Awaitable[None] | None:  # noqa: ANN401 - each event has a type of its own
        try:
            answer = self._handler(told)
        except Exception as error:  # noqa: BLE001 - see above
            self._complain(error)
            return None
        return self._finish(answer) if inspect.isawaitable(answer) else None

    async def _finish(self, answer: Awaitable[object]) -> None:
        try:
            await answer
        except Exception as error:  # noqa: BLE001 - see above
            self._complain(error)

    def _complain(self, error: Exception) -> None:
        if not self._is_told:
            self._is_told = True
            log.error("a listener of a page failed", listens_to=self._event, exc_info=error)

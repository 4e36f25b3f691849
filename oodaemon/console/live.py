"""Live pages: a stream of server-sent events per page, each a cursor on the journal that sends the fragments that changed.

The journal only wakes; what is sent is what the services say now. So a stream that was cut, slow or asleep misses nothing that
still holds, and one that is resumed begins with every fragment.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

import trio
from starlette.responses import Response

from oodaemon.clock import SECONDS
from oodaemon.console.refusals import Refused
from oodaemon.events.watch import Closed, Journal

Fragments = Callable[[], Awaitable[Mapping[str, str]]]
"""The fragments of a page as they are now: id of the element to its HTML."""

Write = Callable[[bytes], Awaitable[None]]

STREAMS = 24
BREATH, LOOK = 0.4 * SECONDS, 3 * SECONDS
"""At least so long between two looks; and so long at most, as not all that is shown is in the journal."""
LIFE = 3600 * SECONDS
"""Then the browser connects again by itself."""


class Streams:
    """The streams that are open, bounded."""

    def __init__(self, journal: Journal) -> None:
        self._journal, self._open = journal, 0

    def answer(self, fragments: Fragments) -> Response:
        """A stream of the fragments of a page. Raises Refused when too many pages are open."""
        return self.relay(partial(self._follow, fragments))

    def relay(self, tell: Callable[[Write], Awaitable[None]]) -> Response:
        """A stream of what `tell` writes until it returns; Closed means that the daemon stops. Raises as `answer`."""
        self._check_room()
        return _EventStream(partial(self._counted, tell))

    def _check_room(self) -> None:
        if self._open >= STREAMS:
            raise Refused(503, f"{STREAMS} live pages are open; this one shows the truth when it is reloaded")

    async def _counted(self, tell: Callable[[Write], Awaitable[None]], write: Write) -> None:
        self._open += 1
        try:
            await tell(write)
        except Closed:
            await write(b"event: bye\ndata: {}\n\n")
        finally:
            self._open -= 1

    async def _follow(self, fragments: Fragments, write: Write) -> None:
        sent: dict[str, str] = {}
        await write(b"retry: 2000\n\n")
        ends = trio.current_time() + LIFE
        while trio.current_time() < ends:
            cursor = self._journal.cursor()
            news = _changed(sent, await fragments())
            place = f"{cursor.store_id}:{cursor.generation}:{cursor.seq}"
            await write(event("patch", news, place) if news else f"id: {place}\n: here\n\n".encode())
            await trio.sleep(BREATH)
            with trio.move_on_after(LOOK):
                await self._journal.wait_beyond(cursor.seq)


class _EventStream(Response):
    """An answer that goes on until what it tells ends or the browser leaves."""

    media_type = "text/event-stream"

    def __init__(self, tell: Callable[[Write], Awaitable[None]]) -> None:
        super().__init__()
        self._tell = tell
        del self.headers["content-length"]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG002 - ASGI
        async def write(data: bytes) -> None:
            await send({"type": "http.response.body", "body": data, "more_body": True})

        async with trio.open_nursery() as nursery:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            nursery.start_soon(_until_gone, receive, nursery.cancel_scope)
            await self._tell(write)
            nursery.cancel_scope.cancel()
        await send({"type": "http.response.body", "body": b""})


async def _until_gone(receive: Any, scope: trio.CancelScope) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()


def _changed(sent: dict[str, str], now: Mapping[str, str]) -> dict[str, str]:
    news = {}
    for name, html in now.items():
        digest = hashlib.sha256(html.encode()).hexdigest()
        if sent.get(name) != digest:
            sent[name], news[name] = digest, html
    return news


def event(kind: str, data: Mapping[str, str], place: str) -> bytes:
    """A server-sent event. JSON has no line ends inside, so one `data:` line holds it."""
    return f"event: {kind}\nid: {place}\ndata: {json.dumps(data)}\n\n".encode()

"""The services for front ends inside this process: the same servicers, the same messages, the same gate, no wire."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import trio
from google.protobuf.message import Message

from oodaemon.bridge.loop import call, call_trio
from oodaemon.rpc.boundary import Gate, unwrapped
from oodaemon.rpc.prepared import Prepared, unprepared
from oodaemon.rpc.requests import CLIENT_KEY
from oodaemon.rpc.server import Service

AHEAD = 4
"""Frames of a stream that may wait for their reader."""


@dataclass(frozen=True, slots=True)
class Method:
    """A method of a servicer, asyncio-flavoured, and the class of its requests."""

    invoke: Callable[[Any, Any], Awaitable[Any]]
    request: str
    is_stream: bool


class Caller:
    """What a servicer asks its context for when nobody is connected."""

    def __init__(self, client: str, send: Callable[[Message], Awaitable[None]] | None = None) -> None:
        self._client, self._send = client, send

    def invocation_metadata(self) -> tuple[tuple[str, str], ...]:
        """See grpc.aio.ServicerContext."""
        return ((CLIENT_KEY, self._client),)

    async def write(self, answer: Message | Prepared[Any]) -> None:
        """Hand a frame to the reader of the stream, and wait while it has enough of them."""
        if self._send is None:
            raise TypeError("only streams write")
        await call_trio(self._send, unprepared(answer))


class Inside:
    """Calls the services of this daemon, trio-flavoured. Methods are called SERVICE.METHOD, such as `RunService.ListRuns`."""

    def __init__(self, services: Sequence[Service], gate: Gate) -> None:
        self._gate, self._methods = gate, dict(_methods(services))

    async def call(self, method: str, request: Message, *, client: str) -> Any:
        """The answer of a method. Raises the OODaemonError of the service; `client` is the author in the journal."""
        known = self._method(method, request, is_stream=False)
        try:
            return await call(known.invoke, request, Caller(client))
        except BaseExceptionGroup as group:
            raise unwrapped(group) from None

    @asynccontextmanager
    async def stream(self, method: str, request: Message, *, client: str) -> AsyncIterator[AsyncIterator[Any]]:
        """The frames of a streaming method, which ends with the block. Iterating raises the OODaemonError of the service."""
        known = self._method(method, request, is_stream=True)
        send, receive = trio.open_memory_channel[Message](AHEAD)
        frames = Frames(receive)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(frames.fill, known, request, Caller(client, send.send), send)
            yield frames
            nursery.cancel_scope.cancel()

    def _method(self, method: str, request: Message, *, is_stream: bool) -> Method:
        known = self._methods[method]
        if known.request != request.DESCRIPTOR.full_name or known.is_stream is not is_stream:
            raise TypeError(f"{method} takes {known.request} and {'streams' if known.is_stream else 'answers once'}")
        self._gate.check(method.replace(".", "/"))
        return known


class Frames:
    """The frames of one stream, in their order."""

    def __init__(self, received: "trio.MemoryReceiveChannel[Message]") -> None:
        self._received, self._failure = received, None

    _failure: BaseException | None

    async def fill(self, method: Method, request: Message, caller: Caller, send: "trio.MemorySendChannel[Message]") -> None:
        """Run the method until it ends; what it raises is kept for the reader."""
        async with send:
            try:
                await call(method.invoke, request, caller)
            except Exception as error:  # noqa: BLE001 - raised again where the frames are read
                self._failure = unwrapped(error)

    def __aiter__(self) -> "Frames":
        return self

    async def __anext__(self) -> Message:
        try:
            return await self._received.receive()
        except trio.EndOfChannel:
            if self._failure is not None:
                raise self._failure from None
            raise StopAsyncIteration from None


def _methods(services: Sequence[Service]) -> Iterator[tuple[str, Method]]:
    for service in services:
        for method in service.descriptor.methods:
            invoke = getattr(service.servicer, method.name)
            known = Method(invoke, method.input_type.full_name, method.server_streaming)
            yield f"{service.descriptor.name}.{method.name}", known

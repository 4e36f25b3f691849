"""A console over a real store and real services, without browsers, and a visitor with and without control."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import trio

from oodaemon.api.v1 import console_pb2
from tests.integration.rpc.support import Service, child, serving

DATA = re.compile(rb"^data: (.*)\n", re.MULTILINE)
CSRF = re.compile(r'data-csrf="([^"]*)"')


@dataclass
class Visitor:
    """A browser, as far as cookies and headers go."""

    web: httpx.AsyncClient
    base: str
    csrf: str = ""

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.web.get(path, headers=headers)

    async def post(self, path: str, *, origin: str | None = "", **form: str) -> httpx.Response:
        """A form of our own page, unless `origin` says otherwise; None sends none."""
        headers = {} if origin is None else {"origin": origin or self.base}
        return await self.web.post(path, data={"csrf": self.csrf, **form}, headers=headers)

    async def page(self, path: str) -> str:
        answer = await self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text


@dataclass
class Listener:
    """A live page over a connection of its own; httpx leaves its generators behind when a stream is cut."""

    stream: trio.SocketStream
    heard: bytes = b""
    told: bytes = b""
    """Everything that came up to the last fragments."""

    async def hear(self) -> dict[str, str]:
        """The next fragments."""
        while (found := DATA.search(self.heard)) is None:
            piece = await self.stream.receive_some()
            assert piece, f"the stream ended: {self.heard!r}"
            self.heard += piece
        self.told += self.heard[: found.end()]
        self.heard = self.heard[found.end() :]
        said: dict[str, str] = json.loads(found[1])
        return said


@dataclass
class Site:
    """A console that serves."""

    service: Service
    base: str
    scope: trio.CancelScope = field(default_factory=trio.CancelScope)
    over: trio.Event = field(default_factory=trio.Event)

    @property
    def port(self) -> int:
        return int(self.base.rpartition(":")[2])

    @asynccontextmanager
    async def visitor(self) -> AsyncIterator[Visitor]:
        """Somebody who may read."""
        async with httpx.AsyncClient(base_url=self.base, trust_env=False, timeout=60) as web:
            yield Visitor(web, self.base)

    @asynccontextmanager
    async def owner(self) -> AsyncIterator[Visitor]:
        """Somebody who may act."""
        async with self.visitor() as visitor:
            answer = await visitor.get((await self.link()).removeprefix(self.base))
            assert answer.status_code == 200, answer.text
            found = CSRF.search(await visitor.page("/"))
            assert found is not None
            visitor.csrf = found[1]
            assert visitor.csrf
            yield visitor

    @asynccontextmanager
    async def listener(self, path: str, cookie: str = "") -> AsyncIterator[Listener]:
        """Somebody who looks at a live page."""
        stream = await trio.open_tcp_stream("127.0.0.1", self.port)
        async with stream:
            await stream.send_all(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nCookie: {cookie}\r\n\r\n".encode())
            yield Listener(stream)

    async def link(self) -> str:
        """A link as `ooctl console` gets it."""
        return await self.service.ask(lambda stubs: stubs.console.OpenConsole(console_pb2.OpenConsoleRequest()).url)


@asynccontextmanager
async def console(folder: Path, **settings: str) -> AsyncIterator[Site]:
    """A console on a free port."""
    async with serving(folder, **settings) as service, trio.open_nursery() as nursery:
        server = service.parts.console
        assert server is not None
        site = Site(service, "")

        async def run(*, task_status: trio.TaskStatus[None]) -> None:
            with site.scope:
                await server.start(child("console"), task_status=task_status)
            site.over.set()

        await nursery.start(run)
        site.base = f"http://{server.address}"
        yield site
        site.scope.cancel()

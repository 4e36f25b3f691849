"""Hosts on the list are not asked, the site is, and what it lets the browser keep is asked for once."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import h11
import pytest
import trio

from oodaemon.bridge.loop import call
from oodaemon.browser import engine
from oodaemon.browser.blocking import NOTHING, Blocked
from oodaemon.browser.driver import Chromium, open_chromium, open_driver
from oodaemon.browser.evidence import Witness
from oodaemon.browser.trace import Tracing
from tests.integration.browser.support import on_loop

pytestmark = pytest.mark.browser

TRACKER, OTHER = "tracker.localhost", "partner.localhost"
LOADS = 4


class Site:
    """A page with a bundle that may be kept, a tracker, a frame of that tracker, and a host that is on no list."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        """Host and path of every request that arrived."""
        self.port = 0

    async def serve(self, stream: trio.SocketStream) -> None:
        connection = h11.Connection(h11.SERVER)
        while True:
            event = connection.next_event()
            if event is h11.NEED_DATA:
                connection.receive_data(await stream.receive_some(65536))
            elif isinstance(event, h11.Request):
                host = dict(event.headers)[b"host"].decode().partition(":")[0]
                path = event.target.decode()
                self.asked[f"{host}{path}"] += 1
                for part in self._answer(connection, path):
                    await stream.send_all(part)
            elif isinstance(event, h11.EndOfMessage):
                connection.start_next_cycle()
            else:
                return

    def _answer(self, connection: h11.Connection, path: str) -> list[bytes]:
        is_page = path == "/page"
        body = self._page() if is_page else b"window.loaded = (window.loaded || 0) + 1;"
        headers = [
            ("content-type", "text/html" if is_page else "text/javascript"),
            ("cache-control", "no-store" if is_page else "max-age=3600"),
            ("content-length", str(len(body))),
        ]
        sent = [h11.Response(status_code=200, headers=headers), h11.Data(data=body), h11.EndOfMessage()]
        return [connection.send(each) or b"" for each in sent]

    def _page(self) -> bytes:
        return f"""<!doctype html><title>page</title><script src="/bundle.js"></script>
            <script src="http://{TRACKER}:{self.port}/tag.js"></script>
            <script src="http://cdn.{TRACKER}:{self.port}/more.js"></script>
            <script src="http://{OTHER}:{self.port}/needed.js"></script>
            <iframe src="http://{TRACKER}:{self.port}/frame.js"></iframe>""".encode()


@asynccontextmanager
async def served() -> AsyncIterator[Site]:
    async with trio.open_nursery() as nursery:
        site = Site()
        listeners = await nursery.start(trio.serve_tcp, site.serve, 0)
        site.port = listeners[0].socket.getsockname()[1]
        yield site
        nursery.cancel_scope.cancel()


@asynccontextmanager
async def started(blocked: Blocked) -> AsyncIterator[Chromium]:
    async with open_driver() as driver:
        how = replace(engine.choose(driver.playwright, "", is_headless=True), blocked=blocked)
        async with open_chromium(driver, how) as chromium:
            yield chromium


async def visited(site: Site, blocked: Blocked) -> Witness:
    """Load the page again and again in one tab; what was heard beside it."""
    async with started(blocked) as chromium:
        context = await call(chromium.browser.new_context)
        page, witness = await call(context.new_page), Witness(Tracing(context), blocked=chromium.blocked)
        await _watch(witness, page)
        for _ in range(LOADS):
            await call(page.goto, f"http://localhost:{site.port}/page", wait_until="load")
        await call(page.screenshot)
        return witness


async def _watch(witness: Witness, page: object) -> None:
    async def watch() -> None:
        witness.watch(page)  # type: ignore[arg-type]

    await call(watch)


async def test_a_host_on_the_list_is_not_asked_the_site_is_and_its_bundle_only_once(room: Path) -> None:
    async with on_loop(), served() as site:
        witness = await visited(site, Blocked((TRACKER,), "localhost"))
    assert {at for at in site.asked if TRACKER in at} == set()
    assert site.asked["localhost/page"] == LOADS
    assert site.asked["localhost/bundle.js"] == 1, "the HTTP cache of the browser works"
    assert site.asked[f"{OTHER}/needed.js"] == 1
    assert [piece for piece in witness.heard().values() if TRACKER.encode() in piece] == []


async def test_without_the_list_everybody_is_asked(room: Path) -> None:
    async with on_loop(), served() as site:
        await visited(site, NOTHING)
    assert {at for at in site.asked if TRACKER in at} == {f"{TRACKER}/tag.js", f"cdn.{TRACKER}/more.js", f"{TRACKER}/frame.js"}


async def test_the_site_is_asked_even_when_it_is_below_a_host_of_the_list(room: Path) -> None:
    async with on_loop(), served() as site, started(Blocked((OTHER,), f"app.{OTHER}")) as chromium:
        page = await call(chromium.browser.new_page)
        await call(page.goto, f"http://app.{OTHER}:{site.port}/page", wait_until="domcontentloaded")
    assert site.asked[f"app.{OTHER}/page"] == 1
    assert site.asked[f"{OTHER}/needed.js"] == 0

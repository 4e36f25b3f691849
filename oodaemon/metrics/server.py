"""The metrics endpoint as an actor; it has threads of its own, and no other part waits for it."""

import http.server
import threading
from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar, NoReturn

import structlog
import trio
from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector

from oodaemon.actors.child import Child
from oodaemon.clock import SECONDS
from oodaemon.errors import ConfigurationError
from oodaemon.histogram import Histogram
from oodaemon.metrics.collector import DaemonCollector
from oodaemon.metrics.scrape import Scrape
from oodaemon.metrics.text import CONTENT_TYPE, Writer, render

log = structlog.get_logger()

LOOK = 0.5 * SECONDS
LAG_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Upper bounds in seconds."""

Work = Callable[[], Awaitable[object]]


async def watch_lag(lag: Histogram) -> NoReturn:
    """Note twice a second by how much a timer of the loop comes late, for ever."""
    while True:
        due = trio.current_time() + LOOK
        await trio.sleep_until(due)
        lag.add(max(0.0, trio.current_time() - due))


class Page(http.server.BaseHTTPRequestHandler):
    """Answers every GET with all metrics; a subclass names where they come from."""

    process: ClassVar[CollectorRegistry]
    daemon: ClassVar[DaemonCollector]
    writer: ClassVar[Writer]
    timeout = 10 * SECONDS

    def do_GET(self) -> None:
        """See http.server."""
        try:
            body, status, kind = self._told(), 200, CONTENT_TYPE
        except Exception as error:  # noqa: BLE001 - told to whoever scrapes, and the daemon goes on
            log.warning("metrics cannot be told now", reason=f"{type(error).__name__}: {error}")
            body, status, kind = b"metrics cannot be told now\n", 503, "text/plain; charset=utf-8"
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _told(self) -> bytes:
        return render(self.process.collect()) + self.writer.write(self.daemon.families())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - so it is called there
        """Say nothing of scrapes."""


class Listener(http.server.ThreadingHTTPServer):
    """A thread for each scrape; one that hangs holds up nobody."""

    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """A scraper that went away is nobody's trouble."""


class MetricsServer:
    """Serves /metrics on one address; port 0 takes a free one. `take` gathers a scrape on the trio side.

    `beside` is what goes on while it serves, until cancelled.
    """

    def __init__(
        self,
        *,
        address: tuple[str, int],
        version: str,
        boot: int,
        take: Callable[[], Awaitable[Scrape]],
        beside: Sequence[Work] = (),
    ) -> None:
        (self._host, self._port), self._version, self._boot = address, version, boot
        self._take, self._beside = take, beside
        self._address = ""

    @property
    def address(self) -> str:
        """Where it serves, as HOST:PORT; empty while it does not."""
        return self._address

    async def start(self, child: Child, /, *, task_status: trio.TaskStatus[None]) -> None:
        """Serve until cancelled. Raises ConfigurationError when the address is taken."""
        token = trio.lowlevel.current_trio_token()

        def take() -> Scrape:
            return trio.from_thread.run(self._gather, trio_token=token)

        registry = CollectorRegistry(auto_describe=False)
        for collector in (GCCollector, PlatformCollector, ProcessCollector):
            collector(registry=registry)
        daemon = DaemonCollector(self._version, self._boot, take)
        page = type("MetricsPage", (Page,), {"process": registry, "daemon": daemon, "writer": Writer()})
        try:
            server = Listener((self._host, self._port), page)
        except OSError as error:
            reason = f"http: cannot serve metrics at {self._host}:{self._port}: {error.strerror}; set another OODAEMON_HTTP, or off"
            raise ConfigurationError([reason]) from error
        thread = threading.Thread(target=server.serve_forever, name="metrics serve_forever", daemon=True)
        thread.start()
        try:
            self._address = f"{self._host}:{server.server_port}"
            child.progress(self._address)
            task_status.started()
            async with trio.open_nursery() as nursery:
                for work in self._beside:
                    nursery.start_soon(work)
                await trio.sleep_forever()
        finally:
            self._address = ""
            with trio.CancelScope(shield=True):
                await trio.to_thread.run_sync(server.shutdown)
                server.server_close()
                await trio.to_thread.run_sync(thread.join)

    async def _gather(self) -> Scrape:
        return await self._take()

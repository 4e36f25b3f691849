"""The metrics endpoint as an actor; it has threads of its own, and no other part waits for it."""

from collections.abc import Awaitable, Callable

import trio
from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector, start_http_server

from oodaemon.actors.child import Child
from oodaemon.errors import ConfigurationError
from oodaemon.metrics.collector import DaemonCollector, Scrape


class MetricsServer:
    """Serves /metrics on one address; port 0 takes a free one. `take` gathers a scrape on the trio side."""

    def __init__(self, *, host: str, port: int, version: str, boot: int, take: Callable[[], Awaitable[Scrape]]) -> None:
        self._host, self._port, self._version, self._boot, self._take = host, port, version, boot, take
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
        try:
            server, thread = start_http_server(self._port, self._host, registry=registry)
        except OSError as error:
            reason = f"http: cannot serve metrics at {self._host}:{self._port}: {error.strerror}; set another OODAEMON_HTTP, or off"
            raise ConfigurationError([reason]) from error
        registry.register(DaemonCollector(self._version, self._boot, take))
        try:
            self._address = f"{self._host}:{server.server_port}"
            child.progress(self._address)
            task_status.started()
            await trio.sleep_forever()
        finally:
            self._address = ""
            with trio.CancelScope(shield=True):
                await trio.to_thread.run_sync(server.shutdown)
                server.server_close()
                await trio.to_thread.run_sync(thread.join)

    async def _gather(self) -> Scrape:
        return await self._take()

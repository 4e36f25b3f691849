"""The HTTP server of the console as an actor: it listens at once, and loads its pages when somebody first comes."""

import datetime
import socket
import time
from collections.abc import Awaitable, Callable

import trio

from oodaemon.actors.child import Child
from oodaemon.clock import SECONDS
from oodaemon.console.means import Means
from oodaemon.console.sessions import LINK_LIFE
from oodaemon.errors import ConfigurationError, Unavailable

CONNECTIONS = 64
BACKLOG = 64
Talk = Callable[[trio.SocketStream], Awaitable[None]]


class ConsoleServer:
    """Serves the console on one loopback address; port 0 takes a free one."""

    def __init__(self, host: str, port: int, means: Means) -> None:
        self._host, self._port, self._means = host, port, means
        self._address = ""
        self._connections = 0
        self._loading = trio.Lock()
        self._talk: Talk | None = None

    @property
    def address(self) -> str:
        """Where it serves, as HOST:PORT; empty while it does not."""
        return self._address

    def link(self) -> tuple[str, datetime.datetime]:
        """A link that lets a person act, and when it expires. Raises Unavailable while nothing is served."""
        if not self._address:
            raise Unavailable(f"the console does not serve at {self._host}:{self._port} yet; `ooctl tree` says why")
        expires_at = self._means.wall_clock() + datetime.timedelta(seconds=LINK_LIFE)
        return f"http://{self._address}/open/{self._means.sessions.link()}", expires_at

    async def start(self, child: Child, /, *, task_status: trio.TaskStatus[None]) -> None:
        """Serve until cancelled. Raises ConfigurationError when the address is taken."""
        with self._listen() as listener:
            bound: int = listener.getsockname()[1]
            self._talk = None
            accepting = trio.SocketListener(trio.socket.from_stdlib_socket(listener))
            async with trio.open_nursery() as nursery:
                await nursery.start(trio.serve_listeners, self._converse, [accepting])
                shown = f"[{self._host}]" if ":" in self._host else self._host
                self._address = f"{shown}:{bound}"
                try:
                    child.progress(self._address)
                    task_status.started()
                    await trio.sleep_forever()
                finally:
                    self._address = ""

    def _listen(self) -> socket.socket:
        listener = socket.socket(socket.AF_INET6 if ":" in self._host else socket.AF_INET)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((self._host, self._port))
            listener.listen(BACKLOG)
        except OSError as error:
            listener.close()
            at = f"{self._host}:{self._port}"
            reason = f"console: cannot serve at {at}: {error.strerror}; set another OODAEMON_CONSOLE, or off"
            raise ConfigurationError([reason]) from error
        return listener

    async def _converse(self, stream: trio.SocketStream) -> None:
        """Never raises: what goes wrong in a conversation is no reason to end the others."""
        if self._connections >= CONNECTIONS:
            await trio.aclose_forcefully(stream)
            return
        self._connections += 1
        try:
            talk = await self._loaded()
            await talk(stream)
        finally:
            self._connections -= 1
            with trio.CancelScope(shield=True), trio.move_on_after(1 * SECONDS):
                await trio.aclose_forcefully(stream)

    async def _loaded(self) -> Talk:
        async with self._loading:
            if self._talk is None:
                self._talk = await trio.to_thread.run_sync(_load, self._means, self._address)
        return self._talk


def _load(means: Means, address: str) -> Talk:
    """Import the frameworks, which takes half a second that a daemon without visitors need not spend."""
    from oodaemon.console.conversation import talk_of
    from oodaemon.console.site import application

    return talk_of(application(means, address))


def monotonic() -> float:
    """A clock for sessions."""
    return time.monotonic()

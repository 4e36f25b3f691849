"""The remote listener as an actor: a gRPC server of its own for those who come over the network, with a guard and a door."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import trio

from oodaemon.actors.child import Child
from oodaemon.failures.throttle import Throttle
from oodaemon.rpc.address import Address
from oodaemon.rpc.boundary import Gate
from oodaemon.rpc.certificates import CertificateFiles, Certificates
from oodaemon.rpc.front import Front
from oodaemon.rpc.guard import Guard
from oodaemon.rpc.server import Server, Service
from oodaemon.vault.tokens import TokenBook

SUFFIX = ".tls"
"""The socket behind the door is called as the daemon's own, with this behind."""


@dataclass(frozen=True, slots=True)
class Door:
    """Where the remote listener listens, with which certificate, and the daemon's own socket, beside which its own lies."""

    address: Address
    files: CertificateFiles
    beside: Path


class Remote:
    """Serves the same services as the socket of the daemon, to those who bring a token. The other server does not depend on it."""

    def __init__(self, door: Door, local: Server, services: Sequence[Service], book: TokenBook, gate: Gate) -> None:
        """`local` is the server whose counts those of this one join."""
        self._door, self._local, self._services, self._book, self._gate = door, local, services, book, gate
        self._address = ""

    @property
    def address(self) -> str:
        """Where it listens, as HOST:PORT; empty while it does not."""
        return self._address

    async def start(self, child: Child, /, *, task_status: trio.TaskStatus[None]) -> None:
        """Bind, acknowledge, serve until cancelled. Raises ConfigurationError for a port or a certificate that cannot be used."""
        inner = self._door.beside.with_name(self._door.beside.name + SUFFIX)
        front = Front(self._door.address, Certificates(self._door.files), inner, Throttle(trio.current_time))
        guard = Guard(self._book, Throttle(trio.current_time), front.peer_of)
        server = Server(Address(path=inner), self._services, gate=self._gate, guard=guard, calls=self._local.calls)
        async with front.listening() as listeners, trio.open_nursery() as nursery:
            await nursery.start(server.start, child)
            self._address = _told(self._door.address, listeners)
            try:
                child.progress(self._address)
                task_status.started()
                await front.serve(listeners)
            finally:
                self._address = ""


def _told(address: Address, listeners: Sequence[trio.SocketListener]) -> str:
    return f"{address.host}:{listeners[0].socket.getsockname()[1]}"

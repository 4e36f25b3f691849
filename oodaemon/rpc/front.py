"""The door to the network: ends TLS, and hands each connection to the gRPC server on a socket of its own.

gRPC could end TLS itself, but says nothing of a handshake that failed: neither that somebody knocked nor who. Here every connection
that is refused is logged with its address, and slow ones cannot hold a place. The server behind it knows a connection by the name
that its socket is bound to.
"""

import contextlib
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import structlog
import trio

from oodaemon.clock import SECONDS
from oodaemon.errors import ConfigurationError
from oodaemon.failures.throttle import Throttle
from oodaemon.rpc.address import Address
from oodaemon.rpc.certificates import ALPN, Certificates

log = structlog.get_logger()

HANDSHAKE = 10 * SECONDS
MOST = 256
"""Connections at a time; a client needs one."""
CHUNK = 64 * 1024
ENDED = "it ended the handshake; it may not trust the certificate"
GONE = ("UNEXPECTED_EOF_WHILE_READING", "TLSV1_ALERT_UNKNOWN_CA")
"""How OpenSSL calls a peer that goes away in the middle, with and without a word."""


class Front:
    """Accepts connections for the server that listens at `inner`, a socket only this user can reach."""

    def __init__(self, address: Address, certificates: Certificates, inner: Path, throttle: Throttle) -> None:
        self._address, self._certificates, self._inner, self._throttle = address, certificates, inner, throttle
        self._peers: dict[str, str] = {}
        self._count = 0
        self.open = 0
        """Connections that are open."""

    def peer_of(self, grpc_peer: str) -> str:
        """The address, as HOST:PORT, of what the server behind calls a peer."""
        return self._peers.get(grpc_peer.rpartition(".")[2], "unknown")

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[list[trio.SocketListener]]:
        """The sockets that are bound. Raises ConfigurationError; a port another daemon has is one that cannot be bound."""
        try:
            found = await trio.open_tcp_listeners(self._address.port, host=self._address.host.strip("[]"))
        except OSError as error:
            reason = f"listen_tcp: cannot bind {self._address}: {error.strerror or error}; another program may use it"
            raise ConfigurationError([reason]) from error
        try:
            yield found
        finally:
            for listener in found:
                await trio.aclose_forcefully(listener)

    async def serve(self, listeners: list[trio.SocketListener]) -> None:
        """Accept until cancelled."""
        async with trio.open_nursery() as nursery:
            await trio.serve_listeners(self._welcome, listeners, handler_nursery=nursery)

    async def _welcome(self, stream: trio.SocketStream) -> None:
        """One connection, to its end; nothing that goes wrong with it concerns anybody else."""
        peer = _peer(stream)
        try:
            if self.open >= MOST:
                self._refused(peer, f"{MOST} connections are open")
                return
            self.open += 1
            try:
                await self._secure(stream, peer)
            finally:
                self.open -= 1
        finally:
            await trio.aclose_forcefully(stream)

    async def _secure(self, stream: trio.SocketStream, peer: str) -> None:
        secure = trio.SSLStream(stream, self._certificates.context(), server_side=True, https_compatible=True)
        with trio.move_on_after(HANDSHAKE) as patience:
            try:
                await secure.do_handshake()
            except (trio.BrokenResourceError, trio.ClosedResourceError, ssl.SSLError, OSError) as error:
                self._refused(peer, _reason(error))
                return
        if patience.cancelled_caught:
            self._refused(peer, f"no handshake within {HANDSHAKE:g} s")
        elif secure.selected_alpn_protocol() != ALPN:
            self._refused(peer, "does not speak HTTP/2")
        else:
            await self._connect(secure, peer)

    async def _connect(self, secure: "trio.SSLStream[trio.SocketStream]", peer: str) -> None:
        self._count += 1
        name = str(self._count)
        inner = trio.socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        place = self._inner.with_name(f"{self._inner.name}.{name}")
        self._peers[name] = peer
        try:
            with contextlib.closing(inner):
                place.unlink(missing_ok=True)
                await inner.bind(str(place))
                try:
                    await inner.connect(str(self._inner))
                finally:
                    place.unlink(missing_ok=True)
                await _exchange(secure, trio.SocketStream(inner))
        except OSError as error:
            log.error("a connection could not be handed on", peer=peer, reason=str(error))
        finally:
            self._peers.pop(name, None)

    def _refused(self, peer: str, reason: str) -> None:
        """Log it, unless this address filled enough of the log already. It is not kept out: others may come from there too."""
        if self._throttle.refusal(peer) <= 0:
            self._throttle.fail(peer)
            log.warning("refused", peer=peer, reason=reason)


async def _exchange(one: trio.abc.Stream, other: trio.abc.Stream) -> None:
    """Carry bytes both ways until either side ends."""
    async with trio.open_nursery() as nursery:
        nursery.start_soon(_carry, one, other, nursery.cancel_scope)
        nursery.start_soon(_carry, other, one, nursery.cancel_scope)


async def _carry(source: trio.abc.ReceiveStream, target: trio.abc.SendStream, scope: trio.CancelScope) -> None:
    with contextlib.suppress(trio.BrokenResourceError, trio.ClosedResourceError, ssl.SSLError, OSError):
        while data := await source.receive_some(CHUNK):
            await target.send_all(data)
    with trio.move_on_after(1 * SECONDS):
        with contextlib.suppress(trio.BrokenResourceError, trio.ClosedResourceError, ssl.SSLError, OSError):
            await target.aclose()
    scope.cancel()


def _peer(stream: trio.SocketStream) -> str:
    try:
        host, port = stream.socket.getpeername()[:2]
    except OSError:
        return "unknown"
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _reason(error: BaseException) -> str:
    """What was wrong with a handshake, for the log: the word that OpenSSL has for it."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLError) and seen.reason:
            return ENDED if seen.reason in GONE else seen.reason.replace("_", " ").lower()
        seen = seen.__cause__ or seen.__context__
    return ENDED

"""The remote listener of a service, and clients that come to it from outside."""

import datetime
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import grpc
import trio
from google.rpc import status_pb2
from grpc_status import rpc_status

from oodaemon.app import certificate
from oodaemon.app.certificate import Made
from oodaemon.clock import utc_now
from oodaemon.model.tokens import Scope
from oodaemon.rpc.address import Address
from oodaemon.rpc.certificates import CertificateFiles
from oodaemon.rpc.remote import Door, Remote
from tests.integration.rpc.support import Service, Stubs, child

T = TypeVar("T")

OWN = (("grpc.use_local_subchannel_pool", 1),)
"""A connection of its own for every channel."""


def make(folder: Path, *names: str, days: int = 3) -> Made:
    """A certificate that is good for this machine."""
    return certificate.make(folder, names, days=days, now=utc_now())


@dataclass
class Outside:
    """A remote listener, as those see it who come to it."""

    service: Service
    remote: Remote
    made: Made

    @property
    def address(self) -> str:
        return self.remote.address

    def channel(self, token: str, *, ca: Path | None = None, own: Made | None = None) -> Any:
        """A client with this token that trusts this certificate, with one of its own if any."""
        trusted = (ca or self.made.cert).read_bytes()
        pair = (own.key.read_bytes(), own.cert.read_bytes()) if own else (None, None)
        secure = grpc.ssl_channel_credentials(trusted, *pair)
        if token:
            secure = grpc.composite_channel_credentials(secure, grpc.access_token_call_credentials(token))
        return grpc.secure_channel(self.address, secure, options=OWN)

    async def ask(self, token: str, question: Callable[[Stubs], T], **how: Any) -> T:
        """Put a question with a client of its own, in a thread."""

        def put() -> T:
            with self.channel(token, **how) as channel:
                return question(Stubs(channel))

        return await trio.to_thread.run_sync(put)

    async def refusal(
        self, token: str, question: Callable[[Stubs], object], **how: Any
    ) -> tuple[grpc.StatusCode, status_pb2.Status]:
        """The status with which a question is refused, and its details."""

        def put() -> tuple[grpc.StatusCode, status_pb2.Status]:
            with self.channel(token, **how) as channel:
                try:
                    answer = question(Stubs(channel))
                except grpc.RpcError as error:
                    found = rpc_status.from_call(error)
                    return error.code(), found if found is not None else status_pb2.Status(message=error.details())
                raise AssertionError(f"it was answered: {answer}")

        return await trio.to_thread.run_sync(put)

    async def token(self, name: str = "laptop", scope: Scope = Scope.CONTROL, *, lasts: datetime.timedelta | None = None) -> str:
        """The text of a new token."""
        return (await self.service.parts.tokens.create(name, scope, lasts))[1]


def door(service: Service, made: Made, *, client_ca: Path | None = None, port: int = 0) -> Door:
    """Where a service would listen."""
    beside = service.parts.settings.address.path
    assert beside is not None
    return Door(Address(host="127.0.0.1", port=port), CertificateFiles(made.cert, made.key, client_ca), beside)


def listener(service: Service, where: Door) -> Remote:
    """A remote listener that offers what the service does."""
    return Remote(where, service.parts.server, offered(service), service.parts.tokens, service.parts.gate)


def offered(service: Service) -> Sequence[Any]:
    return service.parts.server._services


@asynccontextmanager
async def listening(service: Service, *, client_ca: Path | None = None) -> AsyncIterator[Outside]:
    """The service with a remote listener on a free port, until the block is left."""
    made = make(service.folder / "tls")
    remote = listener(service, door(service, made, client_ca=client_ca))
    async with trio.open_nursery() as nursery:
        await nursery.start(remote.start, child("remote"))
        yield Outside(service, remote, made)
        nursery.cancel_scope.cancel()

"""The gRPC server as an actor."""

import inspect
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import grpc
import trio
from google.protobuf.descriptor import ServiceDescriptor
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1.health import aio as health
from grpc_reflection.v1alpha import _base as reflection_base
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from oodaemon.actors.child import Child
from oodaemon.bridge.loop import call
from oodaemon.clock import SECONDS
from oodaemon.errors import ConfigurationError
from oodaemon.rpc.address import Address, held
from oodaemon.rpc.boundary import Boundary, Gate
from oodaemon.rpc.calls import Calls

STOP_GRACE = 0.5 * SECONDS
MAX_REQUEST = 40 * 1024 * 1024
"""Bytes of a request. Imported files are the only large ones; TradeService refuses them with a sentence before this is reached."""
OPTIONS = (
    ("grpc.so_reuseport", 0),
    ("grpc.max_receive_message_length", MAX_REQUEST),
    # A stopped client is noticed after 40 s; grpc.keepalive_timeout_ms never takes effect, ping_timeout does.
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.http2.ping_timeout_ms", 10_000),
    ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
)


@dataclass(frozen=True, slots=True)
class Service:
    """One service: its descriptor, the servicer and the function that adds it to a server."""

    descriptor: ServiceDescriptor
    servicer: object
    register: Callable[[Any, Any], None]


def check(services: Sequence[Service]) -> None:
    """Raise TypeError unless every method is literally a coroutine function; grpc would run any other one in a thread."""
    for service in services:
        for method in service.descriptor.methods:
            if not inspect.iscoroutinefunction(getattr(service.servicer, method.name)):
                raise TypeError(f"{service.descriptor.full_name}.{method.name} is no async def")


class Reflection(reflection_base.BaseReflectionServicer):  # type: ignore[misc]  # untyped package
    """Reflection that reads with `context.read`; the packaged one iterates, which the bridged loop cannot do."""

    async def ServerReflectionInfo(self, request_iterator: Any, context: Any) -> None:
        """See reflection.proto."""
        while (request := await context.read()) is not grpc.aio.EOF:
            await context.write(self._answer(request))

    def _answer(self, request: reflection_pb2.ServerReflectionRequest) -> reflection_pb2.ServerReflectionResponse:
        match request.WhichOneof("message_request"):
            case "file_by_filename":
                return self._file_by_filename(request, request.file_by_filename)
            case "file_containing_symbol":
                return self._file_containing_symbol(request, request.file_containing_symbol)
            case "list_services":
                return self._list_services(request)
            case _:
                code, text = grpc.StatusCode.UNIMPLEMENTED.value
                failed = reflection_pb2.ErrorResponse(error_code=code, error_message=text)
                return reflection_pb2.ServerReflectionResponse(error_response=failed, original_request=request)


class Server:
    """Serves until it is cancelled. Streams of watchers should have been ended before; others are cut after half a second."""

    def __init__(
        self,
        address: Address,
        services: Sequence[Service],
        *,
        gate: Gate | None = None,
        guard: grpc.aio.ServerInterceptor | None = None,
        calls: Calls | None = None,
    ) -> None:
        """`guard` is asked before everything else, where not everybody who can connect may do everything; `calls` counts, for
        several servers where it is given.
        """
        check(services)
        self._address, self._services, self._gate, self._guard = address, services, gate, guard
        health_check: Any = health_pb2.DESCRIPTOR.services_by_name["Health"]
        self.calls = calls or Calls([*(service.descriptor for service in services), health_check])
        """Counts of what was asked of it."""

    async def start(self, child: Child, /, *, task_status: trio.TaskStatus[None]) -> None:
        """Bind, acknowledge, serve. Raises ConfigurationError when the address cannot be used."""
        with held(self._address):
            server, checks = await call(self._open)
            try:
                child.progress(str(self._address))
                task_status.started()
                await trio.sleep_forever()
            finally:
                with trio.CancelScope(shield=True), trio.move_on_after(4 * STOP_GRACE), suppress(grpc.aio.InternalError):
                    await call(checks.enter_graceful_shutdown)
                    await call(server.stop, STOP_GRACE)

    async def _open(self) -> tuple[grpc.aio.Server, Any]:
        guards = [self._guard] if self._guard else []
        server = grpc.aio.server(interceptors=[self.calls, *guards, Boundary(self._gate)], options=OPTIONS)
        checks = health.HealthServicer()
        names = [service.descriptor.full_name for service in self._services]
        for service in self._services:
            service.register(service.servicer, server)
        health_pb2_grpc.add_HealthServicer_to_server(checks, server)
        everything = [
            *names,
            health_pb2.DESCRIPTOR.services_by_name["Health"].full_name,
            "grpc.reflection.v1alpha.ServerReflection",
        ]
        reflection_pb2_grpc.add_ServerReflectionServicer_to_server(Reflection(everything), server)
        self._bind(server)
        await server.start()
        for name in ["", *names]:
            await checks.set(name, health_pb2.HealthCheckResponse.SERVING)
        return server, checks

    def _bind(self, server: grpc.aio.Server) -> None:
        before = os.umask(0o177)
        try:
            if server.add_insecure_port(str(self._address)) == 0:
                raise RuntimeError("no port")
        except RuntimeError as error:
            raise ConfigurationError([f"listen: cannot bind {self._address}; another program may use it"]) from error
        finally:
            os.umask(before)

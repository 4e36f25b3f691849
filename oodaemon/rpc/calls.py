"""Calls of the service counted as go-grpc-prometheus does: who was called, how it ended, how long it took."""

import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf.descriptor import ServiceDescriptor

from oodaemon.bridge.loop import Cancelled
from oodaemon.histogram import Histogram, HistogramStatistics

BUCKETS = (0.005, 0.025, 0.1, 0.5, 2.5, 10.0)
"""Upper bounds in seconds. Few, for there are many methods."""
UNARY, SERVER_STREAM = "unary", "server_stream"
CODES = (
    *("OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED"),
    *("FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "INTERNAL", "UNAVAILABLE", "UNAUTHENTICATED"),
)
"""The codes that we give; any other counts as UNKNOWN."""


Method = tuple[str, str, str]
"""UNARY or SERVER_STREAM, the service with its package, and the name: the labels grpc_type, grpc_service and grpc_method."""


@dataclass(frozen=True, slots=True)
class CallStatistics:
    """Calls since the start: begun by method, ended by method and code (see CODES), and how long those that ended took."""

    started: Mapping[Method, int]
    handled: Mapping[tuple[Method, str], int]
    durations: Mapping[Method, HistogramStatistics]


class Calls(grpc.aio.ServerInterceptor):
    """Counts; belongs in front of whatever turns errors into statuses, so that it sees what clients see.

    Only methods of the services it was told of are counted: no client can make up new ones.
    """

    def __init__(self, services: Iterable[ServiceDescriptor]) -> None:
        self._methods = {
            f"/{service.full_name}/{method.name}": _method(service, method) for service in services for method in service.methods
        }
        self._started: Counter[Method] = Counter(dict.fromkeys(self._methods.values(), 0))
        self._handled: Counter[tuple[Method, str]] = Counter(
            dict.fromkeys(((method, code) for method in self._methods.values() for code in CODES), 0)
        )
        self._durations = {method: Histogram(*BUCKETS) for method in self._methods.values()}

    def statistics(self) -> CallStatistics:
        """The counts now."""
        durations = {method: times.statistics() for method, times in self._durations.items()}
        return CallStatistics(dict(self._started), dict(self._handled), durations)

    async def intercept_service(self, continuation: Callable[[Any], Awaitable[Any]], details: Any) -> Any:
        """See grpc.aio.ServerInterceptor."""
        handler = await continuation(details)
        method = self._methods.get(details.method)
        if handler is None or method is None:
            return handler
        rest = {"request_deserializer": handler.request_deserializer, "response_serializer": handler.response_serializer}
        if handler.unary_unary is not None:
            return grpc.unary_unary_rpc_method_handler(self._counted(handler.unary_unary, method), **rest)
        if handler.unary_stream is not None:
            return grpc.unary_stream_rpc_method_handler(self._counted(handler.unary_stream, method), **rest)
        if handler.stream_stream is not None:  # in the place of a method of either kind whose caller is refused, see `rpc.guard`
            return grpc.stream_stream_rpc_method_handler(self._counted(handler.stream_stream, method), **rest)
        return handler

    def _counted(self, handler: Callable[[Any, Any], Awaitable[Any]], method: Method) -> Callable[[Any, Any], Awaitable[Any]]:
        async def counted(request: Any, context: Any) -> Any:
            began, code = time.perf_counter(), "UNKNOWN"
            self._started[method] += 1
            try:
                answer = await handler(request, context)
                code = "OK"
            except grpc.aio.AbortError:
                code = _code(context)
                raise
            except Cancelled:
                code = "CANCELLED"
                raise
            else:
                return answer
            finally:
                self._handled[method, code] += 1
                self._durations[method].add(time.perf_counter() - began)

        return counted


def _method(service: ServiceDescriptor, method: Any) -> Method:
    return SERVER_STREAM if method.server_streaming else UNARY, service.full_name, method.name


def _code(context: Any) -> str:
    """The name of the status that was given; grpc keeps it as a number."""
    given = context.code()
    number = given.value[0] if isinstance(given, grpc.StatusCode) else given
    name = next((code.name for code in grpc.StatusCode if code.value[0] == number), "UNKNOWN")
    return name if name in CODES else "UNKNOWN"

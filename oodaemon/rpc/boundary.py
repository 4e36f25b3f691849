"""Where errors become statuses: one table, one interceptor. No text of an unexpected error reaches a client."""

import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import grpc
import structlog
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_status import rpc_status

from oodaemon.bridge.loop import Cancelled
from oodaemon.errors import (
    Aborted,
    AlreadyExists,
    CursorTooOld,
    FailedPrecondition,
    InvalidArgument,
    LimitReached,
    NotFound,
    OODaemonError,
    SignInRefused,
    Unavailable,
)
from oodaemon.rpc.prepared import serializer

log = structlog.get_logger()

DOMAIN = "oodaemon"
LATER = error_details_pb2.RetryInfo(retry_delay=Duration(seconds=2))
READS = (
    *("Get", "List", "Find", "Watch", "Check", "Dump", "Export", "Plan", "ReadLogs", "ServerReflectionInfo"),
    *("Recommend", "Best", "Compare", "Robustness", "MonteCarlo", "WalkForwardReport"),
)
"""How methods that change nothing are called."""
CODES: dict[type[OODaemonError], int] = {
    InvalidArgument: code_pb2.INVALID_ARGUMENT,
    NotFound: code_pb2.NOT_FOUND,
    FailedPrecondition: code_pb2.FAILED_PRECONDITION,
    Aborted: code_pb2.ABORTED,
    AlreadyExists: code_pb2.ALREADY_EXISTS,
    LimitReached: code_pb2.RESOURCE_EXHAUSTED,
    Unavailable: code_pb2.UNAVAILABLE,
    SignInRefused: code_pb2.UNAUTHENTICATED,
    CursorTooOld: code_pb2.OUT_OF_RANGE,
}
"""The first that fits counts: a limit is a kind of Unavailable."""

Handler = Callable[[Any, Any], Awaitable[Any]]


def unwrapped(error: BaseException) -> BaseException:
    """The exception inside groups of one."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error


def status_of(error: OODaemonError) -> status_pb2.Status | None:
    """The status of an error of ours; None for one no client can do anything about."""
    code = next((code for kind, code in CODES.items() if isinstance(error, kind)), None)
    if code is None:
        return None
    status = status_pb2.Status(code=code, message=str(error))
    for detail in _details(error):
        packed = AnyMessage()
        packed.Pack(detail)
        status.details.append(packed)
    return status


def _details(error: OODaemonError) -> list[Message]:
    match error:
        case InvalidArgument():
            fields = [
                error_details_pb2.BadRequest.FieldViolation(field=v.field, description=v.description) for v in error.violations
            ]
            return [error_details_pb2.BadRequest(field_violations=fields)]
        case NotFound():
            return [error_details_pb2.ResourceInfo(resource_type=error.kind, resource_name=error.ref)]
        case LimitReached():
            violation = error_details_pb2.QuotaFailure.Violation(subject=error.what, description=f"at most {error.most} at once")
            return [error_details_pb2.QuotaFailure(violations=[violation]), LATER]
        case Unavailable():
            return [LATER]
        case CursorTooOld():
            return [error_details_pb2.ErrorInfo(reason="COMPACTED", domain=DOMAIN, metadata={"oldest": str(error.oldest)})]
        case FailedPrecondition():
            unmet = error_details_pb2.PreconditionFailure.Violation(type="PHASE", description=str(error))
            return [error_details_pb2.PreconditionFailure(violations=[unmet])]
        case _:
            return []


def changes_nothing(method: str) -> bool:
    """True for a method that only looks, told by its full name."""
    return method.rpartition("/")[2].startswith(READS)


class Gate:
    """Lets every request in until it is closed, and from then on only those that change nothing."""

    def __init__(self) -> None:
        self._reason = ""

    def close(self, reason: str) -> None:
        """From now on whoever wants to change something is told to try again later, for this reason."""
        self._reason = reason

    def check(self, method: str) -> None:
        """Raise Unavailable for a method that changes something, told by its name, once the gate is closed."""
        if self._reason and not changes_nothing(method):
            raise Unavailable(self._reason)


class Boundary(grpc.aio.ServerInterceptor):
    """Wraps every handler: errors of ours get their status, others an id that the log explains."""

    def __init__(self, gate: Gate | None = None) -> None:
        self._gate = gate or Gate()

    async def intercept_service(self, continuation: Callable[[Any], Awaitable[Any]], details: Any) -> Any:
        """See grpc.aio.ServerInterceptor."""
        handler = await continuation(details)
        if handler is None:
            return None
        written = serializer(handler.response_serializer)
        rest = {"request_deserializer": handler.request_deserializer, "response_serializer": written}
        if handler.unary_unary is not None:
            return grpc.unary_unary_rpc_method_handler(_bounded(handler.unary_unary, details.method, self._gate), **rest)
        if handler.unary_stream is not None:
            return grpc.unary_stream_rpc_method_handler(_bounded(handler.unary_stream, details.method, self._gate), **rest)
        return handler


def _bounded(handler: Handler, method: str, gate: Gate) -> Handler:
    async def bounded(request: Any, context: Any) -> Any:
        try:
            gate.check(method)
            return await handler(request, context)
        except Cancelled:
            # Without a status a client that did not cancel would wait for ever.
            with suppress(grpc.aio.InternalError, grpc.aio.AbortError):
                await context.abort(grpc.StatusCode.UNAVAILABLE, "the daemon is shutting down")
            raise
        except grpc.aio.AbortError:
            raise
        except grpc.aio.InternalError as error:
            raise Cancelled from error  # the client left while something was written to it
        except BaseException as error:  # noqa: ASYNC103, BLE001 - the boundary: nothing passes without a status
            await _abort(context, unwrapped(error), method)  # noqa: ASYNC102 - asyncio-flavoured: trio scopes do not apply

    return bounded


async def _abort(context: Any, error: BaseException, method: str) -> None:
    status = status_of(error) if isinstance(error, OODaemonError) else None
    if status is None:
        error_id = secrets.token_hex(4)
        log.error("request failed", method=method, error_id=error_id, exc_info=error)
        status = status_pb2.Status(code=code_pb2.INTERNAL, message=f"the daemon failed; its log explains error {error_id}")
    await context.abort_with_status(rpc_status.to_status(status))

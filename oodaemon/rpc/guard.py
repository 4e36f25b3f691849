"""Who comes in over the network: every method needs a token, before anything of ours sees the request.

Whoever is refused learns one of three sentences and nothing else: not whether a method exists, a token is known, or has expired.
"""

from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Any

import grpc
import structlog
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.duration_pb2 import Duration
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_status import rpc_status

from oodaemon.bridge.loop import call_trio, while_waiting
from oodaemon.failures.throttle import Throttle
from oodaemon.model.tokens import Scope, Token
from oodaemon.rpc.boundary import changes_nothing
from oodaemon.vault.tokens import TokenBook

log = structlog.get_logger()

UNAUTHENTICATED = "a valid token is needed"
DENIED = "this token does not allow that"
LATER = "too many attempts failed; try again later"
SCHEME = "bearer "
LOCAL_ONLY = ("/oodaemon.api.v1.TokenService/", "/oodaemon.api.v1.AccountService/Sign", "/oodaemon.api.v1.ConsoleService/")
"""Beginnings of the methods that no token opens: making tokens, handing over or taking away passwords, links to the console."""

PeerOf = Callable[[str], str]


def allows(token: Token, method: str) -> bool:
    """Whether a token opens a method, told by its full name. What nobody thought of needs the scope control."""
    if method.startswith(LOCAL_ONLY):
        return False
    return token.scope is Scope.CONTROL or changes_nothing(method)


def bearer(metadata: Iterable[Any]) -> str:
    """The token a call brought; empty without one."""
    for name, value in metadata or ():
        if name == "authorization" and isinstance(value, str) and value[: len(SCHEME)].lower() == SCHEME:
            return value[len(SCHEME) :].strip()
    return ""


class Guard(grpc.aio.ServerInterceptor):
    """Stands before every other interceptor of the remote server. `peer_of` turns what gRPC calls a peer into an address."""

    def __init__(self, book: TokenBook, throttle: Throttle, peer_of: PeerOf) -> None:
        self._book, self._throttle, self._peer_of = book, throttle, peer_of

    async def intercept_service(self, continuation: Callable[[Any], Awaitable[Any]], details: Any) -> Any:
        """See grpc.aio.ServerInterceptor."""
        text = bearer(details.invocation_metadata)
        token = self._book.verify(text)
        if token is None:
            # A method that reads nothing: the request of somebody unknown is not even parsed.
            refuse = partial(self._refuse, method=details.method, reason="unknown or expired token" if text else "no token")
            return grpc.stream_stream_rpc_method_handler(_coroutine(refuse))
        if not allows(token, details.method):
            return grpc.stream_stream_rpc_method_handler(_coroutine(partial(self._deny, method=details.method, token=token)))
        return self._wrapped(await continuation(details), token)

    def _wrapped(self, handler: Any, token: Token) -> Any:
        if handler is None:
            return None
        rest = {"request_deserializer": handler.request_deserializer, "response_serializer": handler.response_serializer}
        if handler.unary_unary is not None:
            return grpc.unary_unary_rpc_method_handler(self._noted(handler.unary_unary, token), **rest)
        if handler.unary_stream is not None:
            return grpc.unary_stream_rpc_method_handler(self._until_over(handler.unary_stream, token), **rest)
        if handler.stream_stream is not None:
            return grpc.stream_stream_rpc_method_handler(self._until_over(handler.stream_stream, token), **rest)
        return None  # requests in streams: we have none

    def _noted(self, handler: Callable[..., Awaitable[Any]], token: Token) -> Callable[..., Awaitable[Any]]:
        async def noted(request: Any, context: Any) -> Any:
            await call_trio(self._book.note_use, token)
            return await handler(request, context)

        return noted

    def _until_over(self, handler: Callable[..., Awaitable[Any]], token: Token) -> Callable[..., Awaitable[Any]]:
        async def until_over(request: Any, context: Any) -> None:
            await call_trio(self._book.note_use, token)
            # Else it goes with the first frame, and while that is on its way no status can be sent: the client would wait for ever.
            await context.send_initial_metadata(())
            ended = partial(context.abort, grpc.StatusCode.UNAUTHENTICATED, UNAUTHENTICATED)
            await while_waiting(partial(handler, request, context), partial(self._book.wait_over, token), ended)

        return until_over

    async def _refuse(self, _: Any, context: Any, *, method: str, reason: str) -> None:
        peer = self._peer_of(context.peer())
        if (left := self._throttle.refusal(peer)) > 0:
            if self._throttle.is_first_refusal(peer):
                log.warning("refused unheard", peer=peer, method=method, seconds=round(left))
            await context.abort_with_status(rpc_status.to_status(_later(left)))
        self._throttle.fail(peer)
        log.warning("refused", peer=peer, method=method, reason=reason)
        await context.abort(grpc.StatusCode.UNAUTHENTICATED, UNAUTHENTICATED)

    async def _deny(self, _: Any, context: Any, *, method: str, token: Token) -> None:
        log.warning("refused", peer=self._peer_of(context.peer()), method=method, reason=f"not for token {token.name}")
        await context.abort(grpc.StatusCode.PERMISSION_DENIED, DENIED)


def _coroutine(refusal: Callable[[Any, Any], Awaitable[None]]) -> Callable[[Any, Any], Awaitable[None]]:
    """grpc runs whatever is not literally a coroutine function in a thread."""

    async def answer(requests: Any, context: Any) -> None:
        await refusal(requests, context)

    return answer


def _later(seconds: float) -> status_pb2.Status:
    status = status_pb2.Status(code=code_pb2.RESOURCE_EXHAUSTED, message=LATER)
    packed = AnyMessage()
    packed.Pack(error_details_pb2.RetryInfo(retry_delay=Duration(seconds=max(1, round(seconds)))))
    status.details.append(packed)
    return status

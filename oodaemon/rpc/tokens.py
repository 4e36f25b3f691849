"""TokenService: makes and revokes tokens. Answers on the daemon's own socket only; `guard` keeps everybody else from it."""

import datetime
from typing import Any

from oodaemon.api.v1 import tokens_pb2, tokens_pb2_grpc
from oodaemon.bridge.loop import call_trio
from oodaemon.clock import WallClock
from oodaemon.errors import InvalidArgument
from oodaemon.model.tokens import Scope, Token
from oodaemon.rpc.convert import timestamp
from oodaemon.vault.tokens import TokenBook

SCOPES = {Scope.READ: tokens_pb2.TOKEN_SCOPE_READ, Scope.CONTROL: tokens_pb2.TOKEN_SCOPE_CONTROL}
LONGEST = datetime.timedelta(days=3650)


class TokenServicer(tokens_pb2_grpc.TokenServiceServicer):
    """See tokens.proto."""

    def __init__(self, book: TokenBook, wall_clock: WallClock) -> None:
        self._book, self._wall_clock = book, wall_clock

    async def CreateToken(self, request: tokens_pb2.CreateTokenRequest, context: Any) -> tokens_pb2.CreateTokenResponse:
        """See tokens.proto."""
        scope = next((ours for ours, theirs in SCOPES.items() if theirs == request.scope), None)
        if scope is None:
            raise InvalidArgument.of("scope", "a token is for read or for control")
        token, text = await call_trio(self._book.create, request.name, scope, _lasts(request))
        return tokens_pb2.CreateTokenResponse(token=self._token(token), text=text)

    async def ListTokens(self, request: tokens_pb2.ListTokensRequest, context: Any) -> tokens_pb2.ListTokensResponse:
        """See tokens.proto."""
        return tokens_pb2.ListTokensResponse(tokens=[self._token(each) for each in self._book.listing()])

    async def RevokeToken(self, request: tokens_pb2.RevokeTokenRequest, context: Any) -> tokens_pb2.RevokeTokenResponse:
        """See tokens.proto."""
        await call_trio(self._book.revoke, request.name)
        return tokens_pb2.RevokeTokenResponse()

    def _token(self, token: Token) -> tokens_pb2.Token:
        wire = tokens_pb2.Token(
            name=token.name,
            scope=SCOPES[token.scope],
            created_at=timestamp(token.created_at),
            is_expired=not token.is_good(self._wall_clock()),
        )
        if token.expires_at is not None:
            wire.expires_at.CopyFrom(timestamp(token.expires_at))
        if token.last_used_at is not None:
            wire.last_used_at.CopyFrom(timestamp(token.last_used_at))
        return wire


def _lasts(request: tokens_pb2.CreateTokenRequest) -> datetime.timedelta | None:
    if not request.HasField("lasts"):
        return None
    if not 0 < request.lasts.seconds <= LONGEST.total_seconds():
        raise InvalidArgument.of("lasts", "a token lasts from a second to ten years; leave it out for one that is only revoked")
    return datetime.timedelta(seconds=request.lasts.seconds)

"""Tokens as the client asks for them. Importing this module imports grpc."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from google.protobuf.duration_pb2 import Duration

from ooctl.pacing import SECONDS
from oodaemon.api.v1 import tokens_pb2, tokens_pb2_grpc

if TYPE_CHECKING:
    import datetime

    import grpc
    from google.protobuf.timestamp_pb2 import Timestamp

    from ooctl.records import Record
    from ooctl.tradelogs import Ask

PATIENCE: Final = 30 * SECONDS
HINT: Final = '"ooctl token list" shows them'


class Tokens:
    """The tokens that a daemon knows. Every method raises ClientError."""

    def __init__(self, channel: grpc.Channel, ask: Ask) -> None:
        self._stub, self._ask = tokens_pb2_grpc.TokenServiceStub(channel), ask

    def create(self, name: str, scope: str, lasts: datetime.timedelta | None) -> tuple[Record, str]:
        """A new token for `scope` (read, control), and its text, which is told this once."""
        request = tokens_pb2.CreateTokenRequest(name=name, scope=tokens_pb2.TokenScope.Value(f"TOKEN_SCOPE_{scope.upper()}"))
        if lasts is not None:
            request.lasts.CopyFrom(Duration(seconds=round(lasts.total_seconds())))
        answer = self._ask(self._stub.CreateToken, request, timeout=PATIENCE, not_found=HINT)
        return _record(answer.token), answer.text

    def listing(self) -> list[Record]:
        """The tokens by name."""
        answer = self._ask(self._stub.ListTokens, tokens_pb2.ListTokensRequest(), timeout=PATIENCE, not_found=HINT)
        return [_record(each) for each in answer.tokens]

    def revoke(self, name: str) -> None:
        """Have a token forgotten."""
        self._ask(self._stub.RevokeToken, tokens_pb2.RevokeTokenRequest(name=name), timeout=PATIENCE, not_found=HINT)


def _record(token: tokens_pb2.Token) -> Record:
    return {
        "name": token.name,
        "scope": tokens_pb2.TokenScope.Name(token.scope).removeprefix("TOKEN_SCOPE_").lower(),
        "created_at": _time(token.created_at),
        "expires_at": _time(token.expires_at) if token.HasField("expires_at") else None,
        "last_used_at": _time(token.last_used_at) if token.HasField("last_used_at") else None,
        "is_expired": token.is_expired,
    }


def _time(moment: Timestamp) -> str:
    return moment.ToJsonString()

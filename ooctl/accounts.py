"""Accounts of the site as the client asks for them. Importing this module imports grpc.

What signs in is sent as it is and never written down: no journal of requests holds it, not even as a digest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ooctl.pacing import SECONDS
from oodaemon.api.v1 import accounts_pb2, accounts_pb2_grpc

if TYPE_CHECKING:
    import grpc

    from ooctl.records import Record
    from ooctl.tradelogs import Ask

SIGN_IN: Final = 150 * SECONDS
"""A browser opens the site and waits for what comes of it; a keyring may wait to be unlocked."""
PATIENCE: Final = 60 * SECONDS
HINT: Final = '"ooctl accounts" shows those there are'
PREFIX: Final = "ACCOUNT_PLACE_"


class Accounts:
    """The accounts that a daemon keeps. Every method raises ClientError."""

    def __init__(self, channel: grpc.Channel, ask: Ask) -> None:
        self._stub, self._ask = accounts_pb2_grpc.AccountServiceStub(channel), ask

    def sign_in(self, name: str, email: str, password: str, *, place: str) -> Record:
        """Have the account tried out on the site, and kept at `place` (keyring, file, memory) if the site lets it in."""
        where = accounts_pb2.AccountPlace.Value(PREFIX + place.upper())
        request = accounts_pb2.SignInRequest(name=name, email=email, password=password, place=where)
        return _record(self._ask(self._stub.SignIn, request, timeout=SIGN_IN, not_found=HINT).account)

    def sign_out(self, name: str) -> tuple[Record, bool]:
        """Have an account forgotten; what it was, and whether the settings of the daemon name it as well."""
        request = accounts_pb2.SignOutRequest(name=name)
        answer = self._ask(self._stub.SignOut, request, timeout=PATIENCE, not_found=HINT)
        return _record(answer.account), answer.is_still_set

    def listing(self) -> list[Record]:
        """The accounts by name."""
        answer = self._ask(self._stub.ListAccounts, accounts_pb2.ListAccountsRequest(), timeout=PATIENCE, not_found=HINT)
        return [_record(each) for each in answer.accounts]


def _record(account: accounts_pb2.Account) -> Record:
    return {
        "name": account.name,
        "site": account.site,
        "address": account.address,
        "place": accounts_pb2.AccountPlace.Name(account.place).removeprefix(PREFIX).lower(),
        "is_in_use": account.is_in_use,
        "has_session": account.has_session,
    }

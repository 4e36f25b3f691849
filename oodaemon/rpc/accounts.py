"""AccountService: accounts of the site. No answer and no log of it holds a password."""

from typing import Any

from oodaemon.api.v1 import accounts_pb2, accounts_pb2_grpc
from oodaemon.bridge.loop import call_trio
from oodaemon.dispatch.accounts import AccountDesk, Known
from oodaemon.errors import InvalidArgument
from oodaemon.vault.account import Login, Place

PLACES = {
    Place.KEYRING: accounts_pb2.ACCOUNT_PLACE_KEYRING,
    Place.FILE: accounts_pb2.ACCOUNT_PLACE_FILE,
    Place.MEMORY: accounts_pb2.ACCOUNT_PLACE_MEMORY,
}


class AccountServicer(accounts_pb2_grpc.AccountServiceServicer):
    """See accounts.proto."""

    def __init__(self, desk: AccountDesk) -> None:
        self._desk = desk

    async def SignIn(self, request: accounts_pb2.SignInRequest, context: Any) -> accounts_pb2.SignInResponse:
        """See accounts.proto."""
        login = Login(request.email.strip(), request.password)
        known = await call_trio(self._desk.sign_in, request.name, login, _place(request.place))
        return accounts_pb2.SignInResponse(account=_account(known))

    async def SignOut(self, request: accounts_pb2.SignOutRequest, context: Any) -> accounts_pb2.SignOutResponse:
        """See accounts.proto."""
        known, is_still_set = await call_trio(self._desk.sign_out, request.name)
        return accounts_pb2.SignOutResponse(account=_account(known), is_still_set=is_still_set)

    async def ListAccounts(self, request: accounts_pb2.ListAccountsRequest, context: Any) -> accounts_pb2.ListAccountsResponse:
        """See accounts.proto."""
        return accounts_pb2.ListAccountsResponse(accounts=[_account(each) for each in await call_trio(self._desk.listing)])


def _place(place: accounts_pb2.AccountPlace.ValueType) -> Place:
    if place == accounts_pb2.ACCOUNT_PLACE_UNSPECIFIED:
        return Place.KEYRING
    found = next((ours for ours, theirs in PLACES.items() if theirs == place), None)
    if found is None:
        raise InvalidArgument.of("place", "an account is kept in the keyring, in a file, or in memory")
    return found


def _account(known: Known) -> accounts_pb2.Account:
    return accounts_pb2.Account(
        name=known.key.name,
        site=known.key.site,
        address=known.address,
        place=accounts_pb2.ACCOUNT_PLACE_SETTINGS if known.place is None else PLACES[known.place],
        is_in_use=known.is_in_use,
        has_session=known.has_session,
    )

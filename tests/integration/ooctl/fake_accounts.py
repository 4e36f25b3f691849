"""The accounts of the scripted daemon."""

from __future__ import annotations

from oodaemon.api.v1 import accounts_pb2, accounts_pb2_grpc


def an_account(name: str = "default", *, place: int = accounts_pb2.ACCOUNT_PLACE_KEYRING) -> accounts_pb2.Account:
    return accounts_pb2.Account(
        name=name,
        site="https://optionomega.com",
        address="m…@e….com",
        place=place,
        is_in_use=name == "default",
        has_session=name == "default",
    )


class FakeAccounts(accounts_pb2_grpc.AccountServiceServicer):
    """Lets everybody in; the default account came from the settings."""

    def SignIn(self, request, context):  # noqa: N802 - named by the wire format
        self.state.take(request, context)
        return accounts_pb2.SignInResponse(account=an_account(request.name or "default", place=request.place))

    def SignOut(self, request, context):  # noqa: N802 - named by the wire format
        self.state.take(request, context)
        return accounts_pb2.SignOutResponse(account=an_account(request.name or "default"), is_still_set=not request.name)

    def ListAccounts(self, request, context):  # noqa: N802 - named by the wire format
        self.state.take(request, context)
        return accounts_pb2.ListAccountsResponse(
            accounts=[an_account(place=accounts_pb2.ACCOUNT_PLACE_SETTINGS), an_account("second")]
        )

"""Settings: what is in effect and where it comes from, and whether accounts are set. Nothing can be changed; no secret is shown."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from oodaemon.api.v1 import accounts_pb2, daemon_pb2
from oodaemon.console.home import browsers
from oodaemon.console.pages import Console

PLACES = {
    accounts_pb2.ACCOUNT_PLACE_KEYRING: "keyring of the system",
    accounts_pb2.ACCOUNT_PLACE_FILE: "encrypted file",
    accounts_pb2.ACCOUNT_PLACE_MEMORY: "memory of this daemon",
    accounts_pb2.ACCOUNT_PLACE_SETTINGS: "settings",
}


class SettingsPage:
    """The page."""

    def __init__(self, console: Console) -> None:
        self._console = console

    async def page(self, request: Request) -> Response:
        """The page."""
        accounts = await self._console.ask("AccountService.ListAccounts", accounts_pb2.ListAccountsRequest())
        status = await self._console.ask("DaemonService.GetStatus", daemon_pb2.GetStatusRequest())
        context = {
            "settings": await self._console.means.settings(),
            "accounts": accounts.accounts,
            "places_of_accounts": PLACES,
            "browsers": list(browsers(status.tree)),
            "daemon": status,
        }
        return self._console.page(request, "settings.html", **context)


def routes(console: Console) -> list[BaseRoute]:
    """The address of this page."""
    return [Route("/settings", SettingsPage(console).page, methods=["GET"])]

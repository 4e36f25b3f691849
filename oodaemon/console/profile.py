"""Profile: where the time of the last attempts went, of all of them and one by one; the page of a task shows its own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from google.protobuf.duration_pb2 import Duration
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from oodaemon.api.v1 import daemon_pb2
from oodaemon.console.pages import Console
from oodaemon.console.text import seconds

OWNERS: Final = {
    daemon_pb2.PROFILE_OWNER_SITE: ("site", "the site"),
    daemon_pb2.PROFILE_OWNER_POLITENESS: ("politeness", "politeness"),
    daemon_pb2.PROFILE_OWNER_PROOF: ("proof", "proof"),
    daemon_pb2.PROFILE_OWNER_DAEMON: ("daemon", "the daemon"),
}
"""Class of the colour and word, in the order of the bar."""
NEWEST: Final = 20


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a stacked bar: whose time it is, and its beginning and width in percent."""

    colour: str
    word: str
    begin: float
    width: float


def bar(parts: Sequence[daemon_pb2.ProfilePart]) -> list[Piece]:
    """The pieces of a bar, an owner each; those without any time are left out."""
    return list(_pieces(parts))


def _pieces(parts: Sequence[daemon_pb2.ProfilePart]) -> Iterator[Piece]:
    whole, begin = sum(part.share for part in parts), 0.0
    for owner, (colour, word) in OWNERS.items():
        width = 100 * sum(part.share for part in parts if part.owner == owner) / whole if whole else 0.0
        if width > 0:
            yield Piece(colour, word, begin, width)
        begin += width


def word_of(owner: "daemon_pb2.ProfileOwner.ValueType") -> str:
    """Whose time a part is, in words."""
    return OWNERS.get(owner, ("", "nobody known"))[1]


def milliseconds(value: Duration) -> str:
    """A duration in milliseconds."""
    return f"{1000 * seconds(value):,.0f}"


WORDS: Final[dict[str, Any]] = {"bar": bar, "word_of": word_of, "ms": milliseconds}
"""What the templates of a profile need."""


async def profile_of(console: Console, run_id: str, index: int) -> dict[str, Any]:
    """What `profile/task.html` needs: the attempts of a task that are remembered."""
    asked = daemon_pb2.GetProfileRequest(run_id=run_id, index=index, limit=NEWEST)
    return {"profile": await console.ask("DaemonService.GetProfile", asked), **WORDS}


class ProfilePage:
    """The page."""

    def __init__(self, console: Console) -> None:
        self._console = console

    async def page(self, request: Request) -> Response:
        """The page."""
        found = await self._console.ask("DaemonService.GetProfile", daemon_pb2.GetProfileRequest(limit=NEWEST))
        return self._console.page(request, "daemon_profile.html", profile=found, **WORDS)


def routes(console: Console) -> list[BaseRoute]:
    """The address of this page."""
    return [Route("/daemon/profile", ProfilePage(console).page, methods=["GET"])]

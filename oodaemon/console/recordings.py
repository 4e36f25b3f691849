"""Recordings: whether the daemon still finds everything on the site as it was recorded."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from oodaemon.api.v1 import recordings_pb2
from oodaemon.console.pages import Console

SHOWN = ("all", "fallbacks", "seen", "unseen")


class RecordingsHealth:
    """The page."""

    def __init__(self, console: Console) -> None:
        self._console = console

    async def page(self, request: Request) -> Response:
        """How the recordings do, and the locators that `show` and `text` ask for."""
        show, text = request.query_params.get("show", SHOWN[0]), request.query_params.get("text", "").strip()
        found = await self._console.ask("RecordingService.GetRecordings", recordings_pb2.GetRecordingsRequest())
        wanted = [each for each in found.locators if text.casefold() in each.name.casefold() and _is_shown(each, show)]
        wanted.sort(key=lambda each: (-each.fallbacks, not each.HasField("last_used_at"), each.name))
        fallbacks = [each for each in found.locators if each.fallbacks]
        context = {"found": found, "locators": wanted, "show": show, "text": text, "fallbacks": fallbacks}
        return self._console.page(request, "recordings.html", **context)


def _is_shown(locator: recordings_pb2.RecordedLocator, show: str) -> bool:
    match show:
        case "fallbacks":
            return bool(locator.fallbacks)
        case "seen":
            return bool(locator.HasField("last_used_at"))
        case "unseen":
            return not locator.HasField("last_used_at")
        case _:
            return True


def routes(console: Console) -> list[BaseRoute]:
    """The address of this page."""
    return [Route("/recordings", RecordingsHealth(console).page, methods=["GET"])]

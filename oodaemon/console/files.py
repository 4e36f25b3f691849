"""Scripts, styles and pictures of the console: read once, and only those that are there can be asked for."""

import hashlib
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from oodaemon.console.refusals import Refused

FOLDER = Path(__file__).with_name("static")
MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}


class Files:
    """Every file of the folder, by its name."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._files = {
            each.name: (each.read_bytes(), MEDIA_TYPES[each.suffix]) for each in folder.iterdir() if each.suffix in MEDIA_TYPES
        }

    async def answer(self, request: Request) -> Response:
        """The file of that name; the browser keeps it and asks whether it changed."""
        found = self._files.get(request.path_params["name"])
        if found is None:
            raise Refused(404, "there is no such file")
        content, media_type = found
        tag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
        headers = {"etag": tag, "cache-control": "no-cache"}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(content, media_type=media_type, headers=headers)

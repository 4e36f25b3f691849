"""The single page and its files, and the faults that hit a page before any of its script runs."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from oodaemon.practice.bundle import bundled
from oodaemon.practice.messages import error
from oodaemon.practice.site import Site

STATIC = Path(__file__).parent / "static"
TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".svg": "image/svg+xml"}
ENTRY = "app.js"
BEHIND_SIGN_IN = ("/dashboard", "/test", "/share")
BUSY = "<!doctype html><title>429 Too Many Requests</title><h1>429 Too Many Requests</h1>"
DOWN = "<!doctype html><title>503 Service Temporarily Unavailable</title><h1>503 Service Temporarily Unavailable</h1>"


async def not_found(request: Request) -> Response:
    """There is nothing at this address."""
    return error(404, f"There is nothing at {request.url.path}.")


def refusal(site: Site, request: Request) -> Response | None:
    """What a fault answers instead of the site; None when none strikes. Cuts the connection of some requests."""
    if site.strikes("connection_reset"):
        site.cut(request.client)
        return Response(status_code=204)  # nobody gets it
    if site.strikes("http_429"):
        headers = {"Retry-After": f"{site.behaviour.retry_after:.0f}"}
        return Response(BUSY, 429, headers, media_type="text/html")
    if site.strikes("http_503"):
        return Response(DOWN, 503, media_type="text/html")
    return None


class Pages:
    """The single page and its files, read once; its scripts are served as one."""

    def __init__(self, site: Site) -> None:
        self._site = site
        files = {path.name: path.read_bytes() for path in STATIC.iterdir() if path.suffix in TYPES}
        sources = {name: content.decode() for name, content in files.items() if name.endswith(".js")}
        script, content = bundled(sources, ENTRY)
        page = files["index.html"].replace(f"/static/{ENTRY}".encode(), f"/static/{script}".encode())
        self._kept = {script: content}
        self._files = {**files, "index.html": page, **self._kept}

    async def page(self, request: Request) -> Response:
        """Every address is the same page."""
        if request.url.path.startswith(BEHIND_SIGN_IN) and (refused := refusal(self._site, request)):
            return refused
        return Response(self._files["index.html"], media_type="text/html", headers={"Cache-Control": "no-store"})

    async def file(self, request: Request) -> Response:
        """A file of the page."""
        name = request.path_params["name"]
        if name not in self._files:
            return await not_found(request)
        headers = {"Cache-Control": "max-age=31536000, immutable" if name in self._kept else "no-cache"}
        return Response(self._files[name], media_type=TYPES[Path(name).suffix], headers=headers)

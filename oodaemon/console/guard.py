"""The guard before all pages: who may read, who may act, from where; and the headers that bind the browser. See docs/console.md."""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

import structlog
import trio
from starlette.exceptions import HTTPException

from oodaemon.clock import SECONDS
from oodaemon.console import forms
from oodaemon.console.refusals import HOW_TO_ACT, Refused, no_session, refused
from oodaemon.console.sessions import Session, Sessions, is_token

log = structlog.get_logger()

App = Callable[[Any, Any, Any], Awaitable[None]]
Complain = Callable[[Any, Refused], App]
"""Turns a request and a refusal into a page that says it."""

REQUESTS, ANSWER = 32, 60 * SECONDS
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),  # with no-referrer, browsers send forms of our own pages from the origin "null"
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
FOREIGN = (b"text/plain", b"image/png", b"application/octet-stream")
"""What may have come from a web site; a browser that shows it gives it no rights."""
READS = frozenset({"GET", "HEAD"})
PUBLIC = ("/static/", "/open/")
"""What may be had without a session whatever the settings say."""
LIVE = "/live/"


class Guard:
    """Lets requests through to the pages, or answers them itself. `scope["state"]` gets `session`, and `form` for a POST."""

    def __init__(self, pages: App, complain: Complain, sessions: Sessions, *, address: str, is_open: bool) -> None:
        self._pages, self._complain, self._sessions, self._is_open = pages, complain, sessions, is_open
        self._port = address.rpartition(":")[2]
        self._hosts = {address, *(f"{host}:{self._port}" for host in ("127.0.0.1", "localhost", "[::1]"))}
        self._requests = 0

    @property
    def cookie(self) -> str:
        """The name of the cookie; cookies do not tell ports apart, so the name does."""
        return f"oodaemon_console_{self._port}"

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """See the ASGI specification. Raises nothing."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        answer = _Answer(send)
        try:
            await self._let_through(scope, receive, answer)
        except Exception as error:  # noqa: BLE001 - whatever it is, the visitor gets a page and the log the rest
            found = error if not isinstance(error, HTTPException) else _of_framework(error)
            refusal = refused(found, scope["path"])
            if not answer.is_begun:
                scope.setdefault("state", {}).setdefault("session", None)
                await self._complain(scope, refusal)(scope, receive, answer)

    async def _let_through(self, scope: Any, receive: Any, answer: "_Answer") -> None:
        headers = {key.decode("latin1"): value.decode("latin1") for key, value in scope["headers"]}
        state = scope.setdefault("state", {})
        state["session"] = session = None
        self._check_origin(scope, headers)
        cookie = cookies(headers.get("cookie", "")).get(self.cookie, "")
        state["cookie"] = cookie
        state["session"] = session = self._sessions.find(cookie) if cookie else None
        if scope["method"] not in READS:
            state["form"] = await self._form(scope, receive, session, headers)
        elif not self._is_open and session is None and not scope["path"].startswith(PUBLIC):
            raise Refused(403, f"the settings of this daemon show its console to nobody without control; {HOW_TO_ACT}")
        if scope["path"].startswith(LIVE):
            await self._pages(scope, receive, answer)
            return
        if self._requests >= REQUESTS:
            raise Refused(503, "the console is busy; try again in a moment")
        self._requests += 1
        try:
            with trio.fail_after(ANSWER):
                await self._pages(scope, receive, answer)
        except trio.TooSlowError:
            raise Refused(503, f"the daemon did not answer within {ANSWER:g} seconds") from None
        finally:
            self._requests -= 1

    def _check_origin(self, scope: Any, headers: Mapping[str, str]) -> None:
        """Against pages of other origins, and names of other people's making that lead here (DNS rebinding)."""
        host = headers.get("host", "").lower()
        if host not in self._hosts:
            raise Refused(421, "this address is not that of the console; open it at 127.0.0.1 or localhost")
        site = headers.get("sec-fetch-site", "none")
        is_visit = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
        is_read = scope["method"] in READS
        if site not in ("none", "same-origin") and not (is_visit and is_read):
            raise Refused(403, "another site asked for this; the console answers its own pages only")
        origin = headers.get("origin")
        if origin is not None and origin.lower() != f"http://{host}":
            raise Refused(403, "another site asked for this; the console answers its own pages only")
        if not is_read and scope["method"] != "POST":
            raise Refused(405, f"the console knows no {scope['method'][:16]}")
        if not is_read and origin is None and site != "same-origin":
            raise Refused(403, "the request does not say which page it comes from, so nothing was done")

    async def _form(self, scope: Any, receive: Any, session: Session | None, headers: Mapping[str, str]) -> forms.Form:
        """The form of an action. Nothing of it is read before it is known who sends it."""
        if session is None:
            raise no_session()
        form = await forms.read(scope, receive)
        if not is_token(session, headers.get("x-csrf-token") or form.get("csrf")):
            raise Refused(403, "the form does not carry the token of this session; reload the page and try again")
        return form


class _Answer:
    """Sends an answer with the headers of the guard; those of a page win, but for what it must not loosen."""

    def __init__(self, send: Any) -> None:
        self._send = send
        self.is_begun = False

    async def __call__(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.is_begun = True
            ours = {name for name, _ in HEADERS}
            given = [(name, value) for name, value in message.get("headers", []) if name.lower() not in ours]
            policy = HEADERS
            if any(name.lower() == b"content-type" and value.startswith(FOREIGN) for name, value in given):
                policy = ((HEADERS[0][0], HEADERS[0][1] + b"; sandbox"), *HEADERS[1:])
            if not any(name.lower() == b"cache-control" for name, _ in given):
                given.append((b"cache-control", b"no-store"))
            message = {**message, "headers": [*given, *policy]}
        await self._send(message)


def cookies(header: str) -> dict[str, str]:
    """The cookies of a request; the first of a name counts."""
    found: dict[str, str] = {}
    for piece in header.split(";"):
        name, equals, value = piece.strip().partition("=")
        if equals:
            found.setdefault(name, value)
    return found


def _of_framework(error: HTTPException) -> Refused:
    if error.status_code == HTTPStatus.NOT_FOUND:
        return Refused(404, "there is no such page")
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return Refused(405, "this address is for another kind of request; nothing was done")
    return Refused(error.status_code, str(error.detail))

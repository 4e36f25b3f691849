"""What every page is made with: templates, the services, forms, and the tokens of the session."""

import secrets
from pathlib import Path
from typing import Any

from google.protobuf.message import Message
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from oodaemon.console import figure_words, text
from oodaemon.console.forms import Form
from oodaemon.console.live import Streams
from oodaemon.console.means import Means
from oodaemon.console.navigation import PLACES
from oodaemon.console.refusals import HOW_TO_ACT, Refused, no_session
from oodaemon.console.results import Tables
from oodaemon.console.service import CLIENT
from oodaemon.console.sessions import Session

TEMPLATES = Path(__file__).with_name("templates")


class Console:
    """What the pages share. Templates escape everything that is not marked as safe, and nothing is marked."""

    def __init__(self, means: Means) -> None:
        self.means, self.streams = means, Streams(means.journal)
        self.tables = Tables(means.services)
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self._templates.filters.update({**text.FILTERS, **figure_words.FILTERS})
        self._templates.globals.update(version=means.version, how_to_act=HOW_TO_ACT, places=PLACES)

    async def ask(self, method: str, request: Message) -> Any:
        """The answer of the daemon to SERVICE.METHOD, such as `RunService.ListRuns`. Raises OODaemonError."""
        return await self.means.services.call(method, request, client=CLIENT)

    def page(self, request: Request, template: str, *, status: int = 200, **context: Any) -> Response:
        """A whole page: a template that extends base.html."""
        return HTMLResponse(self.fragment(request, template, **context), status)

    def fragment(self, request: Request, template: str, **context: Any) -> str:
        """A piece of a page, as text; it is safe to put in as it is."""
        session = session_of(request)
        return self._templates.get_template(template).render(
            {"may_act": session is not None, "csrf": session.csrf if session else "", "path": request.url.path, **context}
        )

    def refusal(self, request: Request, refusal: Refused) -> Response:
        """The page, or the JSON for a script, that says why not."""
        if request.url.path.startswith("/api/") or "application/json" in request.headers.get("accept", ""):
            return JSONResponse({"error": refusal.sentence}, refusal.status)
        return self.page(request, "refusal.html", status=refusal.status, refusal=refusal)


def session_of(request: Request) -> Session | None:
    """The session of whoever asks; None for those who may only read."""
    found: Session | None = request.scope.get("state", {}).get("session")
    return found


def form_of(request: Request) -> Form:
    """The form of a POST, which the guard read and checked."""
    found: Form = request.scope["state"]["form"]
    return found


def require_session(request: Request) -> None:
    """For what is shown to those only who may act. Raises Refused."""
    if session_of(request) is None:
        raise no_session()


def request_id_of(form: Form) -> str:
    """The id that a form carries (see `new_request_id`), so that sending it twice does nothing twice."""
    return form.get("request_id")[:64] or new_request_id()


def new_request_id() -> str:
    """An id for a form; a page puts a new one into every form it shows."""
    return secrets.token_hex(16)


def see_other(path: str) -> Response:
    """Where to go after an action, so that a reload does not repeat it."""
    return RedirectResponse(path, status_code=303)

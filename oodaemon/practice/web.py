"""The site's addresses: the single page and its files, the interface its script talks to, and the tests' own door."""

import ipaddress
import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from oodaemon.practice import payload
from oodaemon.practice.behaviour import InvalidBehaviour
from oodaemon.practice.catalog import SAVED_TESTS
from oodaemon.practice.form import Form, InvalidForm
from oodaemon.practice.panel import schema
from oodaemon.practice.site import Run, Session, Site, wait_any
from oodaemon.practice.summary import summary
from oodaemon.practice.tradelog import file_name, trade_log

STATIC = Path(__file__).parent / "static"
TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".svg": "image/svg+xml"}
COOKIE = "practice_session"
POLL_SECONDS = 10.0
LISTEN_SECONDS = 20.0

Answer = Callable[[Request], Awaitable[Response]]
SignedIn = Callable[[Request, Session], Awaitable[Response]]


def application(site: Site) -> Starlette:
    """The web application of a site, to be served under trio."""
    pages, api, control = _Pages(), _Api(site), _Control(site)
    return Starlette(
        routes=[
            Route("/static/{name}", pages.file),
            Route("/api/Session", api.sign_in, methods=["POST"]),
            Route("/api/Session", api.signed_in(api.sign_out), methods=["DELETE"]),
            Route("/api/Session", api.signed_in(api.who)),
            Route("/api/Settings", api.settings),
            Route("/api/Panel", api.signed_in(api.panel)),
            Route("/api/Listen", api.signed_in(api.listen)),
            Route("/api/Tests", api.signed_in(api.tests)),
            Route("/api/Tests/{test}", api.signed_in(api.test)),
            Route("/api/Tests/{test}/Trades", api.signed_in(api.trades)),
            Route("/api/Tests/{test}/TradeLog", api.signed_in(api.trade_log)),
            Route("/api/Backtests", api.signed_in(api.run), methods=["POST"]),
            Route("/api/Backtests/{number:int}", api.signed_in(api.backtest)),
            Route("/api/Backtests/{number:int}/Trades", api.signed_in(api.trades)),
            Route("/api/Backtests/{number:int}/TradeLog", api.signed_in(api.trade_log)),
            Route("/__practice__/behaviour", _local(control.behaviour), methods=["GET", "POST"]),
            Route("/__practice__/expire-sessions", _local(control.expire_sessions), methods=["POST"]),
            Route("/__practice__/runs", _local(control.runs)),
            Route("/__practice__/reset", _local(control.reset), methods=["POST"]),
            Route("/static/{rest:path}", _not_found),
            Route("/api/{rest:path}", _not_found),
            Route("/__practice__/{rest:path}", _not_found),
            Route("/{rest:path}", pages.page),
        ]
    )


def _error(status: int, text: str) -> Response:
    return JSONResponse({"error": text}, status)


async def _not_found(request: Request) -> Response:
    return _error(404, f"There is nothing at {request.url.path}.")


async def _body(request: Request) -> Mapping[str, object] | None:
    """The JSON object sent along; None when it is something else."""
    try:
        body = json.loads(await request.body() or b"{}")
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


class _Pages:
    """The single page and its files, read once."""

    def __init__(self) -> None:
        self._files = {path.name: path.read_bytes() for path in STATIC.iterdir() if path.suffix in TYPES}

    async def page(self, request: Request) -> Response:  # noqa: ARG002  # every address is the same page
        return Response(self._files["index.html"], media_type="text/html", headers={"Cache-Control": "no-store"})

    async def file(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in self._files:
            return await _not_found(request)
        headers = {"Cache-Control": "no-cache"}
        return Response(self._files[name], media_type=TYPES[Path(name).suffix], headers=headers)


class _Api:
    """What the page's script asks for."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def signed_in(self, answer: SignedIn) -> Answer:
        """Only for signed-in browsers: everybody else gets 401."""

        async def checked(request: Request) -> Response:
            session = self._site.session(request.cookies.get(COOKIE, ""))
            return await answer(request, session) if session else _error(401, "Please sign in.")

        return checked

    async def sign_in(self, request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return _error(400, "Send email and password as a JSON object.")
        if self._site.behaviour.captcha:
            return _error(403, "Please complete the captcha challenge: confirm that you are not a robot.")
        session = self._site.sign_in(str(body.get("email", "")), str(body.get("password", "")))
        if session is None:
            return _error(401, "Invalid email or password: the credentials are incorrect.")
        response = JSONResponse({"session": session.number})
        response.set_cookie(COOKIE, session.token, httponly=True, samesite="lax")
        return response

    async def sign_out(self, request: Request, session: Session) -> Response:  # noqa: ARG002
        self._site.sign_out(session)
        return Response(status_code=204)

    async def who(self, request: Request, session: Session) -> Response:  # noqa: ARG002
        return JSONResponse({"session": session.number})

    async def settings(self, request: Request) -> Response:  # noqa: ARG002
        return JSONResponse(self._site.behaviour.as_json())

    async def panel(self, request: Request, session: Session) -> Response:  # noqa: ARG002
        return JSONResponse(schema())

    async def listen(self, request: Request, session: Session) -> Response:  # noqa: ARG002
        """Hangs, as the real site's data channel does; 401 tells the page that its session has ended."""
        await wait_any(session.ended, seconds=min(LISTEN_SECONDS, session.seconds_left()))
        if self._site.session(session.token) is None:
            return _error(401, "Please sign in.")
        return Response(status_code=204)

    async def tests(self, request: Request, session: Session) -> Response:  # noqa: ARG002
        await wait_any(session.ended, seconds=self._site.behaviour.list_delay)
        rows = [payload.listed(test, await self._site.figures(test.form)) for test in SAVED_TESTS.values()]
        return JSONResponse(rows)

    async def test(self, request: Request, session: Session) -> Response:  # noqa: ARG002
        test = SAVED_TESTS.get(request.path_params["test"])
        if test is None:
            return _error(404, "There is no such test.")
        about = {"id": test.id, "name": test.name, "description": test.description}
        return JSONResponse({**about, **payload.result(test.form, await self._site.figures(test.form))})

    async def run(self, request: Request, session: Session) -> Response:
        body = await _body(request)
        if body is None:
            return _error(400, "Send the form as a JSON object.")
        try:
            form = Form.from_state(body)
        except InvalidForm as error:
            return JSONResponse({"problems": error.problems}, 422)
        run = self._site.start_run(form, session)
        return JSONResponse({"n": run.number, "seconds": run.seconds, "summary": summary(form)}, 202)

    async def backtest(self, request: Request, session: Session) -> Response:
        """Hangs until the run is over, for some seconds at most."""
        run = self._run(request, session)
        if run is None:
            return _error(404, "There is no such backtest.")
        await wait_any(run.over, session.ended, seconds=POLL_SECONDS)
        if self._site.session(session.token) is None:
            return _error(401, "Please sign in.")
        if run.finished_at is None:
            return JSONResponse({"is_running": not run.over.is_set()})
        figures = await self._site.figures(run.form)
        return JSONResponse({"is_running": False, "result": payload.result(run.form, figures)})

    def _run(self, request: Request, session: Session) -> Run | None:
        number = request.path_params["number"]
        return next((run for run in self._site.runs if run.number == number and run.session is session), None)

    def _subject(self, request: Request, session: Session) -> tuple[str, Form] | None:
        """Name and form of the test, or of the finished backtest, whose trades are asked for."""
        if "test" in request.path_params:
            test = SAVED_TESTS.get(request.path_params["test"])
            return (test.name, test.form) if test else None
        run = self._run(request, session)
        return ("", run.form) if run and run.finished_at else None

    async def trades(self, request: Request, session: Session) -> Response:
        subject = self._subject(request, session)
        if subject is None:
            return _error(404, "There is no such backtest.")
        return JSONResponse(payload.trades(await self._site.figures(subject[1])))

    async def trade_log(self, request: Request, session: Session) -> Response:
        """File name and text of the export; the page makes the download of it."""
        subject = self._subject(request, session)
        if subject is None:
            return _error(404, "There is no such backtest.")
        name, form = subject
        figures, behaviour = await self._site.figures(form), self._site.behaviour
        text = trade_log(form, figures.trades, columns=behaviour.log_columns, vix=behaviour.log_vix, name=name)
        return JSONResponse({"name": file_name(name), "text": text})


def _local(answer: Answer) -> Answer:
    """Only for callers on this machine."""

    async def checked(request: Request) -> Response:
        host = request.client.host if request.client else ""
        try:
            is_local = ipaddress.ip_address(host).is_loopback
        except ValueError:
            is_local = False
        return await answer(request) if is_local else _error(403, "Only for callers on this machine.")

    return checked


class _Control:
    """The door for tests: change the behaviour, look at what was really started."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def behaviour(self, request: Request) -> Response:
        if request.method == "POST":
            body = await _body(request)
            if body is None:
                return _error(400, "Send the settings as a JSON object.")
            try:
                self._site.change(body)
            except InvalidBehaviour as error:
                return _error(400, str(error))
        return JSONResponse(self._site.behaviour.as_json())

    async def expire_sessions(self, request: Request) -> Response:  # noqa: ARG002
        return JSONResponse({"expired": self._site.expire_sessions()})

    async def runs(self, request: Request) -> Response:  # noqa: ARG002
        return JSONResponse([run.as_json() for run in self._site.runs])

    async def reset(self, request: Request) -> Response:  # noqa: ARG002
        self._site.reset()
        return JSONResponse({})

"""The site's addresses: the single page and its files, the interface its script talks to, and the tests' own door."""

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from oodaemon.practice import payload
from oodaemon.practice.catalog import SavedTest
from oodaemon.practice.control import control_routes
from oodaemon.practice.form import Form, InvalidForm
from oodaemon.practice.messages import error, json_body
from oodaemon.practice.pages import Pages, not_found, refusal
from oodaemon.practice.panel import schema
from oodaemon.practice.site import Run, Session, Site, wait_any
from oodaemon.practice.summary import summary
from oodaemon.practice.tradelog import file_name, trade_log

COOKIE = "practice_session"
POLL_SECONDS = 10.0
LISTEN_SECONDS = 20.0
TRIED_TOO_OFTEN = (
    "Access to this account has been temporarily disabled due to many failed login attempts. You can immediately restore it by "
    "resetting your password or you can try again later. (auth/too-many-requests)"
)
PANEL_FAULTS = ("late_hydration", "panel_never_renders", "stuck_panel", "renamed_label", "moved_field")
TEST_FAULTS = ("redirect_to_list", "late_redirect", "announcement", "blocked_script", "alert_icon")
RUN_FAULTS = (
    "late_popup",
    "endless_popup",
    "error_toast",
    "redirect_to_list",
    "signed_out_mid_run",
    "maintenance_text",
    "blocked_script",
    "count_up",
    "stale_page",
)

Answer = Callable[[Request], Awaitable[Response]]
SignedIn = Callable[[Request, Session], Awaitable[Response]]


def application(site: Site) -> Starlette:
    """The web application of a site, to be served under trio."""
    pages, api = Pages(site), _Api(site)
    return Starlette(
        routes=[
            Route("/static/{name}", pages.file),
            Route("/api/Session", api.sign_in, methods=["POST"]),
            Route("/api/Session", api.signed_in(api.sign_out), methods=["DELETE"]),
            Route("/api/Session", api.signed_in(api.who)),
            Route("/api/Settings", api.settings),
            Route("/api/Shared/{test}", api.shared),
            Route("/api/Cached/{test}", api.cached),
            Route("/api/Panel", api.signed_in(api.panel)),
            Route("/api/Listen", api.signed_in(api.listen)),
            Route("/api/Tests", api.signed_in(api.tests)),
            Route("/api/Tests/{test}", api.signed_in(api.rename), methods=["POST"]),
            Route("/api/Tests/{test}", api.signed_in(api.remove), methods=["DELETE"]),
            Route("/api/Tests/{test}", api.signed_in(api.test)),
            Route("/api/Tests/{test}/Trades", api.signed_in(api.trades)),
            Route("/api/Tests/{test}/TradeLog", api.signed_in(api.trade_log)),
            Route("/api/Backtests", api.signed_in(api.run), methods=["POST"]),
            Route("/api/Backtests/{number:int}", api.signed_in(api.backtest)),
            Route("/api/Backtests/{number:int}/Trades", api.signed_in(api.trades)),
            Route("/api/Backtests/{number:int}/TradeLog", api.signed_in(api.trade_log)),
            *control_routes(site),
            Route("/static/{rest:path}", not_found),
            Route("/api/{rest:path}", not_found),
            Route("/__practice__/{rest:path}", not_found),
            Route("/{rest:path}", pages.page),
        ]
    )


class _Api:
    """What the page's script asks for."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def signed_in(self, answer: SignedIn) -> Answer:
        """Only for signed-in browsers: everybody else gets 401."""

        async def checked(request: Request) -> Response:
            session = self._site.session(request.cookies.get(COOKIE, ""))
            return await answer(request, session) if session else error(401, "Please sign in.")

        return checked

    async def sign_in(self, request: Request) -> Response:
        body = await json_body(request)
        if body is None:
            return error(400, "Send email and password as a JSON object.")
        if self._site.behaviour.captcha:
            return error(403, "Please complete the captcha challenge: confirm that you are not a robot.")
        if kept_out := self._kept_out(request):
            return kept_out
        session = self._site.sign_in(str(body.get("email", "")), str(body.get("password", "")))
        if session is None:
            return error(401, "Invalid email or password: the credentials are incorrect.")
        response = JSONResponse({"session": session.number, "seconds": self._site.behaviour.sign_in_delay})
        response.set_cookie(COOKIE, session.token, httponly=True, samesite="lax")
        return response

    def _kept_out(self, request: Request) -> Response | None:
        """What a fault answers to credentials that nobody looked at; None when none strikes."""
        if self._site.strikes("sign_in_cut"):
            self._site.cut(request.client)
            return Response(status_code=204)  # nobody gets it
        if self._site.strikes("sign_in_503"):
            return error(503, "Sign in failed, try again.")
        if self._site.strikes("sign_in_unclear"):
            return error(200, "Sign in failed.")
        if self._site.strikes("sign_in_limited"):
            return error(429, TRIED_TOO_OFTEN, {"Retry-After": f"{self._site.behaviour.retry_after:.0f}"})
        return None

    async def sign_out(self, request: Request, session: Session) -> Response:  # noqa: ARG002
        self._site.sign_out(session)
        return Response(status_code=204)

    async def who(self, request: Request, session: Session) -> Response:  # noqa: ARG002
        return JSONResponse({"session": session.number})

    async def settings(self, request: Request) -> Response:  # noqa: ARG002
        return JSONResponse(self._site.behaviour.as_json())

    async def panel(self, request: Request, session: Session) -> Response:  # noqa: ARG002
        behaviour, struck = self._site.behaviour, self._site.struck(*PANEL_FAULTS)
        described = schema(
            version=behaviour.site_version,
            renamed=behaviour.renamed if "renamed_label" in struck else {},
            moved=behaviour.moved if "moved_field" in struck else {},
        )
        seconds = behaviour.late_seconds if "late_hydration" in struck else behaviour.hydration
        return JSONResponse({**described, "faults": struck, "hydration": seconds})

    async def listen(self, request: Request, session: Session) -> Response:  # noqa: ARG002
        """Hangs, as the real site's data channel does; 401 tells the page that its session has ended."""
        await wait_any(session.ended, seconds=min(LISTEN_SECONDS, session.seconds_left()))
        if self._site.session(session.token) is None:
            return error(401, "Please sign in.")
        return Response(status_code=204)

    async def tests(self, request: Request, session: Session) -> Response:  # noqa: ARG002
        await wait_any(
            session.ended,
            seconds=self._site.behaviour.late_seconds if self._site.strikes("slow_list") else self._site.behaviour.list_delay,
        )
        rows = [payload.listed(test, await self._site.figures(test.form)) for test in self._site.tests.values()]
        return JSONResponse(rows)

    async def test(self, request: Request, session: Session) -> Response:  # noqa: ARG002
        test = self._site.tests.get(request.path_params["test"])
        if test is None:
            return error(404, "There is no such test.")
        return await self._page_of(test, self._site.struck(*TEST_FAULTS))

    async def shared(self, request: Request) -> Response:
        """A test by its shared address, which everybody may read."""
        test = self._site.tests.get(request.path_params["test"])
        return error(404, "There is no such test.") if test is None else await self._page_of(test, [])

    async def cached(self, request: Request) -> Response:
        """A test that the page still knows although its session has ended; only by a fault."""
        return await self.shared(request) if self._site.strikes("cached_test") else error(404, "Nothing is kept.")

    async def _page_of(self, test: SavedTest, faults: list[str]) -> Response:
        about = {"id": test.id, "name": test.name, "description": test.description, "faults": faults}
        return JSONResponse({**about, **payload.result(test.form, await self._site.figures(test.form), self._site.behaviour)})

    async def rename(self, request: Request, session: Session) -> Response:  # noqa: ARG002
        """Save a test under another name; one that another test has is refused."""
        body, test_id = await json_body(request) or {}, request.path_params["test"]
        name = str(body.get("name", "")).strip()
        if test_id not in self._site.tests:
            return error(404, "There is no such test.")
        if not name:
            return error(422, "A name is required.")
        if any(test.name == name for test in self._site.tests.values() if test.id != test_id):
            return error(422, "Another test has this name already.")
        saved = self._site.rename(test_id, name, str(body.get("description", "")))
        return JSONResponse({"name": saved.name, "description": saved.description})

    async def remove(self, request: Request, session: Session) -> Response:  # noqa: ARG002
        """Remove a saved test."""
        if request.path_params["test"] not in self._site.tests:
            return error(404, "There is no such test.")
        self._site.remove(request.path_params["test"])
        return Response(status_code=204)

    async def run(self, request: Request, session: Session) -> Response:
        if refused := refusal(self._site, request):
            return refused
        body = await json_body(request)
        if body is None:
            return error(400, "Send the form as a JSON object.")
        try:
            form = Form.from_state(body)
        except InvalidForm as invalid:
            return JSONResponse({"problems": invalid.problems}, 422)
        struck = self._site.struck(*RUN_FAULTS)
        run = self._site.start_run(form, session, is_signed_out="signed_out_mid_run" in struck)
        return JSONResponse({"n": run.number, "seconds": run.seconds, "summary": summary(form), "faults": struck}, 202)

    async def backtest(self, request: Request, session: Session) -> Response:
        """Hangs until the run is over, for some seconds at most."""
        run = self._run(request, session)
        if run is None:
            return error(404, "There is no such backtest.")
        await wait_any(run.over, session.ended, seconds=POLL_SECONDS)
        if self._site.session(session.token) is None:
            return error(401, "Please sign in.")
        if run.finished_at is None:
            return JSONResponse({"is_running": not run.over.is_set()})
        figures = await self._site.figures(run.form)
        return JSONResponse({"is_running": False, "result": payload.result(run.form, figures, self._site.behaviour)})

    def _run(self, request: Request, session: Session) -> Run | None:
        number = request.path_params["number"]
        return next((run for run in self._site.runs if run.number == number and run.session is session), None)

    def _subject(self, request: Request, session: Session) -> tuple[str, Form] | None:
        """Name and form of the test, or of the finished backtest, whose trades are asked for."""
        if "test" in request.path_params:
            test = self._site.tests.get(request.path_params["test"])
            return (test.name, test.form) if test else None
        run = self._run(request, session)
        return ("", run.form) if run and run.finished_at else None

    async def trades(self, request: Request, session: Session) -> Response:
        subject = self._subject(request, session)
        if subject is None:
            return error(404, "There is no such backtest.")
        return JSONResponse(payload.trades(await self._site.figures(subject[1])))

    async def trade_log(self, request: Request, session: Session) -> Response:
        """File name and text of the export; the page makes the download of it."""
        if self._site.strikes("failed_export"):
            return error(500, "The trade log could not be exported.")
        subject = self._subject(request, session)
        if subject is None:
            return error(404, "There is no such backtest.")
        name, form = subject
        figures, behaviour = await self._site.figures(form), self._site.behaviour
        text = trade_log(form, figures.trades, columns=behaviour.log_columns, vix=behaviour.log_vix, name=name)
        return JSONResponse({"name": file_name(name), "text": text})

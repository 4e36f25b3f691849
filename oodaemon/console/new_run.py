"""New run: a form made of the schemas of the parameters, the live count of its tasks, and the submission.

The form works without script: every button sends it whole, and the page that comes back has what was typed. Those who may only read
can count with it; their form is sent by GET.
"""

from dataclasses import dataclass, field, replace
from typing import Any

import trio
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from oodaemon.api.v1 import parameters_pb2, runs_pb2, tests_pb2
from oodaemon.console import run_draft, run_tables
from oodaemon.console.figure_words import METRICS
from oodaemon.console.forms import Form
from oodaemon.console.pages import Console, form_of, new_request_id, request_id_of, require_session, see_other, session_of
from oodaemon.console.run_draft import MODES, OBJECTIVES, STAGES, Draft
from oodaemon.console.run_spec import places_of, spec_of
from oodaemon.console.text import duration
from oodaemon.errors import AlreadyExists, InvalidArgument, OODaemonError

SAMPLE = 8
ADD, REMOVE, COUNT, SUBMIT = "add", "remove:", "count", "submit"
KEPT = 400_000
"""Characters of a table that the page repeats; a larger one is sent again with its file."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the daemon said of a draft: its plan, or what is wrong and where."""

    plan: runs_pb2.PlanRunResponse | None = None
    problems: list[tuple[str, str]] = field(default_factory=list)

    def of(self, place: str) -> list[str]:
        """What is wrong at a place of the form."""
        return [sentence for where, sentence in self.problems if where == place]


class NewRun:
    """The form and its answers."""

    def __init__(self, console: Console) -> None:
        self._console = console

    async def page(self, request: Request) -> Response:
        """The form, empty or with what the address says; with `do=count` also its plan."""
        asked = request.query_params
        draft = _pressed(run_draft.read(asked.multi_items()), asked.get("do", ""))
        told = await self._counted(request, draft) if asked.get("do") == COUNT else Told()
        return await self._answer(request, draft, told)

    async def act(self, request: Request) -> Response:
        """A button of the form. A submission leads to its run; whatever is wrong, to the form with what was typed."""
        form = form_of(request)
        pressed = form.get("do", SUBMIT)
        draft = run_draft.read(form.fields)
        try:
            draft = await trio.to_thread.run_sync(_with_file, draft, form)
        except InvalidArgument as error:
            return await self._answer(request, draft, Told(problems=places_of(error, draft)), form=form)
        if pressed == COUNT:
            return await self._answer(request, draft, await self._plan(draft), form=form)
        if pressed != SUBMIT:
            return await self._answer(request, _pressed(draft, pressed), Told(), form=form)
        require_session(request)
        return await self._submit(request, draft, form)

    async def _submit(self, request: Request, draft: Draft, form: Form) -> Response:
        try:
            spec = await trio.to_thread.run_sync(spec_of, draft)
            asked = runs_pb2.SubmitRunRequest(request_id=request_id_of(form), spec=spec, name=draft.name)
            run = (await self._console.ask("RunService.SubmitRun", asked)).run
        except AlreadyExists:
            sentence = "this form was sent before with other values; nothing was submitted. Press Submit again for a further run"
            return await self._answer(request, draft, Told(problems=[("", sentence)]))
        except OODaemonError as error:
            return await self._answer(request, draft, Told(problems=places_of(error, draft)), form=form)
        return see_other(f"/runs/{run.run_id}")

    async def plan(self, request: Request) -> Response:
        """The live count, for the script of the page: a fragment, and what is wrong by place."""
        fields = form_of(request).fields if request.method == "POST" else request.query_params.multi_items()
        draft = run_draft.read(fields)
        told = await self._counted(request, draft, is_asked_for=("do", COUNT) in fields)
        html = self._console.fragment(request, "new_run/plan.html", told=told, **_words(told))
        return JSONResponse({"html": html, "problems": told.problems, "tasks": _total(told)})

    async def _counted(self, request: Request, draft: Draft, *, is_asked_for: bool = True) -> Told:
        """The plan. The site is asked for a test that is not on the list only when a person with control wants it, not for every
        letter that is typed, and never for a visitor.
        """
        may_ask = session_of(request) is not None and is_asked_for
        if may_ask or not draft.reference or await self._is_known(draft.reference):
            return await self._plan(draft)
        advice = (
            "“Count” asks the site for it" if session_of(request) is not None else "only those with control have the site asked"
        )
        return Told(problems=[("test", f"{draft.reference[:100]!r} is not on the list; {advice}")])

    async def _is_known(self, reference: str) -> bool:
        known = (await self._console.ask("TestService.ListTests", tests_pb2.ListTestsRequest())).tests
        names = {name for saved in known for name in (saved.test.name.casefold(), saved.test.test_id.casefold(), saved.test.url)}
        return reference.casefold() in names or reference in names

    async def _plan(self, draft: Draft) -> Told:
        try:
            spec = await trio.to_thread.run_sync(spec_of, draft)
            found = await self._console.ask("RunService.PlanRun", runs_pb2.PlanRunRequest(spec=spec, sample=SAMPLE))
        except OODaemonError as error:
            return Told(problems=places_of(error, draft))
        return Told(plan=found)

    async def _answer(self, request: Request, draft: Draft, told: Told, *, form: Form | None = None) -> Response:
        """The page; a form that was sent keeps its request id, so that sending it twice submits once."""
        known = await self._console.ask("TestService.ListTests", tests_pb2.ListTestsRequest())
        parameters = await self._console.ask("ParameterService.ListParameters", parameters_pb2.ListParametersRequest())
        by_name = {each.name: each for each in parameters.parameters}
        if len(draft.table) > KEPT:
            draft = replace(draft, table="")
        context = {
            "draft": draft,
            "told": told,
            "tests": known.tests,
            "parameters": parameters.parameters,
            "schemas": [by_name.get(row.plain) for row in draft.rows],
            "request_id": request_id_of(form) if form is not None else new_request_id(),
            **_CHOICES,
            **_words(told),
        }
        is_wrong = bool(told.problems) and session_of(request) is not None and request.method == "POST"
        return self._console.page(request, "new_run.html", status=422 if is_wrong else 200, **context)


_CHOICES: dict[str, Any] = {
    "modes": tuple(
        zip(
            MODES,
            ("Sweep", "Grid", "Table", "Search", "Stages"),
            (
                "one parameter over its values",
                "every combination of several parameters",
                "sets of values from a table",
                "the best within a number of backtests",
                "grids one after the other, each on the best of the one before",
            ),
            strict=True,
        )
    ),
    "metrics": METRICS,
    "objectives": range(OBJECTIVES),
    "stages": range(1, STAGES + 1),
}


def _pressed(draft: Draft, button: str) -> Draft:
    """The draft after a button that changes the form: `add:NAME`, or `remove:PLACE`."""
    if button.startswith(f"{ADD}:"):
        return draft.with_parameter(button.removeprefix(f"{ADD}:"))
    if button.startswith(REMOVE) and button.removeprefix(REMOVE).isdigit():
        return draft.without(int(button.removeprefix(REMOVE)))
    return draft


def _with_file(draft: Draft, form: Form) -> Draft:
    """The table of an uploaded file takes the place of what was typed."""
    found = form.files.get("table_file")
    if found is None or not found.content:
        return draft
    return replace(draft, table=run_tables.text_of(found.content, found.name))


def _total(told: Told) -> int | None:
    if told.plan is None:
        return None
    return told.plan.planned_tasks if told.plan.HasField("planned_tasks") else told.plan.tasks


def _words(told: Told) -> dict[str, Any]:
    plan = told.plan
    if plan is None:
        return {"total": None, "took": "", "keys": []}
    keys = sorted({name for task in plan.sample for name in task.parameters})
    took = duration(plan.estimated_duration) if plan.HasField("estimated_duration") else ""
    return {"total": _total(told), "took": took, "keys": keys}


def routes(console: Console) -> list[BaseRoute]:
    """The addresses of this page."""
    new_run = NewRun(console)
    return [
        Route("/new", new_run.page, methods=["GET"]),
        Route("/new", new_run.act, methods=["POST"]),
        Route("/new/plan", new_run.plan, methods=["GET", "POST"]),
    ]

"""Parameters: the reference, made of the schemas of the daemon, plug-ins among them."""

from collections import defaultdict
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from oodaemon.api.v1 import parameters_pb2
from oodaemon.console.pages import Console

KINDS = {
    parameters_pb2.FIELD_KIND_INT: "whole number",
    parameters_pb2.FIELD_KIND_FLOAT: "number",
    parameters_pb2.FIELD_KIND_CHOICE: "one of",
    parameters_pb2.FIELD_KIND_TIME: "time, HH:MM",
    parameters_pb2.FIELD_KIND_BOOL: "on or off",
    parameters_pb2.FIELD_KIND_TEXT: "text",
    parameters_pb2.FIELD_KIND_DATE: "day, YYYY-MM-DD",
}


class Reference:
    """The page."""

    def __init__(self, console: Console) -> None:
        self._console = console

    async def page(self, request: Request) -> Response:
        """All parameters by section, or those that hold every word of `text`."""
        text = request.query_params.get("text", "").strip()
        found = await self._console.ask("ParameterService.ListParameters", parameters_pb2.ListParametersRequest())
        words = text.casefold().split()
        sections: defaultdict[str, list[parameters_pb2.Parameter]] = defaultdict(list)
        for parameter in found.parameters:
            if all(word in _words(parameter) for word in words):
                sections[parameter.section or "Other"].append(parameter)
        total = sum(map(len, sections.values()))
        context: dict[str, Any] = {"sections": sorted(sections.items()), "text": text, "total": total, "kinds": KINDS}
        return self._console.page(request, "parameters.html", **context)


def _words(parameter: parameters_pb2.Parameter) -> str:
    """Everything that can be searched for."""
    options = " ".join(f"{option.name} {option.description} {' '.join(option.choices)}" for option in parameter.options)
    text = f"{parameter.name} {parameter.description} {parameter.section} {parameter.value.description} {options}"
    return f"{text} {text.replace('_', ' ')}".casefold()


def routes(console: Console) -> list[BaseRoute]:
    """The address of this page."""
    return [Route("/parameters", Reference(console).page, methods=["GET"])]

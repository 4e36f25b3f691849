"""Requests and answers of the site's interface that are the same everywhere."""

import json
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response


def error(status: int, text: str, headers: Mapping[str, str] | None = None) -> Response:
    """A refusal, with a sentence that says why."""
    return JSONResponse({"error": text}, status, headers=headers)


async def json_body(request: Request) -> Mapping[str, object] | None:
    """The JSON object sent along; None when it is something else."""
    try:
        body = json.loads(await request.body() or b"{}")
    except ValueError:
        return None
    return body if isinstance(body, dict) else None

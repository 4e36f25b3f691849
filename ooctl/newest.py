"""`latest` in the place of the id of a run: resolved once by the client, so that all pages of an answer are of the same run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

LATEST: Final = "latest"


def is_latest(run_id: str) -> bool:
    """Whether it means the newest run. No id has an L."""
    return run_id.lower() == LATEST


def settle(request: Any, newest: Callable[[], str]) -> None:  # noqa: ANN401 - any request
    """Put the id of the newest run where a request says `latest`, also in the messages that it has."""
    for field, value in request.ListFields():
        if field.name == "run_id" and is_latest(value):
            request.run_id = newest()
        elif field.name == "run_ids":
            value[:] = [newest() if is_latest(each) else each for each in value]
        elif field.type == field.TYPE_MESSAGE and hasattr(value, "ListFields"):
            settle(value, newest)

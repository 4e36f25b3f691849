"""The first lines of the wizard: how it is used, and what stands behind it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from ooctl.render.text import one_line
from oodaemon.api.v1 import daemon_pb2

if TYPE_CHECKING:
    from oodaemon.api.v1.daemon_pb2 import Actor, GetStatusResponse

_BROWSER: Final = "/browser/"


def welcome(status: GetStatusResponse) -> Iterator[str]:
    """How the wizard is used, how many browsers work, and what is in the way."""
    yield "A new run, step by step. Nothing runs before you say so."
    browsers = [actor for actor in _walk(status.tree) if _BROWSER in actor.path]
    up = sum(actor.state == daemon_pb2.ACTOR_STATE_UP for actor in browsers)
    of_all = "" if up == len(browsers) else f" of {len(browsers)}"
    does = "browser works" if up == 1 and not of_all else "browsers work"
    yield f"{up}{of_all} {does} on {one_line(status.base_url)}"
    if status.is_draining:
        yield "note: the daemon drains; it starts nothing new until it is started again"
    for condition in status.conditions:
        yield f"note: {one_line(condition.message)}"
    yield ""


def _walk(actor: Actor) -> Iterator[Actor]:
    yield actor
    for child in actor.children:
        yield from _walk(child)

"""Reading requests: specifications, pages and identities, with every violation named by its field."""

import datetime
import hashlib
import re
from collections.abc import Iterable
from typing import Any

from google.protobuf import json_format
from google.protobuf.message import Message

from oodaemon.api.v1 import runs_pb2
from oodaemon.dispatch.runs import Request, Submission
from oodaemon.errors import InvalidArgument
from oodaemon.model.runs import Mode, RunPhase, Wants
from oodaemon.model.tasks import FailureClass
from oodaemon.parameters.registry import Registry
from oodaemon.plans.reading import read
from oodaemon.store.run_filters import KINDS, Wanted

MAX_PAGE = 1000
ROWS_KEPT = 1000
MAX_INDEX = 1_000_000
LONGEST_TEXT = 200
CLIENT_KEY, CLIENT_LIMIT = "oo-client", 200
_INDEX = re.compile(r"^[0-9]{1,9}$")


def identity(message: Message, request_id: str, client: str = "") -> Request:
    """Who asks for what: the digest is that of the whole request, whoever sends it."""
    digest = hashlib.sha256(message.SerializeToString(deterministic=True)).hexdigest()
    return Request(request_id, type(message).DESCRIPTOR.name.removesuffix("Request"), digest[:32], client)


def client_of(context: Any) -> str:
    """The caller as it names itself, user@host; empty when it does not."""
    for key, value in context.invocation_metadata() or ():
        if key == CLIENT_KEY and isinstance(value, str):
            return "".join(char for char in value if char.isprintable())[:CLIENT_LIMIT]
    return ""


def mode(value: int) -> Mode:
    """How a run is to stop."""
    return Mode.NOW if value == runs_pb2.STOP_MODE_NOW else Mode.DRAIN


def failure_class(value: int) -> FailureClass | None:
    """The class a request is about; None for any. Raises InvalidArgument for one that this daemon does not know."""
    names: dict[int, str] = {number: name.removeprefix("FAILURE_CLASS_") for name, number in runs_pb2.FailureClass.items()}
    if value not in names:
        raise InvalidArgument.of("failure_class", f"{value} is no class of failure")
    return FailureClass[names[value]] if value else None


def indexes(ranges: Iterable[runs_pb2.TaskRange]) -> tuple[int, ...]:
    """Every index of some ranges, ascending. Raises InvalidArgument."""
    found: set[int] = set()
    for each in ranges:
        if not 0 <= each.first <= each.last < MAX_INDEX:
            raise InvalidArgument.of("tasks", f"{each.first}-{each.last} is no range of indexes; they count from 0")
        found.update(range(each.first, each.last + 1))
    return tuple(sorted(found))


def submission(request: runs_pb2.SubmitRunRequest, registry: Registry, completed: runs_pb2.RunSpec | None = None) -> Submission:
    """The submission in a request, with its specification as it was `completed` by what the saved test says, if it was.

    Raises InvalidArgument. Blocks for as long as `plans.reading.read` does.
    """
    asked = request.spec if completed is None else completed
    plan = read(asked, registry)
    spec = json_format.MessageToJson(_kept(asked), indent=None, preserving_proto_field_name=True)
    return Submission(plan, spec, request.name, wants(asked), is_fresh=asked.fresh)


def wants(spec: runs_pb2.RunSpec) -> Wants:
    """What a specification asks for beside the figures."""
    return Wants(trades=spec.trades, charts=spec.charts)


def _kept(spec: runs_pb2.RunSpec) -> runs_pb2.RunSpec:
    """What every reply repeats of a specification: all of it, but none of the rows of a long list, which its tasks hold."""
    if spec.WhichOneof("kind") != "list" or len(spec.list.rows) <= ROWS_KEPT or spec.HasField("walk_forward"):
        return spec
    rest = runs_pb2.RunSpec(list=runs_pb2.ListSpec(test=spec.list.test, columns=spec.list.columns))
    rest.fixed.extend(spec.fixed)
    rest.trades, rest.charts, rest.fresh = spec.trades, spec.charts, spec.fresh
    return rest


def wanted_runs(request: runs_pb2.ListRunsRequest) -> Wanted:
    """Which runs a list is to have. Raises InvalidArgument for a kind or a phase that this daemon does not know."""
    if request.kind and request.kind not in KINDS:
        raise InvalidArgument.of("kind", f"{request.kind[:40]!r} is no kind of run; there are {', '.join(KINDS)}")
    known = {number: name.removeprefix("RUN_PHASE_") for name, number in runs_pb2.RunPhase.items() if number}
    for phase in request.phases:
        if phase not in known:
            raise InvalidArgument.of("phases", f"{phase} is no phase of a run")
    return Wanted(
        text=request.text.strip()[:LONGEST_TEXT],
        test_id=request.test_id,
        phases=tuple(RunPhase[known[phase]] for phase in request.phases),
        kind=request.kind,
        since=_moment(request, "submitted_from"),
        before=_moment(request, "submitted_before"),
    )


def _moment(request: Message, name: str) -> datetime.datetime | None:
    if not request.HasField(name):
        return None
    try:
        found: datetime.datetime = getattr(request, name).ToDatetime(datetime.UTC)
    except (ValueError, OverflowError):
        raise InvalidArgument.of(name, "is no moment of any calendar") from None
    return found


def sample_size(asked: int) -> int:
    """How many tasks to show. Raises InvalidArgument."""
    if not 0 <= asked <= MAX_PAGE:
        raise InvalidArgument.of("sample", f"{asked} is no number from 0 to {MAX_PAGE}")
    return asked


def page_size(asked: int, default: int) -> int:
    """How many rows to return. Raises InvalidArgument for a negative number."""
    if asked < 0:
        raise InvalidArgument.of("page_size", f"{asked} is negative")
    return min(asked or default, MAX_PAGE)


def after_index(token: str) -> int:
    """The index a page begins after; -1 for the first page. Raises InvalidArgument."""
    if token and not _INDEX.match(token):
        raise InvalidArgument.of("page_token", f"{token!r} is no token of this list")
    return int(token) if token else -1

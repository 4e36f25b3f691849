"""From the command line to what is sent: flags, or a file with a few flags beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from ooctl.exits import ClientError, ExitStatus
from ooctl.specs import document, files, flags, tables
from ooctl.specs.draft import KINDS, Draft
from ooctl.specs.fields import Fields
from ooctl.sweep import read_fixed

if TYPE_CHECKING:
    from typing import TextIO

    from oodaemon.api.v1 import runs_pb2

MAX_TASKS: Final = 1000
"""More tasks than these are run only when somebody says so."""

_FLAGS_OF_SPEC: Final = ("trades", "charts", "fresh")


@dataclass(frozen=True)
class Submission:
    """What is asked of the daemon; the same `request_id` with the same content is the same run."""

    spec: runs_pb2.RunSpec
    name: str = ""
    request_id: str = ""
    max_tasks: int = MAX_TASKS


def submission_of(
    file: str | None, given: flags.Flags, *, name: str, max_tasks: int | None, request_id: str, stdin: TextIO
) -> Submission:
    """Read what is asked for, from a file when there is one. Raises ClientError (USAGE) that says what is wrong and where."""
    if file is None:
        table = tables.read(given.rows) if given.rows else None
        draft = flags.draft_of(given, table)
        return Submission(_spec_of(draft), name, request_id, MAX_TASKS if max_tasks is None else max_tasks)
    beside = given.of_the_kind()
    if beside:
        sentence = f"{beside[0]} cannot be given beside a file"
        raise ClientError(
            sentence, ExitStatus.USAGE, hint=f"put it into {file}; --test, --with, --name and the like may stand beside it"
        )
    content = files.read(file, stdin)
    if _is_wire_form(content):
        return Submission(_wire_form(content, given, file), name, request_id, MAX_TASKS if max_tasks is None else max_tasks)
    draft, own_name, own_most = document.draft_of(content, table=tables.read, test=given.test)
    most = own_most if max_tasks is None else max_tasks
    return Submission(_spec_of(_beside(draft, given)), name or own_name, request_id, MAX_TASKS if most is None else most)


def _spec_of(draft: Draft) -> runs_pb2.RunSpec:
    from ooctl.specs.wire import spec_of  # noqa: PLC0415 - what is wrong is said without the wire format

    return spec_of(draft)


def _beside(draft: Draft, given: flags.Flags) -> Draft:
    """The draft with what the flags add; --with replaces what the file fixes."""
    own = read_fixed(given.fixed)
    names = {one.parameter for one in own}
    return replace(
        draft,
        fixed=(*(one for one in draft.fixed if one.parameter not in names), *own),
        has_trades=draft.has_trades or given.has_trades,
        has_charts=draft.has_charts or given.has_charts,
        is_fresh=draft.is_fresh or given.is_fresh,
    )


def _is_wire_form(content: object) -> bool:
    """Whether it is what `-o json` prints under `spec`."""
    if not isinstance(content, dict) or "mode" in content:
        return False
    return any(isinstance(content.get(kind), dict) for kind in KINDS)


def _wire_form(content: Any, given: flags.Flags, file: str) -> runs_pb2.RunSpec:  # noqa: ANN401 - whatever the file holds
    from google.protobuf import json_format  # noqa: PLC0415 - only files need it

    from oodaemon.api.v1 import runs_pb2  # noqa: PLC0415

    fields = Fields(content, "")
    is_on = {name: fields.flag(name) for name in _FLAGS_OF_SPEC}
    try:
        rest = {key: value for key, value in content.items() if key not in is_on}
        spec: runs_pb2.RunSpec = json_format.ParseDict({**rest, **is_on}, runs_pb2.RunSpec())
    except json_format.ParseError as error:
        raise ClientError(f"{file} is no specification of a run: {error}", ExitStatus.USAGE) from None
    own = read_fixed(given.fixed)
    if given.test:
        getattr(spec, str(spec.WhichOneof("kind"))).test = given.test
    kept = [one for one in spec.fixed if one.name not in {each.parameter for each in own}]
    added = [runs_pb2.FixedParameter(name=one.parameter, value=one.value, options=one.options) for one in own]
    del spec.fixed[:]
    spec.fixed.extend([*kept, *added])
    spec.trades, spec.charts = spec.trades or given.has_trades, spec.charts or given.has_charts
    spec.fresh = spec.fresh or given.is_fresh
    return spec

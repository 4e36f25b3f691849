"""`ooctl failures`: why attempts failed, and what the daemon saw then."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ooctl import cli as click
from ooctl.commands.arguments import run_argument, task_argument
from ooctl.commands.options import common_options, output_option
from ooctl.evidence_files import SHOWN, open_files, write
from ooctl.exits import ClientError, ExitStatus
from ooctl.render.failures import FAILURES, failure_details, kept
from ooctl.render.formats import Format
from ooctl.session import Session

if TYPE_CHECKING:
    from ooctl.daemon import Daemon
    from ooctl.records import Record

CLASSES: Final = ("timing", "modal", "session", "browser", "site_error", "rate_limited", "drift", "mismatch", "interrupted", "bug")


@click.command()
@run_argument
@task_argument
@click.option("--class", "failure_class", type=click.Choice(CLASSES, case_sensitive=False), help="Only failures of this class.")
@click.option("--open", "is_opened", is_flag=True, help="Save the evidence and open screenshot and page of the newest attempt.")
@click.option("--to", "folder", type=click.Path(path_type=Path), metavar="FOLDER", help="Save the evidence there.")
@click.option("--json", "is_json", is_flag=True, help="The same as -o json.")
@output_option()
@common_options
@click.pass_obj
def failures(  # noqa: PLR0913 - one parameter an option
    session: Session,
    *,
    run_id: str,
    task: int | None,
    failure_class: str | None,
    is_opened: bool,
    folder: Path | None,
    is_json: bool,
    format_: Format,
) -> None:
    """List the failed attempts of a run; with a TASK (its index, from 0), everything that is known of each of its attempts.

    Of every failed attempt the daemon keeps a screenshot, the page as HTML, console and network errors, and with
    "oodaemon run --trace" a trace for "playwright show-trace". --to saves these files, --open also opens them where there is
    a display. Passwords, e-mail addresses, cookies and tokens are not in them.

    \b
    Examples:
      ooctl failures 01JD0F6Q --class mismatch
      ooctl failures 01JD0F6Q 3 --open
      ooctl failures 01JD0F6Q --to evidence
    """
    from ooctl.failure_records import failure_record  # noqa: PLC0415 - the wire format is not needed for help
    from oodaemon.api.v1 import runs_pb2  # noqa: PLC0415

    wanted = runs_pb2.FailureClass.Value(f"FAILURE_CLASS_{failure_class.upper()}") if failure_class else None
    format_ = Format.JSON if is_json else format_
    with session.connect() as daemon:
        found = [failure_record(each) for each in daemon.failures.of_run(run_id, index=task, failure_class=wanted)]
        if is_opened or folder is not None:
            _save(session, daemon, found, folder, is_opened=is_opened)
        elif task is not None and format_.is_for_people:
            for line in failure_details(found):
                session.output.line(line)
            if not found:
                session.output.note(f"task {task} has no failed attempt")
        else:
            session.output.many(FAILURES, found, format_, empty="nothing failed")


def _save(session: Session, daemon: Daemon, found: Sequence[Record], folder: Path | None, *, is_opened: bool) -> None:
    """Write everything that is kept; the paths are data, so that a script can go on with them."""
    if not any(kept(failure) for failure in found):
        reason = "nothing is kept of these attempts" if found else "there is no failed attempt"
        raise ClientError(reason, ExitStatus.NOT_FOUND, hint='"ooctl failures RUN TASK" says why evidence is missing')
    place = folder or Path(tempfile.mkdtemp(prefix="ooctl-evidence-"))
    newest: list[Path] = []
    for failure in found:
        paths = [write(place, daemon, failure, name) for name in kept(failure)]
        for path in paths:
            session.output.line(str(path))
        newest = paths or newest
    if is_opened and not open_files([path for path in newest if path.name in SHOWN], session.env):
        session.output.note("there is no display to open them on")

"""`ooctl top`, `explain` and `wait`, and what `watch --ui` and `list --watch` do: looking on while things happen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ooctl import cli as click
from ooctl.commands.arguments import optional_run_argument, runs_argument
from ooctl.commands.options import common_options, output_option
from ooctl.commands.spans import Span
from ooctl.exits import ClientError, ExitStatus, status_of_run
from ooctl.render.formats import Format
from ooctl.render.views import state_line
from ooctl.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ooctl.daemon import Daemon
    from ooctl.records import Record

PAUSED: Final = "PAUSED"


@click.command()
@common_options
@click.pass_obj
def top(session: Session) -> ExitStatus:
    """Show everything that happens, on the whole screen: runs, browsers, failures as they come, the best result so far.

    Arrows select a run, p pauses it, r resumes it, c cancels it (and asks first), enter shows its details, e opens the evidence of
    the selected failure, ? helps, q leaves. A daemon that goes away is waited for.

    \b
    Example:
      ooctl top
    """
    return full_screen(session)


def full_screen(session: Session, run_id: str | None = None) -> ExitStatus:
    """The full-screen view; of one run it ends with the run, and returns the exit code of its outcome.

    INTERRUPTED after Ctrl-C, OK after q. Raises ClientError where there is no terminal, no daemon, or no such run.
    """
    if not (session.stdin.isatty() and session.output.is_out_terminal):
        name = "ooctl top" if run_id is None else "ooctl watch --ui"
        hint = '"ooctl list --watch" and "ooctl watch RUN" also write into pipes'
        raise ClientError(f"{name} needs a terminal that can move its cursor", ExitStatus.USAGE, hint=hint)
    with session.connect() as daemon:
        watched = None if run_id is None else daemon.run(run_id).run_id
        daemon.status()
    from ooctl.top.app import show  # noqa: PLC0415 - textual takes half a second to import

    return show(session, watched)


@click.command()
@optional_run_argument
@output_option()
@common_options
@click.pass_obj
def explain(session: Session, *, run_id: str | None, format_: Format) -> None:
    """Say in one sentence why nothing or little happens with RUN, and what to do; without RUN, with the daemon as a whole.

    \b
    Examples:
      ooctl explain 01JD0F6Q
      ooctl explain -o json
    """
    from ooctl.explaining import explain_daemon, explain_run, explanation_line  # noqa: PLC0415 - not needed for help
    from ooctl.records import daemon_record, run_record, seconds_of  # noqa: PLC0415
    from ooctl.render.analysis import WHOLE  # noqa: PLC0415
    from ooctl.render.text import one_line  # noqa: PLC0415

    with session.connect() as daemon:
        if run_id is None:
            found = explain_daemon(daemon_record(daemon.status()), list(_active(daemon)))
        else:
            run = daemon.run(run_id)
            found = explain_run(run_record(run), seconds_of(run, "next_result_in"))
    session.output.one(WHOLE, found, format_, details=lambda record: [one_line(explanation_line(dict(record)))])


def _active(daemon: Daemon) -> Iterator[Record]:
    from ooctl.records import run_record  # noqa: PLC0415 - not needed for help

    return (run_record(run) for run in daemon.runs(limit=0) if not run.HasField("ended_at"))


@click.command()
@runs_argument("RUN...", required=True)
@click.option(
    "--for",
    "goal",
    type=click.Choice(("finished", "paused"), case_sensitive=False),
    default="finished",
    show_default=True,
    help="What to wait for.",
)
@click.option("--timeout", type=Span(), help="Give up after this, such as 90s or 1h, with exit code 7.")
@common_options
@click.pass_obj
def wait(session: Session, *, run_ids: tuple[str, ...], goal: str, timeout: float | None) -> ExitStatus:
    """Wait until every RUN is finished, or paused, and say where each one stands. Goes on through a restart of the daemon.

    Finished runs decide the exit code: 0 when every task has its result, 10 with failures, 11 when one was cancelled. A run that
    comes to rest while a pause is waited for is a conflict (6), as it never will be paused.

    \b
    Examples:
      ooctl wait 01JD0F6Q && ooctl results 01JD0F6Q
      ooctl pause 01JD0F6Q && ooctl wait 01JD0F6Q --for paused --timeout 10m
    """
    from ooctl.waiting import wait_for_all  # noqa: PLC0415 - grpc is not needed for help

    until = frozenset({PAUSED}) if goal == "paused" else frozenset[str]()
    with session.connect() as daemon:
        for run_id in run_ids:  # a wrong id is told before anything is waited for
            daemon.run(run_id)
        try:
            found = wait_for_all(daemon, run_ids, until=until, timeout=timeout, notice=session.output.note)
        except KeyboardInterrupt:
            session.output.note("stopped waiting; what was waited for goes on")
            return ExitStatus.INTERRUPTED
    for run in found:
        session.output.line(state_line(run))
    return _verdict(found, until=until)


def _verdict(found: Sequence[Record], *, until: frozenset[str]) -> ExitStatus:
    if until:
        missed = [run for run in found if run["phase"] not in until]
        if missed:
            named = ", ".join(f"{run['run_id']} is {run['phase']}" for run in missed)
            raise ClientError(f"{named} and will not be paused any more", ExitStatus.CONFLICT)
        return ExitStatus.OK
    outcomes = {status_of_run(run["phase"], skipped=run["tasks"]["skipped"]) for run in found}
    return next((status for status in (ExitStatus.RUN_FAILED, ExitStatus.RUN_CANCELLED) if status in outcomes), ExitStatus.OK)


def watch_list(session: Session, *, limit: int, format_: Format) -> ExitStatus:
    """`list --watch`: a table that is painted anew on a terminal, else one JSON line for every run that is new or changed.

    Ends with INTERRUPTED after Ctrl-C. Raises ClientError when the daemon stays away, and for a format that cannot be watched.
    """
    if format_ is Format.CSV:
        raise ClientError("-o csv cannot be watched; use -o jsonl", ExitStatus.USAGE)
    from ooctl.pacing import Pacing  # noqa: PLC0415 - not needed for help
    from ooctl.polling import looks  # noqa: PLC0415
    from ooctl.records import run_record  # noqa: PLC0415

    is_table = format_ is Format.TABLE and session.output.is_out_terminal
    try:
        with session.connect() as daemon:
            found = looks(lambda: [run_record(run) for run in daemon.runs(limit=limit)], session.output.note, pacing=Pacing())
            if is_table:
                _repaint(session, found)
            else:
                _tell_changes(session, found)
    except KeyboardInterrupt:
        session.output.note("stopped watching; the runs go on")
    return ExitStatus.INTERRUPTED


def _tell_changes(session: Session, found: Iterator[Sequence[Record]]) -> None:
    from ooctl.polling import Changes  # noqa: PLC0415 - not needed for help
    from ooctl.render.formats import compact_json  # noqa: PLC0415

    changes = Changes()
    for runs in found:
        for run in changes.among(runs):
            session.output.line(compact_json(run))


def _repaint(session: Session, found: Iterator[Sequence[Record]]) -> None:
    from ooctl.render.painting import painted  # noqa: PLC0415 - rich takes 140 ms to import

    with painted(session.output) as paint:
        for runs in found:
            paint(runs)

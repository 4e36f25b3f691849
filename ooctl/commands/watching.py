"""`ooctl watch`: following a run to its end."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from ooctl import cli as click
from ooctl.commands.arguments import run_argument
from ooctl.commands.live import full_screen
from ooctl.commands.options import common_options, output_option
from ooctl.exits import ClientError, ExitStatus, status_of_run
from ooctl.records import run_record
from ooctl.render.formats import Format
from ooctl.render.tables import RUNS
from ooctl.render.views import LineView, state_line
from ooctl.session import Session

if TYPE_CHECKING:
    from ooctl.daemon import Daemon
    from ooctl.following import View
    from ooctl.records import Record


@click.command()
@run_argument
@click.option("--ui", "is_full_screen", is_flag=True, help="On the whole screen, as ooctl top shows it.")
@output_option(Format.TABLE, Format.WIDE, Format.JSON, Format.JSONL, Format.YAML)
@common_options
@click.pass_obj
def watch(session: Session, *, run_id: str, is_full_screen: bool, format_: Format) -> ExitStatus:
    """Follow a run until it is at rest: a bar at a terminal, one line per event in a pipe.

    Goes on through a restart of the daemon, with every event once and in order. Ctrl-C ends the watching, not the run.
    The exit code is the outcome: 0 when every task has its result, 10 with failures, 11 when it was cancelled; 7 when --timeout
    passed before. -o json and jsonl print one object per event and line, -o yaml one document per event.

    \b
    Examples:
      ooctl watch 01JD0F6Q
      ooctl watch 01JD0F6Q --timeout 10m
      ooctl watch 01JD0F6Q --ui
      ooctl watch 01JD0F6Q -o jsonl | jq .metrics.pl
    """
    if is_full_screen:
        if session.timeout is not None or format_ is not Format.TABLE:
            raise ClientError("--ui goes with neither --timeout nor -o; leave one of them out", ExitStatus.USAGE)
        return full_screen(session, run_id)
    with session.connect() as daemon:
        return follow(session, daemon, run_id, format_=format_)


def follow(session: Session, daemon: Daemon, run_id: str, *, format_: Format) -> ExitStatus:
    """Show what happens to a run and return the exit code of its outcome, or INTERRUPTED after Ctrl-C."""
    try:
        with _view(session, format_) as view:
            run = daemon.follow(run_id, view)
    except KeyboardInterrupt:
        session.output.note(f'stopped watching; the run {run_id} goes on ("ooctl cancel {run_id}" would end it)')
        return ExitStatus.INTERRUPTED
    session.output.note(f"ended: {state_line(run)}")
    return status_of_run(run["phase"], skipped=run["tasks"]["skipped"])


def wait_for(session: Session, daemon: Daemon, run_id: str, *, format_: Format | None = None) -> ExitStatus:
    """Return the exit code of the outcome once a run is at rest, and print the run if there is a `format_`."""

    class Silence:
        """Looks on and says nothing but what goes wrong with the connection."""

        def snapshot(self, run: Record) -> None:
            """Nothing."""

        def event(self, event: Record) -> None:
            """Nothing."""

        def notice(self, sentence: str) -> None:
            """Say it, to people only."""
            session.output.note(sentence)

    try:
        daemon.follow(run_id, Silence())
        run = run_record(daemon.run(run_id))
    except KeyboardInterrupt:
        session.output.note(f'stopped waiting; the run {run_id} goes on ("ooctl cancel {run_id}" would end it)')
        return ExitStatus.INTERRUPTED
    if format_ is not None:
        session.output.one(RUNS, run, format_)
    return status_of_run(run["phase"], skipped=run["tasks"]["skipped"])


def _view(session: Session, format_: Format) -> AbstractContextManager[View]:
    if format_.is_for_people and session.output.is_err_terminal and not session.output.is_quiet:
        from ooctl.render.progress import BarView  # noqa: PLC0415 - rich takes 140 ms to import

        return BarView(session.output)
    return nullcontext(LineView(session.output, is_json=not format_.is_for_people, is_yaml=format_ is Format.YAML))

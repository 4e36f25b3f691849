"""`ooctl watch`: following a run to its end."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

import rich_click as click

from ooctl.commands.live import full_screen
from ooctl.commands.options import common_options, output_option, run_argument
from ooctl.exits import ClientError, ExitStatus, status_of_run
from ooctl.render.formats import Format
from ooctl.render.views import LineView, state_line
from ooctl.session import Session

if TYPE_CHECKING:
    from ooctl.daemon import Daemon
    from ooctl.following import View


@click.command()
@run_argument
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Stop watching after so long, with exit code 7.",
)
@click.option("--ui", "is_full_screen", is_flag=True, help="On the whole screen, as ooctl top shows it.")
@output_option(Format.TABLE, Format.JSON, Format.JSONL)
@common_options
@click.pass_obj
def watch(session: Session, *, run_id: str, timeout: float | None, is_full_screen: bool, format_: Format) -> ExitStatus:
    """Follow a run until it is at rest: a bar at a terminal, one line per event in a pipe.

    Goes on through a restart of the daemon, with every event once and in order. Ctrl-C ends the watching, not the run.
    The exit code is the outcome: 0 when every task has its result, 10 with failures, 11 when it was cancelled.

    \b
    Examples:
      ooctl watch 01JD0F6Q
      ooctl watch 01JD0F6Q --ui
      ooctl watch 01JD0F6Q -o jsonl | jq .metrics.pl
    """
    if is_full_screen:
        if timeout is not None or format_ is not Format.TABLE:
            raise ClientError("--ui goes with neither --timeout nor -o; leave one of them out", ExitStatus.USAGE)
        return full_screen(session, run_id)
    with session.connect() as daemon:
        return follow(session, daemon, run_id, format_=format_, timeout=timeout)


def follow(session: Session, daemon: Daemon, run_id: str, *, format_: Format, timeout: float | None = None) -> ExitStatus:
    """Show what happens to a run and return the exit code of its outcome, or INTERRUPTED after Ctrl-C."""
    try:
        with _view(session, format_) as view:
            run = daemon.follow(run_id, view, timeout=timeout)
    except KeyboardInterrupt:
        session.output.note(f'stopped watching; the run {run_id} goes on ("ooctl cancel {run_id}" would end it)')
        return ExitStatus.INTERRUPTED
    session.output.note(f"ended: {state_line(run)}")
    return status_of_run(run["phase"], skipped=run["tasks"]["skipped"])


def _view(session: Session, format_: Format) -> AbstractContextManager[View]:
    if format_ is Format.TABLE and session.output.is_err_terminal:
        from ooctl.render.progress import BarView  # noqa: PLC0415 - rich takes 140 ms to import

        return BarView(session.output)
    return nullcontext(LineView(session.output, is_json=format_ is not Format.TABLE))

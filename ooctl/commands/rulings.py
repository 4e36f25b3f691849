"""`ooctl retry`, `skip` and `accept`: what to do about tasks that failed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ooctl import cli as click
from ooctl.commands.arguments import run_argument
from ooctl.commands.options import common_options, order_options, output_option
from ooctl.records import run_record
from ooctl.render.formats import Format
from ooctl.render.tables import RULED
from ooctl.selection import Ask, Range, read_tasks
from ooctl.session import Session

if TYPE_CHECKING:
    from ooctl.daemon import Daemon

TASKS_HELP = 'Which tasks, such as 1,4-7; "ooctl tasks RUN" shows them.'
CLASSES = ("timing", "modal", "session", "browser", "site_error", "rate_limited", "drift", "mismatch", "interrupted", "bug")


def _to_ranges(_: click.Context, __: click.Parameter, value: str | None) -> tuple[Range, ...]:
    return () if value is None else read_tasks(value)


@click.command()
@run_argument
@click.option("--tasks", metavar="LIST", callback=_to_ranges, help=TASKS_HELP)
@click.option("--class", "failure_class", type=click.Choice(CLASSES), help="Only tasks whose last failure is of this class.")
@click.option("--force", "is_forced", is_flag=True, help="Also tasks that were skipped.")
@order_options()
@output_option()
@common_options
@click.pass_obj
def retry(session: Session, /, *, run_id: str, ask: Ask, format_: Format, **which: Any) -> None:  # noqa: ANN401 - three options
    """Try failed tasks again, as if they had never failed. Their finished neighbours are not touched.

    A run that had come to rest goes on. What is known of the failures stays.

    \b
    Examples:
      ooctl retry 01JD0F6Q
      ooctl retry 01JD0F6Q --class timing
      ooctl retry 01JD0F6Q --tasks 1,4-7
    """

    _carry_out(session, lambda daemon: daemon.steering.retry(run_id, ask, **which), "tried again", format_)


@click.command()
@run_argument
@click.option("--tasks", metavar="LIST", required=True, callback=_to_ranges, help=TASKS_HELP)
@order_options(needs_reason=True)
@output_option()
@common_options
@click.pass_obj
def skip(session: Session, *, run_id: str, tasks: tuple[Range, ...], ask: Ask, format_: Format) -> None:
    """Do without the figures of failed tasks, and say why.

    \b
    Example:
      ooctl skip 01JD0F6Q --tasks 3 --reason "no data for this day"
    """
    _carry_out(session, lambda daemon: daemon.steering.skip(run_id, ask, tasks=tasks), "skipped", format_)


@click.command()
@run_argument
@click.option("--tasks", metavar="LIST", required=True, callback=_to_ranges, help=TASKS_HELP)
@order_options(needs_reason=True)
@output_option()
@common_options
@click.pass_obj
def accept(session: Session, *, run_id: str, tasks: tuple[Range, ...], ask: Ask, format_: Format) -> None:
    """Take the figures of failed tasks although their page did not prove them, and say why.

    Such figures are marked as accepted, by whom and why, wherever they are shown.

    \b
    Example:
      ooctl accept 01JD0F6Q --tasks 3 --reason "the card rounds 0.125, I checked it"
    """
    _carry_out(session, lambda daemon: daemon.steering.accept(run_id, ask, tasks=tasks), "accepted", format_)


def _carry_out(session: Session, order: Callable[[Daemon], Any], done: str, format_: Format) -> None:
    with session.connect() as daemon:
        response = order(daemon)
    run = run_record(response.run)
    changed = response.changed
    session.output.note(
        f"{changed} {'task is' if changed == 1 else 'tasks are'} {done}" if changed else f"no task had to be {done}"
    )
    if run["phase"] == "PAUSED":
        session.output.note(f'the run is paused; "ooctl resume {run["run_id"]}" lets it go on')
    session.output.one(RULED, {"changed": changed, **run}, format_)

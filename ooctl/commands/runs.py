"""`ooctl list`, `pause`, `resume` and `cancel`: runs, and what is desired of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import rich_click as click

from ooctl.commands.live import watch_list
from ooctl.commands.options import common_options, order_options, output_option
from ooctl.exits import ClientError, ExitStatus
from ooctl.records import Record, run_record
from ooctl.render.formats import Format
from ooctl.render.tables import RUNS
from ooctl.selection import Ask
from ooctl.session import Session

if TYPE_CHECKING:
    from ooctl.daemon import Daemon
    from oodaemon.api.v1 import runs_pb2

runs_argument = click.argument("run_ids", metavar="RUN...", nargs=-1, required=True)


_Order = Callable[["Daemon", str, "Ask"], "runs_pb2.Run"]

now_option = click.option("--now", "is_now", is_flag=True, help="Interrupt backtests in flight, at no cost to their tasks.")


@click.command("list")
@click.option("--limit", type=click.IntRange(min=0), default=50, show_default=True, help="At most so many; 0 for all.")
@click.option("--watch", "is_watched", is_flag=True, help="Go on: a table painted anew, or a JSON line for each change in a pipe.")
@output_option()
@common_options
@click.pass_obj
def list_runs(session: Session, *, limit: int, is_watched: bool, format_: Format) -> ExitStatus | None:
    """List runs, newest first.

    \b
    Examples:
      ooctl list -o json
      ooctl list --watch
    """
    if is_watched:
        return watch_list(session, limit=limit, format_=format_)
    with session.connect() as daemon:
        session.output.many(RUNS, map(run_record, daemon.runs(limit=limit)), format_)
    return None


@click.command()
@runs_argument
@now_option
@order_options()
@output_option()
@common_options
@click.pass_obj
def pause(session: Session, *, run_ids: tuple[str, ...], is_now: bool, ask: Ask, format_: Format) -> ExitStatus:
    """Start no new backtests of a run; those in flight finish and are recorded, or are interrupted with --now.

    PAUSED says that nothing of the run is at work any more; ooctl resume undoes a pause at any time.

    \b
    Examples:
      ooctl pause 01JD0F6Q --reason "market opens"
      ooctl pause 01JD0F6Q --now
    """

    def order(daemon: Daemon, run_id: str, ask: Ask) -> runs_pb2.Run:
        return daemon.steering.pause(run_id, ask, is_now=is_now)

    return _give_order(session, run_ids, order, ask=ask, format_=format_)


@click.command()
@runs_argument
@order_options()
@output_option()
@common_options
@click.pass_obj
def resume(session: Session, *, run_ids: tuple[str, ...], ask: Ask, format_: Format) -> ExitStatus:
    """Go on with a paused run: slowly at first, at full speed after a minute or five results.

    \b
    Example:
      ooctl resume 01JD0F6Q
    """

    def order(daemon: Daemon, run_id: str, ask: Ask) -> runs_pb2.Run:
        return daemon.steering.resume(run_id, ask)

    return _give_order(session, run_ids, order, ask=ask, format_=format_)


@click.command()
@runs_argument
@now_option
@order_options()
@click.option("-y", "--yes", "is_sure", is_flag=True, help="Do not ask.")
@output_option()
@common_options
@click.pass_obj
def cancel(
    session: Session,
    *,
    run_ids: tuple[str, ...],
    is_now: bool,
    ask: Ask,
    is_sure: bool,
    format_: Format,
) -> ExitStatus:
    """End a run for good; its results so far stay. Asks first at a terminal.

    \b
    Example:
      ooctl cancel 01JD0F6Q --yes --reason "wrong test"
    """
    if not is_sure and session.can_ask():
        question = f"Cancel {', '.join(run_ids)} for good?"
        if not click.confirm(question, err=True):
            raise ClientError("nothing was cancelled", ExitStatus.FAILED)

    def order(daemon: Daemon, run_id: str, ask: Ask) -> runs_pb2.Run:
        return daemon.steering.cancel(run_id, ask, is_now=is_now)

    return _give_order(session, run_ids, order, ask=ask, format_=format_)


def _give_order(
    session: Session,
    run_ids: tuple[str, ...],
    order: _Order,
    *,
    ask: Ask,
    format_: Format,
) -> ExitStatus:
    """One run after the other; a refusal of one does not stop the rest, a daemon that is gone does."""
    if ask.if_revision is not None and len(run_ids) > 1:
        raise ClientError("--if-revision is about one run; name one RUN", ExitStatus.USAGE)
    records: list[Record] = []
    refusals: list[ExitStatus] = []
    with session.connect() as daemon:
        for run_id in run_ids:
            try:
                records.append(run_record(order(daemon, run_id, ask)))
            except ClientError as error:
                session.report(error)
                refusals.append(error.status)
                if error.status is ExitStatus.UNREACHABLE:
                    break
    if records and len(run_ids) == 1:
        session.output.one(RUNS, records[0], format_)
    elif records:
        session.output.many(RUNS, records, format_)
    return _status_of(refusals)


def _status_of(refusals: list[ExitStatus]) -> ExitStatus:
    if not refusals:
        return ExitStatus.OK
    return refusals[0] if len(set(refusals)) == 1 else ExitStatus.FAILED

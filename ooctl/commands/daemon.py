"""`ooctl status` and `ooctl drain`: the daemon itself, or one run in detail."""

from __future__ import annotations

from ooctl import cli as click
from ooctl.commands.arguments import optional_run_argument
from ooctl.commands.options import common_options, output_option
from ooctl.records import daemon_record, run_record
from ooctl.render.details import daemon_details, run_details
from ooctl.render.formats import Format
from ooctl.render.tables import DAEMON, DRAINED, RUNS
from ooctl.session import Session
from ooctl.trees import ACTORS, tree_lines, tree_record


@click.command()
@optional_run_argument
@output_option()
@common_options
@click.pass_obj
def status(session: Session, *, run_id: str | None, format_: Format) -> None:
    """Show one run in detail, or without RUN the daemon: version, uptime, tree, and what stands in its way.

    \b
    Examples:
      ooctl status
      ooctl status 01JD0F6Q -o json
    """
    with session.connect() as daemon:
        if run_id is None:
            session.output.one(DAEMON, daemon_record(daemon.status()), format_, details=daemon_details)
        else:
            session.output.one(RUNS, run_record(daemon.run(run_id)), format_, details=run_details)


@click.command()
@output_option()
@common_options
@click.pass_obj
def tree(session: Session, *, format_: Format) -> None:
    """Show the supervision tree: where each actor stands, since when, its process and memory, failures, next try and last stop.

    \b
    Example:
      ooctl tree
    """
    with session.connect() as daemon:
        session.output.one(ACTORS, tree_record(daemon.tree()), format_, details=tree_lines)


@click.command()
@common_options
@click.pass_obj
def dump(session: Session) -> None:
    """Print every task of the daemon and where it waits, for a report of a defect. SIGUSR1 writes the same into its log.

    \b
    Example:
      ooctl dump
    """
    with session.connect() as daemon:
        text = daemon.dump()
    for line in text.splitlines():
        session.output.line(line)


@click.command()
@output_option()
@common_options
@click.pass_obj
def drain(session: Session, *, format_: Format) -> None:
    """Let the backtests in flight finish and start no new ones until the daemon is started again.

    \b
    Example:
      ooctl drain
    """
    with session.connect() as daemon:
        in_flight = daemon.drain()
    session.output.one(DRAINED, {"in_flight": in_flight}, format_)

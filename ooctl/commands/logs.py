"""`ooctl logs`: what the daemon wrote into its log."""

from __future__ import annotations

from typing import Final

from ooctl import cli as click
from ooctl import newest
from ooctl.commands.options import common_options, output_option
from ooctl.commands.spans import Span
from ooctl.completion import complete_runs
from ooctl.render.formats import Format, compact_json
from ooctl.render.logs import log_line
from ooctl.session import Session

LEVELS: Final = ("info", "warning", "error")


@click.command()
@click.option("-f", "--follow", is_flag=True, help="Go on with lines as they come, also through a restart of the daemon.")
@click.option("--since", type=Span(), help="Only lines that are not older than this, such as 10m or 1h30m.")
@click.option("--run", "run_id", metavar="RUN", default="", shell_complete=complete_runs, help="Only lines about this run.")
@click.option(
    "--level",
    type=click.Choice(LEVELS, case_sensitive=False),
    default="info",
    show_default=True,
    help="Only lines of this level or above.",
)
@output_option(Format.TABLE, Format.JSONL)
@common_options
@click.pass_obj
def logs(session: Session, *, follow: bool, since: float | None, run_id: str, level: str, format_: Format) -> None:
    """Print the newest lines of the daemon's log, oldest first.

    The daemon keeps the last 5,000 lines since it was started; older ones are where its standard error goes, which under a service
    manager "ooctl service logs" shows. No line holds a password or an e-mail address. Ctrl-C ends -f.

    \b
    Examples:
      ooctl logs --since 10m --level warning
      ooctl logs -f --run 01JD0F6Q
      ooctl logs -o jsonl | jq -r .event
    """
    from oodaemon.api.v1 import daemon_pb2  # noqa: PLC0415 - the wire format is not needed for help

    request = daemon_pb2.ReadLogsRequest(
        follow=follow, run_id=run_id, level=daemon_pb2.LogLevel.Value(f"LOG_LEVEL_{level.upper()}")
    )
    if since is not None:
        request.max_age.FromNanoseconds(round(since * 1e9))
    has_colour = session.output.is_out_terminal and session.output.has_colour
    with session.connect() as daemon:
        newest.settle(request, daemon.newest_run)
        for record in daemon.logs.read(request, session.output.note):
            session.output.line(compact_json(record) if format_ is Format.JSONL else log_line(record, has_colour=has_colour))

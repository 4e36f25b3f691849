"""`ooctl report`: one page about a run that can be sent to somebody else."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ooctl import __version__
from ooctl import cli as click
from ooctl.commands.arguments import run_argument
from ooctl.commands.options import common_options
from ooctl.exits import ClientError, ExitStatus
from ooctl.owners import Owner
from ooctl.session import Session

if TYPE_CHECKING:
    from ooctl.charts.figures import Equity
    from ooctl.daemon import Daemon
    from ooctl.records import Record
    from ooctl.report.contents import Contents


@click.command()
@run_argument
@click.option(
    "--html", type=click.Path(path_type=Path, dir_okay=False), required=True, metavar="FILE", help="Where to write the page."
)
@click.option("--metric", default="mar", show_default=True, metavar="NAME", help="The figure that decides what is best.")
@click.option("--rows", type=click.IntRange(min=1), default=1000, show_default=True, help="At most so many rows in the table.")
@click.option("--overwrite", is_flag=True, help="Replace FILE if it exists.")
@common_options
@click.pass_obj
def report(session: Session, *, run_id: str, html: Path, metric: str, rows: int, overwrite: bool) -> None:
    """Write one page about a run: what was run, the best results, a chart, all results to sort, failures, and how they were proven.

    The page is a single file that loads nothing from anywhere and can be sent as it is: it holds no account, no names of
    machines and no paths. With trade logs it also shows the equity of the best result and what other orders of its trades
    could have done.

    \b
    Examples:
      ooctl report 01JD0F6Q --html sweep.html
      ooctl report 01JD0F6Q --html sweep.html --metric pl --overwrite
    """
    from ooctl.report.page import page  # noqa: PLC0415 - help and --version do without
    from ooctl.writers import files  # noqa: PLC0415

    files.check(html, may_replace=overwrite)
    with session.connect() as daemon:
        contents = _contents(daemon, run_id, metric)
    made_at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    with files.whole_file(html, may_replace=overwrite) as file:
        file.write(page(contents, made_at=made_at, version=__version__, rows=rows).encode())
    count = len(contents.rows)
    session.output.note(f"{html}: {count:,} {'result' if count == 1 else 'results'}")


def _contents(daemon: Daemon, run_id: str, metric: str) -> Contents:
    from dataclasses import replace  # noqa: PLC0415 - help and --version do without

    from ooctl.charts.figures import metric_of  # noqa: PLC0415
    from ooctl.report.contents import NEEDED, gather  # noqa: PLC0415
    from ooctl.writers.table import Role  # noqa: PLC0415

    table = daemon.exports.results(run_id)
    figure = metric_of(table.columns, metric)
    parameters = [column.name for column in table.columns if column.role is Role.PARAMETER]
    needed = table.only(list(dict.fromkeys([*parameters, *NEEDED, figure.name])))
    contents = gather(table.run, needed.columns, list(needed.records()), figure)
    top = contents.top
    if top is None or not top["trade_count"]:
        return contents
    owner = Owner(run_id=table.run["run_id"], index=top["index"])
    return replace(contents, equity=_equity(daemon, owner), courses=_courses(daemon, owner))


def _courses(daemon: Daemon, owner: Owner) -> Record | None:
    """The same trades in other orders, with a fixed seed: the page of a run is the same whenever it is made.

    None where they are too few, or otherwise such that the daemon makes nothing of them.
    """
    from ooctl.analysis_records import monte_carlo_record  # noqa: PLC0415 - help and --version do without
    from oodaemon.api.v1 import analysis_pb2  # noqa: PLC0415

    request = analysis_pb2.MonteCarloRequest(resampling=analysis_pb2.RESAMPLING_SHUFFLE, seed=1)
    try:
        return monte_carlo_record(daemon.analyses.monte_carlo(owner, request))
    except ClientError as error:
        if error.status is not ExitStatus.CONFLICT:
            raise
        return None


def _equity(daemon: Daemon, owner: Owner) -> Equity | None:
    from ooctl.charts.figures import Equity  # noqa: PLC0415 - help and --version do without

    points = tuple((point.at, point.total) for point in daemon.trade_logs.analysis(owner, equity=True).equity)
    return Equity(owner.index or 0, points) if points else None

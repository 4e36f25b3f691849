"""`ooctl tasks` and `ooctl results`: the backtests of a run and their figures."""

from __future__ import annotations

import rich_click as click

from ooctl.commands.options import common_options, output_option, run_argument
from ooctl.records import result_record, task_record
from ooctl.render.formats import Format
from ooctl.render.tables import RESULTS, TASKS
from ooctl.session import Session


@click.command()
@run_argument
@output_option()
@common_options
@click.pass_obj
def tasks(session: Session, *, run_id: str, format_: Format) -> None:
    """List the backtests of a run: where each stands, its tries, its last failure.

    \b
    Example:
      ooctl tasks 01JD0F6Q
    """
    with session.connect() as daemon:
        session.output.many(TASKS, map(task_record, daemon.tasks(run_id)), format_)


@click.command()
@run_argument
@output_option()
@common_options
@click.pass_obj
def results(session: Session, *, run_id: str, format_: Format) -> None:
    """Print the verified figures of a run.

    The table shows the most used figures with their units; JSON and CSV hold all of them, null or empty where the site
    showed none.

    \b
    Examples:
      ooctl results 01JD0F6Q
      ooctl results 01JD0F6Q -o csv > sweep.csv
    """
    with session.connect() as daemon:
        session.output.many(RESULTS, map(result_record, daemon.results(run_id)), format_)

"""`ooctl tasks`, `ooctl results` and `ooctl charts`: the backtests of a run, their figures and their pictures."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from ooctl import cli as click
from ooctl.commands.arguments import TASK, run_argument
from ooctl.commands.options import common_options, output_option
from ooctl.exits import ClientError, ExitStatus
from ooctl.records import result_record, task_record
from ooctl.render.formats import Format
from ooctl.render.tables import RESULTS, TASKS
from ooctl.session import Session

_SAFE: Final = re.compile(r"[^A-Za-z0-9_-]+")


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
        session.output.many(
            RESULTS,
            map(result_record, daemon.results(run_id)),
            format_,
            empty="no task is settled yet; `ooctl explain RUN` says what it waits for",
        )


@click.command()
@run_argument
@click.argument("index", metavar="[TASK]", type=click.IntRange(min=0), required=False, help=TASK)
@click.option("--to", "folder", default=".", metavar="FOLDER", help="Where the pictures are written; made if it does not exist.")
@common_options
@click.pass_obj
def charts(session: Session, *, run_id: str, index: int | None, folder: str) -> None:
    """Write the charts of a run, or of one task, as PNG files.

    They are there when the run was submitted with --charts. The names of the files are printed.

    \b
    Examples:
      ooctl charts 01JD0F6Q --to charts
      ooctl charts 01JD0F6Q 3
    """
    place = Path(folder)
    with session.connect() as daemon:
        indexes = daemon.tasks_with_charts(run_id) if index is None else [index]
        found = {n: daemon.charts(run_id, n) for n in indexes}
        if not any(found.values()):
            raise ClientError(
                "no charts were kept" if index is None else f"no charts were kept of task {index}",
                ExitStatus.NOT_FOUND,
                hint='submit with --charts to keep them; "ooctl tasks" shows which tasks are completed',
            )
    written = []
    try:
        place.mkdir(parents=True, exist_ok=True)
        for n, pictures in found.items():
            for name, png in pictures.items():
                written.append(place / f"{n:04d}-{_SAFE.sub('-', name)}.png")
                written[-1].write_bytes(png)
    except OSError as error:
        raise ClientError(f"cannot write to {place}: {error.strerror}", ExitStatus.FAILED) from error
    for file in written:
        session.output.line(str(file))

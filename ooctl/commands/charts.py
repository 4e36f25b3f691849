"""`ooctl chart`: a run at a glance, in the terminal, on a page or as a picture."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from ooctl import cli as click
from ooctl.commands.arguments import run_argument
from ooctl.commands.options import common_options
from ooctl.exits import ClientError, ExitStatus
from ooctl.owners import Owner
from ooctl.session import Session

if TYPE_CHECKING:
    from ooctl.charts.figures import Drawing, Equity
    from ooctl.daemon import Daemon


@click.command()
@run_argument
@click.option("--metric", default="pl", show_default=True, metavar="NAME", help="The figure to draw; any column of ooctl export.")
@click.option("--by", multiple=True, metavar="NAME", help="The parameter to draw it by; twice for a heat map.")
@click.option("--task", type=click.IntRange(min=0), metavar="N", help="Draw the equity of one task instead, from its trades.")
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write a page with the chart.")
@click.option("--png", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write a picture of the chart.")
@click.option("--overwrite", is_flag=True, help="Replace the files if they exist.")
@common_options
@click.pass_obj
def chart(  # noqa: PLR0913 - one parameter an option
    session: Session,
    *,
    run_id: str,
    metric: str,
    by: tuple[str, ...],
    task: int | None,
    html: Path | None,
    png: Path | None,
    overwrite: bool,
) -> None:
    """Draw a figure of a run by the parameter that varies, or by two as a heat map.

    When more parameters vary than are drawn, the median over the others is shown. With --task the profit and loss of one
    backtest over time is drawn; its run must have been submitted with --trades. Without --html and --png the chart goes to the
    terminal.

    \b
    Examples:
      ooctl chart 01JD0F6Q
      ooctl chart 01JD0F6Q --metric mar --by delta --by profit_target
      ooctl chart 01JD0F6Q --task 3 --html equity.html
    """
    from ooctl.writers import files  # noqa: PLC0415 - help and --version do without

    for path in (html, png):
        if path is not None:
            files.check(path, may_replace=overwrite)
    with session.connect() as daemon:
        figure, title = _figure(daemon, run_id, metric, by) if task is None else _equity(daemon, run_id, task)
    if html is None and png is None:
        _show(session, figure)
    if html is not None:
        from ooctl.charts.page import page  # noqa: PLC0415 - not needed otherwise

        with files.whole_file(html, may_replace=overwrite) as file:
            file.write(page(figure, title=title).encode())
        session.output.note(f"{html}: {title}")
    if png is not None:
        from ooctl.charts.picture import write_png  # noqa: PLC0415 - not needed otherwise

        with files.whole_file(png, may_replace=overwrite) as file:
            write_png(figure, file, title=title)
        session.output.note(f"{png}: {title}")


def _figure(daemon: Daemon, run_id: str, metric: str, by: tuple[str, ...]) -> tuple[Drawing, str]:
    from ooctl.charts.figures import drawing, metric_of  # noqa: PLC0415 - help and --version do without
    from ooctl.writers.table import Role  # noqa: PLC0415

    table = daemon.exports.results(run_id)
    figure = metric_of(table.columns, metric)
    parameters = [column.name for column in table.columns if column.role is Role.PARAMETER]
    rows = table.only(list(dict.fromkeys(["index", "origin", *parameters, figure.name])))
    drawn = drawing(rows.columns, rows.records(), figure, by)
    return drawn, f"{figure.name} of {_named(table.run['name'], table.run['test']['name'])}"


def _equity(daemon: Daemon, run_id: str, task: int) -> tuple[Equity, str]:
    from ooctl.charts.figures import Equity  # noqa: PLC0415 - help and --version do without

    run = daemon.run(run_id)
    analysis = daemon.trade_logs.analysis(Owner(run_id=run.run_id, index=task), equity=True)
    points = tuple((point.at, point.total) for point in analysis.equity)
    if not points:
        raise ClientError(f"task {task} made no trades", ExitStatus.NOT_FOUND)
    return Equity(task, points), f"equity of task {task} of {_named(run.name, run.test.name)}"


def _named(run: str, test: str) -> str:
    """A run that the daemon named has the name of its test in its own."""
    return run if test in run else f"{run} on {test}"


def _show(session: Session, figure: Drawing | Equity) -> None:
    from ooctl.charts import terminal  # noqa: PLC0415 - help and --version do without
    from ooctl.charts.figures import Curve, Grid  # noqa: PLC0415

    output = session.output
    width = shutil.get_terminal_size((80, 24)).columns if output.is_out_terminal else 80
    has_colour = output.has_colour
    match figure:
        case Curve():
            lines = terminal.curve(figure, width=width, has_colour=has_colour)
        case Grid():
            lines = terminal.heat(figure, width=width, has_colour=has_colour)
        case _:
            lines = terminal.equity(figure, width=width, has_colour=has_colour)
    for line in lines:
        output.line(line)

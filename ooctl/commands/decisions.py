"""`ooctl recommend`, `ooctl best` and `ooctl compare`: from the results of runs to a decision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from ooctl import cli as click
from ooctl.commands.arguments import run_argument, runs_argument
from ooctl.commands.options import common_options, output_option
from ooctl.render.analysis import (
    ADVICE,
    WHOLE,
    advice_rows,
    best_noun,
    comparison_details,
    recommendation_details,
)
from ooctl.render.formats import Format
from ooctl.render.text import one_line
from ooctl.session import Session
from ooctl.specs.draft import Objective, read_objective

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

GOALS = ("returns", "capital", "balanced")


def by_option(help_: str) -> Callable[[Decorated], Decorated]:
    """--by METRIC[:max|min], several times; the command receives objectives."""

    def to_objectives(_: click.Context, __: click.Parameter, texts: tuple[str, ...]) -> tuple[Objective, ...]:
        return tuple(read_objective(text, where="--by") for text in texts)

    return click.option("--by", multiple=True, metavar="METRIC[:max|min]", callback=to_objectives, help=help_)


where_option = click.option(
    "--where",
    default="",
    metavar="CONDITION",
    help="Only results for which this holds, such as 'max_drawdown > -20 and delta < 30'.",
)
part_option = click.option("--part", default="", metavar="NAME", help="Only this part of a run: a stage, or a side of a fold.")
_LIMIT = click.IntRange(min=1, max=1000)


@click.command()
@run_argument
@click.option("--goal", type=click.Choice(GOALS), default="balanced", show_default=True, help="What matters most.")
@where_option
@part_option
@click.option(
    "--limit", type=_LIMIT, default=5, show_default=True, help="At most so many alternatives, and so many to keep away from."
)
@output_option()
@common_options
@click.pass_obj
def recommend(  # noqa: PLR0913 - one parameter an option
    session: Session, *, run_id: str, goal: str, where: str, part: str, limit: int, format_: Format
) -> None:
    """Say which result of a run to take, what else is worth a look, and what to keep away from, each with a sentence why.

    Every result gets a score from 0 to 100 out of weighted figures and of how its neighbours on the grid do. Results that lose,
    have fewer than 30 trades, or stand alone among bad ones are never recommended while there are others. The weights are settings
    of the daemon (recommend).

    \b
    Examples:
      ooctl recommend 01JD0F6Q
      ooctl recommend 01JD0F6Q --goal capital --where 'total_trades >= 100'
    """
    from ooctl.analysis_records import recommendation_record  # noqa: PLC0415 - the wire format is not needed for help

    with session.connect() as daemon:
        answer = recommendation_record(daemon.analyses.recommend(run_id, goal, where=where, part=part, limit=limit))
    if format_ in (Format.CSV, Format.JSONL) or session.output.is_quiet:
        session.output.many(ADVICE, advice_rows(answer), format_)
        _say(session, answer["notes"])
    else:
        session.output.one(WHOLE, answer, format_, details=recommendation_details)


@click.command()
@run_argument
@by_option("What is best; further ones decide ties. [default: mar]")
@where_option
@part_option
@click.option("--limit", type=_LIMIT, default=10, show_default=True, help="At most so many.")
@click.option("--pareto", is_flag=True, help="Instead of a ranking, the results that no other beats in every --by.")
@output_option()
@common_options
@click.pass_obj
def best(  # noqa: PLR0913 - one parameter an option
    session: Session,
    *,
    run_id: str,
    by: tuple[Objective, ...],
    where: str,
    part: str,
    limit: int,
    pareto: bool,
    format_: Format,
) -> None:
    """List the best results of a run, by a figure of the page or of the trade logs.

    The natural direction of a figure is used unless :max or :min says otherwise: more of mar, of profit, and of a drawdown, which
    is negative. A condition joins comparisons of figures and parameters with and, or, not and parentheses.

    \b
    Examples:
      ooctl best 01JD0F6Q --by mar --where 'max_drawdown > -20'
      ooctl best 01JD0F6Q --by cagr --by max_drawdown --pareto
      ooctl best 01JD0F6Q --by avg_minutes_in_trade:max -o csv
    """
    from ooctl.analysis_records import candidate_record  # noqa: PLC0415 - the wire format is not needed for help
    from ooctl.specs.wire import objective  # noqa: PLC0415
    from oodaemon.api.v1 import analysis_pb2  # noqa: PLC0415

    request = analysis_pb2.BestRequest(
        run_id=run_id, by=[objective(each) for each in by], where=where, part=part, limit=limit, pareto=pareto
    )
    with session.connect() as daemon:
        answer = daemon.analyses.best(request)
    session.output.many(best_noun([each.metric for each in answer.by]), map(candidate_record, answer.best), format_)
    if not answer.best:
        session.output.note("no result fits")
    _say(session, list(answer.notes))


@click.command()
@runs_argument("RUN RUN...", required=True)
@by_option("What to compare; the first decides which result is the best. [default: mar, pl and max_drawdown]")
@where_option
@click.option("--limit", type=_LIMIT, default=50, show_default=True, help="At most so many shared sets of values.")
@output_option()
@common_options
@click.pass_obj
def compare(
    session: Session, *, run_ids: tuple[str, ...], by: tuple[Objective, ...], where: str, limit: int, format_: Format
) -> None:
    """Put two to ten runs beside each other: their best and median figures, and where they ran the same values.

    The first run is what the others are held against.

    \b
    Example:
      ooctl compare 01JD0F6Q 01JD0K2A --by mar
    """
    from ooctl.analysis_records import comparison_record  # noqa: PLC0415 - the wire format is not needed for help

    with session.connect() as daemon:
        answer = comparison_record(daemon.analyses.compare(run_ids, by, where=where, limit=limit))
    session.output.one(WHOLE, answer, format_, details=comparison_details)


def _say(session: Session, notes: list[str]) -> None:
    for note in notes:
        session.output.note(f"note: {one_line(note)}")

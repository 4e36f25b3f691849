"""`ooctl robustness`, `ooctl montecarlo` and `ooctl walkforward`: how far a result can be trusted."""

from __future__ import annotations

from ooctl import cli as click
from ooctl.commands.arguments import optional_run_argument, run_argument, task_argument
from ooctl.commands.decisions import by_option, part_option
from ooctl.commands.options import common_options, output_option
from ooctl.exits import ClientError, ExitStatus
from ooctl.owners import owner_of
from ooctl.render.analysis import WHOLE, monte_carlo_details, robustness_details, walk_forward_details
from ooctl.render.formats import Format
from ooctl.session import Session
from ooctl.specs.draft import Objective


@click.command()
@run_argument
@task_argument
@by_option("What is best. [default: mar]")
@part_option
@output_option()
@common_options
@click.pass_obj
def robustness(session: Session, *, run_id: str, task: int | None, by: tuple[Objective, ...], part: str, format_: Format) -> None:
    """Say whether the best of a run, or one task of it (by its index, from 0), is likely to be real.

    Looks at the neighbours on the grid (a plateau, or a spike), at the number of trades, and, when the run was submitted with
    --trades, at the deflated Sharpe ratio (Bailey, Lopez de Prado 2014) and the probability of backtest overfitting by
    cross-validation (Bailey, Borwein, Lopez de Prado, Zhu 2015).

    \b
    Examples:
      ooctl robustness 01JD0F6Q
      ooctl robustness 01JD0F6Q 17 --by cagr
    """
    from ooctl.analysis_records import robustness_record  # noqa: PLC0415 - the wire format is not needed for help

    owner = owner_of(run_id, task, None)
    with session.connect() as daemon:
        answer = robustness_record(daemon.analyses.robustness(owner.run_id, owner.index, by, part=part))
    session.output.one(WHOLE, answer, format_, details=robustness_details)


@click.command()
@optional_run_argument
@task_argument
@click.option("--import", "import_id", metavar="ID", help="The trades of an imported file instead of those of a task.")
@click.option("--simulations", type=click.IntRange(min=1, max=100_000), default=10_000, show_default=True, help="How many courses.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="The same seed gives the same courses.")
@click.option("--bootstrap", is_flag=True, help="Draw trades anew, with replacement, instead of changing their order.")
@click.option(
    "--sizing",
    type=click.Choice(("auto", "fixed", "compound")),
    default="auto",
    show_default=True,
    help="What a trade moves: dollars, or a share of the account.",
)
@click.option(
    "--capital",
    type=click.FloatRange(min=0, min_open=True),
    metavar="DOLLARS",
    help="The account at the start. [default: as the page or the log says]",
)
@click.option(
    "--ruin",
    type=click.FloatRange(min=0, max=100, min_open=True),
    default=50,
    show_default=True,
    metavar="PERCENT",
    help="The drawdown whose probability is asked for.",
)
@output_option()
@common_options
@click.pass_obj
def montecarlo(  # noqa: PLR0913 - one parameter an option
    session: Session,
    *,
    run_id: str | None,
    task: int | None,
    import_id: str | None,
    simulations: int,
    seed: int,
    bootstrap: bool,
    sizing: str,
    capital: float | None,
    ruin: float,
    format_: Format,
) -> None:
    """Play the trades of a task, or of an imported file, in other orders: how deep could it have fallen?

    Needs the trade log of the task: submit with --trades. Percentiles are over all courses; rank says where the order that came
    stands among them.

    \b
    Examples:
      ooctl montecarlo 01JD0F6Q 17
      ooctl montecarlo --import 01JD0F7A --capital 100000 --bootstrap
    """
    from ooctl.analysis_records import monte_carlo_record  # noqa: PLC0415 - the wire format is not needed for help
    from oodaemon.api.v1 import analysis_pb2  # noqa: PLC0415

    owner = owner_of(run_id, task, import_id)
    if not owner.is_one_log:
        sentence = "name one TASK of the run, or an imported file with --import ID"
        raise ClientError(sentence, ExitStatus.USAGE, hint='"ooctl best RUN" shows the tasks that did best')
    resampling = analysis_pb2.RESAMPLING_BOOTSTRAP if bootstrap else analysis_pb2.RESAMPLING_SHUFFLE
    sized = {"auto": analysis_pb2.SIZING_UNSPECIFIED, "fixed": analysis_pb2.SIZING_FIXED, "compound": analysis_pb2.SIZING_COMPOUND}
    request = analysis_pb2.MonteCarloRequest(
        simulations=simulations, seed=seed, resampling=resampling, sizing=sized[sizing], starting_capital=capital, ruin=ruin
    )
    with session.connect() as daemon:
        answer = monte_carlo_record(daemon.analyses.monte_carlo(owner, request))
    session.output.one(WHOLE, answer, format_, details=monte_carlo_details)


@click.command()
@run_argument
@by_option("What was best in-sample. [default: what the run was submitted with]")
@click.option("--metric", "metrics", multiple=True, metavar="NAME", help="A figure to report; several times for several.")
@output_option()
@common_options
@click.pass_obj
def walkforward(session: Session, *, run_id: str, by: tuple[Objective, ...], metrics: tuple[str, ...], format_: Format) -> None:
    """Hold what was chosen in-sample against what it did out of sample, for a run that was submitted with --walk-forward.

    Efficiency is the out-of-sample figure divided by the in-sample one (R. Pardo); from about one half on a choice is taken
    seriously.

    \b
    Example:
      ooctl walkforward 01JD0F6Q
    """
    from ooctl.analysis_records import walk_forward_record  # noqa: PLC0415 - the wire format is not needed for help

    with session.connect() as daemon:
        answer = walk_forward_record(daemon.analyses.walk_forward(run_id, by, metrics))
    session.output.one(WHOLE, answer, format_, details=walk_forward_details)

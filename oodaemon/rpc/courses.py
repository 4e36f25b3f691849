"""MonteCarlo: the trades of one log in other orders, with the account and the sizing that fit them."""

from dataclasses import dataclass, replace

from oodaemon.analysis import monte_carlo, outcomes
from oodaemon.analysis.monte_carlo import MOST_SIMULATIONS, MOST_STEPS, Course, Outlook, Ruined, is_sized_alike
from oodaemon.api.v1 import analysis_pb2
from oodaemon.errors import FailedPrecondition, InvalidArgument
from oodaemon.model.trades import LogKind, StoredLog, Trade
from oodaemon.rpc import tradelogs
from oodaemon.rpc.advice import distribution
from oodaemon.store import imports, results, runs, trades
from oodaemon.store.transaction import Snapshot

SIMULATIONS, RUIN, ALL_OF_IT = 10_000, 50.0, 100.0


@dataclass(frozen=True, slots=True)
class Material:
    """A log, its trades, and the account they began with where somebody knows it."""

    log: StoredLog
    trades: list[Trade]
    capital: float | None


def check(request: analysis_pb2.MonteCarloRequest) -> None:
    """Raise InvalidArgument for numbers that make no sense."""
    if not 0 <= request.simulations <= MOST_SIMULATIONS:
        raise InvalidArgument.of("simulations", f"{request.simulations} is not between 1 and {MOST_SIMULATIONS:,}")
    if request.seed < 0:
        raise InvalidArgument.of("seed", f"{request.seed} is negative")
    if not 0 <= request.ruin <= ALL_OF_IT:
        raise InvalidArgument.of("ruin", f"{request.ruin:g} is no drawdown in percent; it must be above 0 and at most 100")
    if request.HasField("starting_capital") and not 0 < request.starting_capital < float("inf"):
        raise InvalidArgument.of("starting_capital", f"{request.starting_capital:g} is no account to begin with")


def material(db: Snapshot, request: analysis_pb2.MonteCarloRequest) -> Material:
    """What is to be played. Raises NotFound, InvalidArgument, and FailedPrecondition for a log that is not of trades."""
    capital: float | None = None
    match request.log.WhichOneof("owner"):
        case "task":
            run_id = runs.get(db, request.log.task.run_id).run_id
            log = trades.of_task(db, run_id, request.log.task.index)
            capital = (results.metrics_of(db, run_id, request.log.task.index) or {}).get("starting_capital")
        case "import_id":
            log = imports.get(db, request.log.import_id)
        case _:
            raise InvalidArgument.of("log", "nothing is named; give a task or an import")
    if log.kind is LogKind.DAILY:
        raise FailedPrecondition(f"{log.name} is a daily log; it has no trades whose order could be changed")
    if capital is None:
        capital = outcomes.starting_capital([each.trade for each in trades.page(db, log.log_id, limit=log.entries)])
    if request.HasField("starting_capital"):
        capital = request.starting_capital
    return Material(log, trades.outline(db, log.log_id), capital)


def answer(request: analysis_pb2.MonteCarloRequest, of: Material) -> analysis_pb2.MonteCarloResponse:
    """Play it: up to ten seconds of work. Raises FailedPrecondition and InvalidArgument."""
    if len(of.trades) < 2:
        raise FailedPrecondition(f"{of.log.name} has {len(of.trades)} trades; other orders need at least two")
    simulations, ruin = request.simulations or SIMULATIONS, request.ruin or RUIN
    if simulations * len(of.trades) > MOST_STEPS:
        most = MOST_STEPS // len(of.trades)
        raise InvalidArgument.of(
            "simulations", f"{simulations:,} of {len(of.trades):,} trades are too many; at most {most:,} are played"
        )
    is_bootstrap = request.resampling == analysis_pb2.RESAMPLING_BOOTSTRAP
    course = Course(simulations, request.seed, with_replacement=is_bootstrap, capital=of.capital)
    notes: list[str] = []
    course, outlook = _play(request, of, course, ruin, notes)
    if of.capital is None:
        notes.append("The account at the start is not known, so nothing is in percent; give it to have that.")
    wire = analysis_pb2.MonteCarloResponse(
        log=tradelogs.log(of.log),
        simulations=simulations,
        trades=len(of.trades),
        seed=request.seed,
        resampling=analysis_pb2.RESAMPLING_BOOTSTRAP if is_bootstrap else analysis_pb2.RESAMPLING_SHUFFLE,
        sizing=analysis_pb2.SIZING_COMPOUND if course.is_compound else analysis_pb2.SIZING_FIXED,
        starting_capital=of.capital,
        distributions=[distribution(each) for each in outlook.distributions],
        ruin=ruin,
        probability_of_ruin=outlook.probability_of_ruin,
        probability_of_loss=outlook.probability_of_loss,
        notes=notes,
    )
    wire.notes.append("Trades are taken as independent of each other; streaks of the market are not in these figures.")
    return wire


def _play(
    request: analysis_pb2.MonteCarloRequest, of: Material, course: Course, ruin: float, notes: list[str]
) -> tuple[Course, Outlook]:
    """Play as asked, or as the log suggests; dollars where shares of the account make no sense and nobody asked for them."""
    is_asked = request.sizing == analysis_pb2.SIZING_COMPOUND
    is_guessed = request.sizing == analysis_pb2.SIZING_UNSPECIFIED and not is_sized_alike(of.trades)
    if is_asked or is_guessed:
        compound = replace(course, is_compound=True)
        try:
            outlook = monte_carlo.play(of.trades, compound, ruin)
        except Ruined as error:
            if is_asked:
                raise FailedPrecondition(f"positions cannot be sized as shares of the account: {error}") from error
            notes.append(f"Each trade wins or loses its dollars, although the sizes of positions differ: {error}.")
        else:
            if is_guessed:
                notes.append("Each trade wins or loses its share of the account, because the sizes of positions differ.")
            return compound, outlook
    return course, monte_carlo.play(of.trades, course, ruin)

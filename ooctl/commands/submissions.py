"""`ooctl submit` and `ooctl plan`: a test and what to try on it become a run, or only a look at it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from ooctl import cli as click
from ooctl.choosing import settle
from ooctl.commands.options import common_options, output_option
from ooctl.commands.watching import follow, wait_for
from ooctl.completion import complete_parameters, complete_tests
from ooctl.exits import ClientError, ExitStatus
from ooctl.records import Record, run_record
from ooctl.render.formats import Format
from ooctl.render.plans import PLANS, plan_details
from ooctl.render.tables import RUNS
from ooctl.session import Session
from ooctl.sweep import LongForm

if TYPE_CHECKING:
    from ooctl.daemon import Daemon
    from ooctl.specs.asked import Submission

_LIMIT_OF_DAEMON: Final = 100_000

_OPTIONS: Final = (
    click.argument(
        "file", metavar="[FILE]", required=False, type=click.Path(), help="A run as YAML or JSON; - reads it from standard input."
    ),
    click.option(
        "--test",
        default="",
        metavar="TEST",
        shell_complete=complete_tests,
        help='URL, id, name or number ("ooctl tests") of a saved test.',
    ),
    click.option(
        "-p",
        "assignments",
        multiple=True,
        metavar="NAME=VALUES",
        shell_complete=complete_parameters,
        help="START..END, START..END/STEP or V1,V2,...; NAME.OPTION=VALUE sets an option. Several: every combination.",
    ),
    click.option("--param", metavar="NAME", help="The long form of -p, with --start, --end and --step."),
    click.option("--start", metavar="VALUE", help="The first value of --param."),
    click.option("--end", metavar="VALUE", help="The last value of --param."),
    click.option("--step", metavar="VALUE", help="The distance between two values of --param."),
    click.option("--from", "rows", default="", metavar="TABLE", help="A .csv, .xlsx or .jsonl file: one backtest per row."),
    click.option(
        "--with",
        "fixed",
        multiple=True,
        metavar="NAME=VALUE",
        shell_complete=complete_parameters,
        help="Set a parameter to one value in every backtest; NAME.OPTION=VALUE sets an option of it. Repeatable.",
    ),
    click.option(
        "--stage",
        "stages",
        multiple=True,
        metavar="'NAME=VALUES ...'",
        help="A grid on the best of the stage before; repeat it for each stage. What is best says --optimize-by.",
    ),
    click.option("--search", type=click.Choice(["tpe", "grid"]), help="Look for the best of -p within --budget backtests."),
    click.option("--budget", type=click.IntRange(min=1), metavar="N", help="Backtests that --search may spend."),
    click.option("--seed", type=int, metavar="S", help="The same seed chooses the same points from the same results."),
    click.option(
        "--optimize-by",
        multiple=True,
        metavar="METRIC[:max|min]",
        help="What is best; the next ones decide ties, or are objectives too.",
    ),
    click.option(
        "--where", multiple=True, metavar="TEXT", help="What a point of a search must keep, such as 'max_drawdown >= -15'."
    ),
    click.option(
        "--walk-forward", default="", metavar="IN/OUT", help="Choose in spans of IN, try in the OUT that follows: 12m/3m."
    ),
    click.option(
        "--max-tasks", type=click.IntRange(min=1), metavar="N", help="Refuse more backtests than these; 1000 unless said."
    ),
    click.option("--fresh", "is_fresh", is_flag=True, help="Run also what an earlier run has a result of."),
    click.option("--trades", "has_trades", is_flag=True, help="Download, check and keep the trade log of every backtest."),
    click.option("--charts", "has_charts", is_flag=True, help="Keep the charts of every result page as pictures."),
    click.option("--name", default="", metavar="TEXT", help="A short name of the run, for people."),
)


def submission_options(command: Callable[..., ExitStatus]) -> Callable[..., ExitStatus]:
    """Everything that makes up a run, handed to the command as one `submission`."""

    @functools.wraps(command)
    def with_submission(session: Session, **given: Any) -> ExitStatus:  # noqa: ANN401 - click passes what it parsed
        from ooctl.specs.asked import submission_of  # noqa: PLC0415 - the wire format takes a moment to import
        from ooctl.specs.flags import Flags  # noqa: PLC0415

        flags = Flags(
            long=LongForm(*(given.pop(flag) for flag in ("param", "start", "end", "step"))),
            search=given.pop("search") or "",
            **{
                name: given.pop(name) for name in ("test", "assignments", "rows", "fixed", "optimize_by", "where", "budget", "seed")
            },
            **{name: given.pop(name) for name in ("stages", "walk_forward", "has_trades", "has_charts", "is_fresh")},
        )
        submission = submission_of(
            given.pop("file"),
            flags,
            name=given.pop("name"),
            max_tasks=given.pop("max_tasks"),
            request_id=given.pop("request_id", "") or "",
            stdin=session.stdin,
        )
        return command(session, submission=submission, **given)

    for option in reversed(_OPTIONS):
        with_submission = option(with_submission)
    return with_submission


@click.command()
@click.pass_obj
@submission_options
@click.option("--request-id", metavar="ID", help="Submitting again with the same id gives the same run.")
@click.option("--watch", "is_watched", is_flag=True, help="Follow the run to its end, like ooctl watch.")
@click.option("--wait", "is_awaited", is_flag=True, help="Return when the run has ended, with the exit codes of ooctl watch.")
@output_option(default=None)
@common_options
def submit(session: Session, *, submission: Submission, is_watched: bool, is_awaited: bool, format_: Format | None) -> ExitStatus:
    """Run a saved test with many values, and print the id of the run.

    What to run is said with -p (one parameter is swept, several are combined), with --from a table of values, with --search,
    or with a FILE in YAML or JSON that describes it (- reads it from standard input). The values of -p are START..END with
    both ends included, START..END/STEP, or a list V1,V2,...; --with fixes others for all of it. Without -o only the id is
    printed on standard output. With --wait and -o the run is printed as it ended.

    \b
    Examples:
      ooctl submit --test 1 -p delta=5..50/1
      ooctl submit --test "Iron fly" -p entry_time=09:45..15:30/15 --watch
      ooctl submit --test 1 -p delta=20,30,50 -p delta.apply_to=both
      ooctl submit --test 1 -p delta=5..50/5 --wait --timeout 2h -o json
      ooctl submit --test 1 -p delta=10..30/5 -p profit_target=20..60/10
      ooctl submit --test 1 --from sets.csv
      ooctl submit --test 1 -p delta=5..50 -p stop_loss=100..300/10 --search tpe --budget 40 --optimize-by mar
      ooctl submit --test 1 --stage delta=10..30/5 --stage profit_target=20..60/10 --optimize-by mar
      ooctl submit --test 1 -p delta=10..30/5 --walk-forward 12m/3m --optimize-by mar
      ooctl submit run.yaml
      ooctl submit --test 1 -p stop_loss=50..200/25 --with start_date=2024-01-02 --with entry_slippage=0.1 --trades
      ooctl submit --test 1 -p vix@high=20..30/5 -p vix@high.bound=max --with vix@low=12 --with vix@low.bound=min
    """
    if is_watched and is_awaited:
        raise ClientError("--watch and --wait exclude each other", ExitStatus.USAGE)
    with session.connect() as daemon:
        settle(session, daemon, submission.spec)
        if submission.max_tasks < _LIMIT_OF_DAEMON:
            _check_size(daemon.plan(submission.spec, sample=0), submission.max_tasks)
        run = sent(session, daemon, submission)
        if run is None:
            return ExitStatus.INTERRUPTED
        if is_awaited and format_ is not None:
            return wait_for(session, daemon, run["run_id"], format_=format_)
        show_accepted(session, run, format_, is_watched=is_watched)
        if is_awaited:
            return wait_for(session, daemon, run["run_id"])
        if not is_watched:
            return ExitStatus.OK
        return follow(session, daemon, run["run_id"], format_=_watched_format(format_))


def sent(session: Session, daemon: Daemon, submission: Submission) -> Record | None:
    """Submit; the accepted run, or None after Ctrl-C, when nobody knows. Raises ClientError."""
    try:
        return run_record(daemon.submit(submission))
    except KeyboardInterrupt:
        session.output.note(
            "interrupted; the run may have been accepted: repeat the command"
            f" (or give --request-id {daemon.request_id}), and it runs only once"
        )
        return None


@click.command()
@click.pass_obj
@submission_options
@click.option("--sample", type=click.IntRange(0, 1000), default=5, show_default=True, help="Show so many of the first backtests.")
@output_option()
@common_options
def plan(session: Session, *, submission: Submission, sample: int, format_: Format) -> ExitStatus:
    """Say what ooctl submit would run with the same arguments: how many backtests, how long, and the first of them.

    Nothing is stored and nothing is run. A plan with more backtests than --max-tasks is shown and refused, with exit code 2.

    \b
    Examples:
      ooctl plan run.yaml
      ooctl plan --test 1 -p delta=10..30/5 -p profit_target=20..60/10
      ooctl plan run.yaml --sample 1000 -o json
    """
    with session.connect() as daemon:
        settle(session, daemon, submission.spec)
        record = daemon.plan(submission.spec, sample=sample)
    session.output.one(PLANS, record, format_, details=plan_details)
    _check_size(record, submission.max_tasks)
    return ExitStatus.OK


def _check_size(plan: Record, most: int) -> None:
    """Raise ClientError (USAGE) for more tasks than somebody asked for on purpose."""
    planned = max(plan["tasks"], plan["planned_tasks"] or 0)
    if planned > most:
        sentence = f"this makes {planned:,} backtests, and at most {most:,} are allowed"
        raise ClientError(sentence, ExitStatus.USAGE, hint=f"take larger steps, or allow them with --max-tasks {planned}")


def show_accepted(session: Session, run: Record, format_: Format | None, *, is_watched: bool) -> None:
    """Say what was accepted; without a format, only the id is data."""
    cached = run["tasks"]["cached"]
    said = [f"{run['name'] or 'the run'}: {run['tasks']['total']} backtests on {run['test']['name']}"]
    said += [f"{cached} of them with the result of an earlier run"] if cached else []
    if run["growing"]:
        most = f", {run['planned_tasks']} at most" if run["planned_tasks"] is not None else ""
        said += [f"more follow from their results{most}"]
    session.output.note("; ".join(said))
    if format_ is None:
        session.output.line(run["run_id"])
        return
    # Followed by events on the same stream, so one line, as they are.
    is_stream = is_watched and format_ is Format.JSON
    session.output.one(RUNS, run, Format.JSONL if is_stream else format_)


def _watched_format(format_: Format | None) -> Format:
    match format_:
        case Format.JSON | Format.JSONL:
            return Format.JSONL
        case Format.YAML:
            return Format.YAML
        case _:
            return Format.TABLE

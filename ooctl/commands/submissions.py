"""`ooctl submit`: a test and a parameter become a run."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from typing import Any, Final

import rich_click as click

from ooctl.choosing import settled
from ooctl.commands.options import common_options, output_option
from ooctl.commands.watching import follow
from ooctl.exits import ExitStatus
from ooctl.records import Record, run_record
from ooctl.render.formats import Format
from ooctl.render.tables import RUNS
from ooctl.session import Session
from ooctl.sweep import LongForm, Submission, read_fixed, read_sweep

_OPTIONS: Final = (
    click.option("--test", required=True, metavar="TEST", help='URL, id, name or number ("ooctl tests") of a saved test.'),
    click.option(
        "-p",
        "assignments",
        multiple=True,
        metavar="NAME=VALUES",
        help="START..END, START..END/STEP or V1,V2,...; NAME.OPTION=VALUE sets an option. Repeatable.",
    ),
    click.option("--param", metavar="NAME", help="The long form of -p, with --start, --end and --step."),
    click.option("--start", metavar="VALUE", help="The first value of --param."),
    click.option("--end", metavar="VALUE", help="The last value of --param."),
    click.option("--step", metavar="VALUE", help="The distance between two values of --param."),
    click.option(
        "--with",
        "fixed",
        multiple=True,
        metavar="NAME=VALUE",
        help="Set a parameter to one value in every backtest; NAME.OPTION=VALUE sets an option of it. Repeatable.",
    ),
    click.option("--trades", "has_trades", is_flag=True, help="Download, check and keep the trade log of every backtest."),
    click.option("--charts", "has_charts", is_flag=True, help="Keep the charts of every result page as pictures."),
    click.option("--name", default="", metavar="TEXT", help="A short name of the run, for people."),
    click.option("--request-id", metavar="ID", help="Submitting again with the same id gives the same run."),
)


def submission_options(command: Callable[..., ExitStatus]) -> Callable[..., ExitStatus]:
    """Everything that makes up a run, handed to the command as one `submission`."""

    @functools.wraps(command)
    def with_submission(session: Session, **given: Any) -> ExitStatus:  # noqa: ANN401 - click passes what it parsed
        long = LongForm(*(given.pop(flag) for flag in ("param", "start", "end", "step")))
        submission = Submission(
            test=given.pop("test"),
            sweep=read_sweep(given.pop("assignments"), long),
            name=given.pop("name"),
            request_id=given.pop("request_id") or "",
            fixed=read_fixed(given.pop("fixed")),
            has_trades=given.pop("has_trades"),
            has_charts=given.pop("has_charts"),
        )
        return command(session, submission=submission, **given)

    for option in reversed(_OPTIONS):
        with_submission = option(with_submission)
    return with_submission


@click.command()
@click.pass_obj
@submission_options
@click.option("--watch", "is_watched", is_flag=True, help="Follow the run to its end, like ooctl watch.")
@output_option(default=None)
@common_options
def submit(session: Session, *, submission: Submission, is_watched: bool, format_: Format | None) -> ExitStatus:
    """Run a saved test once for every value of a parameter, and print the id of the run.

    The values of -p are START..END with both ends included, START..END/STEP, or a list V1,V2,...; one parameter per
    run, and --with fixes others for all of it. Without -o only the id is printed on standard output.

    \b
    Examples:
      ooctl submit --test 1 -p delta=5..50/1
      ooctl submit --test "Iron fly" -p entry_time=09:45..15:30/15 --watch
      ooctl submit --test 1 -p delta=20,30,50 -p delta.apply_to=both
      ooctl submit --test 1 --param delta --start 5 --end 50 --step 1
      ooctl submit --test 1 -p stop_loss=50..200/25 --with start_date=2024-01-02 --with entry_slippage=0.1 --trades
      ooctl submit --test 1 -p vix@high=20..30/5 -p vix@high.bound=max --with vix@low=12 --with vix@low.bound=min
    """
    with session.connect() as daemon:
        submission = dataclasses.replace(submission, test=settled(session, daemon, submission.test))
        try:
            run = run_record(daemon.submit(submission))
        except KeyboardInterrupt:
            session.output.note(
                "interrupted; the run may have been accepted: repeat the command"
                f" (or give --request-id {daemon.request_id}), and it runs only once"
            )
            return ExitStatus.INTERRUPTED
        _show(session, run, format_, is_watched=is_watched)
        if not is_watched:
            return ExitStatus.OK
        return follow(session, daemon, run["run_id"], format_=_watched_format(format_))


def _show(session: Session, run: Record, format_: Format | None, *, is_watched: bool) -> None:
    session.output.note(f"{run['name'] or 'the run'}: {run['tasks']['total']} backtests on {run['test']['name']}")
    if format_ is None:
        session.output.line(run["run_id"])
        return
    # Followed by events on the same stream, so one line, as they are.
    is_stream = is_watched and format_ is Format.JSON
    session.output.one(RUNS, run, Format.JSONL if is_stream else format_)


def _watched_format(format_: Format | None) -> Format:
    return Format.JSONL if format_ in (Format.JSON, Format.JSONL) else Format.TABLE

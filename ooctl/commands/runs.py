"""`ooctl list`, `pause`, `resume` and `cancel`: runs, and what is desired of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from ooctl import cli as click
from ooctl.asking import confirm
from ooctl.commands.arguments import runs_argument
from ooctl.commands.options import common_options, order_options, output_option, yes_option
from ooctl.exits import ClientError, ExitStatus
from ooctl.records import Record, run_record
from ooctl.render.formats import Format
from ooctl.render.tables import RUNS
from ooctl.selection import Ask
from ooctl.session import Session

if TYPE_CHECKING:
    from ooctl.daemon import Daemon
    from oodaemon.api.v1 import runs_pb2

some_runs_argument = runs_argument("[RUN...]", required=False, note="- reads them from standard input.")
all_option = click.option("--all", "is_all", is_flag=True, help="Every run for which this means something, instead of RUN.")
AT_REST: Final = ("COMPLETED", "NEEDS_REVIEW", "CANCELLED", "CANCELLING")
STDIN: Final = "-"


_Order = Callable[["Daemon", str, "Ask"], "runs_pb2.Run"]

now_option = click.option("--now", "is_now", is_flag=True, help="Interrupt backtests in flight, at no cost to their tasks.")


@click.command("list")
@click.option("--limit", type=click.IntRange(min=0), default=50, show_default=True, help="At most so many; 0 for all.")
@click.option("--watch", "is_watched", is_flag=True, help="Go on: a table painted anew, or a JSON line for each change in a pipe.")
@output_option()
@common_options
@click.pass_obj
def list_runs(session: Session, *, limit: int, is_watched: bool, format_: Format) -> ExitStatus | None:
    """List runs, newest first.

    \b
    Examples:
      ooctl list
      ooctl list -o wide
      ooctl list --limit 0 -o json
      ooctl list --watch
      ooctl pause $(ooctl list -q --limit 3)
    """
    if is_watched:
        from ooctl.commands.live import watch_list  # noqa: PLC0415 - a list alone does without

        return watch_list(session, limit=limit, format_=format_)
    with session.connect() as daemon:
        session.output.many(
            RUNS,
            map(run_record, daemon.runs(limit=limit)),
            format_,
            empty="nothing was run yet; `ooctl run` puts a run together, `ooctl submit` starts one at once",
        )
    return None


@click.command()
@some_runs_argument
@all_option
@now_option
@order_options()
@output_option()
@common_options
@click.pass_obj
def pause(session: Session, *, run_ids: tuple[str, ...], is_all: bool, is_now: bool, ask: Ask, format_: Format) -> ExitStatus:
    """Start no new backtests of a run; those in flight finish and are recorded, or are interrupted with --now.

    PAUSED says that nothing of the run is at work any more; ooctl resume undoes a pause at any time.

    \b
    Examples:
      ooctl pause 01JD0F6Q --reason "market opens"
      ooctl pause 01JD0F6Q --now
      ooctl pause --all
      ooctl list -q --limit 5 | ooctl pause -
    """

    def order(daemon: Daemon, run_id: str, ask: Ask) -> runs_pb2.Run:
        return daemon.steering.pause(run_id, ask, is_now=is_now)

    runs = _Runs(run_ids, is_all, lambda phase: phase not in (*AT_REST, "PAUSED", "PAUSING"))
    return _give_order(session, runs, order, ask=ask, format_=format_)


@click.command()
@some_runs_argument
@all_option
@order_options()
@output_option()
@common_options
@click.pass_obj
def resume(session: Session, *, run_ids: tuple[str, ...], is_all: bool, ask: Ask, format_: Format) -> ExitStatus:
    """Go on with a paused run: slowly at first, at full speed after a minute or five results.

    \b
    Examples:
      ooctl resume 01JD0F6Q
      ooctl resume --all
    """

    def order(daemon: Daemon, run_id: str, ask: Ask) -> runs_pb2.Run:
        return daemon.steering.resume(run_id, ask)

    runs = _Runs(run_ids, is_all, lambda phase: phase in ("PAUSED", "PAUSING"))
    return _give_order(session, runs, order, ask=ask, format_=format_)


@click.command()
@some_runs_argument
@all_option
@now_option
@order_options()
@yes_option
@output_option()
@common_options
@click.pass_obj
def cancel(  # noqa: PLR0913 - one parameter an option
    session: Session,
    *,
    run_ids: tuple[str, ...],
    is_all: bool,
    is_now: bool,
    ask: Ask,
    is_sure: bool,
    format_: Format,
) -> ExitStatus:
    """End a run for good; its results so far stay.

    Asks first at a terminal. Elsewhere, and with -o json and the like, it needs --yes.

    \b
    Examples:
      ooctl cancel 01JD0F6Q
      ooctl cancel 01JD0F6Q --yes --reason "wrong test"
      ooctl cancel --all --yes --now
    """
    runs = _Runs(run_ids, is_all, lambda phase: phase not in AT_REST)
    runs.check()
    named = "all runs that have not ended" if is_all else ", ".join(run_ids)
    named = "the runs on standard input" if STDIN in run_ids else named
    confirm(session, f"Cancel {named} for good?", is_sure=is_sure, format_=format_)

    def order(daemon: Daemon, run_id: str, ask: Ask) -> runs_pb2.Run:
        return daemon.steering.cancel(run_id, ask, is_now=is_now)

    return _give_order(session, runs, order, ask=ask, format_=format_)


class _Runs(NamedTuple):
    """Which runs an order is for: as they were named, or all whose phase fits."""

    named: tuple[str, ...]
    is_all: bool
    fits: Callable[[str | None], bool]

    def check(self) -> None:
        """Raise ClientError (USAGE) for none at all, and for both ways at once."""
        if self.is_all == bool(self.named):
            told = "--all stands instead of RUN" if self.is_all else "no RUN was named"
            raise ClientError(told, ExitStatus.USAGE, hint="name runs, or - to read them from standard input, or --all")

    def ids(self, session: Session, daemon: Daemon) -> list[str]:
        """The ids, each once. Raises ClientError."""
        if self.is_all:
            return [run.run_id for run in daemon.runs(limit=0) if self.fits(run_record(run)["phase"])]
        words = [word for name in self.named for word in (session.stdin.read().split() if name == STDIN else [name])]
        if not words:
            session.output.note("standard input names no run")
        return list(dict.fromkeys(words))


def _give_order(session: Session, runs: _Runs, order: _Order, *, ask: Ask, format_: Format) -> ExitStatus:
    """One run after the other; a refusal of one does not stop the rest, a daemon that is gone does."""
    runs.check()
    records: list[Record] = []
    refusals: list[ExitStatus] = []
    with session.connect() as daemon:
        run_ids = runs.ids(session, daemon)
        if ask.if_revision is not None and len(run_ids) > 1:
            raise ClientError("--if-revision is about one run; name one RUN", ExitStatus.USAGE)
        for run_id in run_ids:
            try:
                records.append(run_record(order(daemon, run_id, ask)))
            except ClientError as error:
                session.report(error)
                refusals.append(error.status)
                if error.status in (ExitStatus.UNREACHABLE, ExitStatus.TIMED_OUT):
                    break
    if records and len(runs.named) == 1 and STDIN not in runs.named:
        session.output.one(RUNS, records[0], format_)
    elif records or not refusals:
        session.output.many(RUNS, records, format_)
    return _status_of(refusals)


def _status_of(refusals: list[ExitStatus]) -> ExitStatus:
    """FAILED when runs were refused for different reasons."""
    if not refusals:
        return ExitStatus.OK
    return refusals[0] if len(set(refusals)) == 1 else ExitStatus.FAILED

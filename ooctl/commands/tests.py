"""`ooctl tests`: the saved tests, listed, shown, added, renamed and deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ooctl import cli as click
from ooctl.choosing import choose
from ooctl.commands.arguments import test_argument
from ooctl.commands.options import common_options, output_option
from ooctl.exits import ClientError, ExitStatus
from ooctl.records import saved_test_record
from ooctl.render.formats import Format
from ooctl.render.saved_tests import DONE, SHOWN, test_details
from ooctl.render.tables import TESTS
from ooctl.render.text import one_line
from ooctl.session import Session

if TYPE_CHECKING:
    from oodaemon.api.v1 import tests_pb2

refresh_option = click.option("--refresh", "is_fresh", is_flag=True, help="Read the list from the site first.")
recent_option = click.option("--recent", "is_recent", is_flag=True, help="Only those that a run has used, the latest first.")
here_option = click.option("--only-here", "is_only_here", is_flag=True, help="In the list of the daemon; the site is not touched.")
reason_option = click.option("--reason", default="", metavar="TEXT", help="Why, for the journal.")


@click.group(invoke_without_command=True, no_args_is_help=False)
@refresh_option
@recent_option
@output_option()
@common_options
@click.pass_context
def tests(context: click.Context, *, is_fresh: bool, is_recent: bool, format_: Format) -> None:
    """List the saved tests, or show, add, rename and delete one.

    TEST is the address of a test, its id, its name or words of it, or its number in the list. Words that fit several tests are
    asked about at a terminal, and refused with the candidates elsewhere.

    \b
    Examples:
      ooctl tests --refresh
      ooctl tests --recent
      ooctl tests show "iron condor"
    """
    if context.invoked_subcommand is None:
        _list(context.ensure_object(Session), is_fresh=is_fresh, is_recent=is_recent, format_=format_)
    elif is_fresh or is_recent:
        raise click.UsageError("--refresh and --recent of the list stand after the command, as in: ooctl tests list --recent")


@tests.command("list")
@refresh_option
@recent_option
@output_option()
@common_options
@click.pass_obj
def list_tests(session: Session, *, is_fresh: bool, is_recent: bool, format_: Format) -> None:
    """List the saved tests; the number in the first column is accepted by --test, as long as the order stays.

    \b
    Example:
      ooctl tests list --recent
    """
    _list(session, is_fresh=is_fresh, is_recent=is_recent, format_=format_)


def _list(session: Session, *, is_fresh: bool, is_recent: bool, format_: Format) -> None:
    with session.connect() as daemon:
        saved = daemon.tests.listing(refresh=is_fresh, recent=is_recent)
    session.output.many(
        TESTS,
        map(saved_test_record, saved),
        format_,
        empty="no such test is known; `ooctl tests --refresh` reads the saved tests from the site",
    )


@tests.command()
@test_argument
@click.option("--refresh", "is_fresh", is_flag=True, help="Look at its page on the site first.")
@output_option()
@common_options
@click.pass_obj
def show(session: Session, *, reference: str, is_fresh: bool, format_: Format) -> None:
    """Show all that is known of a test: what its page said of its strategy when it was last opened, and the runs that used it.

    \b
    Example:
      ooctl tests show 1 --refresh
    """
    from ooctl.saved_test_records import shown_record  # noqa: PLC0415 - the wire format is not needed for help

    with session.connect() as daemon:
        test = choose(session, daemon, reference)
        shown = daemon.tests.show(test.test.test_id, refresh=is_fresh)
    session.output.one(SHOWN, shown_record(shown), format_, details=test_details)


@tests.command()
@click.argument("references", metavar="TEST...", nargs=-1, required=True, help="Addresses or ids of saved tests.")
@output_option()
@common_options
@click.pass_obj
def add(session: Session, *, references: tuple[str, ...], format_: Format) -> None:
    """Put tests on the list by their address (also of one that somebody shares) or id; one that was taken off comes back.

    \b
    Example:
      ooctl tests add https://optionomega.com/share/aB3dE5gH7jK9mN1pQ2rS
    """
    records = []
    with session.connect() as daemon:
        for reference in references:
            answer = daemon.tests.add(reference)
            known = "was on the list already" if answer.is_known else "is on the list"
            session.output.note(f"{one_line(answer.test.test.name)} {known}")
            records.append(saved_test_record(answer.test))
    session.output.many(TESTS, records, format_)


@tests.command()
@test_argument
@click.argument("new_name", metavar="NAME", help="The name it should have.")
@here_option
@reason_option
@output_option()
@common_options
@click.pass_obj
def rename(session: Session, *, reference: str, new_name: str, is_only_here: bool, reason: str, format_: Format) -> None:
    """Give a test another name: on the site, or with --only-here in the list of the daemon alone.

    The page of the test must show the name that it is known by; everything else of it stays as it is.

    \b
    Examples:
      ooctl tests rename "iron condor" "Iron Condor 11:25"
      ooctl tests rename 3 "my favourite" --only-here
    """
    from ooctl.saved_test_records import done_record  # noqa: PLC0415 - the wire format is not needed for help

    with session.connect() as daemon:
        test = choose(session, daemon, reference)
        answer = daemon.tests.rename(test, new_name, reason=reason, is_only_here=is_only_here)
    session.output.one(DONE, done_record(answer), format_)


@tests.command()
@test_argument
@here_option
@click.option("-y", "--yes", "is_sure", is_flag=True, help="Do not ask; goes with --confirm.")
@click.option("--confirm", "confirmed", metavar="NAME", help="The whole name of the test, as the second answer.")
@reason_option
@output_option()
@common_options
@click.pass_obj
def delete(  # noqa: PLR0913 - one parameter an option
    session: Session,
    *,
    reference: str,
    is_only_here: bool,
    is_sure: bool,
    confirmed: str | None,
    reason: str,
    format_: Format,
) -> None:
    """Remove a test from the site for good, or with --only-here from the list of the daemon. Its runs and results stay.

    Asks twice at a terminal: whether, and for the name of the test. Elsewhere --yes and --confirm NAME are the answers. The page of
    the test must show this very name, and no run may need the test any more.

    \b
    Examples:
      ooctl tests delete "old condor"
      ooctl tests delete aB3dE5gH7jK9mN1pQ2rS --yes --confirm "Old Condor"
      ooctl tests delete 4 --only-here
    """
    from ooctl.saved_test_records import done_record  # noqa: PLC0415 - the wire format is not needed for help

    with session.connect() as daemon:
        test = choose(session, daemon, reference)
        if is_only_here:
            _ask_once(session, test, is_sure=is_sure)
        else:
            _ask_twice(session, test, is_sure=is_sure, confirmed=confirmed)
        answer = daemon.tests.delete(test, reason=reason, is_only_here=is_only_here)
    session.output.one(DONE, done_record(answer), format_)


def _ask_once(session: Session, test: tests_pb2.SavedTest, *, is_sure: bool) -> None:
    """What leaves our list only can be added again."""
    if is_sure or not session.can_ask():
        return
    if not click.confirm(f"Take {one_line(test.test.name)} ({test.test.test_id}) off the list of the daemon?", err=True):
        raise _nothing_deleted()


def _ask_twice(session: Session, test: tests_pb2.SavedTest, *, is_sure: bool, confirmed: str | None) -> None:
    """Raise ClientError unless both answers are given: by options, or by a person."""
    name = one_line(test.site_name)
    alias = f", here {one_line(test.test.name)}" if test.test.name != test.site_name else ""
    if not session.can_ask() and not (is_sure and confirmed is not None):
        raise ClientError(
            f"{name} ({test.test.test_id}) is not deleted without being asked twice",
            ExitStatus.USAGE,
            hint=f"without a terminal, give both answers: --yes --confirm {name!r}",
        )
    question = f"Delete {name} ({test.test.test_id}{alias}) from the site for good?"
    if not is_sure and not click.confirm(question, err=True):
        raise _nothing_deleted()
    given = confirmed
    if given is None:
        given = click.prompt("Type its name to delete it", default="", show_default=False, err=True)
    if given.split() != test.site_name.split():
        raise ClientError(f"{given!r} is not its name, {name!r}; nothing was deleted", ExitStatus.USAGE)


def _nothing_deleted() -> ClientError:
    return ClientError("nothing was deleted", ExitStatus.FAILED)

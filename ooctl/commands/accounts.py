"""`ooctl login`, `ooctl logout` and `ooctl accounts`: the account that the daemon signs in with."""

from __future__ import annotations

from typing import Final

from ooctl import cli as click
from ooctl.commands.options import common_options, output_option
from ooctl.exits import ClientError, ExitStatus
from ooctl.render.formats import Format
from ooctl.render.tables import Column, Noun
from ooctl.session import Session

PLACES: Final = {
    "keyring": "the system's keyring",
    "file": "an encrypted file",
    "memory": "the daemon's memory until it ends",
    "settings": "the daemon's settings",
}
ACCOUNTS: Final = Noun(
    lambda _: (
        Column("", lambda record: "*" if record["is_in_use"] else ""),
        Column("name", lambda record: str(record["name"])),
        Column("address", lambda record: str(record["address"])),
        Column("kept in", lambda record: str(record["place"])),
        Column("session", lambda record: "kept" if record["has_session"] else "-"),
        Column("site", lambda record: str(record["site"])),
    ),
    ("name", "site", "address", "place", "is_in_use", "has_session"),
    key="name",
)

_account = click.option(
    "--account", "name", metavar="NAME", default="", help="Name of the account; the one in use if none is given."
)


@click.command()
@_account
@click.option("--email", metavar="ADDRESS", help="E-mail address; asked for if none is given.")
@click.option(
    "--password-stdin", "is_piped", is_flag=True, help="Read the password from standard input, up to the end of the line."
)
@click.option(
    "--store",
    "place",
    type=click.Choice(["keyring", "file", "memory"]),
    default="keyring",
    show_default=True,
    help="Where the daemon keeps it.",
)
@common_options
@click.pass_obj
def login(session: Session, *, name: str, email: str | None, is_piped: bool, place: str) -> None:
    """Give the daemon an account of the site. It is tried out by a real sign-in and kept only if the site lets it in.

    The password is asked for without echo, or read from standard input: never an argument, which others could see. It is kept in
    the keyring of the system; --store file keeps it in an encrypted file instead, whose key lies beside the configuration.
    A daemon takes the account in use up at once; others are for `account = "NAME"` in its configuration.

    \b
    Examples:
      ooctl login
      pass optionomega | ooctl login --email you@example.com --password-stdin
      ooctl login --account second --store file
    """
    email, password = _ask(session, email, is_piped=is_piped)
    with session.connect() as daemon:
        session.output.note("signing in on the site …")
        account = daemon.accounts.sign_in(name, email, password, place=place)
    note = "in use now" if account["is_in_use"] else f'used by a daemon with account = "{account["name"]}"'
    session.output.line(f"{account['name']}: signed in as {account['address']}, kept in {PLACES[str(account['place'])]}; {note}")


@click.command()
@_account
@common_options
@click.pass_obj
def logout(session: Session, *, name: str) -> None:
    """Have the daemon forget an account and its session. Backtests in flight finish; nothing new starts without an account.

    \b
    Example:
      ooctl logout
      ooctl logout --account second
    """
    with session.connect() as daemon:
        account, is_still_set = daemon.accounts.sign_out(name)
    session.output.line(f"{account['name']}: {account['address']} is forgotten")
    if is_still_set:
        session.output.note(
            "the daemon was started with an account in its settings (OO_EMAIL, OO_PASSWORD, credentials or config.toml); "
            "the next start takes it from there again"
        )


@click.command()
@output_option()
@common_options
@click.pass_obj
def accounts(session: Session, *, format_: Format) -> None:
    """List the accounts that the daemon keeps, the one in use with a star. Addresses are masked, passwords never told.

    \b
    Example:
      ooctl accounts
    """
    with session.connect() as daemon:
        session.output.many(
            ACCOUNTS, daemon.accounts.listing(), format_, empty="no account is kept; `ooctl login` gives the daemon one"
        )


def _ask(session: Session, email: str | None, *, is_piped: bool) -> tuple[str, str]:
    if not is_piped and not session.can_ask():
        raise ClientError(
            "nobody is here to type a password",
            ExitStatus.USAGE,
            hint="use a terminal, or --email ADDRESS --password-stdin and send the password to standard input",
        )
    if is_piped and not email:
        raise ClientError("--password-stdin needs --email ADDRESS", ExitStatus.USAGE)
    email = (email or click.prompt("E-mail address", err=True)).strip()
    password = session.stdin.readline().rstrip("\r\n") if is_piped else click.prompt("Password", hide_input=True, err=True)
    if not password:
        raise ClientError("the password is empty", ExitStatus.USAGE)
    return email, password

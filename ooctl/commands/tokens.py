"""`ooctl token`: who may come in over the network."""

from __future__ import annotations

import datetime
import re
from typing import Final

from ooctl import cli as click
from ooctl.commands.options import common_options, output_option
from ooctl.render.formats import Format
from ooctl.render.tables import Column, Noun, Record
from ooctl.render.text import moment
from ooctl.session import Session

NEVER: Final = "never"


def _end_of(record: Record) -> str:
    if record["is_expired"]:
        return "expired"
    return moment(record["expires_at"]) if record["expires_at"] else NEVER


TOKENS: Final = Noun(
    lambda _: (
        Column("name", lambda record: str(record["name"])),
        Column("scope", lambda record: str(record["scope"])),
        Column("created", lambda record: moment(record["created_at"])),
        Column("expires", _end_of),
        Column("last used", lambda record: moment(record["last_used_at"])),
    ),
    ("name", "scope", "created_at", "expires_at", "last_used_at", "is_expired"),
)
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_LASTS: Final = re.compile(r"([1-9][0-9]{0,4})([mhdw])")


@click.group()
@common_options
def token() -> None:
    """Let clients on other machines in: `create`, `list`, `revoke`. Only on the machine of the daemon itself.

    The daemon listens to the network when `listen_tcp` is set in its configuration, with a certificate (`oodaemon cert make`).

    \b
    Example:
      ooctl token create laptop --scope control --expires 90d
    """


@token.command("create")
@click.argument("name", metavar="NAME", help="Name of the token.")
@click.option(
    "--scope",
    type=click.Choice(["read", "control"]),
    required=True,
    help="read: look at everything; control: submit and steer runs as well.",
)
@click.option(
    "--expires",
    "lasts",
    metavar="TIME",
    default="90d",
    show_default=True,
    callback=lambda _, __, value: read_time(value),
    help="How long it lasts, such as 12h, 90d or never.",
)
@output_option()
@common_options
@click.pass_obj
def create(session: Session, *, name: str, scope: str, lasts: datetime.timedelta | None, format_: Format) -> None:
    """Make a token and print it. It is shown this once; the daemon keeps only its digest.

    \b
    Examples:
      (umask 077; ooctl token create laptop --scope control > laptop.token)
      ooctl token create dashboard --scope read --expires never
    """
    with session.connect() as daemon:
        made, text = daemon.tokens.create(name, scope, lasts)
    if format_ is Format.TABLE:
        session.output.line(text)
        until = f"until {moment(made['expires_at'])}" if made["expires_at"] else "until it is revoked"
        session.output.note(f"{made['name']} is good for {made['scope']} {until}; keep it like a password, it is not shown again")
        return
    session.output.one(TOKENS, {**made, "token": text}, format_)


@token.command("list")
@output_option()
@common_options
@click.pass_obj
def list_tokens(session: Session, *, format_: Format) -> None:
    """Show the tokens: what each may do, until when, and about when it was used last. Never their text.

    \b
    Example:
      ooctl token list -o json
    """
    with session.connect() as daemon:
        session.output.many(
            TOKENS, daemon.tokens.listing(), format_, empty="no token was made; `ooctl token create NAME` makes one"
        )


@token.command("revoke")
@click.argument("name", metavar="NAME", help="Name of the token.")
@common_options
@click.pass_obj
def revoke(session: Session, *, name: str) -> None:
    """Let nobody in with this token any more; what is being watched with it ends within seconds.

    \b
    Example:
      ooctl token revoke laptop
    """
    with session.connect() as daemon:
        daemon.tokens.revoke(name)
    session.output.note(f"{name} is revoked")


def read_time(text: str) -> datetime.timedelta | None:
    """A length of time such as 90d; None for never. Raises click.BadParameter."""
    if text == NEVER:
        return None
    found = _LASTS.fullmatch(text)
    if found is None:
        raise click.BadParameter(f"'{text}' is no length of time; write 30m, 12h, 90d, 8w or {NEVER}")
    return datetime.timedelta(**{_UNITS[found[2]]: int(found[1])})

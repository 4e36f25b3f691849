"""`ooctl context`: named daemons, one of them current."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from ooctl import cli as click
from ooctl import contexts
from ooctl.access import access_to, check_token
from ooctl.address import parse_address
from ooctl.commands.arguments import context_argument
from ooctl.commands.options import common_options, output_option
from ooctl.exits import ClientError, ExitStatus
from ooctl.render.formats import Format
from ooctl.render.tables import Column, Noun, Record
from ooctl.session import Session

CONTEXTS: Final = Noun(
    lambda _: (
        Column("", lambda record: "*" if record["is_current"] else ""),
        Column("name", lambda record: str(record["name"])),
        Column("daemon", lambda record: str(record["daemon"])),
    ),
    ("name", "daemon", "is_current"),
    key="name",
)


@click.group()
@common_options
def context() -> None:
    """Name the daemons you talk to, and choose one: `add`, `use`, `list`, `remove`.

    \b
    Example:
      ooctl context add office --address 10.0.0.5:50051 --ca cert.pem --token-file laptop.token --use
      ooctl --context office list
    """


@context.command("add")
@click.argument("name", metavar="NAME", help="What to call it.")
@click.option(
    "--daemon", "--address", "address", metavar="ADDR", required=True, help="Where it listens: unix:PATH, /abs/path or HOST:PORT."
)
@click.option("--ca", metavar="FILE", help="Certificate to trust, for HOST:PORT: the cert.pem of the daemon, or its authority.")
@click.option("--token-file", metavar="FILE", help="File with the token, mode 0600; it is read at each use.")
@click.option("--token", "piped", metavar="-", help="Read the token from standard input and keep it beside the configuration.")
@click.option("--cert", metavar="FILE", help="Certificate of this client, where the daemon asks for one.")
@click.option("--key", metavar="FILE", help="Key of that certificate, mode 0600.")
@click.option("--use", "is_current", is_flag=True, help="Make it the current one; the first one is so by itself.")
@common_options
@click.pass_obj
def add(session: Session, /, *, name: str, address: str, piped: str | None, is_current: bool, **files: str | None) -> None:
    """Add a daemon under a name, or give a name another address.

    One on another machine is reached over TLS, with a token that `ooctl token create` made there. A token is never an argument,
    which others could see: it comes from a file, from standard input, or from OOCTL_TOKEN.

    \b
    Examples:
      ooctl context add home --daemon unix:/run/user/1000/oodaemon.sock
      ooctl context add office --address office.example:50051 --ca cert.pem --token - < laptop.token
    """
    found = parse_address(address)
    target = str(found)
    given = {option: str(Path(file).expanduser().absolute()) for option, file in files.items() if file}
    if found.is_socket and (given or piped):
        raise ClientError("--ca, --cert, --key and tokens are for daemons at HOST:PORT; a socket needs none", ExitStatus.USAGE)
    if piped is not None:
        given["token_file"] = _keep(session, name, piped, is_named="token_file" in given)
    context = contexts.Context(name, target, **given)
    access_to(replace(found, context=context), {})
    changed = contexts.add(session.env, context, is_current=is_current)
    session.output.note(f"{name} is {target}" + ("; it is the current context" if changed.current == name else ""))


@context.command("use")
@context_argument
@common_options
@click.pass_obj
def use(session: Session, *, name: str) -> None:
    """Talk to this daemon from now on, where neither an option nor a variable names another.

    \b
    Example:
      ooctl context use home
    """
    changed = contexts.use(session.env, name)
    session.output.note(f"the current context is {name}: {changed.known[name].daemon}")


@context.command("remove")
@context_argument
@common_options
@click.pass_obj
def remove(session: Session, *, name: str) -> None:
    """Forget a name; the daemon itself is left alone.

    \b
    Example:
      ooctl context remove office
    """
    changed = contexts.remove(session.env, name)
    session.output.note(f"{name} is forgotten" + ("" if changed.current else "; there is no current context"))


@context.command("list")
@output_option()
@common_options
@click.pass_obj
def list_contexts(session: Session, *, format_: Format) -> None:
    """Show the names, the current one with a star.

    \b
    Example:
      ooctl context list -o json
    """
    found = contexts.load(session.env)
    session.output.many(
        CONTEXTS,
        [_record(each, found.current) for each in found.known.values()],
        format_,
        empty="no context was made; `ooctl context add NAME --daemon ADDR` makes one",
    )


def _keep(session: Session, name: str, piped: str, *, is_named: bool) -> str:
    """Read a token from standard input and keep it; where."""
    if piped != "-":
        raise ClientError(
            "a token is no argument: others could see it there",
            ExitStatus.USAGE,
            hint="pipe it in with --token -, or give --token-file",
        )
    if is_named:
        raise ClientError("give --token - or --token-file, not both", ExitStatus.USAGE)
    contexts.check_name(name)
    return str(contexts.keep_token(session.env, name, check_token(session.stdin.read().strip(), "standard input")))


def _record(each: contexts.Context, current: str) -> Record:
    return {"name": each.name, "daemon": each.daemon, "is_current": each.name == current}

"""`ooctl context`: named daemons, one of them current."""

from __future__ import annotations

from typing import Final

from ooctl import cli as click
from ooctl import contexts
from ooctl.address import parse_address
from ooctl.commands.options import common_options, output_option
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
      ooctl context add office --daemon 127.0.0.1:50051 --use
      ooctl --context office list
    """


@context.command("add")
@click.argument("name")
@click.option("--daemon", "address", metavar="ADDR", required=True, help="Where it listens: unix:PATH, /abs/path or HOST:PORT.")
@click.option("--use", "is_current", is_flag=True, help="Make it the current one; the first one is so by itself.")
@common_options
@click.pass_obj
def add(session: Session, *, name: str, address: str, is_current: bool) -> None:
    """Add a daemon under a name, or give a name another address.

    \b
    Example:
      ooctl context add home --daemon unix:/run/user/1000/oodaemon.sock
    """
    target = str(parse_address(address))
    changed = contexts.add(session.env, contexts.Context(name, target), is_current=is_current)
    session.output.note(f"{name} is {target}" + ("; it is the current context" if changed.current == name else ""))


@context.command("use")
@click.argument("name")
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
@click.argument("name")
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
    session.output.many(CONTEXTS, [_record(each, found.current) for each in found.known.values()], format_)


def _record(each: contexts.Context, current: str) -> Record:
    return {"name": each.name, "daemon": each.daemon, "is_current": each.name == current}

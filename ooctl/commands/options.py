"""Options and arguments that several commands share."""

from __future__ import annotations

import functools
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any, TypeVar

import rich_click as click

from ooctl.render.formats import Format
from ooctl.selection import Ask
from ooctl.session import Session

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


class FormatChoice(click.Choice[str]):
    """One of the output formats; a near miss is named."""

    def __init__(self, formats: tuple[Format, ...] = tuple(Format)) -> None:
        super().__init__([each.value for each in formats])

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:  # noqa: ANN401 - as inherited
        """Say what is allowed, and which of it was probably meant."""
        message = super().get_invalid_choice_message(value, ctx)
        near = get_close_matches(str(value), [str(choice) for choice in self.choices], n=1)
        return f"{message} Did you mean '{near[0]}'?" if near else message


def common_options(command: Decorated) -> Decorated:
    """--daemon, --context and --debug, which may stand before or after the name of the command."""
    daemon = click.option(
        "--daemon",
        metavar="ADDR",
        expose_value=False,
        callback=_keep_daemon,
        help="Where the daemon listens: unix:PATH, /abs/path or HOST:PORT.",
    )
    context = click.option(
        "--context",
        metavar="NAME",
        expose_value=False,
        callback=_keep_context,
        help="The daemon of this name, see `ooctl context`.",
    )
    debug = click.option(
        "--debug",
        is_flag=True,
        expose_value=False,
        callback=_keep_debug,
        help="Show status codes and details with an error.",
    )
    return daemon(context(debug(command)))


def output_option(*formats: Format, default: Format | None = Format.TABLE) -> Callable[[Decorated], Decorated]:
    """-o with the given formats, all four if none are given; the command receives a Format, or None for no `default`."""

    def to_format(_: click.Context, __: click.Parameter, value: str | None) -> Format | None:
        return None if value is None else Format(value)

    return click.option(
        "-o",
        "--output",
        "format_",
        type=FormatChoice(formats or tuple(Format)),
        default=None if default is None else default.value,
        show_default=default is not None,
        callback=to_format,
        help="How to print the data.",
    )


def order_options(*, needs_reason: bool = False) -> Callable[[Decorated], Decorated]:
    """--reason and --if-revision, handed to the command as one `ask`."""
    if needs_reason:
        reason = click.option("--reason", required=True, metavar="TEXT", help="Why; it is kept with the tasks.")
    else:
        reason = click.option("--reason", default="", metavar="TEXT", help="Why, for the journal.")
    revision = click.option(
        "--if-revision",
        type=click.IntRange(min=0),
        metavar="N",
        help="Only if the run still has this revision, as ooctl status shows it.",
    )

    def decorate(command: Decorated) -> Decorated:
        @functools.wraps(command)
        def with_ask(*args: Any, reason: str, if_revision: int | None, **given: Any) -> Any:  # noqa: ANN401 - click passes what it parsed
            return command(*args, ask=Ask(reason, if_revision), **given)

        return reason(revision(with_ask))  # type: ignore[return-value]  # a command all the same

    return decorate


run_argument = click.argument("run_id", metavar="RUN")
"""The id of a run, or an unambiguous beginning of it."""


def _keep_daemon(context: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        context.ensure_object(Session).daemon = value


def _keep_context(context: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        context.ensure_object(Session).context = value


def _keep_debug(context: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click calls it so
    if value:
        context.ensure_object(Session).is_debug = True

"""Options and arguments that several commands share."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

from ooctl import cli as click
from ooctl.render.colour import When
from ooctl.render.formats import Format
from ooctl.render.times import TimeFormat
from ooctl.selection import Ask
from ooctl.session import Session

Decorated = TypeVar("Decorated", bound=Callable[..., Any])
_UNITS: Final = {"": 1.0, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|min|h|d)?")


class Duration(click.ParamType[float]):
    """A span of time such as 30, 30s, 5m, 2h or 1d; seconds without a unit. The command receives seconds."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:  # noqa: ANN401 - as inherited
        """As inherited."""
        matched = _DURATION.fullmatch(str(value).strip())
        seconds = float(matched[1]) * _UNITS[matched[2] or ""] if matched else 0.0
        if seconds <= 0:
            self.fail(f"{value!r} is no span of time above zero, such as 30, 90s, 5m or 2h.", param, ctx)
        return seconds


def common_options(command: Decorated) -> Decorated:
    """The options of every command, see `ooctl options`. They may stand before or after the name of the command."""
    for add in reversed(_COMMON):
        command = add(command)
    return command


def output_option(*formats: Format, default: Format | None = Format.TABLE) -> Callable[[Decorated], Decorated]:
    """-o with the given formats, all of them if none are given; the command receives a Format, or None for no `default`."""

    def to_format(_: click.Context, __: click.Parameter, value: str | None) -> Format | None:
        return None if value is None else Format(value)

    return click.option(
        "-o",
        "--output",
        "format_",
        type=click.Choice([each.value for each in formats or tuple(Format)]),
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


folder_option = click.option(
    "--dir", "folder", required=True, type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Where to write."
)
"""Where a command writes files of names it chooses itself; the command receives a Path."""

yes_option = click.option("-y", "--yes", "is_sure", is_flag=True, help="Do not ask.")
"""For what cannot be undone; see `ooctl.asking.confirm`."""


def _set(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    """A callback that keeps what was given in the session; what stands nearer to the command wins."""

    def keep(context: click.Context, _: click.Parameter, value: Any) -> None:  # noqa: ANN401 - click passes what it parsed
        if value not in (None, False):
            setattr(context.ensure_object(Session), name, value)

    return keep


def _keep_quiet(context: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click calls it so
    if value:
        context.ensure_object(Session).output.is_quiet = True


def _keep_times(context: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        context.ensure_object(Session).output.time_format = TimeFormat(value)


def _keep_colour(context: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        context.ensure_object(Session).output.set_colour(When(value))


def _keep_plain(context: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click calls it so
    if value:
        context.ensure_object(Session).output.set_colour(When.NEVER)


_common = functools.partial(click.option, cls=click.GlobalOption, expose_value=False)
_COMMON: Final = (
    _common("--daemon", metavar="ADDR", callback=_set("daemon"), help="Where it listens: unix:PATH, /abs/path or HOST:PORT."),
    _common("--context", metavar="NAME", callback=_set("context"), help="The daemon of this name, see `ooctl context`."),
    _common("-q", "--quiet", is_flag=True, callback=_keep_quiet, help="Print ids alone, one on a line, and no remarks."),
    _common("--timeout", type=Duration(), metavar="TIME", callback=_set("timeout"), help="Give up after 30s, 5m, 2h: exit code 7."),
    _common(
        "--color",
        type=click.Choice([each.value for each in When]),
        is_eager=True,
        callback=_keep_colour,
        help="Colours; auto: at a terminal. Before NO_COLOR, FORCE_COLOR and CLICOLOR_FORCE.",
    ),
    _common("--no-color", is_flag=True, is_eager=True, callback=_keep_plain, help="The same as --color never."),
    _common(
        "--time-format",
        type=click.Choice([each.value for each in TimeFormat]),
        callback=_keep_times,
        help="How times are shown to people: to the second, as recorded, or how long ago.",
    ),
    _common("--debug", is_flag=True, callback=_set("is_debug"), help="Show status codes and details with an error."),
)

"""click as ooctl uses it: the same names, help that reads the same in a pipe, and groups that load a command when it is needed.

The modules of commands write `from ooctl import cli as click`. Importing this module imports click and nothing else of weight.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import click
from click import (
    Abort,
    BadParameter,
    ClickException,
    Context,
    FloatRange,
    IntRange,
    Option,
    Parameter,
    ParamType,
    Path,
    UsageError,
    confirm,
    echo,
    option,
    pass_context,
    pass_obj,
    prompt,
    version_option,
)

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

__all__ = [
    "Abort",
    "Argument",
    "BadParameter",
    "Choice",
    "ClickException",
    "Command",
    "Context",
    "FloatRange",
    "Formatter",
    "GlobalOption",
    "Group",
    "IntRange",
    "Option",
    "ParamType",
    "Parameter",
    "Path",
    "UsageError",
    "argument",
    "command",
    "confirm",
    "echo",
    "group",
    "option",
    "pass_context",
    "pass_obj",
    "prompt",
    "version_option",
]

WIDTH: Final = 100
"""Columns of help that no terminal asks for; a narrower terminal gets narrower help."""
GLOBAL: Final = "Every command also takes {}; see `ooctl options`."


class Choice(click.Choice[str]):
    """One of several words; a near miss is named."""

    def get_invalid_choice_message(self, value: Any, ctx: Context | None) -> str:  # noqa: ANN401 - as inherited
        """Say what is allowed, and which of it was probably meant."""
        message = super().get_invalid_choice_message(value, ctx)
        from difflib import get_close_matches  # noqa: PLC0415 - for a mistake alone

        near = get_close_matches(str(value), [str(choice) for choice in self.choices], n=1)
        return f"{message} Did you mean '{near[0]}'?" if near else message


class Argument(click.Argument):
    """An argument that says what it is, as options do."""

    def __init__(self, *args: Any, help: str = "", **attributes: Any) -> None:  # noqa: A002, ANN401 - as for options
        super().__init__(*args, **attributes)
        self._meaning = help

    def get_help_record(self, ctx: Context) -> tuple[str, str]:
        """How it is written in the usage, and what it is."""
        return self.make_metavar(ctx), self._meaning


class GlobalOption(Option):
    """An option that every command takes. It gives way to an option of the same name that a command has of its own."""


class Formatter(click.HelpFormatter):
    """Help with bold headings where somebody looks at it in colour, and as plain text elsewhere."""

    def __init__(self, *, has_colour: bool, width: int) -> None:
        super().__init__(width=width)
        self._has_colour = has_colour

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """As inherited."""
        super().write_usage(prog, args, self._bold("Usage:") + " " if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        """As inherited."""
        self.write(f"{'':>{self.current_indent}}{self._bold(heading + ':')}\n")

    def _bold(self, text: str) -> str:
        return f"\x1b[1m{text}\x1b[0m" if self._has_colour else text


class _WithOurHelp(click.Command):
    """What commands and groups have in common."""

    def __init__(self, *args: Any, **attributes: Any) -> None:  # noqa: ANN401 - as inherited
        super().__init__(*args, **attributes)
        own = {word for each in self.params if not isinstance(each, GlobalOption) for word in (*each.opts, *each.secondary_opts)}
        self.params = [each for each in self.params if not (isinstance(each, GlobalOption) and own.intersection(each.opts))]

    def get_help(self, ctx: Context) -> str:
        """The help as text; bold headings depend on what the session decided about colour."""
        output = getattr(ctx.obj, "output", None)
        width = WIDTH
        if output is not None and output.is_out_terminal:
            import shutil  # noqa: PLC0415 - for help at a terminal alone

            width = max(50, min(WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns - 2))
        ctx.color = output is not None and output.has_colour
        formatter = Formatter(has_colour=ctx.color, width=width)
        self.format_help(ctx, formatter)
        return formatter.getvalue().rstrip("\n")

    def format_options(self, ctx: Context, formatter: click.HelpFormatter) -> None:
        """Own options one by one, those of every command by name."""
        own = [each for each in self.get_params(ctx) if not isinstance(each, GlobalOption)]
        records = [record for each in own if (record := each.get_help_record(ctx)) is not None]
        if records:
            with formatter.section("Options"):
                formatter.write_dl(records)
        shared = [each.opts[-1] for each in self.get_params(ctx) if isinstance(each, GlobalOption)]
        if shared:
            formatter.write_paragraph()
            formatter.write_text(GLOBAL.format(", ".join(shared)))
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)


class Command(_WithOurHelp):
    """A command of ooctl."""


class _Commands(dict[str, click.Command]):
    """Commands by name; those of `lazy` are imported when they are looked up."""

    def __init__(self, lazy: Mapping[str, str]) -> None:
        super().__init__()
        self.lazy = lazy

    def __missing__(self, name: str) -> click.Command:
        module, _, attribute = self.lazy[name].partition(":")
        self[name] = getattr(importlib.import_module(module), attribute)
        return self[name]


class Group(_WithOurHelp, click.Group):
    """A group that names the command that was probably meant.

    `lazy` names commands by `module:attribute`, to be imported when they are asked for. `sections` puts the commands of its help
    under headings; the order is that of the sections, then of the commands.
    """

    command_class = Command
    group_class = type

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - as inherited
        lazy: Mapping[str, str] | None = None,
        sections: Mapping[str, Sequence[str]] | None = None,
        **attributes: Any,  # noqa: ANN401 - as inherited
    ) -> None:
        super().__init__(*args, **attributes)
        self._lazy, self._sections = dict(lazy or {}), dict(sections or {})
        self.commands: _Commands = _Commands(self._lazy)

    def list_commands(self, ctx: Context) -> list[str]:  # noqa: ARG002 - as inherited
        """In the order of the sections, or in that in which they were added."""
        known = [*self._lazy, *(name for name in self.commands if name not in self._lazy)]
        placed = [name for names in self._sections.values() for name in names if name in known]
        return [*placed, *(name for name in known if name not in placed)]

    def get_command(self, ctx: Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as inherited
        """The command of this name, imported now if it was not before."""
        return self.commands[cmd_name] if cmd_name in self._lazy else self.commands.get(cmd_name)

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """As inherited, with a suggestion for an unknown name."""
        name, names = args[0], self.list_commands(ctx)
        if name not in names and not name.startswith("-") and not ctx.resilient_parsing:
            from difflib import get_close_matches  # noqa: PLC0415 - for a mistake alone

            near = get_close_matches(name, names, n=1)
            where = "" if ctx.parent is None else f" of {ctx.command_path}"
            ctx.fail(f"There is no command '{name}'{where}." + (f" Did you mean '{near[0]}'?" if near else ""))
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: Context, incomplete: str) -> list[CompletionItem]:
        """Names of commands without importing any of them; options as inherited."""
        if incomplete and not incomplete[0].isalnum():
            return click.Command.shell_complete(self, ctx, incomplete)
        from click.shell_completion import CompletionItem  # noqa: PLC0415 - for completion alone

        return [CompletionItem(name) for name in self.list_commands(ctx) if name.startswith(incomplete)]

    def format_commands(self, ctx: Context, formatter: click.HelpFormatter) -> None:
        """The commands with their first sentences, under the headings of the sections."""
        names = self.list_commands(ctx)
        widest = max((len(name) for name in names), default=0)
        for heading, placed in self._headed(names):
            rows = [(name.ljust(widest), command) for name in placed if (command := self.get_command(ctx, name)) is not None]
            shown = [(name, command.get_short_help_str(1000)) for name, command in rows if not command.hidden]
            if shown:
                with formatter.section(heading):
                    formatter.write_dl(shown)

    def _headed(self, names: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
        placed: set[str] = set()
        for heading, chosen in self._sections.items():
            yield heading, [name for name in chosen if name in names]
            placed.update(chosen)
        yield ("More commands" if self._sections else "Commands"), [name for name in names if name not in placed]


argument: Final[Callable[..., Callable[[Callable[..., Any]], Any]]] = partial(click.argument, cls=Argument)
command: Final[Callable[..., Callable[[Callable[..., Any]], Command]]] = partial(click.command, cls=Command)
group: Final[Callable[..., Callable[[Callable[..., Any]], Group]]] = partial(click.group, cls=Group)

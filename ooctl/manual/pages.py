"""The commands as pages of a manual: what each says of itself in its help, taken apart for whoever writes it down."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import click

from ooctl.cli import GlobalOption

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH: Final = 10_000
"""Columns in which usage is written on one line."""
_VERBATIM: Final = "\b"
_EXAMPLES: Final = re.compile(r"Examples?:\s*(.*)", re.DOTALL)


@dataclass(frozen=True)
class Entry:
    """An option, an argument or a command: its names as help writes them, and what it does."""

    names: str
    text: str


@dataclass(frozen=True)
class Page:
    """One command. Paragraphs are lines of text without line breaks of their own, or several lines to be left as they are."""

    path: tuple[str, ...]
    usage: str
    summary: str
    paragraphs: tuple[str, ...]
    verbatim: tuple[str, ...]
    examples: tuple[str, ...]
    arguments: tuple[Entry, ...]
    options: tuple[Entry, ...]
    shared: tuple[Entry, ...]
    commands: tuple[Entry, ...]

    @property
    def title(self) -> str:
        """`ooctl tests show`."""
        return " ".join(self.path)


def pages(root: click.Command, name: str) -> Iterator[Page]:
    """The page of a command and of everything below it, in the order of its help."""
    yield from _pages(root, click.Context(root, info_name=name, **root.context_settings), (name,))


def _pages(command: click.Command, context: click.Context, path: tuple[str, ...]) -> Iterator[Page]:
    subs: list[tuple[str, click.Command]] = []
    if isinstance(command, click.Group):
        found = [(name, command.get_command(context, name)) for name in command.list_commands(context)]
        subs = [(name, sub) for name, sub in found if sub is not None and not sub.hidden]
    yield _page(command, context, path, subs)
    for name, sub in subs:
        yield from _pages(sub, click.Context(sub, info_name=name, parent=context, **sub.context_settings), (*path, name))


def _page(command: click.Command, context: click.Context, path: tuple[str, ...], subs: Sequence[tuple[str, click.Command]]) -> Page:
    paragraphs, verbatim, examples = _parts(inspect.cleandoc(command.help or ""))
    own = [each for each in command.get_params(context) if not isinstance(each, GlobalOption)]
    return Page(
        path=path,
        usage=" ".join((*path, *command.collect_usage_pieces(context))),
        summary=command.get_short_help_str(WIDTH),
        paragraphs=paragraphs,
        verbatim=verbatim,
        examples=examples,
        arguments=tuple(Entry(each.make_metavar(context), "") for each in own if isinstance(each, click.Argument)),
        options=tuple(_entries(own, context)),
        shared=tuple(_entries([each for each in command.get_params(context) if isinstance(each, GlobalOption)], context)),
        commands=tuple(Entry(name, sub.get_short_help_str(WIDTH)) for name, sub in subs),
    )


def _entries(parameters: Sequence[click.Parameter], context: click.Context) -> Iterator[Entry]:
    for each in parameters:
        record = each.get_help_record(context)
        if record is not None and record[1]:  # an argument without words of its own is explained by the page
            yield Entry(*record)


def _parts(help_: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Paragraphs of text, blocks to be left as they are, and the lines of the examples."""
    paragraphs, verbatim, examples = [], [], []
    for block in re.split(r"\n\s*\n", help_):
        lines = block.splitlines()
        if not lines:
            continue
        if lines[0].strip() != _VERBATIM:
            paragraphs.append(" ".join(" ".join(lines).split()))
            continue
        text = inspect.cleandoc("\n".join(lines[1:]))
        if matched := _EXAMPLES.match(text):
            examples += [line.strip() for line in matched[1].splitlines() if line.strip()]
        else:
            verbatim.append(text)
    return tuple(paragraphs), tuple(verbatim), tuple(examples)

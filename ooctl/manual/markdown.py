"""Pages of the manual as Markdown: the reference of the commands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ooctl.manual.pages import Entry, Page


def reference(found: Iterable[Page]) -> Iterator[str]:
    """Lines: one heading per command, with usage, text, options and examples; options of every command are left out."""
    for page in found:
        yield f"{'#' * min(4, len(page.path) + 1)} {page.title}"
        yield ""
        yield f"`{page.usage}`"
        for paragraph in page.paragraphs:
            yield ""
            yield escaped(paragraph)
        for block in page.verbatim:
            yield from ("", "```", *block.splitlines(), "```")
        yield from table("option", page.options)
        yield from table("command", page.commands)
        if page.examples:
            yield from ("", "```", *page.examples, "```")
        yield ""


def table(heading: str, entries: Iterable[Entry]) -> Iterator[str]:
    """A table of names and what they mean, with an empty line before; nothing for no entries."""
    found = list(entries)
    if found:
        yield from ("", f"| {heading} | meaning |", "|---|---|")
    for entry in found:
        yield f"| `{entry.names.replace('|', chr(92) + '|')}` | {escaped(entry.text)} |"


def escaped(text: str) -> str:
    """Text in which Markdown sees no mark-up but code between backticks."""
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(part if part.startswith("`") else re.sub(r"([*_<>|\[\]])", r"\\\1", part) for part in parts)

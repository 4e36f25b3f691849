"""Pages of the manual for man(1), in the macros of man(7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ooctl.manual.pages import Entry, Page

SECTION: Final = 1


def file_name(page: Page) -> str:
    """`ooctl-tests-show.1`."""
    return f"{'-'.join(page.path)}.{SECTION}"


def roff(page: Page, *, version: str, epilogue: Sequence[tuple[str, Sequence[str]]] = (), related: Sequence[str] = ()) -> str:
    """One page. `epilogue` holds further sections: a heading and lines that are left as they are; `related` names other pages.

    Without `related` these are the pages above and below.
    """
    return "\n".join([*_lines(page, version), *_epilogue(epilogue), *_see_also(related or _neighbours(page))]) + "\n"


def _lines(page: Page, version: str) -> Iterator[str]:
    name = "-".join(page.path)
    yield f'.TH "{_escaped(name.upper())}" "{SECTION}" "" "{_escaped(f"{page.path[0]} {version}")}" "OO Automator"'
    yield ".SH NAME"
    yield f"{_escaped(name)} \\- {_escaped(page.summary.rstrip('.'))}"
    yield ".SH SYNOPSIS"
    yield f".B {_escaped(page.title)}"
    rest = page.usage.removeprefix(page.title).strip()
    if rest:
        yield _line(rest)
    yield ".SH DESCRIPTION"
    for place, paragraph in enumerate(page.paragraphs):
        if place:
            yield ".PP"
        yield _line(paragraph)
    for block in page.verbatim:
        yield from _kept(block.splitlines())
    for heading, entries in (("OPTIONS", page.options), ("COMMANDS", page.commands), ("OPTIONS OF EVERY COMMAND", page.shared)):
        yield from _list(heading, entries)
    if page.examples:
        yield ".SH EXAMPLES"
        yield from _kept(page.examples)


def _list(heading: str, entries: Iterable[Entry]) -> Iterator[str]:
    found = list(entries)
    if found:
        yield f".SH {heading}"
    for entry in found:
        yield ".TP"
        yield f".B {_escaped(entry.names)}"
        yield _line(entry.text) if entry.text else "\\&"


def _epilogue(sections: Iterable[tuple[str, Sequence[str]]]) -> Iterator[str]:
    for heading, lines in sections:
        yield f'.SH "{_escaped(heading.upper())}"'
        yield from _kept(lines)


def _neighbours(page: Page) -> list[str]:
    names = [f"{'-'.join((*page.path, entry.names))}" for entry in page.commands]
    if len(page.path) > 1:
        names.insert(0, "-".join(page.path[:-1]))
    else:
        names.append("oodaemon")
    return names


def _see_also(names: Sequence[str]) -> Iterator[str]:
    yield '.SH "SEE ALSO"'
    for place, name in enumerate(names):
        yield f".BR {_escaped(name)} ({SECTION})" + ("," if place < len(names) - 1 else "")


def _kept(lines: Iterable[str]) -> Iterator[str]:
    yield ".PP"
    yield ".nf"
    yield ".RS"
    for line in lines:
        yield _line(line) if line.strip() else ""
    yield ".RE"
    yield ".fi"


def _line(text: str) -> str:
    """A line of text: neither a request of roff nor with characters that mean something to it."""
    escaped = _escaped(text)
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped


def _escaped(text: str) -> str:
    plain = text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq").replace("`", "\\(ga").replace("'", "\\(aq")
    return "".join(char if char.isascii() else f"\\[u{ord(char):04X}]" for char in plain)

"""The pages of docs/ that are made of the program: `make docs` writes them, a test holds them to what they are made of.

python -m tests.reference [--write]
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from ooctl import __version__
from ooctl.commands.root import ooctl
from ooctl.manual.markdown import reference, table
from ooctl.manual.pages import Entry, pages
from ooctl.manual.roff import file_name, roff
from ooctl.manual.topics import TOPICS, VARIABLES
from oodaemon.__main__ import cli as oodaemon
from tests.reference import parameters

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
MADE = "<!-- Made by `make docs`; changes belong into the program. -->"


def commands() -> str:
    """docs/commands.md."""
    client, daemon = list(pages(ooctl, "ooctl")), list(pages(oodaemon, "oodaemon"))
    lines = [MADE, "", "# Commands", "", "What `--help` says, for every command of `ooctl` and of `oodaemon`.", ""]
    lines += ["## Options of every command of ooctl", *_options(client[0].shared), ""]
    lines += reference(client)
    for heading, made in TOPICS.values():
        if heading == "Environment":
            lines += [f"## {heading} of ooctl", "", "| variable | meaning |", "|---|---|"]
            lines += [f"| `{name}` | {meaning} |" for name, meaning in VARIABLES.items()]
            lines += [""]
        else:
            lines += [f"## {heading} of ooctl", "", "```", *made(), "```", ""]
    lines += list(reference(daemon))
    return "\n".join(lines).rstrip() + "\n"


def _options(entries: tuple[Entry, ...]) -> list[str]:
    return list(table("option", entries))


def man() -> Iterator[tuple[str, str]]:
    """File names and contents of docs/man, which the wheel puts into share/man/man1."""
    further = [(heading, list(made())) for heading, made in TOPICS.values()]
    for page in pages(ooctl, "ooctl"):
        yield file_name(page), roff(page, version=__version__, epilogue=further if len(page.path) == 1 else ())
    yield "oodaemon.1", one_page(oodaemon, "oodaemon")


def one_page(command: click.Command, name: str) -> str:
    """A command and all below it on a page."""
    first, *rest = pages(command, name)
    sections = []
    for page in rest:
        if not page.commands:
            body = [page.usage, "", *page.paragraphs, ""]
            body += [f"{entry.names}\n    {entry.text}" for entry in page.options]
            sections.append((page.title, [line for text in [*body, "", *page.examples] for line in text.splitlines() or [""]]))
    return roff(first, version=__version__, epilogue=sections, related=["ooctl"])


def made() -> Mapping[Path, str]:
    """Every file with what belongs into it."""
    files = {DOCS / "commands.md": commands(), DOCS / "parameters.md": parameters.page(MADE)}
    return {**files, **{DOCS / "man" / name: text for name, text in man()}}


def stale() -> list[Path]:
    """Files that are not what they should be, and pages of the manual of commands that are gone."""
    wanted = made()
    kept = set((DOCS / "man").glob("*.1"))
    wrong = [path for path, text in wanted.items() if not path.exists() or path.read_text("utf-8") != text]
    return [*wrong, *sorted(kept - set(wanted))]


def main() -> None:
    is_write = "--write" in sys.argv
    for path in stale():
        print(f"{path.relative_to(ROOT)} is {'made anew' if is_write else 'stale; run make docs'}")
        if is_write:
            text = made().get(path)
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8") if text is not None else path.unlink()
    sys.exit(0 if is_write or not stale() else 1)


if __name__ == "__main__":
    main()

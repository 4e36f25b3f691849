"""Every command of ooctl, found by walking: its help, its examples, and what it says when something is wrong."""

from __future__ import annotations

import io
import itertools
import os
import re
import shlex
import sys
from collections.abc import Iterator

import click
import pytest

from ooctl.__main__ import main
from ooctl.cli import Command, GlobalOption, Group
from ooctl.commands.root import COMMANDS, SECTIONS
from ooctl.commands.root import ooctl as root
from ooctl.exits import ExitStatus
from ooctl.manual.pages import Page, pages
from ooctl.render.formats import Output
from ooctl.session import Session
from tests.integration.ways.conftest import Run, Site
from tests.integration.ways.table import ROWS, Row

PAGES = {" ".join(page.path[1:]): page for page in pages(root, "ooctl")}
GROUPS = {name for name, page in PAGES.items() if page.commands} - {"tests"}
LEAVES = sorted(set(PAGES) - GROUPS)
DEAD = "unix:/nonexistent/oodaemon.sock"
WITH_UNKNOWN = sorted(name for name, row in ROWS.items() if row.unknown)
REMOTE = sorted(name for name, row in ROWS.items() if not row.is_local)


def words(site: Site, tmp_path, name: str, text: str) -> list[str]:
    """The arguments of a row."""
    named = site.names(text)
    return [*name.split(), *(word.format(**named, tmp=tmp_path) for word in shlex.split(text))]


def is_clean(text: str) -> bool:
    """Neither a traceback nor anything that steers a terminal."""
    return "Traceback" not in text and not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text)


@pytest.fixture
def chosen(request: pytest.FixtureRequest, name: str) -> Site:
    """The service that a command is tried on."""
    found: Site = request.getfixturevalue("spoiled" if ROWS[name].spoils else "site")
    return found


def test_every_command_is_in_the_table() -> None:
    missing = [name for name in LEAVES if name not in ROWS]
    gone = [name for name in ROWS if name not in LEAVES]
    assert not missing, f"give these commands a row in tests/integration/ways/table.py: {missing}"
    assert not gone, f"these rows of tests/integration/ways/table.py are about commands that are not there: {gone}"


def test_every_command_stands_under_a_heading() -> None:
    placed = [name for names in SECTIONS.values() for name in names]
    assert len(placed) == len(set(placed))
    assert not set(COMMANDS) - set(placed), "name these commands in SECTIONS of ooctl/commands/root.py"


def tree(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[str, click.Command]]:
    yield " ".join(path), command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None, name
            yield from tree(found, (*path, name))


def test_every_command_is_made_by_our_click() -> None:
    foreign = [name for name, command in tree(root, ()) if not isinstance(command, Command | Group)]
    assert not foreign, f"in their modules write `from ooctl import cli as click`: {foreign}"


def test_every_command_takes_the_common_options() -> None:
    lacking = [name for name, command in tree(root, ()) if not any(isinstance(each, GlobalOption) for each in command.params)]
    assert not lacking, f"put @common_options on these: {lacking}"


@pytest.mark.parametrize("name", LEAVES)
def test_it_has_help_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    page = PAGES[name]
    assert main([*name.split(), "--help"], {}) is ExitStatus.OK
    shown = capsys.readouterr().out
    assert page.summary
    assert page.examples, "write `Example:` or `Examples:` after a line with \\b in the docstring"
    assert page.title in shown
    assert all(line in shown for line in page.examples)
    assert is_clean(shown)
    assert max(map(len, shown.splitlines())) <= 132


def commands_in(page: Page) -> Iterator[list[str]]:
    """Every call of ooctl in the examples, without what stands before and after it in a pipe."""
    for line in page.examples:
        lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        for is_word, tokens in itertools.groupby(lexer, lambda token: not set(token) <= set("();<>|&$")):
            args = list(tokens)
            if is_word and args[0] == "ooctl":
                yield args[1:]


EXAMPLES = [pytest.param(args, id=" ".join(args)[:80]) for page in PAGES.values() for args in commands_in(page)]


@pytest.mark.parametrize("args", EXAMPLES)
def test_an_example_is_taken_by_the_parser(args: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    command: click.Command = root
    session = Session({}, Output(io.StringIO(), io.StringIO(), env={}), io.StringIO())
    context = root.make_context("ooctl", list(args), obj=session)
    while isinstance(command, click.Group) and (rest := [*context._protected_args, *context.args]):
        name, found, rest = command.resolve_command(context, rest)
        assert found is not None
        command, context = found, found.make_context(name, rest, parent=context)


@pytest.mark.parametrize("name", LEAVES)
def test_every_leaf_has_an_example_of_itself(name: str) -> None:
    assert any(args[: len(name.split())] == name.split() for args in commands_in(PAGES[name]))


@pytest.mark.parametrize("name", REMOTE)
def test_without_a_daemon(ooctl: Run, site: Site, tmp_path, name: str) -> None:
    row = ROWS[name]
    done = ooctl(*words(site, tmp_path, name, row.works), daemon=DEAD, stdin=row.stdin)
    assert (done.status, done.out) == (ExitStatus.UNREACHABLE, "")
    assert f"error: no daemon answers at {DEAD} " in done.err
    assert is_clean(done.err)


@pytest.mark.parametrize("name", WITH_UNKNOWN)
def test_of_something_there_is_not(ooctl: Run, site: Site, tmp_path, name: str) -> None:
    done = ooctl(*words(site, tmp_path, name, ROWS[name].unknown))
    assert (done.status, done.out) == (ExitStatus.NOT_FOUND, "")
    assert done.err.startswith("error: ")
    assert "hint: " in done.err or "`ooctl " in done.err, "what to do is a hint, or in the sentence itself"
    assert is_clean(done.err)


@pytest.mark.parametrize("name", sorted(ROWS))
def test_of_a_value_that_is_wrong(ooctl: Run, site: Site, tmp_path, name: str) -> None:
    done = ooctl(*words(site, tmp_path, name, ROWS[name].bad))
    assert (done.status, done.out) == (ExitStatus.USAGE, "")
    assert re.search(r"^error: \S.{8,}", done.err, re.MULTILINE)
    assert "hint: " in done.err or "  " in done.err
    assert is_clean(done.err)


@pytest.mark.parametrize("name", sorted(ROWS))
def test_of_an_option_that_there_is_not(ooctl: Run, site: Site, name: str) -> None:
    done = ooctl(*name.split(), "--quite")
    assert (done.status, done.out) == (ExitStatus.USAGE, "")
    assert "--quiet" in done.err


@pytest.mark.parametrize("name", sorted(ROWS))
def test_written_to_a_file(ooctl: Run, chosen: Site, tmp_path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    row = ROWS[name]
    args = words(chosen, tmp_path, name, row.works)
    path = tmp_path / "out.txt"
    with path.open("w", encoding="utf-8") as file, monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", file)
        done = ooctl(*args, daemon=chosen.service.target, stdin=row.stdin)
    content = path.read_text("utf-8")
    assert done.status == row.status, done.err
    assert is_clean(content)
    assert is_clean(done.err)
    assert not content or content.endswith("\n")
    assert row.status or row.is_silent or content or done.err, "it said nothing at all"


@pytest.mark.parametrize("name", sorted(ROWS))
def test_with_a_reader_that_went_away(ooctl: Run, chosen: Site, tmp_path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    row = ROWS[name]
    args = words(chosen, tmp_path, name, row.works)
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", encoding="utf-8") as pipe, monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", pipe)
        done = ooctl(*args, daemon=chosen.service.target, stdin=row.stdin)
    assert done.status in {ExitStatus.FAILED, ExitStatus(row.status)}
    assert is_clean(done.err)
    assert "Broken pipe" not in done.err
    assert "defect" not in done.err


@pytest.mark.parametrize("name", [name for name in LEAVES if any(entry.names.startswith("-o, ") for entry in PAGES[name].options)])
@pytest.mark.parametrize("format_", ["wide", "json", "jsonl", "yaml", "csv"])
def test_in_every_format(ooctl: Run, chosen: Site, tmp_path, name: str, format_: str) -> None:
    row = ROWS[name]
    if row.status not in (0, 10) or format_ not in row.formats:
        return
    done = ooctl(*words(chosen, tmp_path, name, row.works), "-o", format_, daemon=chosen.service.target)
    assert done.status == row.status, done.err
    assert is_clean(done.out)
    read(format_, done.out)


def read(format_: str, text: str) -> object:
    """What a program makes of it."""
    import csv
    import json

    import yaml

    match format_:
        case "json" if not text or text.startswith('{"'):  # a stream: an object an event
            return [json.loads(line) for line in text.splitlines()]
        case "json":
            return json.loads(text)
        case "jsonl":
            return [json.loads(line) for line in text.splitlines()]
        case "yaml":
            return list(yaml.safe_load_all(text))
        case "csv":
            rows = list(csv.reader(io.StringIO(text)))
            assert len({len(row) for row in rows}) <= 1
            return rows
        case _:
            return text


def test_a_row_says_what_it_is_for() -> None:
    assert all(isinstance(row, Row) and row.status in set(ExitStatus) for row in ROWS.values())

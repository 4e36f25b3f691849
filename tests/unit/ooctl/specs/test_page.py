"""What docs/runs.md shows is what the client reads and the daemon takes."""

import re
import shlex
from pathlib import Path

import click
import pytest

from ooctl.commands.root import ooctl
from ooctl.exits import ClientError
from ooctl.specs import document, files, tables
from ooctl.specs.draft import METHODS
from ooctl.specs.wire import spec_of
from oodaemon.parameters.registry import discover
from oodaemon.plans.reading import read

PAGE = (Path(__file__).parents[4] / "docs" / "runs.md").read_text(encoding="utf-8")
REGISTRY = discover([])


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_every_kind_is_shown():
    kinds = {document.draft_of(files._yaml(block, "page"), table=tables.read)[0].kind for block in blocks("yaml")}
    assert kinds == {"sweep", "grid", "staged", "search", "list"}
    assert all(f"--search {method}" in PAGE for method in METHODS)


@pytest.mark.parametrize("block", blocks("yaml"))
def test_a_file_of_the_page_is_a_plan(block, tmp_path):
    path = tmp_path / "run.yaml"
    path.write_text(block)
    draft, _, _ = document.draft_of(files.read(str(path)), table=tables.read)
    plan = read(spec_of(draft), REGISTRY)
    assert plan.first()[0].points[0]


def test_the_table_of_the_page_is_a_plan(tmp_path):
    (block,) = blocks("csv")
    (tmp_path / "sets.csv").write_text(block)
    content = {"test": "1", "mode": "list", "from": str(tmp_path / "sets.csv")}
    draft, _, _ = document.draft_of(content, table=tables.read)
    first, second = read(spec_of(draft), REGISTRY).first()[0].points
    assert (first["delta.side"], second["delta.side"], second["entry_time"]) == ("short_only", "both", "10:00")


def commands() -> list[list[str]]:
    text = "".join(blocks("")).replace("\\\n", " ")
    return [shlex.split(line)[1:] for line in text.splitlines() if line.startswith("ooctl ")]


@pytest.mark.parametrize("args", commands(), ids=" ".join)
def test_a_command_of_the_page_has_only_flags_that_there_are(args, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    name, rest = args[0], args[1:]
    command = ooctl.commands[name]
    context = command.make_context(name, rest, parent=click.Context(ooctl), resilient_parsing=False)
    assert context.params["file"] or context.params["test"]


def test_a_field_that_is_misspelt_on_the_page_would_be_noticed():
    with pytest.raises(ClientError, match="did you mean budget"):
        document.draft_of(files._yaml(blocks("yaml")[4].replace("budget:", "budgit:"), "page"), table=tables.read)

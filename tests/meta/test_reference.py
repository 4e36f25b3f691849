"""Pages that are made of the program are fresh, true to it, and readable by the programs that read them."""

import ast
import os
import re
import shutil
import subprocess
import sys
import types

import pytest

from ooctl.exits import MEANINGS, ExitStatus
from ooctl.manual.topics import TOPICS, VARIABLES
from oodaemon.__main__ import cli
from oodaemon.app.checks import Machine
from oodaemon.app.settings import load
from oodaemon.parameters import contract
from oodaemon.parameters.registry import discover
from tests.reference.__main__ import ROOT, commands, made, man, stale


def test_the_pages_are_fresh() -> None:
    assert [str(path.relative_to(ROOT)) for path in stale()] == [], "run `make docs`"


def test_every_command_has_its_place_in_the_reference_and_a_page_of_its_own() -> None:
    text, names = commands(), [name for name, _ in man()]
    for name in names:
        title = name.removesuffix(".1").replace("-", " ")
        assert re.search(rf"^##+ {title}$", text, re.MULTILINE), title
    assert len(names) == len(set(names))


def test_no_option_is_without_a_meaning_and_no_argument_of_the_client() -> None:
    assert re.findall(r"^\| `[^`]+` \|\s*\|$", commands(), re.MULTILINE) == []
    spoken = {line for line in commands().splitlines() if line.startswith(("| `RUN` |", "| `[RUN]` |"))}
    assert len(spoken) == 2
    assert all("latest" in line for line in spoken)


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
def test_groff_has_nothing_to_object_to() -> None:
    pages = "".join(text for _, text in man())
    done = subprocess.run(["groff", "-man", "-ww", "-Tutf8", "-z"], input=pages, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
def test_a_page_reads_as_it_should() -> None:
    page = dict(man())["ooctl-submit.1"]
    done = subprocess.run(["groff", "-man", "-Tascii", "-P-cbou"], input=page, capture_output=True, text=True, check=True)
    assert 'ooctl submit --test "Iron fly" -p entry_time=09:45..15:30/15 --watch' in done.stdout
    assert "SYNOPSIS" in done.stdout


def variables_read() -> set[str]:
    """Every variable that a module of the client takes from an environment by its name."""
    found = set()
    for path in (ROOT / "ooctl").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(value=where, attr="get"), args=[ast.Constant(value=str(name)), *_]):
                    pass
                case ast.Subscript(value=where, slice=ast.Constant(value=str(name))):
                    pass
                case _:
                    continue
            if ast.unparse(where).endswith(("env", "environ")) and name.isupper():
                found.add(name)
    return found


def test_every_variable_is_explained() -> None:
    read = variables_read()
    assert {"OOCTL_DAEMON", "NO_COLOR"} <= read
    assert read - set(VARIABLES) == set(), "say in ooctl/manual/topics.py what they do"


def test_every_exit_code_is_explained() -> None:
    assert set(MEANINGS) == set(ExitStatus)
    assert len(TOPICS["exit-codes"][1]()) == len(ExitStatus)


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / "docs" / page).read_text("utf-8"), re.DOTALL)


def test_the_page_about_a_parameter_of_your_own_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it shows is run as it stands: the class, the entry point, the check."""
    import tomllib
    from importlib.metadata import EntryPoint

    source, check = blocks("write-a-parameter.md", "python")
    module = types.ModuleType("my_parameters")
    monkeypatch.setitem(sys.modules, "my_parameters", module)
    exec(compile(source, "my_parameters.py", "exec"), vars(module))
    exec(compile(check, "check.py", "exec"), {})
    points = tomllib.loads(blocks("write-a-parameter.md", "toml")[0])["project"]["entry-points"]["oodaemon.parameters"]
    registry = discover([EntryPoint(name, value, "oodaemon.parameters") for name, value in points.items()])
    assert registry.problems == ()
    added = registry.get("margin_allocation")
    assert added is not None
    assert [added.setting(value, {}).text for value in added.examples] == ["5", "10", "15"]


def test_the_check_on_the_page_would_notice_a_wrong_class() -> None:
    source, _ = blocks("write-a-parameter.md", "python")
    space: dict[str, object] = {"__name__": "wrong"}
    exec(compile(source.replace('name = "margin_allocation"', 'name = "Margin Allocation"'), "wrong.py", "exec"), space)
    with pytest.raises(AssertionError):
        contract.check(space["MarginAllocation"]())  # type: ignore[operator]


def test_the_architecture_names_every_command_of_the_daemon() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    (row,) = re.findall(r"^\| command line \|.*$", text, re.MULTILINE)
    assert [name for name in cli.commands if not re.search(rf"`(oodaemon )?{name}\b", row)] == []


def test_every_check_of_the_doctor_is_explained() -> None:
    checks = Machine(load({}, {"OODAEMON_CONFIG": os.devnull}), is_up=False).questions()
    section = (ROOT / "docs" / "operations.md").read_text("utf-8").split("\n## Is everything well?\n")[1].split("\n## ")[0]
    told = {name for row in re.findall(r"^\| ([a-z, ]+) \|", section, re.MULTILINE) for name in row.split(", ")}
    assert told - {"check"} == {"chromium", *(name for name, _ in checks)}


def test_every_parameter_is_on_its_page() -> None:
    text = made()[ROOT / "docs" / "parameters.md"]
    for each in discover():
        if type(each).__module__.startswith("oodaemon."):
            assert f"\n## {each.name}\n" in text
            assert all(f"| `.{option}` |" in text.split(f"\n## {each.name}\n")[1].split("\n## ")[0] for option in each.options)


def test_links_between_pages_lead_somewhere() -> None:
    broken = []
    for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        targets = re.findall(r"\]\(([^)#:]+\.md)(?:#[^)]*)?\)", page.read_text("utf-8"))
        broken += [f"{page.name}: {target}" for target in targets if not (page.parent / target).is_file()]
    assert broken == []

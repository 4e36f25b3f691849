"""Rules of the repository that no linter knows."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOP = {
    "pyproject.toml",
    "proto",
    "oodaemon",
    "ooctl",
    "grafana",
    "tests",
    "recordings",
    "README.md",
    "CHANGELOG.md",
    "LICENSE",
    "Makefile",
    "docs",
}
HIDDEN = {".ci", ".gitignore", ".git", ".venv"}
MAX_LINES, MAX_FUNCTION = 300, 60
OURS = ("oodaemon", "ooctl")


def tracked(*suffixes: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    files = [ROOT / name for name in listed if name and (not suffixes or name.endswith(suffixes))]
    return [file for file in files if file.is_file() and ("api/v1" not in str(file.relative_to(ROOT)) or file.suffix == ".proto")]


def modules() -> list[Path]:
    return [file for file in tracked(".py") if file.relative_to(ROOT).parts[0] in OURS]


def test_the_root_holds_what_the_architecture_says_and_nothing_else() -> None:
    found = {file.relative_to(ROOT).parts[0] for file in tracked()}
    assert found - HIDDEN <= TOP, found - HIDDEN - TOP


@pytest.mark.parametrize("suffixes", [(".py",), (".js", ".css", ".html"), (".sh",)])
def test_no_source_file_is_longer_than_300_lines(suffixes: tuple[str, ...]) -> None:
    long = {
        str(f.relative_to(ROOT)): n
        for f in tracked(*suffixes)
        if (n := len(f.read_text().splitlines())) > MAX_LINES and f.parts[-2] != "tests"
    }
    product = {name: n for name, n in long.items() if name.split("/")[0] in OURS}
    assert not product


def functions(module: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_function_is_longer_than_60_lines() -> None:
    long = [
        f"{module.relative_to(ROOT)}:{node.lineno} {node.name}"
        for module in modules()
        for node in functions(module)
        if (node.end_lineno or 0) - node.lineno > MAX_FUNCTION
    ]
    assert not long


def test_no_module_or_class_is_a_drawer() -> None:
    words = re.compile(r"(Manager|Handler|Helper|Utils?)$")
    bad_files = [str(m.relative_to(ROOT)) for m in modules() if m.stem in {"utils", "util", "helpers", "common", "misc"}]
    bad_classes = [
        f"{m.relative_to(ROOT)}: {node.name}"
        for m in modules()
        for node in ast.walk(ast.parse(m.read_text()))
        if isinstance(node, ast.ClassDef) and words.search(node.name)
    ]
    assert not bad_files + bad_classes


def test_everything_public_has_a_docstring() -> None:
    missing = []
    for module in modules():
        tree = ast.parse(module.read_text())
        if not ast.get_docstring(tree) and module.read_text().strip():
            missing.append(str(module.relative_to(ROOT)))
        for node in tree.body:
            is_definition = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            if is_definition and not node.name.startswith("_") and not ast.get_docstring(node):
                missing.append(f"{module.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert not missing


def test_the_package_itself_imports_nothing() -> None:
    tree = ast.parse((ROOT / "oodaemon" / "__init__.py").read_text())
    assert not [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]


def test_client_and_daemon_have_one_version() -> None:
    def version(package: str) -> str:
        found = re.search(r'__version__ = "([^"]+)"', (ROOT / package / "__init__.py").read_text())
        assert found
        return found[1]

    assert version("oodaemon") == version("ooctl")


FORBIDDEN = [
    (r"/" + r"work/|/" + r"root/", "an absolute path of a machine"),
    (r"\b(?:TODO|FIX" + r"ME|XXX)\b", "a promise instead of code"),
    (r"pypi\.org|registry\.npmjs|deb\.debian", "the name of a registry host"),
]


@pytest.mark.parametrize(("pattern", "what"), FORBIDDEN)
def test_no_file_holds(pattern: str, what: str) -> None:
    found = [
        f"{file.relative_to(ROOT)}:{number}"
        for file in tracked()
        if file.suffix not in {".png"} and file != Path(__file__)
        for number, line in enumerate(file.read_text(errors="replace").splitlines(), start=1)
        if re.search(pattern, line)
    ]
    assert not found, f"{what}: {found}"


def test_pages_are_listened_to_in_one_place() -> None:
    listening = re.compile(r"\.(on|once|add_listener)\(\s*[\"']")
    found = [str(m.relative_to(ROOT)) for m in modules() if m.stem != "listening" and listening.search(m.read_text())]
    assert not found, "what a listener raises comes out of another page's work; see oodaemon/browser/listening.py"


def test_sleeps_do_not_synchronise() -> None:
    banned = re.compile(r"wait_for_timeout\(|networkidle|time\.sleep\(")
    found = [
        f"{m.relative_to(ROOT)}:{n}"
        for m in modules()
        for n, line in enumerate(m.read_text().splitlines(), start=1)
        if banned.search(line)
    ]
    assert not found
